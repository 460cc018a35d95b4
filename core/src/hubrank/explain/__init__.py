"""Why a ranking came out as it did, and what would change it; pure functions on rankings and plans."""
