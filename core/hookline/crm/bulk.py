"""Bulk changes: the same done to many records, each through the gate by itself, so that one refused leaves the others be.

A few are done at once. More of them are a job, which remembers how far it has come and is seen while it runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import func, select

from hookline.crm import stages
from hookline.crm.actions import find_action, form_of, perform_in_bulk
from hookline.crm.audit.trail import note
from hookline.crm.core import core
from hookline.crm.tags import FIELD as TAGS
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Refused, Text
from hookline.kernel.actor import Action
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.background.runs import JobRun
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import KINDS, Reader
from hookline.kernel.kinds.keys import is_id
from hookline.kernel.lists.filters import read_conditions
from hookline.kernel.lists.listing import ListQuery, list_ids
from hookline.kernel.schema import EntityInfo

AT_ONCE: Final = 200
JOB: Final = "core.change_many"
WAYS: Final = ("edit", "stage", "tag", "untag", "trash", "restore")
_PIECE: Final = 50
_KEPT: Final = 200


@dataclass(frozen=True)
class Miss:
    """A record that was left as it is, and why."""

    id: int
    title: str
    reason: Text


@dataclass
class Outcome:
    """What came of a bulk change. `misses` keeps the first ones; `missed` counts them all."""

    done: list[int] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)
    missed: int = 0


def change_now(
    gate: Gate, entity: str, ids: Sequence[int], way: str, values: Mapping[str, Any], reader: Reader | None = None
) -> Outcome:  # fmt: skip
    """Do one of WAYS, or a plugin's action by its key, to each of these records.

    `values` are those to set, the stage to move to, or what the action asks for; `reader` is who asks, for such an action.

    It takes the right to change many at once, and on each record the right that the change takes alone.
    """
    outcome = _change_each(gate, entity, ids, way, values, reader or Reader(now=gate.now))
    told: dict[str, Any] = {
        "way": way,
        "fields": sorted(values),
        "rows": len(outcome.done),
        "missed": outcome.missed,
    }
    note(gate, "bulk.done", entity=entity, **told)
    return outcome


def _change_each(
    gate: Gate, entity: str, ids: Sequence[int], way: str, values: Mapping[str, Any], reader: Reader
) -> Outcome:
    info = gate.schema[entity]
    gate.must(info.name, Action.bulk)
    known = _known(gate, info, ids, trash=way == "restore")
    outcome = Outcome()
    for id in dict.fromkeys(ids):
        title, allowed = known.get(id, ("", False))
        try:
            if id not in known:
                raise NotFound
            if not allowed:
                raise Forbidden(Text("You may not change this record together with others."))
            with gate.tx.savepoint():
                _change(gate, info, id, way, values, reader)
        except Refused as refusal:
            _miss(outcome, Miss(id, title or f"#{id}", _reason(refusal)))
        else:
            outcome.done.append(id)
    return outcome


def change_later(
    gate: Gate, entity: str, items: Sequence[tuple[str, str]], query: ListQuery, reader: Reader, *, way: str,
    values: Mapping[str, Any], total: int,
) -> int:  # fmt: skip
    """Leave the change of everything that a list holds now to a worker, and return the job's id.

    `items` are the list's filters as they stood in its address.
    """
    info = gate.schema[entity]
    gate.must(info.name, Action.bulk)
    specs = _specs(gate, info, way)
    dumped = {name: KINDS[specs[name].kind].dump(v, specs[name]) for name, v in values.items()}
    args = {
        "entity": info.name, "way": way, "values": dumped, "total": total, "last": _last(gate, info),
        "filters": [list(item) for item in items], "words": query.words, "trash": query.trash,
        "reader": {"language": reader.language, "zone": reader.zone, "currency": reader.currency, "region": reader.region},
    }  # fmt: skip
    id = enqueue(gate.tx, JOB, args, now=gate.now, user=gate.actor.user)
    assert id is not None, "without a key of its own every job is kept"
    return id


@core.job()
def change_many(run: JobRun) -> None:
    """Work through a list in the order of ids, a piece in each transaction; what was done before a kill is not done again."""
    args = run.args
    state = dict(run.result or {"after": 0, "done": 0, "missed": 0, "misses": []})
    run.progress(state["done"] + state["missed"], args["total"])
    while True:
        run.check()
        with run.transaction() as gate:
            info = gate.schema[args["entity"]]
            ids = [id for id in _next_piece(gate, info, args, state["after"]) if id <= args["last"]]
            values = _loaded(_specs(gate, info, args["way"]), args["values"])
            reader = Reader(now=gate.now, **args["reader"])
            outcome = _change_each(gate, info.name, ids, args["way"], values, reader)
            state = _added(state, outcome, ids)
            run.result = state
            run.progress(state["done"] + state["missed"])
            if not ids:
                told: dict[str, Any] = {
                    "way": args["way"],
                    "fields": sorted(args["values"]),
                    "filter": _said(args),
                }
                note(gate, "bulk.done", entity=info.name, **told, rows=state["done"], missed=state["missed"])
        if not ids:
            return


def read_misses(result: Mapping[str, Any] | None) -> list[Miss]:
    """The records that a job left as they are, from its result."""
    return [
        Miss(id, title, Text(msgid, **params))
        for id, title, msgid, params in (result or {}).get("misses", ())
    ]


def _change(
    gate: Gate, info: EntityInfo, id: int, way: str, values: Mapping[str, Any], reader: Reader
) -> None:
    if way == "trash":
        gate.trash(info.name, id)
    elif way == "restore":
        gate.restore(info.name, id)
    elif way == "stage":
        stages.move(gate, info.name, id, values["stage"])
    elif way == "edit":
        gate.update(info.name, id, values)
    elif way in ("tag", "untag"):
        _mark(gate, info, id, values[TAGS], away=way == "untag")
    elif "." in way:
        perform_in_bulk(gate, info, way, id, values, reader)
    else:
        raise Invalid([Problem("", Text("%(value)s is not one of the choices.", value=way[:40]))])


def _mark(gate: Gate, info: EntityInfo, id: int, given: Sequence[int], *, away: bool) -> None:
    """Give a record these tags beside those it has, or take them away. One that has them already stays as it is."""
    now = gate.linked(info, [id])[id][TAGS]
    wanted = [tag for tag in now if tag not in given] if away else [*now, *given]
    if set(wanted) != set(now):
        gate.update(info.name, id, {TAGS: tuple(dict.fromkeys(wanted))})


def _known(gate: Gate, info: EntityInfo, ids: Sequence[int], *, trash: bool) -> dict[int, tuple[str, bool]]:
    """The titles of those the actor may see, and whether they may be changed with others."""
    wanted = sorted({id for id in ids if is_id(id)})
    seen, bulk = gate.source(info.name, trash=trash), gate.source(info.name, Action.bulk, trash=trash)
    columns = [seen.c.id, *([seen.c[info.title.name]] if info.title.name in seen.c else [])]
    titles = {
        row[0]: str(row[1] or "") if len(row) > 1 else ""
        for row in gate.run(select(*columns).where(seen.c.id.in_(wanted)))
    }
    allowed = set(gate.run(select(bulk.c.id).where(bulk.c.id.in_(wanted))).scalars())
    return {id: (title, id in allowed) for id, title in titles.items()}


def _reason(refusal: Refused) -> Text:
    if isinstance(refusal, Invalid) and refusal.problems:
        return refusal.problems[0].text
    return refusal.text


def _miss(outcome: Outcome, miss: Miss) -> None:
    outcome.missed += 1
    if len(outcome.misses) < _KEPT:
        outcome.misses.append(miss)


def _last(gate: Gate, info: EntityInfo) -> int:
    """The newest record there is now: those made later are not meant."""
    return int(gate.run(select(func.max(info.table.c.id))).scalar() or 0)


def _next_piece(gate: Gate, info: EntityInfo, args: Mapping[str, Any], after: int) -> list[int]:
    reader = Reader(now=gate.now, **args["reader"])
    items = [(name, value) for name, value in args["filters"]]
    query = ListQuery(conditions=read_conditions(gate, info, items), words=args["words"], trash=args["trash"])
    return list_ids(gate, info, query, reader, _PIECE, after=after)


def _said(args: Mapping[str, Any]) -> str:
    """The list's filter as it stood in its address."""
    words = [("q", args["words"])] if args["words"] else []
    return urlencode([*words, *((name, value) for name, value in args["filters"])])


def _specs(gate: Gate, info: EntityInfo, way: str) -> Mapping[str, Field]:
    """The fields that the values of a change belong to: the entity's, or those that an action asks for."""
    return form_of(find_action(gate, info, way, bulk=True)).fields if "." in way else info.fields


def _loaded(specs: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: KINDS[specs[name].kind].load(raw, specs[name]) for name, raw in values.items()}


def _added(state: Mapping[str, Any], outcome: Outcome, ids: Sequence[int]) -> dict[str, Any]:
    kept = [
        [m.id, m.title, m.reason.msgid, {k: str(v) for k, v in m.reason.params.items()}]
        for m in outcome.misses
    ]
    return {
        "after": ids[-1] if ids else state["after"], "done": state["done"] + len(outcome.done),
        "missed": state["missed"] + outcome.missed, "misses": [*state["misses"], *kept][:_KEPT],
    }  # fmt: skip
