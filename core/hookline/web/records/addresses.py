"""The address of a list: what its parameters ask for, and the addresses of the same list changed in one thing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

from hookline.errors import Invalid, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds.keys import number_in
from hookline.kernel.lists.filters import ANY, Condition, read_conditions
from hookline.kernel.lists.listing import ListQuery
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.web.visit import Visit

PAGING: Final = frozenset({"after", "before", "offset", "at"})
# Parameters that are no filters. No field has such a name: plugins' and custom ones begin with their owner's.
RESERVED: Final = PAGING | {"q", "sort", "column", "view", "group", "filter", "trash", "lang", "slots"}
_LONGEST: Final = 8_000
_FURTHEST: Final = 10**9


@dataclass(frozen=True)
class ListAddress:
    """A list's path and parameters."""

    base: str
    items: tuple[tuple[str, str], ...] = ()
    reserved: frozenset[str] = RESERVED

    def get(self, name: str) -> str:
        """A parameter; of a repeated one the last, "" when it is not there."""
        return next((value for key, value in reversed(self.items) if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every value of a repeated parameter."""
        return [value for key, value in self.items if key == name]

    @property
    def filters(self) -> list[tuple[str, str]]:
        """The parameters that are filters."""
        return [(name, value) for name, value in self.items if name not in self.reserved and value]

    @property
    def query(self) -> str:
        """What a saved view keeps: all but the page and the view's own name."""
        dropped = PAGING | {"view", "filter", "lang"}
        return urlencode([(name, value) for name, value in self.items if name not in dropped and value])

    @property
    def number(self) -> int:
        """The number of the page's first row, counted from 1, as far as the address knows."""
        return number_in(self.get("at"), most=_FURTHEST) or 1

    def kept(self, *without: str, field: str = "") -> list[tuple[str, str]]:
        """The parameters for a form that adds its own; never the page's, nor the filters of `field` (see `group_of`)."""
        dropped = {*without} | PAGING
        return [
            (n, v) for n, v in self.items if v and n not in dropped and (not field or group_of(n) != field)
        ]

    def url(self, *, field: str = "", **changes: str | int | Sequence[str] | None) -> str:
        """The same list with other parameters, from its first page; None takes one away, `field` its filters."""
        items = [_written(name, value) for name, value in self.kept(*changes, "filter", field=field)]
        for name, value in changes.items():
            if value is not None:
                items += [
                    _written(name, str(each))
                    for each in (value if isinstance(value, list | tuple) else [value])
                ]
        return self.base + (f"?{'&'.join(items)}" if items else "")

    def regrouped(self, groups: Collection[str], *, either: bool) -> str:
        """The same list, of which these filters all hold, or with `either` one of them and its like is enough."""
        items = []
        for name, value in self.kept("filter"):
            if group_of(name) in groups:
                name = (ANY if either else "") + name.removeprefix(ANY)  # noqa: PLW2901  # it is the same parameter
            items.append(_written(name, value))
        return self.base + (f"?{'&'.join(items)}" if items else "")

    def with_query(self, query: str, **more: str) -> str:
        """The list as another query string describes it."""
        items = [*parse_qsl(query), *more.items()]
        return self.base + (f"?{urlencode(items)}" if items else "")


def group_of(name: str) -> str:
    """What a filter's parameter holds together with: "amount" of "amount.gte", "any.amount" of "any.amount.gte"."""
    prefix = ANY if name.startswith(ANY) else ""
    return prefix + name.removeprefix(ANY).partition(".")[0]


def asked_items(visit: "Visit") -> tuple[tuple[str, str], ...]:
    """The parameters of this visit in the order in which they were written; Litestar's own forget it."""
    return tuple(parse_qsl(visit.request.scope["query_string"].decode("latin-1"), keep_blank_values=True))


def read_address(
    visit: "Visit", info: EntityInfo, base: str = "", reserved: Collection[str] = ()
) -> ListAddress:
    """The address of this visit as that of a list. `base` is its path where that is not the entity's own.

    `reserved` are further parameters of that page which are no filters.
    """
    items = asked_items(visit)
    return ListAddress(base or f"/{info.cls.slug}", items, RESERVED.union(reserved))


def sent_address(visit: "Visit", info: EntityInfo, query: str | None = None) -> ListAddress:
    """The address of the list from which a form was sent, as its field `query` (or the one given) says."""
    query = visit.value("query") if query is None else query
    if len(query) > _LONGEST:
        raise Invalid([Problem("query", Text("This list is too long an address. Use fewer filters."))])
    return ListAddress(f"/{info.cls.slug}", tuple(parse_qsl(query)))


def read_query(
    gate: Reads,
    info: EntityInfo,
    asked: ListAddress,
    columns: Collection[str] = (),
    *,
    may: Action = Action.read,
) -> ListQuery:
    """The list that an address asks for. Invalid when it cannot be asked."""
    return ListQuery(
        conditions=conditions_of(gate, info, asked), words=asked.get("q")[:200], sort=asked.get("sort"),
        columns=list(columns), after=asked.get("after"), before=asked.get("before"), offset=_offset(asked),
        trash=asked.get("trash") == "1", may=may,
    )  # fmt: skip


def conditions_of(gate: Reads, info: EntityInfo, asked: ListAddress) -> list[Condition]:
    """The filters of an address."""
    return read_conditions(gate, info, asked.filters)


@lru_cache(maxsize=8192)
def _written(name: str, value: str) -> str:
    """A parameter as it stands in an address. A page has a hundred addresses made of the same few."""
    return urlencode([(name, value)])


def _offset(asked: ListAddress) -> int:
    offset = number_in(asked.get("offset") or "0", most=_FURTHEST)
    if offset is not None:
        return offset
    raise Invalid([Problem("offset", Text("This page is no longer there. Start again from the first one."))])
