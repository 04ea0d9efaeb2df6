"""Two plugins that call everything alike live side by side: in the database, in addresses, files, sentences and rights."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from hookline.crm.sign_in.sessions import open_session
from hookline.kernel.background.jobs import enqueue
from hookline.web.guard import COOKIE
from hookline_sdk.testing.elements import read_html

from tests.commands.serving import served
from tests.patience import tries
from tests.plain import TRUSTS_NOBODY
from tests.town import Town, build_town
from tests.web.twin import write_twin
from tests.web.visitor import words

NAMES = ("north", "south")


@dataclass
class House:
    """A house in which both run, and an administrator in it."""

    town: Town
    address: str
    cookie: str

    def get(self, path: str) -> httpx.Response:
        answer = httpx.get(f"{self.address}{path}", headers=self._headers(), timeout=60, verify=TRUSTS_NOBODY)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {words(answer.text)[-300:]}"
        return answer

    def text(self, path: str) -> str:
        return words(self.get(path).text)

    def post(self, path: str, form: dict[str, str]) -> httpx.Response:
        token = read_html(self.get("/deals").text).one("body")["data-csrf"]
        headers = {**self._headers(), "origin": self.address}
        return httpx.post(
            f"{self.address}{path}", data={"_csrf": str(token), **form}, headers=headers, timeout=60
        )

    def _headers(self) -> dict[str, str]:
        return {"cookie": f"{COOKIE}={self.cookie}", "accept-language": "en"}


@pytest.fixture
def house(migrated_url: str, tmp_path: Path) -> Iterator[House]:
    town = build_town(migrated_url)
    modules = [write_twin(tmp_path, name) for name in NAMES]
    with town.installation.database.write() as tx:
        cookie = open_session(tx, town.ids["ada"], datetime.now(UTC), address="127.0.0.1", agent="test")
    environment = {
        "HOOKLINE_DATABASE_URL": migrated_url,
        "HOOKLINE_DATA_DIR": str(tmp_path / "data"),
        "HOOKLINE_PLUGINS": ",".join(modules),
        "PYTHONPATH": str(tmp_path),
    }
    with served("serve", "--migrate", "--port", "0", folder=tmp_path, **environment) as address:
        yield House(town, address, cookie)
    town.installation.database.close()


def test_two_plugins_of_one_pattern_live_side_by_side(house: House) -> None:
    deal = house.town.ids["scanners"]
    state = house.text("/-/plugins")
    assert ("North Runs" in state, "South Runs" in state, "Off:" in state) == (True, True, False)
    # Fields of one name on one record: each has its own column, form field and filter.
    form = house.text(f"/deals/{deal}/edit")
    assert ("Budget of North" in form, "Budget of South" in form) == (True, True)
    for name, amount in zip(NAMES, ("11", "22"), strict=True):
        version = read_html(house.get(f"/deals/{deal}/edit").text).one("input[name=version]")
        sent = {"version": version["value"], "name": "Scanners", f"{name}_budget": amount}
        assert house.post(f"/deals/{deal}", sent).status_code == 303
    assert "Scanners" in house.text("/deals?north_budget=11")
    assert "Scanners" not in house.text("/deals?south_budget=11")
    # Tables, pages, templates, files, panels, columns, reports, widgets, rights and settings of one name.
    menu, roles = house.text("/deals"), house.text("/settings/roles/1")
    for name, amount in zip(NAMES, ("11", "22"), strict=True):
        label = name.capitalize()
        assert house.post(f"/{name}/listings-of-{name}", {"address": f"{label} street"}).status_code == 303
        refused = house.post(f"/{name}/listings-of-{name}", {"address": f"no {name}"})
        assert (refused.status_code, f"{label} refuses" in words(refused.text)) == (422, True)
        assert f"{label} street" in house.text(f"/{name}/listings-of-{name}")
        assert f"{label} panel" in (panel := house.text(f"/deals/{deal}/panel/{name}/summary"))
        assert amount in panel
        assert f"{label} template: Good day" in house.text(f"/x/{name}/grid")
        assert f"x/{name}/look.css" in house.get(f"/x/{name}/grid").text
        assert f"{label} report" in house.text(f"/reports/{name}/sums")
        assert f"{label} widget" in house.text(f"/widgets/{name}/number")
        assert f"{label} column" in menu
        assert f"Listings of {label}" in menu
        assert f"Publish of {label}" in roles
        assert f"Portal of {label}" in house.text("/settings")
    # What is said in another language, each in its own words.
    house.post("/me/language", {"language": "ru", "back": "/"})
    for name in NAMES:
        assert f"Добрый день, {name}" in house.text(f"/x/{name}/grid")
    # Jobs of one name: each writes what is its own.
    with house.town.installation.database.write() as tx:
        for name in NAMES:
            enqueue(tx, f"{name}.nightly", {}, now=datetime.now(UTC))
    for name in NAMES:
        wanted = f"{name.capitalize()} job"
        assert any(wanted in house.text(f"/{name}/listings-of-{name}") for _ in tries()), wanted
