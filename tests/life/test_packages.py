"""Packages of plugins in a real environment: added after a plan, upgraded, audited, taken away by pip, and back again."""

import json
import os
import sqlite3
import subprocess
import sys
import sysconfig
import venv
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.life.apiaries import make_newer_core, make_wheel

ALONE = ("--no-index", "--no-deps")


class Environment:
    """An environment of its own, over the one of the tests, with a database and wheels in one folder."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder / "venv", with_pip=False)
        self.python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        asked = [str(self.python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        said = subprocess.run(asked, capture_output=True, text=True, check=True)
        self.site = Path(said.stdout.strip())
        below = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
        (self.site / "below.pth").write_text(below, "utf-8")
        own = {
            "HOOKLINE_DATABASE_URL": f"sqlite:///{folder / 'house.db'}", "HOOKLINE_DATA_DIR": str(folder / "data"),
            "PYTHONPATH": os.pathsep.join((str(ROOT / "core"), str(ROOT / "sdk"))),
        }  # fmt: skip
        self.variables = {**os.environ, **own}
        self.folder = folder

    def run(self, *arguments: str, code: int = 0) -> str:
        """What `hookline ...` says there."""
        command = [str(self.python), "-m", "hookline.cli", *arguments]
        done = subprocess.run(
            command, env=self.variables, capture_output=True, text=True, check=False, cwd=self.folder
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def work_on(self) -> str:
        """Core works in a process of its own, and a contact is added; the hives that lie in the database."""
        script = (
            "from hookline.crm.contacts import Contact\n"
            "from hookline.settings import Settings\n"
            "from hookline.start import create_installation, refuse_half_migrated\n"
            "from sqlalchemy import text\n"
            "home = create_installation(Settings.from_environment())\n"
            "refuse_half_migrated(home)\n"
            "assert list(home.host.plugins) == ['core']\n"
            "with home.house('working on') as gate:\n"
            "    assert gate.create(Contact, {'last_name': 'Byron'}) == 1\n"
            "    print(gate.tx.run(text('SELECT name FROM apiary_hive'), why='test').scalars().all())\n"
        )
        asked = [str(self.python), "-c", script]
        return subprocess.run(
            asked, env=self.variables, capture_output=True, text=True, check=True
        ).stdout.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="pip cannot replace what runs there")
def test_a_package_is_added_upgraded_audited_taken_away_and_comes_back(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    first, second = make_wheel(wheels, 1), make_wheel(wheels, 2)
    make_newer_core(wheels)
    odd = make_wheel(tmp_path / "odd", 2, api=7, more={"hookline_apiary/spy.py": "import socket\n"})
    house = Environment(tmp_path)
    house.run("migrate")

    refused = house.run("plugin", "add", str(odd), *ALONE, "--yes", code=1)
    assert "network: socket (hookline_apiary/spy.py:1): NOT DECLARED" in refused
    assert "it was written for API level 7; this Hookline has 1" in refused
    said = house.run("plugin", "add", str(first), *ALONE, "--yes")
    for line in (
        "plugin       apiary 1.0: Apiary, API level 1", "table        apiary_hive: 0 rows", "column       contact.apiary_hives",
        "permission   apiary.smoke", "slot         record.side: apiary.hives", "job          apiary.count_bees (30 6 * * *)",
        "can do       nothing seen beyond records",
    ):  # fmt: skip
        assert line in said
    script = "INSERT INTO apiary_hive (name, created_at, updated_at, version, sort_key, search) VALUES ('by the mill', '2026-01-01', '2026-01-01', 1, '', '')"
    _execute(tmp_path / "house.db", script)

    found = ("--no-index", "--find-links", str(wheels))
    planned = json.loads(house.run("plugin", "upgrade", "hookline==99.0", *found, "--json"))
    assert planned["versions"] == [{"package": "hookline", "from": "0.1.0", "to": "99.0"}]
    assert "hookline==99.0" in planned["unfit"]["apiary"]
    upgraded = house.run("plugin", "upgrade", "hookline-apiary", "hookline<1", *found, "--yes")
    for line in (
        "hookline-apiary: 1.0 -> 2.0", "hookline-apiary: 0002 are to be run", "apiary: revision 0002 Weights.",
    ):  # fmt: skip
        assert line in upgraded

    (house.site / "hookline_apiary/migrations/__init__.py").write_text("import subprocess\n", "utf-8")
    audited = house.run("plugin", "audit", "apiary", code=1)
    assert "hookline_apiary/migrations/__init__.py is not what was installed" in audited
    assert "processes: subprocess (hookline_apiary/migrations/__init__.py:1): NOT DECLARED" in audited

    taken = [str(house.python), "-m", "pip", "uninstall", "--yes", "--quiet", "hookline-apiary"]
    subprocess.run(taken, env=house.variables, check=True, capture_output=True)
    assert "0 steps done" in house.run("migrate")
    assert house.work_on() == "['by the mill']"
    back = house.run("plugin", "add", str(second), *ALONE, "--yes")
    assert "table        apiary_hive: 1 rows from before" in back
    assert "0 steps done" in back


def _execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
