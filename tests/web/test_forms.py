"""Forms: everything typed comes back, every complaint stands beside its field, and nothing is half-written."""

import pytest
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.settings import set_setting
from hookline.kernel.fields import Field
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import change
from hookline_sdk.testing.elements import Element, read_html
from sqlalchemy import func, select

from tests.web.visitor import Doors, Visitor, words

HOSTILE = {
    "long": "x" * 10_000, "emoji": "\U0001f469\u200d\U0001f680 Иван", "turned": "\u202egnp.exe", "nul": "a\x00b", "script": "<script>alert(1)</script>",
    "day": "2026-02-31", "huge": str(2**63), "minus": "-1", "formula": "=cmd|'/c calc'!A1", "surrogate": "\udce4", "dots": "../../etc/passwd",
    "list": "1,2,3", "float": "1e400", "space": " \t\n ",
}  # fmt: skip


def _errors(page: Element) -> dict[str, str]:
    return {
        str(e["id"]).removeprefix("f-").removesuffix("-error"): e.get_text().strip()
        for e in page.select(".error[id]")
    }


def _refused(v: Visitor, path: str, form: dict[str, str], status: int = 422) -> Element:
    answer = v.post(path, form)
    assert answer.status_code == status, words(answer.text)[-200:]
    return read_html(answer.text)


def _value(page: Element, name: str) -> str:
    found = page.select_one(f'[name="{name}"]')
    assert isinstance(found, Element)
    return found.get_text().lstrip("\n") if found.name == "textarea" else str(found.get("value", ""))


def test_a_contact_is_made_without_script(doors: Doors) -> None:
    v = doors.enter("boris")
    form = v.see("/contacts/new")
    assert form.select_one('noscript input[name="company__name"]') is not None
    sent = {
        "first_name": "Олег",
        "last_name": "Мельник",
        "email": "oleg@mill.example",
        "company__name": "acme works",
        "phone": "+44 20 7946 0018",
    }
    page = v.walk("/contacts", sent)
    assert "Олег Мельник" in page.get_text()
    with doors.town.as_("boris") as gate:
        made = gate.get(Contact, int(gate.scalar(select(func.max(Contact.id)))))
    assert (made.name, made.company, made.owner) == (
        "Олег Мельник",
        doors.town.ids["acme"],
        doors.town.ids["boris"],
    )
    assert made.phone == "+442079460018"


def test_a_refused_form_keeps_everything_and_says_what_is_wrong_where(doors: Doors) -> None:
    v = doors.enter("boris")
    sent = {
        "name": "",
        "amount": "a lot",
        "expected_close": "31.02.2026",
        "description": "first line\n\nthird",
        "company": str(doors.town.ids["acme"]),
    }
    page = _refused(v, "/deals", sent)
    errors = _errors(page)
    assert errors.keys() == {"name", "amount", "expected_close"}
    assert _value(page, "amount") == "a lot"
    assert _value(page, "expected_close") == "31.02.2026"
    assert _value(page, "description") == "first line\n\nthird"
    assert "Acme Works" in str(page.select_one(".combobox-tag"))
    page = _refused(v, "/deals", {"name": "", "amount": "5"})
    assert _errors(page).keys() == {"name"}


def test_a_form_is_filled_in_by_its_address_and_by_a_copy(doors: Doors) -> None:
    v = doors.enter("boris")
    page = v.see(f"/deals/new?company={doors.town.ids['acme']}&amount=12.50&name=Sails")
    assert (_value(page, "name"), _value(page, "amount")) == ("Sails", "12.50")
    assert "Acme Works" in str(page.select_one(".combobox-tag"))
    copy = v.see(f"/deals/new?copy={doors.town.ids['scanners']}")
    assert (_value(copy, "name"), _value(copy, "amount")) == ("Scanners", "84,600.50")
    v.see(f"/deals/new?copy={doors.town.ids['flour']}", status=404)
    v.see("/deals/new?company=nonsense&amount=%00&copy=x")


def test_save_and_make_another_stays_at_the_form(doors: Doors) -> None:
    answer = doors.enter("boris").post("/companies", {"name": "River Mill", "again": "1"})
    assert answer.headers["location"] == "/companies/new"


def test_going_back_leads_only_to_this_site(doors: Doors) -> None:
    v = doors.enter("boris")
    for target in (
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/ok\r\nSet-Cookie: a=b",
    ):
        answer = v.post(
            "/companies?" + "&".join([f"back={target}".replace("\r\n", "%0d%0a")]), {"name": "Mill"}
        )
        assert answer.headers["location"].startswith("/companies/"), target
    assert v.post("/companies?back=/deals", {"name": "Windmill"}).headers["location"] == "/deals"


def test_a_look_alike_is_named_and_hinders_nothing(doors: Doors) -> None:
    v = doors.enter("boris")
    page = v.walk("/contacts", {"first_name": "Ivan", "email": "IVAN@mill.example"})
    assert "This may be the same as what is here already" in page.get_text()
    assert "Иван Мельников (E-mail)" in page.get_text()
    fragment = v.get("/contacts/similar?email=ivan@mill.example&first_name=x", htmx=True)
    assert "Иван Мельников" in fragment.text
    assert "<html" not in fragment.text
    assert words(v.get("/contacts/similar?email=nobody@mill.example", htmx=True).text) == ""


def test_a_stale_form_shows_both_values_and_can_be_saved_again(doors: Doors) -> None:
    town, deal = doors.town, doors.town.ids["scanners"]
    v = doors.enter("boris")
    with town.as_("max") as gate:
        gate.update(Deal, deal, {"amount": 90_000, "competitor": "Windmills Ltd"})
    sent = {"name": "Scanners", "amount": "70000", "competitor": "", "description": "mine", "version": "1"}
    page = _refused(v, f"/deals/{deal}", sent, status=409)
    rows = [
        [words(str(cell)) for cell in row.select("td, th")] for row in page.select(".callout table tbody tr")
    ]
    assert rows == [["Amount", "€90,000", "€70,000"]]
    assert _value(page, "amount") == "70000"
    assert _value(page, "competitor") == "Windmills Ltd"
    assert _value(page, "version") == "2"
    v.walk(f"/deals/{deal}", {**sent, "competitor": "Windmills Ltd", "version": "2"})
    with town.as_("boris") as gate:
        found = gate.get(Deal, deal)
        assert (found.amount, found.competitor, found.description) == (70_000, "Windmills Ltd", "mine")


def test_two_who_change_different_fields_are_told_that_they_do_not_collide(doors: Doors) -> None:
    deal = doors.town.ids["scanners"]
    with doors.town.as_("max") as gate:
        gate.update(Deal, deal, {"competitor": "Windmills Ltd"})
    page = _refused(
        doors.enter("boris"), f"/deals/{deal}", {"amount": "5", "competitor": "", "version": "1"}, status=409
    )
    assert "Nothing that you changed is affected" in page.get_text()
    assert not page.select(".callout table tbody tr")


def test_one_field_is_changed_alone(doors: Doors) -> None:
    deal = doors.town.ids["scanners"]
    v = doors.enter("boris")
    form = v.see(f"/deals/{deal}/field/amount")
    assert [
        e["name"]
        for e in form.select("#form [name]")
        if e["name"] not in ("_csrf", "version", "currency_was")
    ] == ["amount", "amount_currency"]
    v.walk(f"/deals/{deal}/field/amount", {"amount": "77", "version": "1", "competitor": "not this"})
    with doors.town.as_("boris") as gate:
        assert (gate.get(Deal, deal).amount, gate.get(Deal, deal).competitor) == (77, None)
    for name in ("stage", "pipeline", "outcome", "id", "version", "custom", "search", "nonsense"):
        v.see(f"/deals/{deal}/field/{name}", status=404)


def test_the_dialog_gets_the_form_alone_and_is_led_on_by_a_header(doors: Doors) -> None:
    v = doors.enter("boris")
    form = read_html(v.get("/companies/new", htmx=True).text)
    assert form.select_one(".dialog-head") is not None
    assert form.select_one("html") is None
    assert v.post("/companies", {"name": ""}, htmx=True).status_code == 422
    answer = v.post("/companies", {"name": "Tide Mill"}, htmx=True)
    assert answer.headers["hx-redirect"].startswith("/companies/")


def test_money_takes_only_currencies_of_the_house(doors: Doors) -> None:
    with doors.town.house() as gate:
        set_setting(gate, "currencies", ["EUR", "GBP"])
    v = doors.enter("boris")
    assert _errors(_refused(v, "/deals", {"name": "x", "amount": "5", "amount_currency": "XXX"})).keys() == {
        "amount"
    }
    v.walk("/deals", {"name": "Sails", "amount": "5", "amount_currency": "GBP"})
    with doors.town.as_("boris") as gate:
        assert gate.get(Deal, int(gate.scalar(select(func.max(Deal.id))))).currency == "GBP"


def test_making_a_contact_costs_at_most_eight_statements(doors: Doors) -> None:
    v = doors.enter("boris")
    v.post("/contacts", {"first_name": "Anna"})
    answer = v.post(
        "/contacts",
        {
            "first_name": "Olga",
            "email": "olga@river.example",
            "phone": "+442079460018",
            "company": str(doors.town.ids["acme"]),
        },
    )
    assert answer.status_code == 303
    assert int(answer.headers["x-statements"]) <= 8


def test_names_that_fit_several_or_none_are_asked_again(doors: Doors) -> None:
    town = doors.town
    with town.as_("boris") as gate:
        gate.create("company", {"name": "Acme Works"})
    v = doors.enter("boris")
    page = _refused(v, "/contacts", {"first_name": "A", "company__name": "Acme Works"})
    assert _errors(page)["company"].startswith("Several fit: Acme Works (#")
    assert _value(page, "company__name") == "Acme Works"
    assert (
        _errors(_refused(v, "/contacts", {"first_name": "A", "company__name": "No such mill"}))["company"]
        == "Nothing here is called “No such mill”."
    )
    v.walk("/contacts", {"first_name": "A", "company__name": f"#{town.ids['the_mill']}"})


def _entities(doors: Doors) -> list[EntityInfo]:
    with doors.town.house() as gate:
        return list(gate.schema.entities.values())


def _rows(doors: Doors, info: EntityInfo) -> tuple[int, ...]:
    with doors.town.house() as gate:
        return tuple(
            gate.run(select(func.count()).select_from(table)).scalar() for table in (info.table, change)
        )


def test_hostile_input_to_every_form_of_every_entity_is_kept_literally_or_refused(doors: Doors) -> None:
    """Every field of every form holds the same hostile text: all is well, or all is refused and nothing is written."""
    v = doors.enter("ada")
    for info in _entities(doors):
        fields = [f for f in info.writable if not f.hidden and f.kind != "file"]
        for kind, hostile in HOSTILE.items():
            text = hostile.encode("utf-8", "replace").decode()
            before = _rows(doors, info)
            answer = v.post(f"/{info.cls.slug}", {name: text for f in fields for name in _names(f)})
            assert answer.status_code in (303, 422), (
                f"{info.name}, {kind}: {answer.status_code} {answer.text[:200]}"
            )
            assert "<script>alert" not in answer.text
            if answer.status_code == 422:
                assert _rows(doors, info) == before, (info.name, kind)
            else:
                page = v.get(answer.headers["location"])
                assert page.status_code == 200, (info.name, kind)
                assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("path", "required"), [("/contacts", {"first_name": "Ann"}), ("/deals", {"name": "Sails"})]
)
def test_hostile_input_to_one_field_alone_is_answered_beside_it(
    doors: Doors, path: str, required: dict[str, str]
) -> None:
    v = doors.enter("ada")
    info = next(i for i in _entities(doors) if i.cls.slug == path[1:])
    for spec in (f for f in info.writable if not f.hidden and f.kind != "file"):
        for kind, hostile in HOSTILE.items():
            text = hostile.encode("utf-8", "replace").decode()
            answer = v.post(path, {**required, **dict.fromkeys(_names(spec), text)})
            assert answer.status_code in (303, 422), f"{spec.name}, {kind}: {answer.text[:200]}"
            if answer.status_code == 422:
                page = read_html(answer.text)
                assert _errors(page) or page.select(".callout"), f"{spec.name}, {kind} says nothing"


def _names(spec: Field) -> list[str]:
    if spec.kind == "address":
        return [f"{spec.name}_{part}" for part in ("street", "postcode", "city", "region", "country")]
    return [
        spec.name,
        *([f"{spec.name}_currency"] if spec.kind == "money" else []),
        *([f"{spec.name}__name"] if spec.target else []),
    ]


def test_a_form_sent_when_the_session_had_ended_is_come_back_to(doors: Doors) -> None:
    headers = {"origin": "http://town.example", "referer": "http://town.example/deals/new?company=1"}
    for hx, where in ((False, "location"), (True, "hx-redirect")):
        sent = {**headers, "hx-request": "true"} if hx else headers
        answer = doors.client.post("/deals", data={"name": "x"}, headers=sent, follow_redirects=False)
        assert answer.headers[where] == "/sign-in?next=%2Fdeals%2Fnew%3Fcompany%3D1", hx
    for elsewhere in (
        "http://other.example/deals",
        "http://town.example//other.example",
        "",
        "http://[",
        "x",
    ):
        answer = doors.client.post(
            "/deals", data={"name": "x"}, headers={**headers, "referer": elsewhere}, follow_redirects=False
        )
        assert answer.headers["location"] == "/sign-in?next=%2F", elsewhere
