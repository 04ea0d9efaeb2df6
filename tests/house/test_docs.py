"""What is written for people: links lead somewhere, code compiles, and the plugin shown is the one that is tested."""

import re
from pathlib import Path
from typing import Final

import pytest
from hookline.settings import Settings

from tests.house.tracked import ROOT, text_of, tracked

PAGES: Final = [path for path in tracked(".md") if path.parts[0] in ("README.md", "docs")]
_LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCED: Final = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def python_blocks(path: Path) -> list[str]:
    """The Python that a page shows."""
    found: list[str] = _FENCED.findall(text_of(path))
    return found


def test_there_are_pages() -> None:
    assert {Path("README.md"), Path("docs/index.md"), Path("docs/operations.md")} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = [link.partition("#")[0] for link in _LINK.findall(text_of(page)) if "://" not in link]
    missing = [target for target in targets if target and not (ROOT / page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_the_python_of_every_page_compiles(page: Path) -> None:
    for number, block in enumerate(python_blocks(page), 1):
        compile(block, f"{page}, block {number}", "exec")


@pytest.mark.parametrize("page", ["README.md", "docs/first-plugin.md"])
def test_the_plugin_shown_is_the_one_in_the_examples(page: str) -> None:
    assert python_blocks(Path(page))[0] == text_of(Path("examples/one_file_plugin.py"))


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    rows = dict(
        re.findall(r"^\| `HOOKLINE_(\w+)` \| (.*?) \|", text_of(Path("docs/operations.md")), re.MULTILINE)
    )
    assert set(rows) == {name.upper() for name in Settings.__dataclass_fields__}
    for name, shown in rows.items():
        value = getattr(Settings(), name.lower())
        wanted = (
            "none" if value in ((), "", None) else f"`{int(value) if isinstance(value, bool) else value}`"
        )
        assert shown == wanted, name


def test_every_folder_of_the_tour_is_there() -> None:
    folders = re.findall(r"^\| `([\w/]+/)` \|", text_of(Path("README.md")), re.MULTILINE)
    assert len(folders) > 5
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []
