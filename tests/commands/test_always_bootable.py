"""Whatever goes wrong with a plugin at the start, it alone is off, says why, and the house serves."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
import pytest
from hookline.crm.sign_in.sessions import open_session
from hookline.web.guard import COOKIE

from tests.commands.serving import HOOKLINE, _environment, served
from tests.plain import TRUSTS_NOBODY
from tests.town import build_town
from tests.web.visitor import words

pytestmark = pytest.mark.one_engine

HEAD: Final = "from hookline_sdk import *\nfrom hookline_sdk import Plugin\nplugin = Plugin('{name}')\n"
ENTITY: Final = (
    "class Thing(Entity, plugin=plugin, title='name'{more}):\n    name: Mapped[str] = text('Name')\n"
)
# By name: what the plugin does, and what its line says.
OFF: Final = {
    "raises": ("1 / 0", "ZeroDivisionError: division by zero (raises.py, line 4)"),
    "unspeakable": ("class Odd(Exception):\n    __str__ = None\nraise Odd", "Odd (unspeakable.py, line 6)"),
    "leaves": ("import sys; sys.exit(3)", "it called sys.exit(3)"),
    "garbled": ("def def", "SyntaxError"),
    "misspelt": ("@hookimpl\ndef before_sav(event): ...", "Did you mean before_save?"),
    "refuses": ("plugin.contribute = lambda: 1 / 0", "ZeroDivisionError"),
    "labelled": ("plugin.panel(Deal, object())(lambda record, gate: None)", "label is a object, not a text"),
    "needing": ("plugin.needs = None", "needs is nothing (None)"),
    "claims": ("plugin.activity_kind('call', 'Call')", "the plugin core has it already"),
    "impostor": ("plugin.contributions.append(Contribution('core', 'seed', None, 'x', 'x', print))", "it is said to be of the plugin 'core'"),
    "core": ("", "another plugin is called core too"),
    "grafts": ("class More(Fields[Deal], plugin=plugin):\n    x: Mapped[int] = integer('X')\nplugin.groups[0].target = None", ""),
    "settings": (ENTITY.format(more=", slug='users', plural='Users'"), "an address of it is taken"),
}  # fmt: skip
DIES: Final = {"dies": "import os; os._exit(7)", "crashes": "import ctypes; ctypes.string_at(0)"}
# In an import, a hook and a seed.
HANGS: Final = {
    "dreams": "while True:\n    try:\n        pass\n    except Exception:\n        pass\n",
    "counts": "import time\nplugin.contribute = lambda: time.sleep(3600)",
    "digs": "import time\n@plugin.seed\ndef dig(gate):\n    time.sleep(3600)\n",
}
SOWS: Final = "@plugin.seed\ndef sow(gate):\n    raise ValueError('no seed')\n"


def _write(folder: Path) -> list[str]:
    """All of them, one file each, and three in folders of their own."""
    sources = {name: source for name, (source, _) in OFF.items()} | DIES | HANGS | {"sows": SOWS, "sound": ""}
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(HEAD.format(name=name) + source, "utf-8")
    packages: dict[str, dict[str, str | None]] = {
        "unreadable": {"__init__.py": HEAD, "static/look.css": None},
        "unmigrated": {"__init__.py": HEAD + ENTITY.format(more=""), "migrations/r1.py": "1 / 0"},
        "untold": {"__init__.py": HEAD, "locale/ru/LC_MESSAGES/untold.po": "msgid nothing of the kind"},
        "unfinished": {
            "__init__.py": HEAD
            + "@plugin.page('Page')\ndef page(asked, gate):\n    return Page('page.html')\n",
            "templates/page.html": "{% if %}",
        },
    }
    for name, files in packages.items():
        for path, content in files.items():
            (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                (folder / name / path).symlink_to("nowhere")
            else:
                (folder / name / path).write_text(content.replace("{name}", name), "utf-8")
    return [
        *(str(folder / f"{name}.py") for name in sources),
        "unreadable",
        "unmigrated",
        "untold",
        "unfinished",
    ]


@pytest.fixture
def lines(migrated_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What /-/plugins says of each, once the house serves."""
    town = build_town(migrated_url)
    with town.installation.database.write() as tx:
        cookie = open_session(tx, town.ids["ada"], datetime.now(UTC), address="127.0.0.1", agent="test")
    environment = {
        "HOOKLINE_DATABASE_URL": migrated_url,
        "HOOKLINE_DATA_DIR": str(tmp_path / "data"),
        "HOOKLINE_PLUGINS": ",".join(_write(tmp_path)),
        "PYTHONPATH": str(tmp_path),
        # A tenth: six seconds for what would have a minute.
        "HOOKLINE_PLUGIN_PATIENCE": "0.2",
    }
    for _ in DIES:
        died = subprocess.run(
            [*HOOKLINE, "doctor"],
            cwd=tmp_path,
            env=_environment(environment),
            capture_output=True,
            check=False,
        )
        assert died.returncode != 0
    with served("serve", "--migrate", "--port", "0", folder=tmp_path, **environment) as address:
        headers = {"cookie": f"{COOKIE}={cookie}"}

        def text(path: str) -> str:
            answer = httpx.get(f"{address}{path}", headers=headers, timeout=60, verify=TRUSTS_NOBODY)
            assert answer.status_code == 200, path
            return words(answer.text)

        page = text("/-/plugins")
        for path in (
            "/",
            "/deals",
            f"/deals/{town.ids['scanners']}",
            "/settings/users",
            "/x/unfinished/page",
        ):
            text(path)
        yield {"all": page}


def test_one_is_off_and_says_why_and_the_house_serves(lines: dict[str, str]) -> None:
    page = lines["all"]
    for name, (_, reason) in OFF.items():
        if reason:
            assert reason in page, f"{name}: {page[page.find(name) :][:300]}"
    for name in DIES:
        assert f"`hookline plugin retry {name}` tries again" in page
    assert "unreadable Off: failed at start its files cannot be read" in page
    assert "unmigrated Off: failed at start" in page
    assert "it took longer than 6 s (dreams.py, line " in page
    assert "counts Off: failed at start TookTooLong: it took longer than 6 s" in page
    assert "Digs Fails" in page
    for name in ("Sound", "Untold", "Unfinished"):
        assert f"{name} Runs" in page or f"{name} Fails" in page, name
    assert "Sows Fails" in page
    assert "no seed" in page
