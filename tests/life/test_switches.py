"""Which plugins are off is known before anything of them is imported, in every process over the database."""

from collections.abc import Collection
from pathlib import Path

import pytest
from click.testing import CliRunner
from hookline.cli import main
from hookline.commands.plugin_bisect import find_guilty
from hookline.crm.plugins.switching import switch_plugin_off
from hookline.settings import Settings
from hookline.start import create_installation, refuse_half_migrated

LEAVES_A_MARK = """
from pathlib import Path
from hookline.kernel.plugins.plugin import Plugin
Path({mark!r}).touch()
plugin = Plugin("marked")
"""


@pytest.fixture
def settings(migrated_url: str, tmp_path: Path) -> Settings:
    """An installation with a plugin of one file whose name is not the file's, and that leaves a mark when imported."""
    path = tmp_path / "a_file.py"
    path.write_text(LEAVES_A_MARK.format(mark=str(tmp_path / "imported")), "utf-8")
    return Settings(database_url=migrated_url, data_dir=tmp_path / "data", plugins=(str(path),))


def test_what_is_switched_off_is_not_imported_by_anybody(settings: Settings, tmp_path: Path) -> None:
    home, mark = create_installation(settings), tmp_path / "imported"
    assert "marked" in home.host.plugins
    with home.house("switching") as gate:
        switch_plugin_off(gate, ["marked"], "too loud")
    home.database.close()
    mark.unlink()
    another = create_installation(settings)
    assert another.host.disabled == {"marked": "too loud"}
    assert not mark.exists()
    refuse_half_migrated(another)
    another.database.close()
    looking = create_installation(settings, even=("marked",))
    assert "marked" in looking.host.plugins
    looking.database.close()


def test_while_the_database_does_not_answer_nothing_is_imported(settings: Settings, tmp_path: Path) -> None:
    away = Settings(
        database_url="postgresql://nobody@127.0.0.1:1/none", data_dir=tmp_path, plugins=settings.plugins
    )
    home = create_installation(away)
    assert list(home.host.plugins) == ["core"]
    assert "does not say which plugins are switched off" in home.host.broken["a_file"]
    assert not (tmp_path / "imported").exists()


@pytest.mark.one_engine
def test_the_commands_say_what_they_do_and_refuse_clearly(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKLINE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("HOOKLINE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("HOOKLINE_PLUGINS", settings.plugins[0])

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["plugin", *arguments])
        return result.exit_code, result.output

    code, said = run("disable", "marked", "--reason", "too loud")
    assert (code, "marked is switched off" in said) == (0, True)
    assert run("disable", "marked") == (0, "marked is off already: too loud.\n")
    assert "off   too loud" in run("list")[1]
    code, said = run("remove", "marked", "--plan", "--json")
    assert (code, '"drops": []' in said) == (0, True)
    assert run("enable", "marked")[0] == 0
    assert run("enable", "marked") == (0, "marked was not switched off.\n")
    code, said = run("disable", "nobody")
    assert (code, "there is no plugin of this name" in said) == (1, True)
    monkeypatch.setenv("HOOKLINE_DISABLED_PLUGINS", "marked")
    code, said = run("enable", "marked")
    assert (code, "Take it out of HOOKLINE_DISABLED_PLUGINS" in said) == (1, True)


@pytest.mark.parametrize(
    ("guilty", "said"),
    [
        ({"d"}, "It is d. "),
        ({"a"}, "It is a. "),
        (set[str](), "It does not happen with all of them."),
        ({"a", "d"}, "It takes several together"),
    ],
)
def test_halving_finds_the_guilty_one(guilty: set[str], said: str) -> None:
    asked: list[Collection[str]] = []

    def happens(names: Collection[str]) -> bool:
        asked.append(names)
        assert "c" not in names or "b" in names, "what a plugin needs runs with it"
        return bool(guilty) and guilty <= set(names)

    needs = {"a": (), "b": (), "c": ("b",), "d": ()}
    assert find_guilty(["a", "b", "c", "d"], needs, happens).startswith(said)
    assert asked[0] == (), "it starts from safe mode"


def test_halving_does_not_blame_plugins_for_what_happens_without_any() -> None:
    assert "none of them is to blame" in find_guilty(["a", "b"], {}, lambda _names: True)
