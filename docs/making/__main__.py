"""`python -m docs.making` writes anew what is made of the code; `--check` only names what is not up to date."""

import sys

from docs.making.included import pages_with_files
from docs.making.reference import reference_pages
from docs.making.tree import REFERENCE, ROOT


def main(arguments: list[str]) -> int:
    """Write what differs, or with --check only name it; returns 1 when --check found something."""
    checking = "--check" in arguments
    wanted = {**pages_with_files(), **reference_pages()}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    gone = [path for path in REFERENCE.glob("*.md") if path not in wanted]
    for path in stale if not checking else ():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], "utf-8")
    for path in gone if not checking else ():
        path.unlink()
    sys.stdout.writelines(f"{path.relative_to(ROOT)}\n" for path in (*stale, *gone))
    return 1 if checking and (stale or gone) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
