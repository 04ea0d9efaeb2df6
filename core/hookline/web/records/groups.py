"""A list put together by one field: how many records hold each value, and what their amounts come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.lists.listing import Group, ListQuery, grouped
from hookline.kernel.schema import EntityInfo
from hookline.kernel.titles import titles_of
from hookline.web.records.addresses import ListAddress
from hookline.web.records.phrases import Names, label_of

if TYPE_CHECKING:
    from hookline.web.visit import Visit

_KINDS: Final = frozenset({"choice", "stage", "user", "team", "yes_no"})
MOST: Final = 200


@dataclass(frozen=True)
class GroupLine:
    """One value with its records."""

    label: str
    tone: str
    url: str
    count: str
    percent: int
    sums: Sequence[str]


@dataclass(frozen=True)
class Grouping:
    """A list by one field. `heads` are the labels over the sums, `totals` the sums of all; `more` groups find no room."""

    label: str
    heads: Sequence[str]
    lines: Sequence[GroupLine]
    count: int
    clear_url: str
    counted: str
    totals: Sequence[str]
    more: int


def group_menu(visit: "Visit", info: EntityInfo, asked: ListAddress) -> list[Mapping[str, Any]]:
    """The fields a list can be put together by, and the way back."""
    now = asked.get("group")
    found: list[Mapping[str, Any]] = [
        {"label": visit.say(f.label), "url": asked.url(group=f.name), "current": f.name == now}
        for f in visit.gate.readable(info) if _is_groupable(visit, f)
    ]  # fmt: skip
    if now:
        found.insert(0, {"label": visit.say("No grouping"), "url": asked.url(group=None), "icon": "list"})
    return found


def grouping(
    visit: "Visit", info: EntityInfo, asked: ListAddress, query: ListQuery, sums: Sequence[str]
) -> Grouping:
    """The list by the field that the address names. Invalid when it is none to group by."""
    spec = _field(visit, info, asked.get("group"))
    groups = grouped(visit.gate, info, query, visit.reader, spec.name, sums)
    names = (
        titles_of(visit.gate, {spec.target: [g.value for g in groups if g.value]})
        if spec.kind == "reference" and spec.target
        else {}
    )
    count = sum(group.count for group in groups)
    lines = [
        _line(visit, asked, spec, group, count=count, names=names)
        for group in _ordered(visit, spec, groups)[:MOST]
    ]
    heads = [visit.say(info.fields[name].label) for name in sums]
    totals = [written_sum(visit, _added(groups, name)) for name in sums]
    more = max(0, len(groups) - MOST)
    return Grouping(
        visit.say(spec.label),
        heads,
        lines,
        count,
        asked.url(group=None),
        visit.fmt.number(count),
        totals,
        more,
    )


def _added(groups: Sequence[Group], name: str) -> Mapping[str, Any]:
    """The sums of all groups, by currency."""
    found: dict[str, Any] = {}
    for group in groups:
        for currency, amount in group.sums.get(name, {}).items():
            found[currency] = found.get(currency, 0) + amount
    return found


def _field(visit: "Visit", info: EntityInfo, name: str) -> Field:
    try:
        spec = visit.gate.field(info, name)
    except NotFound as error:
        raise Invalid([Problem("group", Text("There is no field %(name)s.", name=name[:60]))]) from error
    if not _is_groupable(visit, spec):
        raise Invalid([Problem("group", Text("A list cannot be grouped by %(name)s.", name=name[:60]))])
    return spec


def _is_groupable(visit: "Visit", spec: Field) -> bool:
    """Whether it has few values: a closed list, people, teams, stages, or the records of a list of the house."""
    if spec.hidden or spec.section == "System":
        return False
    short = spec.kind == "reference" and spec.target and not visit.gate.schema[spec.target].owned
    return spec.kind in _KINDS or bool(short)


def _ordered(visit: "Visit", spec: Field, groups: Sequence[Group]) -> list[Group]:
    """In the order of the choices or stages where there is one, else the largest first; what is not set comes last."""
    if spec.options:
        places: Mapping[Any, int] = {value: place for place, value in enumerate(spec.options)}
    elif spec.kind == "stage":
        places = {id: place for place, id in enumerate(visit.pipelines.stages)}
    else:
        places = {}
    # To the last place: the database's own order of equals would tell of rows that one does not see.
    return sorted(
        groups, key=lambda g: (g.value is None, places.get(g.value, len(places)), -g.count, g.value or 0)
    )


def _line(
    visit: "Visit", asked: ListAddress, spec: Field, group: Group, *, count: int, names: Names
) -> GroupLine:
    value = group.value
    if value is None and spec.kind != "yes_no":
        url, label = (
            asked.url(field=spec.name, group=None, **{f"{spec.name}.empty": "1"}),
            visit.say("Not set"),
        )
    elif spec.kind == "yes_no":
        url = asked.url(field=spec.name, group=None, **{spec.name: "yes" if value else "no"})
        label = visit.say("Yes" if value else "No")
    else:
        url = asked.url(field=spec.name, group=None, **{spec.name: str(value)})
        label = label_of(visit, spec, str(value), names)
    sums = [written_sum(visit, by_currency) for by_currency in group.sums.values()]
    return GroupLine(
        label,
        _tone(visit, spec, value),
        url,
        visit.fmt.number(group.count),
        round(100 * group.count / max(count, 1)),
        sums,
    )


def written_sum(visit: "Visit", by_currency: Mapping[str, Any]) -> str:
    """Sums in each currency, joined by plus signs: they are not the same money. Without one it is that of the house."""
    together: dict[str, Any] = {}
    for currency, amount in by_currency.items():
        named = currency or visit.reader.currency
        together[named] = together.get(named, 0) + amount
    return " + ".join(visit.fmt.money(amount, currency) for currency, amount in sorted(together.items()))


def _tone(visit: "Visit", spec: Field, value: Any) -> str:
    if spec.kind == "stage":
        stage = visit.pipelines.stages.get(value)
        return stage.tone if stage else ""
    return spec.options[value].tone if value in spec.options else ""
