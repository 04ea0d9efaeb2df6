"""How somebody likes a list: the view that it opens with, the columns they have kept, and the order of its views."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from hookline.crm.desks.arrangements import keep_arrangement
from hookline.errors import Text
from hookline.kernel.actor import Action
from hookline.kernel.schema import EntityInfo
from hookline.web.records import views
from hookline.web.records.addresses import ListAddress, sent_address

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

# The view of everything, where the list opens with another one.
ALL = "all"


@dataclass(frozen=True)
class Habits:
    """What is kept for one person and one list. Views are meant by their names in the address."""

    view: str = ""
    columns: Sequence[str] = ()
    order: Sequence[str] = ()


def read_habits(visit: "Visit", info: EntityInfo) -> Habits:
    """How this person likes the list. One statement, and none for whoever has kept nothing."""
    state = visit.arrangement(f"list:{info.name}")
    columns, order = state.get("columns"), state.get("order")
    return Habits(
        view=str(state.get("view") or ""),
        columns=[str(name) for name in columns] if isinstance(columns, list) else (),
        order=[str(key) for key in order] if isinstance(order, list) else (),
    )


def opened(visit: "Visit", info: EntityInfo, asked: ListAddress, habits: Habits) -> ListAddress:
    """The list that an address means to this person: bare, it is the view that the list opens with."""
    if not any(value for name, value in asked.items if name != "lang") and habits.view:
        query = views.query_of(visit, info, habits.view)
        if query is not None:
            asked = replace(asked, items=(*parse_qsl(query), ("view", habits.view)))
    if habits.columns and not asked.all("column"):
        asked = replace(asked, items=(*asked.items, *(("column", name) for name in habits.columns)))
    return asked


def without_columns(asked: ListAddress, habits: Habits) -> ListAddress:
    """The address as it would be without the columns that this person has kept."""
    if list(habits.columns) != asked.all("column"):
        return asked
    return replace(asked, items=tuple(item for item in asked.items if item[0] != "column"))


def set_columns(visit: "Visit", entity: str) -> "Answer":
    """Show other columns: in this list now, or with "keep" whenever this person looks at it; "usual" takes that back."""
    info = _readable(visit, entity)
    asked = sent_address(visit, info)
    chosen = list(dict.fromkeys(name for name in visit.values("column") if name))[:100]
    if visit.value("usual"):
        _keep(visit, info, replace(read_habits(visit, info), columns=()))
        return visit.see(asked.url(column=None))
    if visit.value("keep"):
        _keep(visit, info, replace(read_habits(visit, info), columns=chosen))
        return visit.see(asked.url(column=None), done=Text("The columns are kept for you."))
    return visit.see(asked.url(column=chosen))


def set_first(visit: "Visit", entity: str) -> "Answer":
    """Let the list open with a view, or with everything again."""
    info = _readable(visit, entity)
    key = visit.query.get("view", "")
    known = views.query_of(visit, info, key) is not None
    _keep(visit, info, replace(read_habits(visit, info), view=key if known else ""))
    done = (
        Text("This list now opens with this view.") if known else Text("This list now opens with everything.")
    )
    return visit.see(
        _with_view(asked=sent_address(visit, info, visit.query.get("query", "")), key=key), done=done
    )


def move_tab(visit: "Visit", entity: str) -> "Answer":
    """Put a view one place further to the left or to the right, for this person."""
    info = _readable(visit, entity)
    key, by = visit.query.get("view", ""), -1 if visit.query.get("to") == "left" else 1
    habits = read_habits(visit, info)
    keys = [
        tab.key for tab in views.tabs(visit, info, ListAddress(f"/{info.cls.slug}"), habits.order) if tab.key
    ]
    if key in keys:
        place = keys.index(key)
        keys.insert(min(max(place + by, 0), len(keys) - 1), keys.pop(place))
        _keep(visit, info, replace(habits, order=keys))
    return visit.see(_with_view(asked=sent_address(visit, info, visit.query.get("query", "")), key=key))


def _with_view(asked: ListAddress, key: str) -> str:
    return asked.with_query(asked.query, view=key or ALL)


def _keep(visit: "Visit", info: EntityInfo, habits: Habits) -> None:
    keep_arrangement(
        visit.gate, f"list:{info.name}", {name: value for name, value in asdict(habits).items() if value}
    )


def _readable(visit: "Visit", entity: str) -> EntityInfo:
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.read)
    return info


def in_order(keys: Collection[str], order: Sequence[str]) -> list[str]:
    """These keys, those that somebody has put in order first."""
    known = [key for key in order if key in keys]
    return [*known, *(key for key in keys if key not in known)]
