"""Start the speed bench from a checkout: `python bench/run.py --help`."""

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    # Replaced, not added to: otherwise the modules of this folder could be imported under two names.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    runpy.run_module("bench", run_name="__main__")
