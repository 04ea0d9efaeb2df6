"""The files that Git keeps or is about to, as the house rules see them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked(*endings: str) -> list[Path]:
    """Paths below the root, with one of `endings` (all without); deleted files are left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [Path(name) for name in listed.split("\0") if name and name.endswith(endings or ("",))]
    return sorted(path for path in paths if (ROOT / path).is_file())


@cache
def text_of(path: Path) -> str:
    """What the file says; empty for a picture or another binary file."""
    content = (ROOT / path).read_bytes()
    return "" if b"\0" in content else content.decode("utf-8")
