# Everyday commands: `python3 run.py just` lists them, `python3 run.py just check` runs one.

# List the commands.
default:
    @just --list --unsorted

# All that a change must pass, but for what takes long.
ready: lint types layers test

# Style, and that nothing is formatted otherwise.
lint:
    ruff check .
    ruff format --check .

# Format, and mend what can be mended.
format:
    ruff check --fix .
    ruff format .

# Types of the core, strictly.
types:
    mypy

# Which room imports which.
layers:
    lint-imports

# The usual tests, or those named.
test *WORDS:
    pytest {{ WORDS }}

# All tests, the long ones too.
test-long *WORDS:
    pytest --long {{ WORDS }}

# Inputs that nobody would write, so many of each target.
fuzz CASES="1000" *WORDS:
    pytest tests/test_fuzz.py --fuzz {{ CASES }} {{ WORDS }}

# Texts that people read: bring the catalogues up to date.
texts *LANGUAGE:
    python scripts/texts.py {{ LANGUAGE }}

# The documentation's site, in build/site unless a folder is named.
site *WORDS:
    python scripts/site.py {{ WORDS }}

# The versions that this was tested with.
lock:
    uv export -q --all-packages --all-groups --all-extras --no-emit-workspace --no-header --no-annotate > requirements.lock

# A benchmark: `just bench compose --json`.
bench NAME *WORDS:
    python benchmarks/{{ NAME }}.py {{ WORDS }}
