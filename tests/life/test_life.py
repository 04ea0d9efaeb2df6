"""The proof of life: a plugin comes, goes and comes back, and nobody loses anything."""

from pathlib import Path

import pytest
from hookline_sdk.life import prove_life

from tests.conftest import ROOT
from tests.life.apiaries import write_apiary

BUNDLED = sorted(
    folder.name for folder in (ROOT / "plugins").iterdir() if (folder / "pyproject.toml").is_file()
)
WHOLE = ["install", "disable", "enable", "upgrade", "remove", "restore"]


def test_a_package_with_revisions_lives_through_everything(database_url: str, tmp_path: Path) -> None:
    older, newer = write_apiary(tmp_path / "1", 1), write_apiary(tmp_path / "2", 2)
    done = prove_life(str(newer), database_url, tmp_path, before=str(older))
    assert [(stage.name, stage.ok) for stage in done] == [(name, True) for name in WHOLE], done[-1].log
    told = {stage.name: stage.detail for stage in done}
    assert "steps of migration, its data are intact" in told["upgrade"]


@pytest.mark.parametrize("name", BUNDLED)
def test_each_bundled_plugin_lives_through_everything(name: str, database_url: str, tmp_path: Path) -> None:
    done = prove_life(str(ROOT / "plugins" / name), database_url, tmp_path)
    stages = [stage for stage in WHOLE if stage != "upgrade"]
    assert [(stage.name, stage.ok) for stage in done] == [(stage, True) for stage in stages], done[-1].log


def test_what_breaks_is_named(tmp_path: Path) -> None:
    done = prove_life(str(ROOT / "examples/nowhere.py"), f"sqlite:///{tmp_path / 'life.db'}", tmp_path)
    assert [(stage.name, stage.ok) for stage in done] == [("install", False)]
    assert "there is no Python file" in str(done[0])
