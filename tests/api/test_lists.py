"""Lists through the API: the filters of the screens, order, fields, and pages that stay right."""

import pytest

from tests.api.client import Api, Caller


@pytest.fixture
def many(api: Api) -> list[int]:
    """Twenty-five companies, some with the same or with no number of employees."""
    with api.town.as_("ada") as gate:
        rows = [{"name": f"Mill {n:02}", "employees": n % 4 or None, "industry": "Mills"} for n in range(25)]
        return gate.create_many("company", rows)


def test_pages_lead_past_every_record_once(ada: Caller, many: list[int]) -> None:
    for sort in (
        "id", "-id", "name", "-name", "employees", "-employees", "-created_at",
    ):  # fmt: skip
        seen, address = [], f"/companies?industry=Mills&industry.filled=1&sort={sort}&limit=4&fields=name"
        while address:
            answer = ada.get(address)
            page = answer.json()
            seen += [item["id"] for item in page["items"]]
            link = answer.headers.get("link")
            assert link == (f'<{page["next"]}>; rel="next"' if page["next"] else None)
            assert all(item.keys() == {"id", "name"} for item in page["items"])
            address = page["next"]
        assert sorted(seen) == many
        assert sort not in ("id", "name") or seen == many


def test_records_that_come_and_go_do_not_move_the_pages(ada: Caller, many: list[int]) -> None:
    first = ada.get("/companies?industry=Mills&sort=name&limit=10").json()
    ada.delete(f"/companies/{many[0]}")
    ada.make("/companies", name="Mill 00 b", industry="Mills")
    second = ada.get(first["next"]).json()
    assert [item["id"] for item in second["items"]] == many[10:20]


def test_a_total_is_given_when_asked_for(ada: Caller, many: list[int]) -> None:
    assert ada.get("/companies?industry=Mills&count=1&limit=3").json()["total"] == {
        "count": 25,
        "exact": True,
    }
    assert "total" not in ada.get("/companies?industry=Mills").json()


def test_filters_are_those_of_the_screens(ada: Caller) -> None:
    for query, names in (
        ("name.contains=MILL", ["The Old Mill"]),
        ("owner=me", []),
        ("industry=Machines", ["Acme Works"]),
        ("industry.empty=1", ["The Old Mill"]),
        ("q=acm", ["Acme Works"]),
        ("created_at.within=today&sort=-name", ["The Old Mill", "Acme Works"]),
        ("trash=1", []),
        ("name.starts=the&industry=Machines", []),
    ):  # fmt: skip
        assert [item["name"] for item in ada.get(f"/companies?{query}").json()["items"]] == names


def test_what_cannot_be_asked_is_said(ada: Caller) -> None:
    for query, field in (
        ("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("limit=", "limit"), ("limit=١", "limit"),
        ("limit=1&limit=2", "limit"), ("sort=nothing", "sort"), ("sort=contacts", "sort"), ("sort=search", "sort"),
        ("fields=name,nothing", "fields"), ("fields=search", "fields"), ("count=yes", "count"), ("after=x", "after"),
        ("nothing=1", "nothing"), ("name.gte=1", "name"), ("amount.gte=x", "amount"), ("stage=x", "stage"), ("id.x=1", "id"),
        ("trash=2", "trash"), ("after=WyJcdTAwMDAiLDFd&sort=name", "after"), ("custom=1", "custom"),
    ):  # fmt: skip
        answer = ada.get(f"/deals?{query}")
        assert (answer.status_code, [e["field"] for e in answer.json().get("errors", ())]) == (
            422,
            [field],
        ), answer.text


def test_a_list_shows_what_one_may_see(api: Api, boris: Caller) -> None:
    assert [item["name"] for item in boris.get("/deals").json()["items"]] == ["Scanners"]
    assert boris.get("/deals?count=1").json()["total"] == {"count": 1, "exact": True}


def test_links_of_records_one_may_not_see_are_left_out(api: Api, ada: Caller) -> None:
    ids = api.town.ids
    ada.patch(f"/contacts/{ids['helen']}", {"companies": [ids["the_mill"]]})
    found = ada.get("/contacts?fields=companies&sort=id").json()["items"]
    assert {item["id"]: item["companies"] for item in found}[ids["helen"]] == [ids["the_mill"]]
