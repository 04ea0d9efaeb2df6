"""The doors of one entity's records: list, get, create, change, trash, restore."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hookline.crm.merging import Pick, merge
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds import Json
from hookline.kernel.lists.listing import MOST, ListQuery, fetch, totals
from hookline.kernel.lists.plain import as_json, columns_of, links_of, shown_fields
from hookline.kernel.schema import EntityInfo
from hookline.web.api.bodies import read_object
from hookline.web.api.queries import next_address, read_list, read_one, refuse_parameters
from hookline.web.api.values import read_values
from hookline.web.api.versions import etag, expected_version, explained
from hookline.web.visit import Answer, Visit

_ID: Final = re.compile(r"[1-9][0-9]{0,18}")


def list_records(visit: Visit, entity: str) -> Answer:
    """A page of records, found by filters and words, in an order."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.read)
    asked = read_list(visit, info)
    page = fetch(visit.gate, info, asked.query, visit.reader, links=asked.links)
    following = next_address(visit, page)
    body: dict[str, Json] = {
        "items": [as_json(info, asked.fields, row) for row in page.rows],
        "next": following,
    }
    if asked.count:
        found = totals(visit.gate, info, asked.query, visit.reader)
        body["total"] = {"count": min(found.count, MOST), "exact": not found.capped}
    return visit.json(body, headers={"Link": f'<{following}>; rel="next"'} if following else None)


def get_record(visit: Visit, entity: str) -> Answer:
    """One record."""
    info = visit.gate.schema[entity]
    fields, trash = read_one(visit, info)
    row = _read(visit, info, id_of(visit), fields, trash=trash)
    if row is None:
        raise NotFound
    return visit.json(as_json(info, fields, row), headers={"ETag": etag(row["version"])})


def create_record(visit: Visit, entity: str) -> Answer:
    """Make a record."""
    info = visit.gate.schema[entity]
    refuse_parameters(visit)
    visit.gate.must(info.name, Action.create)
    id = visit.gate.create(info.name, read_values(visit.gate, info, read_object(visit)))
    return _answer(visit, info, id, status=201, headers={"Location": f"/api/v1/{info.cls.slug}/{id}"})


def change_record(visit: Visit, entity: str) -> Answer:
    """Change the fields that were sent, and leave the others as they are."""
    info, id = visit.gate.schema[entity], id_of(visit)
    refuse_parameters(visit)
    body = read_object(visit)
    with explained(visit, info):
        version = expected_version(visit, body)
        visit.gate.update(info.name, id, read_values(visit.gate, info, body), version=version)
    return _answer(visit, info, id)


def trash_record(visit: Visit, entity: str) -> Answer:
    """Put a record into the trash."""
    info = visit.gate.schema[entity]
    refuse_parameters(visit)
    with explained(visit, info):
        visit.gate.trash(info.name, id_of(visit), version=expected_version(visit))
    return Answer(status=204)


def restore_record(visit: Visit, entity: str) -> Answer:
    """Bring a record back from the trash."""
    info, id = visit.gate.schema[entity], id_of(visit)
    refuse_parameters(visit)
    visit.gate.restore(info.name, id)
    return _answer(visit, info, id)


def merge_records(visit: Visit, entity: str) -> Answer:
    """Make this record and another one; the other goes to the trash."""
    info, id = visit.gate.schema[entity], id_of(visit)
    refuse_parameters(visit)
    other, picks = _merger(read_object(visit))
    merge(visit.gate, info.name, id, other, picks)
    return _answer(visit, info, id)


def _merger(body: Mapping[str, Json]) -> tuple[int, Mapping[str, Pick]]:
    """The other record's number, and whose values are kept."""
    unknown = [name for name in body if name not in ("other", "pick")]
    problems = [Problem(name[:100], Text("There is no field %(name)s.", name=name[:100])) for name in unknown]
    other, pick = body.get("other"), body.get("pick") or {}
    if isinstance(other, bool) or not isinstance(other, int) or not 0 < other < 2**63:
        problems.append(
            Problem("other", Text("%(value)s is not the number of a record.", value=str(other)[:40]))
        )
    if not isinstance(pick, dict):
        problems.append(Problem("pick", Text("Please write this as an object.")))
        pick = {}
    for name, value in pick.items():
        if value not in set(Pick):
            problems.append(
                Problem(f"pick.{name[:100]}", Text("Choose one of: %(names)s.", names=", ".join(Pick)))
            )
    if problems or not isinstance(other, int):
        raise Invalid(problems)
    return other, {name: Pick(str(value)) for name, value in pick.items()}


def _answer(
    visit: Visit, info: EntityInfo, id: int, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """The record as it stands after a change. Who may write it but not see it learns its number only."""
    fields = [f.name for f in shown_fields(visit.gate, info)]
    row = _read(visit, info, id, fields)
    if row is None:
        return visit.json({"id": id}, status=status, headers=headers)
    tag = {"ETag": etag(row["version"])}
    return visit.json(as_json(info, fields, row), status=status, headers={**(headers or {}), **tag})


def _read(
    visit: Visit, info: EntityInfo, id: int, fields: Sequence[str], *, trash: bool = False
) -> Mapping[str, Any] | None:
    query = ListQuery(ids=[id], sort="id", columns=columns_of(info, fields), limit=1, trash=trash)
    page = fetch(visit.gate, info, query, visit.reader, links=links_of(info, fields))
    return page.rows[0] if page.rows else None


def id_of(visit: Visit, name: str = "id") -> int:
    """The id in the address. One that cannot be any record's is as little there as a hidden one."""
    written = visit.request.path_params[name]
    if not _ID.fullmatch(written) or int(written) >= 2**63:
        raise NotFound
    return int(written)
