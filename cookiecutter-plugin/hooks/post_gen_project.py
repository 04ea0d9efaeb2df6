"""Writes what follows from the declarations: the first revision of the tables, and the catalog."""

import subprocess
import sys

sys.exit(subprocess.run([sys.executable, "-m", "hookline_sdk.scaffold.finishing", "."], check=False).returncode)
