"""`python -m hookline_sdk.check FOLDER ...` looks for SQL that goes past the gate."""

import sys

from hookline_sdk.check.raw_sql import main

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
