"""Files that pages show, such as the steps of the tutorial, copied between two marks so that a page reads anywhere.

<!-- file: examples/tutorial/step1.py -->
<!-- end -->
"""

import re
from pathlib import Path
from typing import Final

from docs.making.tree import DOCS, ROOT

_MARKED: Final = re.compile(r"<!-- file: (\S+) -->\n.*?<!-- end -->", re.DOTALL)
_LANGUAGES: Final = {".py": "python", ".toml": "toml", ".html": "html"}


def pages_with_files() -> dict[Path, str]:
    """What each page that shows a file should hold."""
    pages = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    written = {page: page.read_text("utf-8") for page in pages}
    return {page: _MARKED.sub(_shown, text) for page, text in written.items() if _MARKED.search(text)}


def _shown(mark: re.Match[str]) -> str:
    file = ROOT / mark[1]
    language = _LANGUAGES.get(file.suffix, "")
    return f"<!-- file: {mark[1]} -->\n```{language}\n{file.read_text('utf-8')}```\n<!-- end -->"
