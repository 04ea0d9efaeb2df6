"""`hookline demo` and `hookline serve` as people start them: in a process, over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from hookline.cli import main
from hookline.crm import demo
from hookline.crm.companies import Company
from hookline.kernel.installation import Installation
from hookline.settings import Settings
from hookline.start import create_installation
from sqlalchemy import select

from tests.commands.serving import refused, served
from tests.conftest import ROOT

MARGINS = ROOT / "examples/margins"


STORY = """
from hookline.crm import demo
from hookline.crm.companies import Company

def tell(home):
    with home.house("demo") as gate:
        gate.create(Company, {"name": "Mill"})
"""


@contextmanager
def signed_in(address: str) -> Iterator[httpx.Client]:
    account = demo.list_accounts()[0]
    with httpx.Client(base_url=address, follow_redirects=True, timeout=30) as client:
        answer = client.post("/sign-in", data={"email": account.email, "password": demo.PASSWORD})
        assert answer.status_code == 200
        yield client


def companies(home: Installation) -> list[str]:
    with home.house("test") as gate:
        return list(gate.run(select(Company.name)).scalars())


def test_the_margins_bundle_has_margins_on_its_deals(tmp_path: Path) -> None:
    arguments = ["demo", "--port", "0", "--bundle", str(MARGINS)]
    with served(*arguments, folder=tmp_path) as address, signed_in(address) as client:
        deals = client.get("/api/v1/deals", params={"limit": 100}).json()["items"]
        assert {deal["margins_margin"] is None for deal in deals if deal["amount"]} == {False}
        assert "Best margins" in client.get("/reports").text


def test_a_story_is_told_once_and_begins_again_when_asked(database_url: str, tmp_path: Path) -> None:
    bundle = tmp_path / "mills"
    bundle.mkdir()
    (bundle / "bundle.toml").write_text('story = "story.py"', "utf-8")
    (bundle / "story.py").write_text(STORY, "utf-8")
    sqlite = database_url.startswith("sqlite")
    arguments = [
        "demo",
        "--port",
        "0",
        "--bundle",
        str(bundle),
        *([] if sqlite else ["--postgres", database_url]),
    ]
    url = f"sqlite:///{tmp_path / 'var/demo/mills/hookline.db'}" if sqlite else database_url
    for more, expected in ([], ["Mill"]), ([], ["Mill", "Bank"]), (["--reset"], ["Mill"]):
        with served(*arguments, *more, folder=tmp_path):
            home = create_installation(Settings(database_url=url))
            assert companies(home) == expected
            with home.house("test") as gate:
                gate.create(Company, {"name": "Bank"})
            home.database.close()


def test_a_database_with_something_else_in_it_is_never_emptied(migrated_url: str, tmp_path: Path) -> None:
    if migrated_url.startswith("postgresql"):
        said = refused("demo", "--reset", "--postgres", migrated_url, folder=tmp_path)
        assert "the database holds something other than the demo story" in said


def test_a_bundle_that_is_not_there_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    said = CliRunner().invoke(main, ["demo", "--bundle", "circus"]).output
    assert said == "Error: there is no bundle 'circus'; examples/ has estate_agency, loyalty_club, margins\n"


def test_the_sign_in_page_comes_beside_a_plugin_that_cannot_be_imported(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("from hookline_sdk import Plugin\nplugin = Plugin('broken')\n1 / 0\n", "utf-8")
    arguments = {"HOOKLINE_PLUGINS": str(broken)}
    with served("demo", "--port", "0", folder=tmp_path, **arguments) as address:
        assert "Sign in" in httpx.get(f"{address}/sign-in").text
        with signed_in(address) as client:
            assert "ZeroDivisionError" in client.get("/-/plugins").text
