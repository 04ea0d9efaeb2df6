"""An import by hand: a file is uploaded, mapped, rehearsed, imported by the worker, and taken back, without any script."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from hookline.start import create_worker
from hookline_sdk.testing.elements import Element
from xlsxwriter import Workbook

from tests.crm.importing import digest, rows_of
from tests.town import Town
from tests.web.visitor import ORIGIN, Doors, Visitor, words

FILE = "First name;Last name;E-mail;Company;Birthday\nAnn;Lee;ann@mail.example;Acme Works;13.04.1980\nBo;Ray;not an address;Acme Works;14.04.1980\n"
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "sales_opportunities"


def upload(visitor: Visitor, path: str, name: str, content: bytes, **form: str) -> str:
    """Send a file; where the answer leads."""
    visitor.client.cookies.clear()
    answer = visitor.client.post(
        path, data={"_csrf": visitor.csrf, **form}, files={"file": (name, content, "text/plain")},
        headers={"cookie": f"hookline_session={visitor.cookie}", "origin": ORIGIN} | visitor._headers(False), follow_redirects=False,
    )  # fmt: skip
    assert answer.status_code == 303, words(answer.text)[-400:]
    return str(answer.headers["location"])


def filled(page: Element) -> dict[str, str | list[str]]:
    """What a browser would send of the page's longest form as it stands."""
    form = max(page.select("form"), key=lambda f: len(f.select("select")))
    sent: dict[str, str | list[str]] = {}
    for select in form.select("select"):
        chosen = select.select_one("option[selected]") or select.select_one("option")
        sent[str(select["name"])] = str(chosen["value"]) if chosen else ""
    for area in form.select("textarea"):
        sent[str(area["name"])] = area.get_text()
    for box in form.select("input[type=checkbox][checked]"):
        sent[str(box["name"])] = "1"
    return sent


def work(town: Town) -> None:
    """Let the worker do all that waits."""
    worker = create_worker(town.installation)
    while worker.run_once():
        pass


def _data(town: Town) -> dict[str, str]:
    """Everything but who is signed in, and who was told of what."""
    apart = ("session", "notification")
    return {name: rows for name, rows in digest(town.installation.database).items() if name not in apart}


def test_from_the_file_to_the_records_and_back(doors: Doors) -> None:
    before = _data(doors.town)
    ada = doors.enter("ada")
    assert "No imports yet" in words(str(ada.see("/imports")))
    mapping = upload(ada, "/imports", "people.csv", FILE.encode(), entity="contact")
    page = ada.see(mapping)
    form = filled(page)
    assert (form["field-0"], form["field-2"], form["field-3"], form["field-4"]) == (
        "first_name", "email", "company|name", "birthday"
    )  # fmt: skip
    assert "Dates are read as day-month-year: 13.04.1980" in words(str(page))
    run = mapping.removesuffix("/mapping")
    assert ada.post(mapping, {**form, "keep_as": "People"}).headers["location"] == run
    assert "Being checked" in words(str(ada.see(run)))
    work(doors.town)
    checked = words(str(ada.see(run)))
    assert "created 1" in checked
    assert "refused 1" in checked
    assert "Acme Works" in checked
    assert rows_of(doors.town, "contact", "name")[-1] == ("Helen Marsh",)
    ada.post(f"{run}/start")
    work(doors.town)
    done = ada.see(run)
    assert "Done" in words(str(done))
    assert rows_of(doors.town, "contact", "name")[-1] == ("Ann Lee",)
    assert "people.csv The import has ended" in words(ada.get("/notifications").text)
    rejects = ada.get(f"{run}/rejects")
    assert "not an address" in rejects.text
    assert "Reason" in rejects.text.splitlines()[0]
    ada.post(f"{run}/undo")
    work(doors.town)
    assert "taken back 1" in words(str(ada.see(run)))
    assert _data(doors.town) == before
    again = ada.see(upload(ada, "/imports", "people.csv", FILE.encode(), entity="contact"))
    assert "People" in words(str(again))


def test_the_examples_mapping_is_used_from_its_file(doors: Doors) -> None:
    ada = doors.enter("ada")
    file = b"account,sector,year_established,revenue,employees,office_location,subsidiary_of\nBeam,technolgy,1996,1.5,12,Philipines,\n"
    mapping = upload(ada, "/imports", "accounts.csv", file, entity="company")
    upload(ada, f"{mapping}/choice", "companies.toml", (EXAMPLE / "companies.toml").read_bytes())
    form = filled(ada.see(mapping))
    assert form["key"] == "name"
    ada.post(mapping, form)
    work(doors.town)
    run = mapping.removesuffix("/mapping")
    ada.post(f"{run}/start")
    work(doors.town)
    name, industry, address, revenue = rows_of(
        doors.town, "company", "name", "industry", "address", "revenue"
    )[-1]
    assert (name, industry, address.country, revenue) == ("Beam", "Technology", "Philippines", 1_500_000)


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PK\x03\x04nonsense", b"Name\n" + b"<script>alert(1)</script>\n"]
)
def test_hostile_files_are_refused_or_shown_literally(doors: Doors, content: bytes) -> None:
    ada = doors.enter("ada")
    ada.client.cookies.clear()
    answer = ada.client.post(
        "/imports", data={"_csrf": ada.csrf, "entity": "contact"}, files={"file": ("x.csv", content, "text/csv")},
        headers={"origin": ORIGIN, **ada._headers(False)}, follow_redirects=False,
    )  # fmt: skip
    assert answer.status_code in (303, 422)
    if answer.status_code == 303:
        assert "<script>alert" not in ada.get(answer.headers["location"]).text


def test_imports_of_others_and_without_the_right(doors: Doors) -> None:
    ada, vera, boris = doors.enter("ada"), doors.enter("vera"), doors.enter("boris")
    mapping = upload(ada, "/imports", "people.csv", FILE.encode(), entity="contact")
    assert vera.get(mapping).status_code == 404
    assert vera.post(f"{mapping.removesuffix('/mapping')}/start").status_code == 404
    assert boris.get("/imports").status_code == 403


def test_a_mapping_that_does_not_fit_comes_back_with_reasons(doors: Doors) -> None:
    ada = doors.enter("ada")
    mapping = upload(ada, "/imports", "people.csv", FILE.encode(), entity="contact")
    answer = ada.post(mapping, {"mode": "both", "field-0": "first_name", "field-2": "nonsense"})
    assert answer.status_code == 422
    assert re.search("Say by which field", words(answer.text))


def test_a_sheet_is_chosen_in_the_browser(doors: Doors) -> None:
    book = BytesIO()
    workbook = Workbook(book)
    workbook.add_worksheet("Firms").write_column(0, 0, ("Name", "Ash"))
    workbook.add_worksheet("People").write_column(0, 0, ("Last name", "Lee", "Ray"))
    workbook.close()
    ada = doors.enter("ada")
    mapping = upload(ada, "/imports", "all.xlsx", book.getvalue(), entity="contact")
    assert "Firms · 1 row" in words(str(ada.see(mapping)))
    opening = f"{mapping.removesuffix('/mapping')}/opening"
    assert "There is no sheet Gone" in words(ada.post(opening, {"sheet": "Gone"}).text)
    page = ada.walk(opening, {"sheet": "People"})
    assert "People · 2 rows" in words(str(page))
    ada.post(mapping, filled(page))
    work(doors.town)
    assert "created 2" in words(str(ada.see(mapping.removesuffix("/mapping"))))


def test_an_encoding_is_chosen_in_the_browser(doors: Doors) -> None:
    ada = doors.enter("ada")
    content = "Имя!Фамилия\nАнна!Ёлкина\n".encode("koi8-r")
    mapping = upload(ada, "/imports", "a.csv", content, entity="contact", encoding="koi8-r", delimiter="!")
    assert "Ёлкина" in words(str(ada.see(mapping)))
    opening = f"{mapping.removesuffix('/mapping')}/opening"
    assert "Ёлкина" not in words(str(ada.walk(opening, {"encoding": "cp1251", "delimiter": "!"})))
    refused = ada.post(opening, {"encoding": "utf-8"})
    assert (refused.status_code, "not all in the encoding" in words(refused.text)) == (422, True)


def test_kept_mappings_are_offered_shared_by_right_and_dropped(doors: Doors) -> None:
    vera, max = doors.enter("vera"), doors.enter("max")
    mapping = upload(vera, "/imports", "people.csv", FILE.encode(), entity="contact")
    form = filled(vera.see(mapping))
    vera.post(mapping, {**form, "keep_as": "Fair", "keep_for": "all", "default-1": "Nobody"})
    vera.post(
        f"{upload(vera, '/imports', 'people.csv', FILE.encode(), entity='contact')}",
        {**form, "keep_as": "Mine"},
    )
    theirs = upload(max, "/imports", "people.csv", FILE.encode(), entity="contact")
    page = max.see(theirs)
    assert "The kept mapping “Fair” fits this file." in words(str(page))
    assert "Mine" not in words(str(page))
    assert page.select_one("select[name=keep_for]") is None
    offered = page.select_one("input[type=hidden][name=mapping]")
    assert offered is not None
    used = max.walk(f"{theirs}/choice", {"mapping": str(offered["value"])})
    assert used.select_one("input[name=default-1]")["value"] == "Nobody"  # type: ignore[index]  # it is there
    assert "fits this file" not in words(str(used))
    refused = max.post(theirs, {**form, "keep_as": "Also", "keep_for": "all"})
    assert refused.status_code == 403
    assert max.post(f"/imports/mappings/{offered['value']}/drop").status_code == 404
    assert "The mapping is gone." in words(str(vera.walk(f"/imports/mappings/{offered['value']}/drop")))
    other = upload(max, "/imports", "firms.csv", b"Name\nAsh\n", entity="contact")
    assert "fits this file" not in words(str(max.see(other)))


def test_an_undo_says_what_a_person_has_touched_since(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    mapping = upload(ada, "/imports", "firms.csv", b"Name\nAsh\nBirch\n", entity="company")
    run = mapping.removesuffix("/mapping")
    ada.post(mapping, filled(ada.see(mapping)))
    work(town)
    ada.post(f"{run}/start")
    assert "0 of 2 are done" in words(str(ada.see(run)))
    work(town)
    id = rows_of(town, "company", "id")[-1][0]
    with town.as_("vera") as gate:
        gate.update("company", id, {"employees": 7})
    ada.post(f"{run}/undo")
    work(town)
    page = ada.see(run)
    assert "Birch Changed since by Vera on 2026-03-17." in words(str(page))
    assert page.select_one(f"a[href='/companies/{id}']") is not None
    assert [name for (name,) in rows_of(town, "company", "name")][-1] == "Birch"
