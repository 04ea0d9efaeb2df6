"""Dashboards: widgets that a person arranges, for oneself, one's team or everybody; the viewer's own rights decide what they show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, delete, func, insert, or_, select, update

from hookline.crm.desks.offered import Offered, check_offer
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.entity import Id
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.tables import house_table
from hookline.kernel.types import json_type

MOST: Final = 40
MOST_WIDGETS: Final = 24
SIZES: Final = ("small", "medium", "large", "wide")
_LONGEST: Final = 200
_REFUSAL: Final = Text("You may not share dashboards with everybody. Ask an administrator for the right.")

table = house_table(
    "dashboard",
    Column("id", Id, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("shared_with", String(10), nullable=False),
    Column("owner", BigInteger, nullable=False),
    Column("team", BigInteger),
    Column("position", Integer, nullable=False, default=0),
    Column("state", json_type(), nullable=False),
    Index("ix_dashboard_owner", "owner"),
)


@dataclass(frozen=True)
class Placed:
    """A widget on a dashboard: `key` is its name there, `widget` that of the contribution, `given` what it is asked."""

    key: str
    widget: str
    size: str = "medium"
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dashboard(Offered):
    """A dashboard with its widgets in their order."""

    widgets: Sequence[Placed]


def list_dashboards(gate: Reads) -> list[Dashboard]:
    """Those that the actor is offered: the own ones first."""
    mine = table.c.owner == gate.actor.user
    ours = (table.c.shared_with == "team") & (table.c.team == gate.actor.team)
    statement = select(table).where(or_(mine, ours, table.c.shared_with == "all"))
    ordered = statement.order_by(mine.desc(), table.c.position, table.c.id).limit(5 * MOST)
    return [_read(row) for row in gate.tx.run(ordered, why="dashboards").mappings()]


def find_dashboard(gate: Reads, id: int) -> Dashboard | None:
    """A dashboard that the actor is offered."""
    row = gate.tx.run(select(table).where(table.c.id == id), why="dashboards").mappings().first()
    found = _read(row) if row is not None else None
    return found if found is not None and found.is_for(gate.actor) else None


def create_dashboard(gate: Gate, name: str, shared_with: str, widgets: Sequence[Placed] = ()) -> int:
    """Keep a dashboard for oneself ("private"), one's team ("team") or everybody ("all", which takes the right to share)."""
    values = check_offer(gate, name, shared_with, _REFUSAL)
    mine = select(func.count()).where(table.c.owner == gate.actor.user)
    count = gate.tx.run(mine, why="dashboards").scalar_one()
    if count >= MOST:
        text = Text("You have %(count)s dashboards already. Delete one first.", count=MOST)
        raise Invalid([Problem("name", text)])
    row = {**values, "owner": gate.actor.user, "position": count, "state": _state(widgets)}
    return int(gate.tx.run(insert(table).values(**row).returning(table.c.id), why="dashboards").scalar_one())


def change_dashboard(gate: Gate, id: int, name: str, shared_with: str) -> None:
    """Give it another name or other people. NotFound when it is not the actor's to change."""
    _get_kept(gate, id)
    gate.tx.run(
        update(table).where(table.c.id == id).values(**check_offer(gate, name, shared_with, _REFUSAL)),
        why="dashboards",
    )


def delete_dashboard(gate: Gate, id: int) -> None:
    """Remove it. NotFound when it is not the actor's to change."""
    _get_kept(gate, id)
    gate.tx.run(delete(table).where(table.c.id == id), why="dashboards")


def place_widget(gate: Gate, id: int, widget: str, size: str, given: Mapping[str, str]) -> None:
    """Put one more widget at the end of a dashboard."""
    board = _get_kept(gate, id)
    if len(board.widgets) >= MOST_WIDGETS:
        text = Text("A dashboard holds %(count)s widgets. Remove one first.", count=MOST_WIDGETS)
        raise Invalid([Problem("widget", text)])
    number = max((int(placed.key) for placed in board.widgets), default=0) + 1
    _write(gate, id, [*board.widgets, Placed(str(number), widget, _size(size), _given(given))])


def change_widget(
    gate: Gate, id: int, key: str, *, size: str | None = None, given: Mapping[str, str] | None = None
) -> None:
    """Give a widget another size, or ask it something else."""
    board = _get_kept(gate, id)
    place = _place(board, key)
    found = board.widgets[place]
    found = replace(found, size=_size(size)) if size is not None else found
    found = replace(found, given=_given(given)) if given is not None else found
    _write(gate, id, [*board.widgets[:place], found, *board.widgets[place + 1 :]])


def remove_widget(gate: Gate, id: int, key: str) -> None:
    """Take a widget off a dashboard."""
    board = _get_kept(gate, id)
    place = _place(board, key)
    _write(gate, id, [*board.widgets[:place], *board.widgets[place + 1 :]])


def move_widget(gate: Gate, id: int, key: str, by: int) -> None:
    """Move a widget by so many places, to an end at the most."""
    board = _get_kept(gate, id)
    place = _place(board, key)
    rest = [placed for placed in board.widgets if placed.key != key]
    rest.insert(max(0, min(len(rest), place + by)), board.widgets[place])
    _write(gate, id, rest)


def arrange(gate: Gate, id: int, keys: Sequence[str]) -> None:
    """Put the widgets into this order; those that are not named follow in the order they had."""
    board = _get_kept(gate, id)
    wanted = {key: place for place, key in reversed(list(enumerate(keys)))}
    ordered = sorted(board.widgets, key=lambda placed: wanted.get(placed.key, len(keys)))
    _write(gate, id, ordered)


def _get_kept(gate: Gate, id: int) -> Dashboard:
    """It, locked, so that two changes at once come one after the other."""
    locked = select(table).where(table.c.id == id).with_for_update()
    row = gate.tx.run(locked, why="dashboards").mappings().first()
    found = _read(row) if row is not None else None
    if found is None or not found.is_kept_by(gate.actor):
        raise NotFound
    return found


def _place(board: Dashboard, key: str) -> int:
    for place, placed in enumerate(board.widgets):
        if placed.key == key:
            return place
    raise NotFound


def _size(size: str) -> str:
    if size not in SIZES:
        raise Invalid([Problem("size", Text("%(value)s is not one of the choices.", value=size[:40]))])
    return size


def _given(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value.replace("\x00", "")[:_LONGEST] for name, value in given.items() if value}


def _write(gate: Gate, id: int, widgets: Sequence[Placed]) -> None:
    gate.tx.run(update(table).where(table.c.id == id).values(state=_state(widgets)), why="dashboards")


def _state(widgets: Sequence[Placed]) -> dict[str, Any]:
    return {
        "widgets": [
            {"key": w.key, "widget": w.widget, "size": w.size, "given": dict(w.given)} for w in widgets
        ]
    }


def _read(row: Mapping[Any, Any]) -> Dashboard:
    widgets = [Placed(**each) for each in row["state"].get("widgets", ())]
    names = ("id", "name", "shared_with", "owner", "team")
    return Dashboard(**{name: row[name] for name in names}, widgets=widgets)
