"""The gate's rewriting: whatever form a select takes, it reads only what the actor may see."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hookline.crm.companies import Company
from hookline.crm.deals import Deal
from hookline.errors import NotFound
from hookline.kernel.actor import FieldRight
from hookline.kernel.rewrite import UnsafeStatement
from sqlalchemy import String as SqlString
from sqlalchemy import Table, case, cast, column, exists, func, literal_column, select, table, text, union_all
from sqlalchemy.orm import aliased

from tests.town import Town

DEALS: Table = Deal.__table__  # type: ignore[assignment]  # declarative classes keep a Table there
OTHER = aliased(Deal)

# Each statement sums or names deals; boris may see "Scanners" (84600.50) and never "flour" (12000).
FORMS: dict[str, Callable[[], Any]] = {
    "columns": lambda: select(Deal.name),
    "entity": lambda: select(Deal),
    "table": lambda: select(DEALS),
    "table column": lambda: select(DEALS.c.name),
    "aggregate": lambda: select(func.sum(Deal.amount)),
    "filtered aggregate": lambda: select(func.sum(Deal.amount).filter(Deal.id > 0)),
    "count star": lambda: select(func.count()).select_from(Deal),
    "window only": lambda: select(func.max(Deal.amount).over()),
    "group by": lambda: select(Deal.outcome, func.count(Deal.id)).group_by(Deal.outcome),
    "having": lambda: select(Deal.outcome).group_by(Deal.outcome).having(func.count(Deal.id) > 1),
    "order by": lambda: select(Deal.id).order_by(Deal.amount.desc()),
    "where": lambda: select(Deal.id).where(Deal.amount < 50_000),
    "join": lambda: select(Company.name, Deal.name).join(Deal, Deal.company == Company.id),
    "outer join": lambda: (
        select(Company.name, Deal.name)
        .outerjoin(Deal, Deal.company == Company.id)
        .where(Deal.id.is_not(None))
    ),
    "alias": lambda: select(OTHER.name),
    "self join": lambda: select(Deal.name, OTHER.name).join(OTHER, OTHER.id >= Deal.id),
    "core alias": lambda: select(DEALS.alias("d").c.name),
    "subquery": lambda: select(select(Deal.name).subquery().c.name),
    "cte": lambda: select(select(Deal.name).cte().c.name),
    "exists": lambda: select(Company.name).where(
        exists(select(Deal.id).where(Deal.company == Company.id, Deal.amount < 50_000))
    ),
    "scalar subquery": lambda: select(
        Company.id, select(func.sum(Deal.amount)).where(Deal.company == Company.id).scalar_subquery()
    ).where(Company.id > 0),
    "in subquery": lambda: select(Company.name).where(
        Company.id.in_(select(Deal.company).where(Deal.amount < 50_000))
    ),
    "union": lambda: union_all(select(Deal.name), select(Deal.name)),
    "case": lambda: select(case((Deal.amount > 0, Deal.name), else_=None)),
    "cast": lambda: select(cast(Deal.amount, SqlString)),
    "distinct": lambda: select(Deal.name).distinct(),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_select_reads_the_deals_of_others(town: Town, form: str) -> None:
    with town.as_("boris") as gate:
        before = [tuple(row) for row in gate.rows(FORMS[form]())]
    with town.house() as gate:
        gate.trash(Deal, town.ids["flour"])
    with town.as_("boris") as gate:
        after = [tuple(row) for row in gate.rows(FORMS[form]())]
    assert before == after, "a record that boris may not see has moved what he is told"
    assert "Мука" not in repr(before)


@pytest.mark.parametrize("form", FORMS)
def test_a_hidden_column_is_refused_wherever_it_stands(town: Town, form: str) -> None:
    """Forms that name the amount are refused like a misspelt name; the others never hold its value."""
    with town.as_("boris") as gate:
        gate.actor = replace(gate.actor, fields={("deal", "amount"): FieldRight.hidden})
        try:
            found = repr([tuple(row) for row in gate.rows(FORMS[form]())])
        except NotFound:
            return
    assert "84600" not in found
    assert "8460050" not in found


@pytest.mark.parametrize("statement", [
    select(text("name")).select_from(text("deal")),
    select(literal_column("name")).select_from(Deal),
    select(column("name")).select_from(Deal),
    select(table("deal", column("name"))), select(Deal.name).where(text("1 = 1")),
], ids=["text", "literal column", "bare column", "bare table", "text condition"])  # fmt: skip
def test_what_cannot_be_checked_is_refused(town: Town, statement: Any) -> None:
    with town.as_("ada") as gate, pytest.raises(UnsafeStatement):
        gate.rows(statement)


def test_a_table_of_the_house_cannot_be_read(town: Town) -> None:
    from hookline.crm.sign_in.credentials import credential

    with town.as_("ada") as gate, pytest.raises(NotFound):
        gate.rows(select(credential.c.password_hash))


def test_house_columns_cannot_be_named(town: Town) -> None:
    with town.as_("ada") as gate, pytest.raises(NotFound):
        gate.rows(select(DEALS.c.search))
