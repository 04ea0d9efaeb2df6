"""Tests of the one-file plugin, as its author would write them."""

from hookline_sdk import Deal
from hookline_sdk.testing import AssertQueries, AsUser, Client, Crm, Make


def test_the_panel_shows_the_margin(client: Client, make: Make) -> None:
    deal = make(Deal, margins_margin=37)
    page = client.get(f"/deals/{deal.id}/panel/margins/margin_panel")
    assert "37%" in page.text


def test_a_margin_beyond_a_hundred_is_refused(client: Client, make: Make) -> None:
    client.get("/deals/new")
    client.form().submit(name="Scanners", margins_margin="101", status=422)


def test_an_observer_changes_nothing(as_user: AsUser, make: Make) -> None:
    deal = make(Deal)
    as_user("observer").get(f"/deals/{deal.id}/edit", status=403)


def test_the_list_costs_the_same_however_many_there_are(
    client: Client, make: Make, assert_queries: AssertQueries
) -> None:
    make.many(Deal, 50)
    with assert_queries(max=12):
        client.get("/deals")


def test_every_screen_stands_whatever_is_in_it(crm: Crm) -> None:
    assert len(crm.screens()) > 10
