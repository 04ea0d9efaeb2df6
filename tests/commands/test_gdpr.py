"""`hookline gdpr`: handed out, erased after a look, erased again after an old backup."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from hookline.cli import main
from hookline.crm.activities import Activity
from hookline.crm.contacts import Contact

from tests.town import Town


@pytest.fixture
def surroundings(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of the commands; the data folder."""
    monkeypatch.setenv("HOOKLINE_DATABASE_URL", town.installation.database.url)
    monkeypatch.setenv("HOOKLINE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_everything_on_a_person_goes_into_a_file(town: Town, surroundings: Path, tmp_path: Path) -> None:
    said = _run("gdpr", "export", "contact", "ivan@mill.example", "--to", str(tmp_path / "ivan.zip"))
    assert "ivan.zip: 1 records" in said.output
    with ZipFile(tmp_path / "ivan.zip") as archive:
        assert "Мельников" in archive.read("data.json").decode()


def test_an_erasure_is_told_first_and_then_done(town: Town, surroundings: Path) -> None:
    with town.as_("ada") as gate:
        about = f"deal:{town.ids['flour']}"
        called = gate.create(Activity, {"subject": "Helen Marsh called", "about": about})
    helen = ("gdpr", "erase", "contact", str(town.ids["helen"]))
    told = _run(*helen).output
    assert "stays      1  Deals, without Contact" in told
    assert f"names  activity:{called}" in told
    assert "Nothing was changed" in told
    assert "fill this in" in _run(*helen, "--yes", code=1).output
    assert "Entry 1 of the erasure log" in _run(*helen, "--yes", "--reason", "asked", "--all-mentions").output
    with town.as_("ada") as gate:
        assert gate.find(Contact, town.ids["helen"]) is None
        assert gate.get(Activity, called).subject == "… called"
    assert "0 to erase" in _run("gdpr", "reapply").output
    assert (surroundings / "erasures.jsonl").read_text("utf-8").count("\n") == 1


def test_nobody_of_this_name(town: Town, surroundings: Path) -> None:
    assert _run("gdpr", "erase", "contact", "nobody@mill.example", code=1).output


def _run(*arguments: str, code: int = 0) -> Result:
    said = CliRunner().invoke(main, arguments)
    assert said.exit_code == code, said.output
    return said
