"""Builds the site: `python -m docs.making.site`. A broken link, or a page that no map leads to, is an error."""

import sys
from typing import Final

from sphinx.cmd.build import build_main

from docs.making.tree import DOCS, ROOT

SITE: Final = ROOT / "build" / "site"


def main() -> int:
    """Build, and say where it begins; returns 1 when something is wrong with it."""
    strict = ["--quiet", "--fail-on-warning", "--keep-going", "--nitpicky", "--fresh-env"]
    folders = ["--conf-dir", str(DOCS / "making"), "--doctree-dir", str(ROOT / "build" / "doctrees")]
    failed = build_main([*strict, *folders, "--builder", "html", str(DOCS), str(SITE)])
    if not failed:
        sys.stdout.write(f"{SITE.relative_to(ROOT) / 'index.html'}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
