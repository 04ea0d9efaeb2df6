"""`hookline import run`: the sheet, the encoding and the separator are chosen where detection was wrong."""

from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner
from hookline.cli import main


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A migrated installation in an empty folder, with a mapping in it."""
    monkeypatch.setenv("HOOKLINE_DATABASE_URL", f"sqlite:///{tmp_path / 'house.db'}")
    monkeypatch.setenv("HOOKLINE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    said("migrate")
    Path("firms.toml").write_text('entity = "company"\n[fields]\nname = "Имя"\n', encoding="utf-8")
    return tmp_path


def said(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_file_is_read_as_one_is_told(house: Path) -> None:
    book = xlsxwriter.Workbook("firms.xlsx")
    book.add_worksheet("First").write(0, 0, "Other")
    book.add_worksheet("Second").write_column(0, 0, ("Имя", "Ash", "Birch"))
    book.close()
    assert "2 created" in said("import", "run", "firms.xlsx", "firms.toml", "--sheet", "Second")
    Path("firms.csv").write_bytes("Имя\tГород\nЁлка\tПермь\n".encode("koi8-r"))
    told = ("--encoding", "koi8-r", "--delimiter", "tab")
    assert "would be: 1 created" in said("import", "run", "firms.csv", "firms.toml", *told, "--dry-run")
    assert "1 created" in said("import", "run", "firms.csv", "firms.toml", *told)
    refused = CliRunner().invoke(main, ("import", "run", "firms.xlsx", "firms.toml", "--sheet", "Third"))
    assert (refused.exit_code != 0, "There is no sheet Third" in refused.output) == (True, True)
