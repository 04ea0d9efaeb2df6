"""Reaching people from a record: links by every way there is, of those that may be seen; and writing down what came of it."""

import pytest
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline_sdk.testing.elements import read_html

from tests.web.visitor import Doors, Visitor, words


def ways(visitor: Visitor, path: str) -> list[str]:
    """The addresses that a menu of ways leads to."""
    page = read_html(visitor.get(f"{path}/reach", htmx=True).text)
    return [str(link["href"]) for link in page.select("a.menu-item")]


def test_a_deal_reaches_its_contact_and_its_company(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    path = f"/deals/{town.ids['scanners']}"
    assert ways(boris, path) == []
    assert "No number and no address is known." in words(boris.get(f"{path}/reach").text)
    values = {
        "phone": "+442079460000", "mobile": "+447911123456", "email": "helen@mill.example", "whatsapp": "+447911123456",
        "telegram": "https://t.me/helen_marsh",
    }  # fmt: skip
    with town.house() as gate:
        gate.update(Contact, town.ids["helen"], values)
        gate.update(Company, town.ids["acme"], {"phone": "+442079460001"})
    helen = [
        "tel:+442079460000", "tel:+447911123456", "mailto:helen@mill.example", "sms:+447911123456",
        "https://t.me/helen_marsh", "https://wa.me/447911123456",
    ]  # fmt: skip
    assert ways(boris, path) == [*helen, "tel:+442079460001"]
    assert ways(boris, f"/contacts/{town.ids['helen']}")[:6] == helen
    menu = boris.get(f"{path}/menu", htmx=True).text
    assert "tel:+442079460000" in menu
    assert boris.statements(f"{path}/reach") <= 6


@pytest.mark.one_engine
def test_nobody_is_told_a_number_that_is_not_for_them(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    with town.house() as gate:
        gate.update(Contact, town.ids["ivan"], {"phone": "+442079460000", "telegram": "javascript:alert(1)"})
        gate.update(Deal, town.ids["scanners"], {"contact": town.ids["ivan"]})
    assert ways(boris, f"/deals/{town.ids['scanners']}")[0] == "tel:+442079460000"
    assert "javascript" not in boris.get(f"/deals/{town.ids['scanners']}/reach").text
    with town.house() as gate:
        gate.trash(Contact, town.ids["ivan"])
    assert ways(boris, f"/deals/{town.ids['scanners']}") == []
    assert boris.get(f"/deals/{town.ids['flour']}/reach").status_code == 404


@pytest.mark.one_engine
def test_a_call_is_written_down_in_two_taps(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    path = f"/deals/{town.ids['scanners']}"
    page = boris.see(path)
    bar = [str(link["href"]) for link in page.select(".actionbar a")]
    assert bar == [f"{path}/reach", "#composer-call", "#composer-meeting", "#composer-note"]
    for target in bar[1:]:
        assert page.select_one(f"{target} button[type=submit]") is not None, (
            "the second tap saves, with nothing to fill in"
        )
    boris.walk(f"{path}/activities/call", {"direction": "outgoing"})
    assert page.select_one('input[name="photo"][capture]') is not None
    with town.house() as gate:
        gate.create(Deal, {"name": "Idle", "owner": town.ids["boris"], "team": town.ids["north"]})
    assert boris.see("/").select('a[href$="#composer-call"]') != []


@pytest.mark.one_engine
def test_the_manifest_names_icons_that_are_there(doors: Doors) -> None:
    page = doors.enter("boris").see("/")
    link = page.select_one("link[rel=manifest]")
    assert link is not None
    answer = doors.client.get(str(link["href"]))
    assert answer.headers["content-type"].startswith("application/manifest+json")
    told = answer.json()
    assert (told["start_url"], told["display"]) == ("/", "standalone")
    for icon in told["icons"]:
        picture = doors.client.get(icon["src"])
        assert picture.content.startswith(b"\x89PNG"), icon
        width = int.from_bytes(picture.content[16:20])
        assert icon["sizes"] == f"{width}x{width}"
    assert [meta["content"] for meta in page.select("meta[name=theme-color]")] == ["#ffffff", "#121317"]
