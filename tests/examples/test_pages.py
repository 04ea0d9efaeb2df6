"""The plugins that pages build piece by piece: put together they load, migrate, are well typed, and every screen stands."""

import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, mypy_cache
from tests.house.test_docs import PAGES, python_blocks
from tests.house.tracked import text_of


def plugins_of_pages(folder: Path) -> list[Path]:
    """The Python of each page that imports the SDK, as one file, by the name of the page."""
    files = []
    for page in PAGES:
        blocks = [block for block in python_blocks(page) if not block.startswith('"""')]
        if blocks and "import" in blocks[0] and "hookline_sdk" in blocks[0]:
            file = folder / f"{re.sub('[^a-z]', '_', page.stem)}.py"
            file.write_text(f'"""{page}"""\n\n' + "\n\n".join(blocks), "utf-8")
            files.append(file)
    return files


def test_every_screen_stands_of_the_plugins_that_pages_build(tmp_path: Path) -> None:
    files = plugins_of_pages(tmp_path)
    assert len(files) > 8
    command = [sys.executable, "-m", "tests.examples.pages_walk", str(tmp_path)]
    walked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert walked.stdout.endswith(f"{len(files)} of {len(files)} plugins stand\n"), walked.stderr[-6000:]


def test_they_are_typed(tmp_path: Path) -> None:
    files = list(map(str, plugins_of_pages(tmp_path)))
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(mypy_cache("house")), *files]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout[-4000:]


def test_the_tests_that_are_shown_pass() -> None:
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", "--engine", "sqlite",
        "-o", "hookline_plugins=examples/one_file_plugin.py", "examples/howto/test_margins.py",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "5 passed" in done.stdout, done.stdout[-4000:]


def test_every_command_that_is_shown_exists() -> None:
    from docs.making.about_commands import commands

    known = {path.removeprefix("hookline ") for path, _ in commands()}
    shown = {
        (page, line) for page in PAGES for block in re.findall(r"^```\n(.*?)^```", text_of(page), re.MULTILINE | re.DOTALL)
        for line in re.findall(r"^hookline ([a-z][\w -]*)", block, re.MULTILINE)
    }  # fmt: skip
    assert len(shown) > 10
    unknown = [
        (str(page), line) for page, line in shown if not any(f"{line} ".startswith(f"{k} ") for k in known)
    ]
    assert unknown == []
