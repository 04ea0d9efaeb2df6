"""Fields in their place: changed on the record's page, read back while they are typed, and files looked at without saving."""

from decimal import Decimal

import pytest
from hookline.crm.deals import Deal
from hookline.crm.files import keep_file
from hookline_sdk.testing.elements import Element, read_html
from httpx import Response

from tests.web.visitor import Doors, Visitor, words

pytestmark = pytest.mark.one_engine


def in_place(v: Visitor, path: str, form: dict[str, str] | None = None) -> Response:
    """Ask as the script does for the control of one field, or send it."""
    headers = {**v._headers(htmx=True), "hx-target": "dd#inline"}
    if form is None:
        return v.client.get(path, headers=headers)
    headers["origin"] = "http://town.example"
    return v.client.post(path, data={"_csrf": v.csrf, **form}, headers=headers, follow_redirects=False)


def test_a_field_is_changed_where_it_stands(doors: Doors) -> None:
    v, deal = doors.enter("boris"), f"/deals/{doors.town.ids['scanners']}"
    asked = in_place(v, f"{deal}/field/amount")
    form = read_html(asked.text).select_one("form.inline-form")
    assert form is not None
    assert form.select_one('[name="amount"]')["value"] == "84,600.50"  # type: ignore[index]  # it must be there
    saved = in_place(v, f"{deal}/field/amount", {"amount": "90k", "version": "1"})
    assert saved.status_code == 200
    assert 'id="record"' in saved.text
    assert "€90,000" in words(saved.text)
    assert "hookline:toast" in saved.headers["hx-trigger"]
    refused = in_place(v, f"{deal}/field/amount", {"amount": "-3", "version": "2"})
    assert refused.status_code == 422
    assert "Must be at least 0" in refused.text


def test_only_somebody_else_s_change_of_the_same_field_stands_in_the_way(doors: Doors) -> None:
    v, id = doors.enter("boris"), doors.town.ids["scanners"]
    with doors.town.as_("ada") as gate:
        gate.update(Deal, id, {"competitor": "Kite"})
    assert in_place(v, f"/deals/{id}/field/amount", {"amount": "5", "version": "1"}).status_code == 200
    collided = in_place(v, f"/deals/{id}/field/competitor", {"competitor": "Heron", "version": "1"})
    assert collided.status_code == 409
    assert ("Kite" in collided.text, "Heron" in collided.text) == (True, True)
    version = read_html(collided.text).select_one('[name="version"]')["value"]  # type: ignore[index]  # it must be there
    assert (
        in_place(
            v, f"/deals/{id}/field/competitor", {"competitor": "Heron", "version": str(version)}
        ).status_code
        == 200
    )
    with doors.town.as_("ada") as gate:
        found = gate.get(Deal, id)
    assert (found.competitor, found.amount) == ("Heron", Decimal(5))


def test_who_may_only_look_finds_nothing_to_change(doors: Doors) -> None:
    v, deal = doors.enter("olga"), f"/deals/{doors.town.ids['scanners']}"
    assert not v.see(deal).select("[data-inline]")
    assert in_place(v, f"{deal}/field/amount").status_code == 403


@pytest.mark.parametrize(
    ("asked", "text", "written"),
    [
        ("/deals/reading?expected_close=next+fri", "Fri, 27 Mar 2026", "27 Mar 2026"),
        ("/deals/reading?expected_close=%2B2w", "Tue, 31 Mar 2026", "31 Mar 2026"),
        ("/activities/reading?due_at=tomorrow+10", "Wed, 18 Mar 2026 10:00", "18 Mar 2026 10:00"),
        ("/deals/reading?amount=1234567.5", "", "1,234,567.50"),
        ("/contacts/reading?phone=020+79460018", "+44 20 7946 0018", "+44 20 7946 0018"),
        ("/deals/reading?expected_close=", "", ""),
    ],
)
def test_what_is_typed_is_read_back(doors: Doors, asked: str, text: str, written: str) -> None:
    said = read_html(doors.enter("boris").get(asked, htmx=True).text).select_one(".reading")
    assert said is not None
    assert (said.get_text(), said.get("data-written")) == (text, written)


def test_what_cannot_be_read_is_said_and_other_fields_are_not_read(doors: Doors) -> None:
    v = doors.enter("boris")
    assert "is not a date" in v.get("/deals/reading?expected_close=someday", htmx=True).text
    for path in ("/deals/reading?name=x", "/deals/reading", "/deals/reading?amount=1&expected_close=2"):
        assert v.get(path).status_code == 404


def test_neighbours_follow_the_list_in_the_address(doors: Doors) -> None:
    ids, v = doors.town.ids, doors.enter("ada")
    first, second = sorted((ids["scanners"], ids["flour"]))
    page = read_html(v.get(f"/deals/{first}/neighbours?sort=id", htmx=True).text)
    assert [a["href"] for a in page.select("a[rel=next]")] == [f"/deals/{second}"]
    assert not page.select("a[rel=prev]")
    assert v.get(f"/deals/{first}/neighbours?nothing=1", htmx=True).text.strip() == ""
    # Whoever sees only one of them has no neighbours.
    assert (
        "href" not in doors.enter("boris").get(f"/deals/{ids['scanners']}/neighbours?sort=id", htmx=True).text
    )


@pytest.mark.parametrize(
    ("name", "content", "kind", "policy"),
    [
        ("plan.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40, "image/png", "sandbox"),
        ("offer.pdf", b"%PDF-1.7\n", "application/pdf", "frame-ancestors 'none'"),
    ],
)
def test_pictures_and_pdf_are_looked_at_as_what_they_are(
    doors: Doors, name: str, content: bytes, kind: str, policy: str
) -> None:
    v, file = doors.enter("boris"), kept(doors, name, content)
    record = v.see(f"/deals/{doors.town.ids['scanners']}")
    assert record.select_one(f'#panel-files a[data-dialog][href="/files/{file}/preview"]') is not None
    assert f"/files/{file}/view" in v.get(f"/files/{file}/preview", htmx=True).text
    seen = v.get(f"/files/{file}/view")
    assert seen.headers["content-type"].startswith(kind)
    assert seen.headers["content-disposition"].startswith("inline;")
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert policy in seen.headers["content-security-policy"]
    assert doors.enter("clara").get(f"/files/{file}/view").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("words.txt", "Мука <b>40</b>".encode("cp1251"), "Мука <b>40</b>"),
        ("words.csv", "\ufeffname;ю".encode(), "name;ю"),
        ("page.html", b"<script>alert(1)</script>", "cannot be shown here"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot be shown here"),
    ],
)
def test_text_is_shown_as_text_and_what_could_run_is_only_saved(
    doors: Doors, name: str, content: bytes, shown: str
) -> None:
    v, file = doors.enter("boris"), kept(doors, name, content)
    page = v.see(f"/files/{file}/preview")
    assert shown in page.get_text()
    assert not page.select(".file-preview script, .file-preview b, .file-preview svg[xmlns]")
    assert v.get(f"/files/{file}/view").status_code == 404


def kept(doors: Doors, name: str, content: bytes) -> int:
    """A file with the deal of scanners."""
    with doors.town.as_("boris") as gate:
        store = doors.client.app.state.site.settings.files_dir
        return keep_file(gate, store, name, content, f"deal:{doors.town.ids['scanners']}")


def test_a_contact_is_made_where_it_is_chosen(doors: Doors) -> None:
    v = doors.enter("boris")
    box = v.see("/deals/new").select_one('.combobox[data-lookup="/lookup/contact"]')
    assert box is not None
    assert box["data-create"] == "/lookup/contact"
    made = read_html(v.post("/lookup/contact", {"name": "Anna Maria Berg"}).text).select_one("[data-value]")
    assert made is not None
    page = v.see(f"/contacts/{made['data-value']}/edit")
    assert [_value(page, name) for name in ("first_name", "last_name")] == ["Anna Maria", "Berg"]


def _value(page: Element, name: str) -> str:
    found = page.select_one(f'[name="{name}"]')
    assert found is not None
    return str(found["value"])
