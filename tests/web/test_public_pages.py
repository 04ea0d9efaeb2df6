"""Public pages of plugins: for whoever has a link that this house has made, and for nobody else."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from hookline.crm.deals import Deal
from hookline.crm.nouns import core
from hookline.errors import PluginError
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.public_links import public_address
from httpx import Response

from tests.town import NOW, Town
from tests.web.showroom import plugin
from tests.web.visitor import ORIGIN, Doors, open_doors, words

pytestmark = pytest.mark.one_engine


@pytest.fixture
def house(town: Town, tmp_path: Path) -> Iterator[Doors]:
    host = PluginHost()
    host.load([core, plugin])
    installation = Installation(town.installation.database, host, clock=lambda: NOW)
    with open_doors(Town(installation, town.ids), tmp_path / "data") as opened:
        yield opened


def link(house: Doors, about: str, page: str = "showroom.rename") -> str:
    home = house.client.app.state.site.installation
    with home.house("a test") as gate:
        whole = urlsplit(public_address(gate, page, about))
        assert f"{whole.scheme}://{whole.netloc}" == home.settings.base_url.rstrip("/")
    return whole.path


def send(house: Doors, path: str, **form: str) -> Response:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return house.client.post(path, content=urlencode(form), headers=headers, follow_redirects=False)


def name(house: Doors) -> str:
    with house.town.house() as gate:
        return gate.get(Deal, house.town.ids["scanners"]).name


def test_whoever_has_a_link_reads_and_sends_without_signing_in(house: Doors) -> None:
    path = link(house, str(house.town.ids["scanners"]))
    page = house.client.get(path)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "private, no-store"
    assert name(house) in page.text
    assert "sidebar" not in page.text
    assert send(house, path, said="By a stranger").status_code == 303
    assert name(house) == "By a stranger"
    assert send(house, path, said="").status_code == 422
    # As mail programs do, with nothing but this.
    assert send(house, path, **{"List-Unsubscribe": "One-Click"}).status_code == 303


def test_a_colleague_sees_what_a_stranger_sees_and_may_send_it(house: Doors) -> None:
    path, boris = link(house, str(house.town.ids["scanners"])), house.enter("boris")
    assert "sidebar" not in boris.get(path).text
    assert boris.post(path, {"said": "By Boris"}).status_code == 303
    assert name(house) == "By Boris"


def test_the_language_is_the_addresses_or_the_browsers(house: Doors) -> None:
    path = link(house, str(house.town.ids["scanners"]))
    assert "Сохранить" in words(house.client.get(f"{path}?lang=ru").text)
    assert "Сохранить" in words(house.client.get(path, headers={"accept-language": "ru"}).text)
    assert "Save" in words(house.client.get(f"{path}?lang=xx").text)


def test_another_page_another_seal_and_another_site_open_nothing(house: Doors) -> None:
    good = link(house, str(house.town.ids["scanners"]))
    for bad in (
        good[:-4] + "AAAA",
        f"{good}A",
        "/p/showroom/rename/7",
        good.replace("rename", "grid"),
        "/x/showroom/rename",
    ):
        assert house.enter("boris").get(bad).status_code == 404, bad
    assert house.client.get(link(house, "7", "showroom.grid")).status_code == 404
    foreign = {"origin": "http://elsewhere.example", "sec-fetch-site": "cross-site"}
    assert house.client.post(good, data={"said": "x"}, headers=foreign).status_code == 403
    assert house.client.post(good, data={"said": "x"}, headers={"origin": ORIGIN}).status_code in (200, 303)


def test_a_public_page_is_in_no_menu_and_needs_no_right() -> None:
    with pytest.raises(PluginError, match="public page"):
        Plugin("loud").page("Loud", menu="Sales", public=True)
