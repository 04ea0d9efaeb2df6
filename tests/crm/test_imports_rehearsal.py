"""A rehearsal says what a run would do, and does not do it."""

from pathlib import Path

import pytest
from hookline.crm.imports.batches import Result
from hookline.crm.imports.mappings import Source
from hookline.errors import Forbidden, Invalid
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.crm.importing import csv, digest, imported, mapped, rehearsed, undone
from tests.town import Town


def test_it_shows_what_would_change(town: Town, tmp_path: Path) -> None:
    path = csv(
        tmp_path, "Deal,Firm,Sum,Opened",
        "Scanners,The Old Mill,5,13.01.2026", "New,Brand New,seven,14.01.2026", "Fresh,Brand New,7,15.01.2026",
    )  # fmt: skip
    fields: dict[str, Source | str] = {
        "name": "Deal", "company": Source(column="Firm", find="name", create=True), "amount": "Sum", "opened_on": "Opened"
    }  # fmt: skip
    before = digest(town.installation.database)
    found = rehearsed(town, path, mapped("deal", fields, mode="both", key="name"))
    assert digest(town.installation.database) == before
    assert found.counts == {"made": 1, "updated": 1, "created": 1, "rejected": 1}
    first, second = found.changes
    assert {d.field.name: (d.before, d.after) for d in first.differences} == {
        "company": ("Acme Works", "The Old Mill"),
        "amount": ("€84,600.50", "€5"),
        "opened_on": ("17 Mar 2026", "13 Jan 2026"),
    }
    assert (second.row, second.result) == (4, Result.created)
    assert {d.field.name: d.after for d in second.differences}["company"] == "Brand New"
    assert [(p.row, p.problems[0].field) for p in found.refused] == [(3, "amount")]
    assert [str(r.text) for r in found.readings] == [
        "Dates are read as day-month-year: 13.01.2026 is 13 Jan 2026."
    ]
    assert found.mapping.sources["opened_on"].dates == "day-month-year"


def test_what_cannot_be_told_apart_is_said(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Deal,Opened", "One,01/02/2026", "Two,03/04/2026")
    (reading,) = rehearsed(town, path, mapped("deal", {"name": "Deal", "opened_on": "Opened"})).readings
    assert (reading.field, reading.sure) == ("opened_on", False)
    chosen = mapped("deal", {"name": "Deal", "opened_on": Source(column="Opened", dates="month-day-year")})
    assert rehearsed(town, path, chosen).readings == []


def test_it_asks_for_the_same_rights(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name", "One")
    with pytest.raises(Forbidden):
        rehearsed(town, path, mapped("lead", {"name": "Name"}), by="boris")
    with pytest.raises(Invalid):
        rehearsed(town, path, mapped("lead", {"name": "Gone"}))


CELLS = st.sampled_from(("", "Acme Works", "The Old Mill", "Ash", "ash", "Birch", "Cedar"))


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELLS, st.sampled_from(("", "1", "x", "-2")), CELLS), min_size=1, max_size=10),
    mode=st.sampled_from(("create", "update", "both")), create=st.booleans(),
)  # fmt: skip
def test_the_run_does_what_was_rehearsed(
    town: Town, tmp_path: Path, rows: list[tuple[str, str, str]], mode: str, create: bool
) -> None:
    path = csv(tmp_path, "Name,Staff,Of", *(",".join(row) for row in rows))
    fields: dict[str, Source | str] = {
        "name": "Name", "employees": "Staff", "parent": Source(column="Of", find="name", create=create)
    }  # fmt: skip
    mapping = mapped("company", fields, mode=mode, key="name")
    expected = rehearsed(town, path, mapping)
    run = imported(town, path, mapping)
    assert {k: v for k, v in run.counts.items() if v} == {k: v for k, v in expected.counts.items() if v}
    undone(town, run)
