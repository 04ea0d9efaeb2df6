"""Merging on the screen: choose the other record, compare, merge, and find the way from the old one."""

from hookline.crm.contacts import Contact
from hookline.kernel.whole import read_whole

from tests.web.test_admin_people import written
from tests.web.visitor import Doors, words


def twins(doors: Doors) -> tuple[int, int]:
    """Two contacts of boris with the same name and different particulars."""
    town = doors.town
    shared = {
        "owner": town.ids["boris"],
        "team": town.ids["north"],
        "first_name": "Ann",
        "last_name": "Weaver",
    }
    with town.house() as gate:
        one = gate.create(Contact, {**shared, "email": "ann@acme.example", "description": "Likes tea"})
        two = gate.create(Contact, {**shared, "phone": "+442079460000", "description": "Drinks coffee"})
    return one, two


def test_two_are_found_compared_and_made_one(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    one, two = twins(doors)
    assert f"/contacts/{one}/merge" in boris.get(f"/contacts/{one}").text
    choice = boris.see(f"/contacts/{one}/merge")
    assert "Ann Weaver" in words(str(choice))
    assert f"/contacts/{one}/merge?with={two}" in str(choice)
    page = boris.see(f"/contacts/{one}/merge?with={two}")
    assert "Drinks coffee" in words(str(page))
    form = written(page, f"/contacts/{one}/merge")
    assert (form["pick.phone"], form["pick.description"]) == ("other", "kept")
    done = boris.walk(f"/contacts/{one}/merge", {**form, "pick.description": "both"})
    assert "The two are one now" in words(str(done))
    with town.as_("boris") as gate:
        kept = read_whole(gate, gate.schema["contact"], one).values
    assert (kept["phone"], kept["description"]) == ("+442079460000", "Likes tea\n\nDrinks coffee")
    gone = boris.get(f"/contacts/{two}").text
    assert "This was merged into another record:" in gone
    assert f'href="/contacts/{one}"' in gone


def test_what_changed_meanwhile_is_shown_again(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    one, two = twins(doors)
    form = written(boris.see(f"/contacts/{one}/merge?with={two}"), f"/contacts/{one}/merge")
    with town.as_("boris") as gate:
        gate.update(Contact, two, {"city": "Leeds"})
    page = boris.walk(f"/contacts/{one}/merge", form)
    assert "changed meanwhile" in words(str(page))
    assert "Leeds" in words(str(page))
    with town.as_("boris") as gate:
        assert not read_whole(gate, gate.schema["contact"], two).trashed


def test_nobody_merges_with_what_is_not_there_for_them(doors: Doors) -> None:
    boris = doors.enter("boris")
    one, _ = twins(doors)
    for other in (one, "x", "0", "9" * 30):
        assert boris.get(f"/contacts/{one}/merge?with={other}").status_code == 422
    assert boris.get(f"/contacts/{one}/merge?with=999999").status_code == 404
    assert boris.post(f"/contacts/{one}/merge", {"with": "999999"}).status_code == 404
    assert doors.enter("olga").get(f"/contacts/{one}/merge").status_code in (403, 404)
