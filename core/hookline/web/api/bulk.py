"""Bulk: up to two hundred changes in one request, each with its own result; all or, if so asked, those that can be done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from hookline.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Refused, Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds import Json
from hookline.kernel.schema import EntityInfo
from hookline.web.api.bodies import read_object
from hookline.web.api.problems import Explained, conflict_of, errors_of
from hookline.web.api.queries import refuse_parameters
from hookline.web.api.values import in_json, offers, read_values
from hookline.web.visit import Answer, Visit

MOST: Final = 200
MEMBERS: Final = {
    "create": ("values",),
    "update": ("id", "version", "values"),
    "delete": ("id", "version"),
}
Result = dict[str, Json]


@dataclass(frozen=True)
class Operation:
    """One of the things to do."""

    what: str
    id: int = 0
    version: int | None = None
    values: dict[str, Json] = field(default_factory=dict)


def change_many(visit: Visit, entity: str) -> Answer:
    """Create, update and trash records of one entity, in the order given."""
    info = visit.gate.schema[entity]
    refuse_parameters(visit)
    visit.gate.must(info.name, Action.bulk)
    operations, atomic = _read_body(read_object(visit))
    results = list(_perform_all(visit, info, operations))
    if atomic and any(_failed(result) for result in results):
        undone: list[Json] = [r if _failed(r) else {"status": 424} for r in results]
        raise Explained(422, Text("Nothing was saved, because not everything could be."), {"results": undone})
    return visit.json({"results": results})


def _perform_all(visit: Visit, info: EntityInfo, operations: Sequence[Operation]) -> Iterator[Result]:
    ids = sorted({o.id for o in operations if o.id})
    held = visit.gate.hold(info.name, ids, Action.bulk)
    seen = visit.gate.visible(info.name, [id for id in ids if id not in held])
    for new, group in groupby(operations, key=lambda o: o.what == "create"):
        if new:
            yield from _create(visit, info, list(group))
            continue
        for operation in group:
            refusal = None if operation.id in held else Forbidden() if operation.id in seen else NotFound()
            yield _shown(visit, info, refusal) if refusal else _change(visit, info, operation)


def _create(visit: Visit, info: EntityInfo, operations: Sequence[Operation]) -> list[Result]:
    """New records, those that can be made, with a handful of statements for all of them."""
    if not offers(visit.gate, info, Action.create):
        return [_shown(visit, info, Forbidden()) for _ in operations]
    read = [_read_values(visit, info, o) for o in operations]
    made = iter(
        visit.gate.create_each(info.name, [values for values in read if not isinstance(values, Refused)])
    )
    found = [values if isinstance(values, Refused) else next(made) for values in read]
    return [
        _shown(visit, info, f) if isinstance(f, Refused) else {"status": 201, "id": f, "version": 1}
        for f in found
    ]


def _change(visit: Visit, info: EntityInfo, operation: Operation) -> Result:
    try:
        with visit.tx.savepoint():
            if operation.what == "delete":
                visit.gate.trash(info.name, operation.id, version=operation.version)
                return {"status": 204, "id": operation.id}
            values = read_values(visit.gate, info, operation.values)
            version = visit.gate.update(info.name, operation.id, values, version=operation.version)
            return {"status": 200, "id": operation.id, "version": version}
    except Refused as refusal:
        return _shown(visit, info, refusal)


def _read_values(visit: Visit, info: EntityInfo, operation: Operation) -> dict[str, Any] | Refused:
    try:
        return read_values(visit.gate, info, operation.values)
    except Invalid as refusal:
        return refusal


def _shown(visit: Visit, info: EntityInfo, refusal: Refused) -> Result:
    result: dict[str, Any] = {"status": refusal.status, "detail": visit.say(refusal.text)}
    if isinstance(refusal, Invalid):
        result["errors"] = errors_of(refusal, visit.say)
    if isinstance(refusal, Conflict):
        result |= conflict_of(in_json(info, refusal))
    return result


def _failed(result: Result) -> bool:
    return isinstance(result["status"], int) and result["status"] >= 400


def _read_body(body: dict[str, Json]) -> tuple[list[Operation], bool]:
    problems = [
        Problem(name[:100], _no_member(name)) for name in body if name not in ("operations", "atomic")
    ]
    atomic, raw = body.get("atomic", True), body.get("operations")
    if not isinstance(atomic, bool):
        problems.append(Problem("atomic", Text("Send true or false.")))
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST:
        problems.append(Problem("operations", Text("Send a list of 1 to %(most)s operations.", most=MOST)))
        raise Invalid(problems)
    operations = [_read_operation(f"operations[{place}]", item, problems) for place, item in enumerate(raw)]
    if problems:
        raise Invalid(problems)
    return operations, bool(atomic)


def _read_operation(place: str, raw: Json, problems: list[Problem]) -> Operation:
    what = raw.get("op") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(what, str) or what not in MEMBERS:
        text = Text('Send an object whose "op" is one of these: %(names)s.', names=", ".join(MEMBERS))
        problems.append(Problem(place, text))
        return Operation("")
    members = {name: value for name, value in raw.items() if name != "op"}
    found = [
        Problem(f"{place}.{name[:100]}", _no_member(name)) for name in members if name not in MEMBERS[what]
    ]
    id, version, values = members.get("id", 0), members.get("version"), members.get("values", {})
    if "id" in MEMBERS[what] and not _is_number(id, 2**63):
        found.append(Problem(f"{place}.id", Text("Send the number of a record, like 12.")))
    if version is not None and not _is_number(version, 2**31):
        found.append(
            Problem(
                f"{place}.version", Text("Send the version that the record had when you read it, like 3.")
            )
        )
    if "values" in MEMBERS[what] and (not isinstance(values, dict) or "values" not in members):
        found.append(Problem(f"{place}.values", Text("Send an object with the fields to set.")))
    problems += found
    if found or not isinstance(id, int) or not isinstance(values, dict):
        return Operation(what)
    return Operation(what, id, version if isinstance(version, int) else None, values)


def _is_number(raw: Json, limit: int) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < limit


def _no_member(name: str) -> Text:
    return Text("There is no member %(name)s.", name=name[:100])
