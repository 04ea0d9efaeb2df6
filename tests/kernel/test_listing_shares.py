"""Lists of those who see their own records and what others share: every record once, at a price that the rest of the table is no part of."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hookline.crm.access.lendings import share
from hookline.crm.activities import Activity
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.kernel.actor import Lending, Level
from hookline.kernel.entity import Entity
from hookline.kernel.gate import Gate
from hookline.kernel.lists.listing import ListQuery, fetch, fetch_counted
from sqlalchemy import Text as SqlText
from sqlalchemy import cast, event, func, insert, literal, select, text, true

from tests.kernel.orchard import READER
from tests.town import NOW, Town, columns_of_the_core

OWN = 12


@pytest.fixture
def lent_town(town: Town) -> Town:
    """Boris owns some contacts; Ada and Clara share others with him and his team, one of his own among them."""
    with town.house() as gate:
        names = [f"{n % 7} Person {n}" for n in range(3 * OWN)]
        owners = ["boris", "clara", "max"]
        rows = [
            {"last_name": name, "owner": town.ids[owners[n % 3]], "team": None}
            for n, name in enumerate(names)
        ]
        made = gate.create_many(Contact, rows)
        given = [("clara", made[1::6]), ("ada", [*made[2::6], made[0], made[1]])]
        for by, records in given:
            for n, record in enumerate(records):
                whom = {"user": town.ids["boris"]} if n % 2 else {"team": town.ids["north"]}
                gate.tx.run(insert(share), _share(record, town.ids[by], whom), why="test")
    return town


def _share(record: int, by: int, whom: Mapping[str, int]) -> dict[str, Any]:
    fixed = {
        "entity": "contact",
        "right": "read",
        "reason": "",
        "created_at": NOW,
        "user": None,
        "team": None,
    }
    return {**fixed, "record": record, "by": by, **whom}


def borrow(town: Town, gate: Gate, *givers: str) -> None:
    """Let the actor see their own contacts, and what these people share: Ada everything, the others what is theirs."""
    lendings = []
    for name in givers:
        level = Level.all if name == "ada" else Level.own
        giver = replace(gate.actor, user=town.ids[name], grants={("contact", "read"): level}, shared=())
        lendings.append(Lending("contact", edit=False, giver=giver))
    own = {**gate.actor.grants, ("contact", "read"): Level.own}
    gate.actor = replace(gate.actor, grants=own, shared=tuple(lendings))


@pytest.mark.parametrize("sort", ["name", "-name", "-created_at", "email", "-email"])
@pytest.mark.parametrize("givers", [("ada",), ("ada", "clara")])
def test_what_is_seen_in_several_ways_stands_once_and_in_order(
    lent_town: Town, givers: tuple[str, ...], sort: str
) -> None:
    with lent_town.as_("boris") as gate:
        borrow(lent_town, gate, *givers)
        info = gate.schema[Contact]
        seen = set(gate.run(select(gate.source("contact").c.id)).scalars())
        whole = fetch(gate, info, ListQuery(sort=sort, limit=100), READER)
        ids = [row["id"] for row in whole.rows]
        assert (len(ids), set(ids)) == (len(seen), seen)
        assert len(seen) > OWN
        walked: list[int] = []
        page, totals = fetch_counted(gate, info, ListQuery(sort=sort, limit=5), READER)
        assert totals.count == len(seen)
        for each in _following(gate, page, sort):
            walked += [row["id"] for row in each.rows]
        assert walked == ids
        jump = fetch(gate, info, ListQuery(sort=sort, limit=5, offset=7), READER)
        assert [row["id"] for row in jump.rows] == ids[7:12]


def _following(gate: Gate, page: Any, sort: str) -> Iterator[Any]:
    yield page
    while page.next:
        page = fetch(gate, gate.schema[Contact], ListQuery(sort=sort, limit=5, after=page.next), READER)
        yield page


def test_what_others_own_costs_nothing(lent_town: Town) -> None:
    town = lent_town
    if town.installation.database.sqlite:
        pytest.skip("counts the blocks that PostgreSQL reads")

    def blocks(more: int) -> int:
        _multiply(town, Contact, more, owner="max")
        with town.as_("boris") as gate:
            borrow(town, gate, "ada", "clara")
            return _blocks(gate, Contact, ListQuery(columns=("name", "email")))

    few, many = blocks(3_000), blocks(12_000)
    assert many < few * 1.3, f"{few} blocks, and {many} with five times as many contacts"


def test_a_page_looks_at_the_records_that_it_is_about_and_at_no_others(town: Town) -> None:
    if town.installation.database.sqlite:
        pytest.skip("counts the blocks that PostgreSQL reads")
    with town.house() as gate:
        deal = gate.create(Deal, {"name": "Roof", "owner": town.ids["boris"]})
        call = {"kind": "call", "subject": "Call", "about": f"deal:{deal}", "owner": town.ids["boris"]}
        gate.create(Activity, call)
    _multiply(town, Activity, 2_000, owner="boris")

    def blocks(more: int) -> int:
        _multiply(town, Deal, more, owner="boris")
        with town.as_("boris") as gate:
            own = {(name, "read"): Level.own for name in ("activity", "deal")}
            gate.actor = replace(gate.actor, grants={**gate.actor.grants, **own})
            return _blocks(gate, Activity, ListQuery(columns=("subject",), sort="-due_at"))

    few, many = blocks(1_000), blocks(8_000)
    assert many < few * 1.3, f"{few} blocks, and {many} with nine times as many deals"


def _multiply(town: Town, entity: type[Entity], more: int, *, owner: str) -> None:
    """So many more records like the first one, all of them somebody's."""
    with town.house() as gate:
        table = gate.schema[entity].table
        every = [c for c in columns_of_the_core(table) if c.name != "number"]
        kept = [c.name for c in every if c.name not in ("id", "sort_key", "owner")]
        number = func.generate_series(1, more).table_valued("n").render_derived()
        first = select(func.min(table.c.id)).scalar_subquery()
        one = select(*every).where(table.c.id == first).subquery()
        copies = select(
            *(one.c[name] for name in kept),
            one.c.sort_key + cast(number.c.n, SqlText),
            literal(town.ids[owner]),
        ).join_from(one, number, true())
        gate.tx.run(insert(table).from_select([*kept, "sort_key", "owner"], copies), why="test")
    with town.installation.database.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT", hookline_stamp="test")
        alone.execute(text(f"VACUUM ANALYZE {table.name}"))


def _blocks(gate: Gate, entity: type[Entity], query: ListQuery) -> int:
    """How many blocks the page reads."""
    engine = gate.tx.connection.engine
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    fetch_counted(gate, gate.schema[entity], query, READER)
    event.remove(engine, "before_cursor_execute", note)
    ((statement, values),) = asked
    explained = gate.tx.connection.execution_options(hookline_stamp="test").exec_driver_sql(
        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values
    )
    (plan,) = explained.scalar_one()
    return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])
