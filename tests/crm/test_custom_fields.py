"""Custom fields: made at run time, then the same as every other field on every surface of the kernel."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hookline.crm.custom_fields import NewField, add_field, change_field, list_fields, retire_field
from hookline.crm.deals import Deal
from hookline.errors import Forbidden, Invalid
from hookline.kernel.history import list_entries
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.filters import Condition
from hookline.kernel.lists.listing import ListQuery, fetch, grouped, totals
from sqlalchemy import select

from tests.town import NOW, Town

READER = Reader(now=NOW)
VALUES: dict[str, Any] = {
    "text": "Тёплый пол", "long_text": "two\nlines", "integer": 2**40, "decimal": Decimal("1.25"), "money": Decimal("99.90"),
    "percent": Decimal("12.50"), "date": date(2026, 5, 9), "datetime": datetime(2026, 5, 9, 7, 30, tzinfo=UTC),
    "duration": timedelta(minutes=90), "yes_no": True, "choice": "hot", "multi_choice": ("hot", "cold"), "email": "a@b.example",
    "phone": "+442071838750", "url": "https://mill.example/",
}  # fmt: skip


def new(kind: str, **how: Any) -> NewField:
    choices = (("hot", "Hot", "red"), ("cold", "Cold", "blue")) if "choice" in kind else ()
    return NewField(
        label=f"Field of {kind}",
        kind=kind,
        name=kind,
        choices=choices,
        **{"filter": True, "list": True, **how},
    )


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_of_each_kind_is_kept_read_filtered_and_sorted(town: Town, kind: str) -> None:
    name, deal = f"c_{kind}", town.ids["scanners"]
    with town.as_("ada") as gate:
        assert add_field(gate, "deal", new(kind)) == name
    with town.as_("boris") as gate:
        gate.update(Deal, deal, {name: VALUES[kind]})
    with town.as_("ada") as gate:
        info = gate.schema["deal"]
        values = gate.values(info, deal)
        assert values is not None
        assert values[name] == VALUES[kind]
        page = fetch(gate, info, ListQuery(columns=["name", name], sort=f"-{name}"), READER)
        assert {row["id"] for row in page.rows} == {deal, town.ids["flour"]}
        filled = ListQuery(
            conditions=[Condition(name, "is", "yes")]
            if kind == "yes_no"
            else [Condition(name, "filled", "1")]
        )
        assert [row["id"] for row in fetch(gate, info, filled, READER).rows] == [deal]
        assert totals(gate, info, filled, READER).count == 1
        assert any(group.value == VALUES[kind] for group in grouped(gate, info, ListQuery(), READER, name))
        assert name in list_entries(gate, info, deal)[0].changes


def test_pages_follow_each_other_by_a_custom_field(town: Town) -> None:
    with town.as_("ada") as gate:
        add_field(gate, "deal", new("integer"))
    with town.as_("ada") as gate:
        wanted = {
            gate.create(Deal, {"name": f"Deal {i}", "c_integer": i % 4 if i % 3 else None}) for i in range(12)
        }
        seen: list[int] = []
        cursor = ""
        while True:
            page = fetch(
                gate, gate.schema["deal"], ListQuery(sort="c_integer", limit=5, after=cursor), READER
            )
            seen += [row["id"] for row in page.rows]
            cursor = page.next
            if not cursor:
                break
    assert len(seen) == len(set(seen))
    assert set(seen) == wanted | {town.ids["scanners"], town.ids["flour"]}


def test_a_required_custom_field_is_asked_for(town: Town) -> None:
    with town.as_("ada") as gate:
        add_field(gate, "company", new("text", required=True))
    with town.as_("ada") as gate, pytest.raises(Invalid) as refused:
        gate.create("company", {"name": "No text"})
    assert [p.field for p in refused.value.problems] == ["c_text"]


def test_a_retired_field_keeps_its_values(town: Town) -> None:
    with town.as_("ada") as gate:
        add_field(gate, "deal", new("text"))
    with town.as_("ada") as gate:
        gate.update(Deal, town.ids["scanners"], {"c_text": "kept"})
        retire_field(gate, "deal", "c_text")
    with town.as_("ada") as gate:
        assert "c_text" not in gate.schema["deal"].fields
        gate.update(Deal, town.ids["scanners"], {"name": "Renamed meanwhile"})
        retire_field(gate, "deal", "c_text", retired=False)
    with town.as_("ada") as gate:
        values = gate.values(gate.schema["deal"], town.ids["scanners"])
        assert values is not None
        assert values["c_text"] == "kept"


def test_the_kind_stays_and_the_rest_can_change(town: Town) -> None:
    with town.as_("ada") as gate:
        add_field(gate, "deal", new("choice"))
        with pytest.raises(Invalid):
            change_field(gate, "deal", "c_choice", new("integer"))
        change_field(
            gate,
            "deal",
            "c_choice",
            NewField(label="Warmth", kind="choice", choices=(("", "Very hot", "red"),)),
        )
        found = list_fields(gate, "deal")[0]
    assert (found["label"], found["options"]["choices"][0]["value"]) == ("Warmth", "very_hot")


@pytest.mark.parametrize(
    ("label", "name"),
    [("Region", "c_region"), ("Площадь, м²", "c_ploshchad_m2"), ("3D", "c_f_3d"), ("Ёлка", "c_elka")],
)
def test_a_name_is_made_of_the_label(town: Town, label: str, name: str) -> None:
    with town.as_("ada") as gate:
        assert add_field(gate, "lead", NewField(label=label, kind="text")) == name


@pytest.mark.parametrize("wrong", [
    NewField(label=" ", kind="text"), NewField(label="A", kind="formula"), NewField(label="A", kind="text", name="Robert'); --"),
    NewField(label="A", kind="choice"),
])  # fmt: skip
def test_a_field_that_cannot_be_is_refused(town: Town, wrong: NewField) -> None:
    with town.as_("ada") as gate, pytest.raises(Invalid):
        add_field(gate, "deal", wrong)


def test_only_an_administrator_makes_fields(town: Town) -> None:
    with town.as_("boris") as gate, pytest.raises(Forbidden):
        add_field(gate, "deal", new("text"))


def test_a_field_made_by_one_process_is_known_to_another_at_its_next_request(town: Town) -> None:
    with town.as_("boris") as gate:
        assert gate.rows(select(Deal.id))
        assert "c_text" not in gate.schema["deal"].fields
    with town.as_("ada") as gate:
        add_field(gate, "deal", new("text"))
    with town.as_("boris") as gate:
        assert "c_text" in gate.schema["deal"].fields
