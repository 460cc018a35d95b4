"""Why a ranking came out as it did: each indicator's part in a score, and the rows behind a value."""
