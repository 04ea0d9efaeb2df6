"""The parameters of a list: filters as on the screens, words, order, fields, pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds.keys import number_in
from hookline.kernel.lists.filters import read_conditions
from hookline.kernel.lists.listing import ListQuery, Page
from hookline.kernel.lists.plain import columns_of, links_of, shown_fields
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.web.visit import Visit

MOST: Final = 200
USUAL: Final = 50
RESERVED: Final = ("q", "sort", "fields", "limit", "after", "count", "trash")
_FLAGS: Final = {"1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True)
class Asked:
    """A list as it was asked for: `fields` are the names to answer with, `links` those that hold several references."""

    query: ListQuery
    fields: Sequence[str]
    links: Sequence[str]
    count: bool


def read_list(visit: Visit, info: EntityInfo) -> Asked:
    """The list that the address asks for. Invalid with every complaint at once."""
    items = list(visit.request.query_params.multi_items())
    params, problems = {n: v for n, v in items if n in RESERVED}, _repeated(items)
    fields = _fields(visit.gate, info, params.get("fields", ""), problems)
    limit = _limit(params.get("limit", str(USUAL)), problems)
    count, trash = (_flag(name, params.get(name, "0"), problems) for name in ("count", "trash"))
    _check_sort(visit.gate, info, params.get("sort", "id"), problems)
    if problems:
        raise Invalid(problems)
    query = ListQuery(
        conditions=read_conditions(visit.gate, info, [(n, v) for n, v in items if n not in RESERVED]),
        words=params.get("q", ""), sort=params.get("sort", "id"), columns=columns_of(info, fields),
        after=params.get("after", ""), limit=limit, trash=trash,
    )  # fmt: skip
    return Asked(query, fields, links_of(info, fields), count)


def read_one(visit: Visit, info: EntityInfo) -> tuple[Sequence[str], bool]:
    """The fields of one record that the address asks for, and whether it is looked for in the trash."""
    items = list(visit.request.query_params.multi_items())
    params, problems = dict(items), _repeated(items)
    problems += [Problem(n, _no_parameter(n)) for n in params if n not in ("fields", "trash")]
    fields = _fields(visit.gate, info, params.get("fields", ""), problems)
    trash = _flag("trash", params.get("trash", "0"), problems)
    if problems:
        raise Invalid(problems)
    return fields, trash


def refuse_parameters(visit: Visit) -> None:
    """Invalid when the address has parameters, for doors that take none."""
    if names := list(visit.request.query_params.dict()):
        raise Invalid([Problem(name[:100], _no_parameter(name)) for name in names])


def next_address(visit: Visit, page: Page) -> str | None:
    """The address of the next page; None after the last."""
    if not page.next:
        return None
    kept = [(n, v) for n, v in visit.request.query_params.multi_items() if n != "after"]
    return f"{visit.request.url.path}?{urlencode([*kept, ('after', page.next)])}"


def _fields(gate: Reads, info: EntityInfo, asked: str, problems: list[Problem]) -> list[str]:
    shown = {f.name: f for f in shown_fields(gate, info)}
    names = [name for name in asked.split(",") if name]
    problems += [Problem("fields", _no_field(name)) for name in names if name not in shown]
    return [*dict.fromkeys(["id", *(names or shown)])]


def _check_sort(gate: Reads, info: EntityInfo, sort: str, problems: list[Problem]) -> None:
    name = sort.removeprefix("-")
    try:
        spec: Field = gate.field(info, name)
    except NotFound:
        problems.append(Problem("sort", _no_field(name)))
        return
    if spec.many:
        problems.append(Problem("sort", Text("A list cannot be sorted by %(name)s.", name=name)))


def _limit(written: str, problems: list[Problem]) -> int:
    limit = number_in(written, 1, MOST)
    if limit is not None:
        return limit
    problems.append(Problem("limit", Text("Send a whole number from 1 to %(most)s.", most=MOST)))
    return USUAL


def _flag(name: str, written: str, problems: list[Problem]) -> bool:
    if written not in _FLAGS:
        problems.append(Problem(name, Text("Send 1 or 0.")))
    return _FLAGS.get(written, False)


def _repeated(items: Sequence[tuple[str, str]]) -> list[Problem]:
    names = [name for name, _ in items if name in RESERVED]
    return [Problem(name, Text("Send this once.")) for name in dict.fromkeys(names) if names.count(name) > 1]


def _no_field(name: str) -> Text:
    return Text("There is no field %(name)s.", name=name[:100])


def _no_parameter(name: str) -> Text:
    return Text("There is no parameter %(name)s.", name=name[:100])
