"""What is exported comes back by an import exactly as it was, and no program takes any of it for a formula."""

import csv
import io
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hookline.crm.companies import Company
from hookline.crm.custom_fields import NewField, add_field
from hookline.crm.deals import Deal
from hookline.crm.exports.choosing import Export, heads, lines, may_be_read_along, read_page, written
from hookline.crm.listeners import reader_of
from hookline.errors import Forbidden
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import KINDS, BadValue
from hookline.kernel.lists.listing import ListQuery
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from tests.crm.importing import imported, mapped, rows_of
from tests.town import Town

STARTERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫")
# What stands before a formula and does not keep a program from seeing it.
SPACES = ("", " ", "\t", "\u00a0", "\u2003", "\u200b", "\u2060", "\u202e", "\u3000", "\ufeff", "'", "''")
WICKED = [f"{space}{starter}1+1" for space in SPACES for starter in STARTERS] + [
    '=HYPERLINK("http://evil.example","x")', "@SUM(A1)", "'quoted'", "'", 'a;b,c\t"d"', "_x0041_", "0012", "1e5", "TRUE", "2026-03-17", "Ёж",
]  # fmt: skip


def exported(gate: Gate, entity: str, names: Sequence[str], format: str) -> bytes:
    info, reader = gate.schema[entity], reader_of(gate, gate.actor.user)
    query = ListQuery(columns=may_be_read_along(gate, info, names), sort="name")
    export = Export(info, names, query, format)
    found = list[list[object]]()
    after = ""
    while True:
        page = read_page(gate, export, reader, after)
        found += lines(gate, export, reader, page.rows, {})
        if not (after := page.next):
            return b"".join(written(export, heads(export, {}), found, reader.language))


def cells(content: bytes, format: str) -> list[list[Any]]:
    if format == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return list(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())


def is_formula(cell: object) -> bool:
    """Whether a program that strips whatever it strips would see a formula: our own words for it, not the writer's."""
    if not isinstance(cell, str):
        return False
    bare = "".join(
        c for c in cell if not (c.isspace() or unicodedata.category(c) in ("Cc", "Cf", "Zs", "Zl", "Zp"))
    )
    return bare[:1] in STARTERS


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_nothing_hostile_is_a_formula_and_all_of_it_comes_back(
    town: Town, tmp_path: Path, format: str
) -> None:
    _keep(town, WICKED)
    with town.house() as gate:
        content = exported(gate, "company", ["name", "industry"], format)
    assert len(cells(content, format)) > len(WICKED)
    assert not [cell for line in cells(content, format) for cell in line if is_formula(cell)]
    _clear(town)
    _round_trip(town, tmp_path, format, _keep(town, _typed(town, WICKED)))


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=25))
def test_any_text_comes_back(town: Town, tmp_path: Path, format: str, texts: list[str]) -> None:
    _clear(town)
    _round_trip(town, tmp_path, format, _keep(town, _typed(town, texts)))


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_numbers_and_days_come_back(town: Town, tmp_path: Path, format: str) -> None:
    names = ["name", "amount", "expected_close"]
    deals = [town.ids["scanners"], town.ids["flour"]]
    with town.house() as gate:
        values = {"amount": Decimal("84600.50"), "expected_close": date(2026, 2, 28)}
        gate.update(Deal, deals[0], values)
        content = exported(gate, "deal", names, format)
    was = rows_of(town, "deal", *names)
    with town.house() as gate:
        for id in deals:
            gate.update(Deal, id, {"amount": Decimal(1), "expected_close": date(2020, 1, 1)})
    path = tmp_path / f"deals.{format}"
    path.write_bytes(content)
    fields = {"name": "Deal", "amount": "Amount", "expected_close": "Expected close"}
    run = imported(town, path, mapped("deal", fields, mode="update", key="name"))
    assert run.counts == {"updated": 2}
    found = rows_of(town, "deal", *names)
    assert [row[:2] for row in found] == [row[:2] for row in was]
    assert found[0] == was[0]


def test_a_field_may_be_called_like_a_formula(town: Town) -> None:
    with town.as_("ada") as gate:
        name = add_field(gate, "company", NewField(label="=1+1", kind="text", name="wicked"))
    with town.as_("ada") as gate:
        content = exported(gate, "company", ["name", name], "csv")
    assert cells(content, "csv")[0] == ["Name", "'=1+1"]


def test_an_export_reads_and_exports_no_more_than_both_rights_reach(town: Town) -> None:
    with town.as_("max") as gate:
        content = exported(gate, "company", ["name"], "csv")
    assert [row[0] for row in cells(content, "csv")[1:]] == ["Acme Works"]
    with town.as_("boris") as gate, pytest.raises(Forbidden):
        exported(gate, "company", ["name"], "csv")


def _typed(town: Town, texts: Sequence[str]) -> list[str]:
    """These texts as they are kept when somebody types or imports them; what is refused or empty then is left out."""
    kind, found = KINDS["text"], list[str]()
    with town.house() as gate:
        spec, reader = gate.schema["company"].fields["industry"], reader_of(gate, gate.actor.user)
    for text in texts:
        with suppress(BadValue):
            kept = kind.parse(text, spec, reader)
            found += [str(kept)] if kept else []
    return found


def _keep(town: Town, texts: Sequence[str]) -> list[int]:
    """A company for each text that may be kept."""
    with town.house() as gate:
        rows = [{"name": f"row {number:03}", "industry": text} for number, text in enumerate(texts)]
        return [found for found in gate.create_each(Company, rows) if isinstance(found, int)]


def _round_trip(town: Town, tmp_path: Path, format: str, ids: Sequence[int]) -> None:
    names = ["name", "industry"]
    with town.house() as gate:
        content = exported(gate, "company", names, format)
    assert not [cell for line in cells(content, format) for cell in line if is_formula(cell)]
    was = rows_of(town, "company", *names)
    with town.house() as gate:
        for id in ids:
            gate.update(Company, id, {"industry": "lost"})
    path = tmp_path / f"companies.{format}"
    path.write_bytes(content)
    fields = {"name": "Name", "industry": "Industry"}
    run = imported(town, path, mapped("company", fields, mode="update", key="name", empty="clear"))
    assert run.counts.get("rejected", 0) == 0
    assert rows_of(town, "company", *names) == was


def _clear(town: Town) -> None:
    with town.house() as gate:
        ids = [id for (id,) in gate.rows(select(Company.id).where(Company.name.startswith("row ")))]
        gate.erase_many(Company, ids)
