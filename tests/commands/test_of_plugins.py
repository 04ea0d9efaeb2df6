"""What plugins bring to the command line: commands, checks of `doctor`, parts of the demo; and what a broken one costs."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hookline.cli import main
from hookline.crm import demo
from hookline.crm.catalogs import Source
from hookline.crm.demo.people import settle_people
from hookline.settings import Settings
from hookline.start import bring_up_to_date, create_installation
from sqlalchemy import select

PLUGIN = '''
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hookline_sdk import CommandRun, Finding, Gate, Plugin, Source, Story, Text, select

plugin = Plugin("handy", label="Handy")


class Portal(StrEnum):
    red = "red"
    blue = "blue"


@plugin.command
def send_feed(run: CommandRun, name: str, price: Decimal = Decimal("1.50"), day: date | None = None,
              portal: Portal = Portal.red, dry_run: bool = False) -> None:
    """Send the feed."""
    with run.transaction() as gate:
        if not dry_run:
            gate.create(Source, {"name": name})
    with run.reading() as gate:
        count = len(gate.rows(select(Source.id).where(Source.name == name)))
    run.say(f"{name} {price!r} {day!r} {portal!r} {count} {run.name}")


@plugin.command
def fall(run: CommandRun) -> None:
    """Fall."""
    raise KeyError("the key")


@plugin.health("Portal")
def portal(gate: Gate) -> Finding:
    return Finding("", Text("no key is kept"), Text("Write it down."))


@plugin.health("Fine things")
def several(gate: Gate):
    yield Finding("One", "1")
    yield Finding("Two", "2")


@plugin.health("Broken check")
def broken(gate: Gate) -> Finding:
    raise ValueError("the check fell")


@plugin.demo
def tell(story: Story, gate: Gate) -> None:
    for name, person in story.people.items():
        story.as_(person).create(Source, {"name": f"{story.say(person, 'Of', 'От')} {name}, {story.at(1).date() < story.today}"})


@plugin.demo
def tell_wrongly(story: Story, gate: Gate) -> None:
    gate.create(Source, {"name": "half"})
    raise ValueError("forgot the rest")
'''


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A migrated installation with the plugin above and one that cannot be imported."""
    (tmp_path / "handy.py").write_text(PLUGIN, "utf-8")
    (tmp_path / "garbled.py").write_text("def def", "utf-8")
    monkeypatch.setenv("HOOKLINE_DATABASE_URL", f"sqlite:///{tmp_path / 'house.db'}")
    monkeypatch.setenv("HOOKLINE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HOOKLINE_PLUGINS", f"{tmp_path / 'handy.py'},{tmp_path / 'garbled.py'}")
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment()
    home = create_installation(settings)
    bring_up_to_date(home)
    home.database.close()
    return settings


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_plugin_is_run_and_asked_from_the_command_line(house: Settings) -> None:
    listed = run("handy", "--help")
    assert "send-feed" in listed.output
    assert "Send the feed." in listed.output
    said = run("handy", "send-feed", "Fair", "--price", "7.25", "--day", "2026-03-17", "--portal", "blue")
    day = "datetime.date(2026, 3, 17)"
    assert said.stdout == f"Fair Decimal('7.25') {day} <Portal.blue: 'blue'> 1 handy.send_feed\n", said.output
    usual = run("handy", "send-feed", "Dry", "--dry-run")
    assert usual.stdout == "Dry Decimal('1.50') None <Portal.red: 'red'> 0 handy.send_feed\n", usual.output
    assert run("handy", "send-feed", "X", "--day", "soon").exit_code == 2
    fallen = run("handy", "fall")
    assert fallen.exit_code == 1
    assert "Error: plugin 'handy', command fall: KeyError: 'the key'" in fallen.output
    for unknown in (("nobody",), ("garbled", "x"), ("handy", "unknown"), ("core", "x")):
        assert run(*unknown).exit_code == 2
        assert "No such command" in run(*unknown).output
    found = run("doctor").output
    assert "MEND  Portal: no key is kept\n      Write it down." in found
    assert "ok    One: 1\nok    Two: 2\n" in found
    assert "MEND  Broken check: the check of the plugin handy failed, reference" in found
    assert "MEND  People: nobody can sign in" in found


def test_the_demo_tells_each_part_once_and_whole(house: Settings) -> None:
    home = create_installation(house)
    with home.house("test") as gate:
        settle_people(gate)
    assert [part.key for part in demo.tell_parts(home)] == ["handy.tell_wrongly"]
    assert [part.key for part in demo.tell_parts(home)] == ["handy.tell_wrongly"]
    with home.house("test") as gate:
        names = [name for (name,) in gate.rows(select(Source.name).order_by(Source.id))]
        by = dict(gate.rows(select(Source.name, Source.created_by)))
    home.database.close()
    assert names.count("Of Tom, True") == 1
    assert names.count("От Дарья, True") == 1
    assert "half" not in names
    assert by["Of Tom, True"] != by["От Дарья, True"]


def test_help_and_own_commands_load_no_plugin(house: Settings) -> None:
    script = (
        "import sys; from hookline.cli import main\n"
        "def help(*before):\n"
        "    try: main([*before, '--help'])\n"
        "    except SystemExit: pass\n"
        "help()\n"
        "assert 'hookline.commands.of_plugins' not in sys.modules\n"
        "help('doctor')\n"
        "assert not [name for name in sys.modules if 'handy' in name]\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
