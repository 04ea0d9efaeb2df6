"""Lists at their doors: filters in words, columns, order, pages, groups, trash, and what a page costs."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from hookline.crm.access.roles import Role, field_right
from hookline.crm.activities import Activity
from hookline.crm.contacts import Contact
from hookline.crm.custom_fields import NewField, add_field
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.kernel.plugins.plugin import Plugin
from hookline_sdk.testing.elements import Element, read_html
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from tests.kernel.orchard import open_orchard
from tests.town import NOW, Town, open_town
from tests.web.visitor import Doors, open_doors, words


def text(found: Element | None) -> str:
    assert found is not None
    return " ".join(found.get_text(" ").split())


def chips(page: Element) -> list[str]:
    return [text(chip) for chip in page.select(".toolbar .chip:not(.add)")]


def names(page: Element) -> list[str]:
    return [text(cell) for cell in page.select("tbody .k-main")]


def heads(page: Element) -> list[str]:
    return [text(head) for head in page.select("thead th")[1:-1]]


def query_of(page_link: Element | None) -> dict[str, list[str]]:
    assert page_link is not None
    return parse_qs(urlsplit(str(page_link["href"])).query)


def hide(town: Town, entity: str, field: str, role: str = "Seller") -> None:
    """Take a field away from everybody of a role."""
    with town.house() as gate:
        id = gate.scalar(select(Role.id).where(Role.name == role))
        gate.tx.run(insert(field_right).values(role=id, entity=entity, field=field, right=0), why="the town")
        gate.configured()


def many_deals(town: Town, count: int) -> None:
    with town.house() as gate:
        company, owner = town.ids["acme"], {"owner": town.ids["boris"], "team": town.ids["north"]}
        gate.create_many(
            Deal,
            [
                {
                    "name": f"deal {n:04}",
                    "amount": Decimal(n + 1),
                    "currency": "EUR",
                    "company": company,
                    **owner,
                }
                for n in range(count)
            ],
        )


def test_of_several_filters_one_can_be_enough(doors: Doors) -> None:
    ada, ids = doors.enter("ada"), doors.town.ids
    page = ada.see(f"/deals?any.owner={ids['clara']}&any.amount.gte=80000&any.amount.lte=90000&outcome=open")
    assert names(page) == ["Scanners", "Мука, 40 тонн"]
    assert text(page.select_one(".chips")).split(" Add filter")[0] == (
        "Outcome is Open and ( Owner is Clara or Amount between €80,000 and €90,000 )"
    )
    joints = [str(joint["href"]) for joint in page.select(".joint")]
    assert query_of(page.select(".joint")[0]).keys() == {
        "any.outcome",
        "any.owner",
        "any.amount.gte",
        "any.amount.lte",
    }
    assert names(ada.see(joints[1])) == []
    assert ada.statements(f"/deals?any.owner={ids['clara']}&any.amount.gte=80000") <= 5


@pytest.mark.one_engine
def test_the_form_of_one_filter_comes_alone_for_the_script(doors: Doors) -> None:
    ada = doors.enter("ada")
    form = ada.get(
        "/deals/filter?back=%2Fdeals%2Fboard&any.amount.gte=5&owner=me&filter=any.amount", htmx=True
    )
    page = read_html(form.text)
    sent = {str(i["name"]): str(i.get("value", "")) for i in page.select("input[name]")}
    assert sent == {"set": "any.amount", "back": "/deals/board", "owner": "me", "since": "5", "until": ""}
    goal = ada.get(f"/deals/filter?{urlencode(sent)}&op=span&until=9")
    assert goal.headers["location"] == "/deals/board?owner=me&any.amount.gte=5&any.amount.lte=9"
    plain = ada.get("/deals/filter?back=%2Fdeals&filter=amount")
    assert plain.headers["location"] == "/deals?filter=amount"


def test_filters_read_like_sentences(doors: Doors) -> None:
    ada, ids = doors.enter("ada"), doors.town.ids
    page = ada.see(
        f"/deals?amount.gte=5000&amount.lte=90000&owner=me&closed_on.within=this_month&stage={ids['new']},{ids['offer']}"
        f"&company={ids['acme']}&name.contains=scan&product.empty=1&expected_close.gte=2026-03-01&source.not=1,2,3,4"
    )
    assert chips(page)[:8] == [
        "Amount between €5,000 and €90,000", "Owner is me", "Closed on this month", "Stage is New or Offer",
        "Company is Acme Works", "Deal contains “scan”", "Product is empty", "Expected close from 1 Mar 2026",
    ]  # fmt: skip
    assert chips(page)[8].startswith("Source is not ")
    assert chips(page)[8].endswith("or 2 more")
    cleared = query_of(page.select_one('.chip .x[aria-label="Clear: Amount"]'))
    assert "amount.gte" not in cleared
    assert cleared["owner"] == ["me"]


def test_every_readable_field_can_be_asked_about_and_a_hidden_one_cannot(doors: Doors) -> None:
    with doors.town.as_("ada") as gate:
        add_field(
            gate,
            "deal",
            NewField(label="Region", kind="choice", choices=(("n", "North Sea", "blue"),), filter=True),
        )
    hide(doors.town, "deal", "probability")
    boris = doors.enter("boris")
    page = boris.see("/deals")
    offered = [text(item) for item in page.select("#filter-menu .menu-item")]
    assert {"Amount", "Owner", "Competitor", "Created", "Region"} <= set(offered)
    assert offered.index("Amount") < offered.index("Competitor")
    assert "Probability" not in offered
    assert "Currency" not in offered
    for path in (
        "/deals?probability.gte=1",
        "/deals?filter=probability",
        "/deals?sort=probability",
        "/deals?group=probability",
    ):
        hidden, missing = boris.get(path), boris.get(path.replace("probability", "propability"))
        assert (hidden.status_code, words(hidden.text)) == (
            422,
            words(missing.text).replace("propability", "probability"),
        )


EDITORS: dict[str, tuple[dict[str, str | list[str]], dict[str, str]]] = {
    "amount": ({"op": "span", "since": "5000", "until": ""}, {"amount.gte": "5000"}),
    "name": ({"op": "starts", "value": "Scan"}, {"name.starts": "Scan"}),
    "outcome": ({"op": "is", "value": ["open", "won"]}, {"outcome": "open,won"}),
    "owner": ({"op": "not", "value": ["me"]}, {"owner.not": "me"}),
    "expected_close": (
        {"op": "span", "range": "this_month", "since": "", "until": ""},
        {"expected_close.within": "this_month"},
    ),
    "next_activity": ({"op": "empty", "range": "", "since": "", "until": ""}, {"next_activity.empty": "1"}),
    "company": ({"op": "is", "value__name": "Acme Works"}, {"company": "?acme"}),
    "contacts": ({"op": "filled"}, {"contacts.filled": "1"}),
    "team": ({"op": "is", "value": ["my_teams"]}, {"team": "my_teams"}),
}


def test_the_form_of_each_field_writes_its_filter_and_shows_it_again(doors: Doors) -> None:
    ada, acme = doors.enter("ada"), str(doors.town.ids["acme"])
    for name, (typed, expected) in EDITORS.items():
        page = ada.see(f"/deals?q=x&probability.gte=5&filter={name}")
        form = page.select_one("form.filter-edit")
        assert form is not None
        sent = {str(i["name"]): str(i["value"]) for i in form.select("input[type=hidden]")}
        inputs = {str(i["name"]) for i in form.select("[name]")}
        assert typed.keys() <= inputs, name
        answer = ada.get(f"{form['action']}?{_written({**sent, **typed})}")
        assert answer.status_code == 303, name
        goal = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
        wanted = {key: value.replace("?acme", acme) for key, value in expected.items()}
        assert goal == {"q": "x", "probability.gte": "5", **wanted}
        again = ada.see(f"/deals?filter={name}&{_written(wanted)}")
        assert again.select_one("form.filter-edit") is not None
        assert len(chips(again)) == 1


def _written(items: Mapping[str, object]) -> str:
    return urlencode(items, doseq=True)


def test_a_filter_s_form_shows_what_is_asked_now(doors: Doors) -> None:
    page = doors.enter("ada").see("/deals?outcome=open,won&filter=outcome")
    ticked = [str(box["value"]) for box in page.select("form.filter-edit [type=checkbox][checked]")]
    assert ticked == ["open", "won"]
    page = doors.enter("ada").see("/deals?amount.gte=5&amount.lte=7&filter=amount")
    values = [str(box["value"]) for box in page.select("form.filter-edit input:not([type=hidden])")]
    assert values == ["5", "7"]


def test_the_form_never_leads_out_of_the_site(doors: Doors) -> None:
    ada = doors.enter("ada")
    for back in ("https://evil.example/", "//evil.example", "/contacts", "/deals/../x"):
        answer = ada.get(f"/deals/filter?set=name&op=is&value=x&back={back}")
        assert answer.headers["location"].startswith("/deals")


def test_with_htmx_only_the_records_come(doors: Doors) -> None:
    ada = doors.enter("ada")
    part = ada.get("/deals?outcome=open", htmx=True).text
    assert part.lstrip().startswith('<div class="list" id="records">')
    assert "<html" not in part
    assert part.strip() in ada.get("/deals?outcome=open").text


def test_columns_are_chosen_moved_and_put_back(doors: Doors) -> None:
    ada = doors.enter("ada")
    page = ada.see("/deals?column=amount&column=outcome&column=gone")
    assert heads(page) == ["Deal", "Amount", "Outcome"]
    later = page.select_one('#column-menu a[aria-label="Move right: Amount"]')
    assert later is not None
    assert heads(ada.see(str(later["href"]))) == ["Deal", "Outcome", "Amount"]
    assert page.select_one("#column-menu footer [name=usual]") is not None
    usual = ada.post("/deals/columns", {"query": "column=amount", "usual": "1"})
    assert usual.headers["location"] == "/deals"


def test_heads_sort_one_way_and_then_the_other(doors: Doors) -> None:
    ada = doors.enter("ada")
    page = ada.see("/deals")
    assert names(page) == ["Scanners", "Мука, 40 тонн"]
    first = page.select_one('th a[href*="sort=amount"]')
    assert first is not None
    page = ada.see(str(first["href"]))
    assert names(page) == ["Мука, 40 тонн", "Scanners"]
    head = page.select_one('th[aria-sort="ascending"] a')
    assert head is not None
    assert names(ada.see(str(head["href"]))) == ["Scanners", "Мука, 40 тонн"]


def test_pages_know_where_they_are_in_both_directions(doors: Doors) -> None:
    many_deals(doors.town, 118)
    ada, ranges, path = doors.enter("ada"), [], "/deals"
    for rel in ("next", "next", "prev", "prev"):
        page = ada.see(path)
        ranges.append((text(page.select_one(".grid-foot > span")), len(names(page))))
        link = page.select_one(f'.pager a[rel="{rel}"]')
        assert link is not None
        path = str(link["href"])
    page = ada.see(path)
    ranges.append((text(page.select_one(".grid-foot > span")), len(names(page))))
    assert ranges == [
        ("1–50 of 120", 50),
        ("51–100 of 120", 50),
        ("101–120 of 120", 20),
        ("51–100 of 120", 50),
        ("1–50 of 120", 50),
    ]
    assert page.select_one('.pager a[rel="prev"]') is None


def test_a_page_that_is_gone_leads_back_to_the_first(doors: Doors) -> None:
    many_deals(doors.town, 60)
    ada = doors.enter("ada")
    link = ada.see("/deals?q=deal").select_one('.pager a[rel="next"]')
    assert link is not None
    with doors.town.house() as gate:
        for row in gate.rows(select(Deal.id).where(Deal.name.startswith("deal"))):
            gate.trash(Deal, row[0])
    answer = ada.get(str(link["href"]))
    assert (answer.status_code, answer.headers["location"]) == (303, "/deals?q=deal")


def test_sums_stand_under_the_list_by_currency(doors: Doors) -> None:
    with doors.town.house() as gate:
        gate.create(
            Deal, {"name": "Dollars", "amount": Decimal(100), "currency": "USD", "probability": Decimal(50)}
        )
    page = doors.enter("ada").see("/deals")
    sums = [text(found) for found in page.select(".sum")]
    assert sums[0] == "€96,600.50 + $100 Amount" or sums[0] == "€96,600.50 + US$100 Amount"
    assert sums[1].endswith("Weighted")
    with doors.town.house() as gate:
        # What names no currency is in that of the house.
        gate.create(Deal, {"name": "The house's", "amount": Decimal(100), "currency": None})
    assert text(doors.enter("ada").see("/deals").select(".sum")[0]).startswith("€96,700.50 + ")


def test_a_list_is_grouped_with_counts_and_sums_that_lead_on(doors: Doors) -> None:
    ada = doors.enter("ada")
    page = ada.see("/deals?group=owner&outcome=open")
    lines = {
        text(row.select_one("th")): [text(cell) for cell in row.select("td.num")]
        for row in page.select(".groups-table tbody tr")
    }
    assert lines["Boris"][:2] == ["1", "€84,600.50"]
    assert lines["Clara"][:2] == ["1", "€12,000"]
    assert [text(cell) for cell in page.select("tfoot .num")][:2] == ["2", "€96,600.50"]
    link = page.select_one(".groups-table tbody a")
    assert link is not None
    assert query_of(link)["outcome"] == ["open"]
    assert len(names(ada.see(str(link["href"])))) == 1
    for field in ("stage", "team", "source", "pipeline", "outcome"):
        assert ada.get(f"/deals?group={field}").status_code == 200, field


def test_an_empty_list_says_how_to_begin_and_one_that_finds_nothing_how_to_go_on(doors: Doors) -> None:
    ada, olga = doors.enter("ada"), doors.enter("olga")
    assert "Nothing here yet" in words(ada.get("/leads").text)
    assert ada.see("/leads").select_one('.empty a[href="/leads/new"]') is not None
    assert olga.see("/leads").select_one(".empty a") is None
    nothing = ada.see("/deals?q=zzz&amount.gte=1")
    assert text(nothing.select_one(".empty h2")) == "Nothing fits"
    assert [link["href"] for link in nothing.select(".empty a")] == [
        "/deals",
        "/deals?amount.gte=1",
        "/deals?q=zzz",
    ]


def test_the_trash_is_a_list_from_which_records_come_back(doors: Doors) -> None:
    ada, scanners = doors.enter("ada"), doors.town.ids["scanners"]
    with doors.town.house() as gate:
        gate.trash(Deal, scanners)
    page = ada.see("/deals?trash=1")
    assert names(page) == ["Scanners"]
    assert text(page.select_one("h1")).startswith("Trash: Deals")
    menu = ada.see(f"/deals/{scanners}/menu")
    assert menu.select_one(f'form[action="/deals/{scanners}/restoration"]') is not None
    ada.walk("/deals/bulk/restore", {"id": str(scanners), "query": "trash=1"})
    assert "Scanners" in names(ada.see("/deals"))


def test_a_row_s_menu_offers_what_one_may_do(doors: Doors) -> None:
    scanners = doors.town.ids["scanners"]
    boris = doors.enter("boris").see(f"/deals/{scanners}/menu")
    assert "Move to Offer" in words(str(boris))
    assert boris.select_one(f'form[action="/deals/{scanners}/trash"]') is not None
    olga = doors.enter("olga").see(f"/deals/{scanners}/menu")
    assert "Move to" not in words(str(olga))
    assert olga.select_one("main form") is None
    assert doors.enter("clara").get(f"/deals/{scanners}/menu").status_code == 404


def test_activities_name_what_they_are_about_only_to_those_who_see_it(doors: Doors) -> None:
    with doors.town.house() as gate:
        for name in ("scanners", "flour"):
            values = {
                "subject": f"Call about {name}",
                "kind": "call",
                "about": f"deal:{doors.town.ids[name]}",
                "owner": doors.town.ids["boris"],
            }
            gate.create(Activity, {**values, "due_at": NOW})
    page = words(doors.enter("boris").get("/activities").text)
    assert "Scanners" in page
    assert "Мука" not in page


def test_the_frame_of_a_list_somebody_may_not_read_is_not_shown(doors: Doors) -> None:
    assert doors.enter("boris").get("/users?q=x").status_code in (200, 403)
    answer = doors.client.get("/deals", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


BAD = [
    "nope=1", "amount.like=1", "amount.gte=many", "sort=nope", "group=nope", "group=name", "after=xyz", "offset=-1",
    "offset=9999999999999", "filter=nope", "stage=%00", "owner=x",
]  # fmt: skip


def test_a_bad_address_is_answered_in_words(doors: Doors) -> None:
    ada = doors.enter("ada")
    for path in BAD:
        page = ada.see(f"/deals?{path}", status=422)
        assert "This list cannot be shown" in words(str(page)), path
        clear = page.select_one(".empty a")
        assert clear is not None
        assert clear["href"] == "/deals"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "q",
                    "sort",
                    "column",
                    "view",
                    "group",
                    "filter",
                    "trash",
                    "after",
                    "before",
                    "offset",
                    "at",
                    "amount.gte",
                    "stage",
                    "name",
                    "x",
                ]
            ),
            st.text(max_size=30),
        ),
        max_size=5,
    )
)
def test_no_address_breaks_a_list(doors: Doors, params: list[tuple[str, str]]) -> None:
    answer = doors.enter("ada").get(f"/deals?{_written(dict(params))}")
    assert answer.status_code in (200, 303, 422)


def test_names_are_shown_and_never_run(doors: Doors) -> None:
    hostile = "<script>alert(1)</script>\"'&"
    with doors.town.house() as gate:
        gate.create(Contact, {"last_name": hostile, "email": "x@y.example"})
        gate.create(Deal, {"name": hostile, "company": None})
    ada = doors.enter("ada")
    for path in ("/contacts", "/deals", f"/deals?name.contains={hostile}", "/deals?q=alert"):
        answer = ada.get(path)
        assert "<script>alert" not in answer.text
        assert hostile in words(answer.text), path


cafe = Plugin("list_cafe")


@cafe.column(Deal, "Cups", fields=("amount",))
def cups(rows: list[dict[str, object]], _gate: object) -> dict[int, str]:
    """Something worked out for each row."""
    return {int(str(row["id"])): f"{row['amount']} cups" for row in rows}


@pytest.fixture
def busy(town: Town, tmp_path: Path) -> Iterator[Doors]:
    """A town with a plugin's column on deals, and custom fields beside."""
    cafes = open_town(town.installation.database.url, [cafe])
    cafes.ids.update(town.ids)
    try:
        with cafes.as_("ada") as gate:
            for kind in ("text", "money", "date", "choice", "yes_no"):
                choices = (("a", "A", "blue"),) if kind == "choice" else ()
                add_field(
                    gate,
                    "deal",
                    NewField(label=f"My {kind}", kind=kind, choices=choices, list=True, filter=True),
                )
        with open_doors(cafes, tmp_path / "data") as opened:
            yield opened
    finally:
        cafes.installation.database.close()


COLUMNS = (
    "company", "contact", "contacts", "stage", "pipeline", "amount", "probability", "weighted", "product", "source",
    "expected_close", "opened_on", "closed_on", "lost_reason", "competitor", "owner", "team", "c_my_text", "c_my_money",
    "c_my_choice", "list_cafe.cups",
)  # fmt: skip


@pytest.mark.parametrize("query", [
    "", "?" + "&".join(f"column={name}" for name in COLUMNS),
    "?q=deal&outcome=open&company=1&product=1&c_my_choice=a&sort=-amount",
    "?group=stage&company=1", "?company=1&filter=company",
])  # fmt: skip
def test_a_list_costs_five_statements_at_most_however_long_it_is(busy: Doors, query: str) -> None:
    ada, costs = busy.enter("ada"), []
    for count in (8, 990):
        many_deals(busy.town, count)
        costs.append(ada.statements(f"/deals{query}"))
    assert costs[0] == costs[1] <= 5


def test_plugins_and_custom_fields_have_columns_like_any_other(busy: Doors) -> None:
    page = busy.enter("ada").see("/deals")
    assert {"Cups", "My text", "My money"} <= set(heads(page))
    assert "84600.50 cups" in words(str(page))
    assert len(heads(page)) <= 30


def test_lists_of_plugins_entities_work_the_same(migrated_url: str, tmp_path: Path) -> None:
    with open_orchard(migrated_url) as town, open_doors(town, tmp_path / "data") as doors:
        ada = doors.enter("ada")
        page = ada.see("/orchard/trees?fruit=apple,plum&sort=-height")
        assert names(page) == ["Braeburn", "Виктория"]
        assert chips(page) == ["Fruit is Apple or Plum"]
        assert ada.see("/orchard/trees?group=fruit").select_one(".groups-table") is not None
        assert [text(tab) for tab in page.select(".views a")][:2] == ["All", "Mine"]


def test_leads_and_their_presets(doors: Doors) -> None:
    with doors.town.house() as gate:
        gate.create(Lead, {"name": "Fresh"})
        gate.create(Lead, {"name": "Known", "status": "working"})
    ada = doors.enter("ada")
    page = ada.see("/leads")
    tab = next(a for a in page.select('a[href*="view=new"]') if a.get_text(strip=True) == "New")
    assert names(ada.see(tab["href"])) == ["Fresh"]
