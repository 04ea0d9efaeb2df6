"""What may not be seen answers like what is not there: a hidden record like none, a hidden field like a misspelt one."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hookline.web.doors import Door

from tests.access.asking import Asker, Heard
from tests.access.oracle import Planted, Principal
from tests.access.surfaces import unlawful
from tests.access.world import HIDDEN, World

# No record has it.
NOWHERE = 987_654_321


def test_a_hidden_record_answers_as_one_that_is_not_there(world: World, asker: Asker) -> None:
    """Every door with a record's number in its address, those that write too: status, headers and every byte."""
    wrong, pairs = list[str](), 0
    for name in ("guest", "walled", "nobody"):
        who = world.principals[name]
        for door, record in _hidden(world, who):
            if name != "guest" and door.writes:
                continue
            hidden, absent = (_ask(world, asker, who, door, id) for id in (record.id, NOWHERE))
            pairs += 1
            if _as(hidden, record.id) != _as(absent, record.id):
                wrong.append(
                    f"{name} {door.method} {door.path} {record.marker}: {hidden.status} {absent.status}"
                )
    assert not wrong, f"{len(wrong)} of {pairs}:\n" + "\n".join(wrong[:40])
    assert pairs > 400


def test_a_hidden_field_answers_as_one_that_is_not_there(world: World, asker: Asker) -> None:
    """Sorted by, filtered by, grouped by, shown, exported, looked for, written to: the same bytes but for the name."""
    who, wrong = world.principals["veiled"], list[str]()
    fields = [(e, f) for e, f in sorted(HIDDEN)] + [("deal", "weighted"), ("warden_pass", "weight")]
    for entity, name in fields:
        info = world.schema[entity]
        for method, path, body in _naming(info.cls.slug):
            absent = "qz" * 20
            heard = [
                _send(asker, who, method, path.replace("NAME", each), _said(body, each))
                for each in (name, absent)
            ]
            if _named(heard[0], name, name) != _named(heard[1], absent, name):
                wrong.append(f"{method} {path} of {entity}.{name}: {heard[0].status} {heard[1].status}")
            wrong += [f"{method} {path} shows {what}" for what in unlawful(world, who, heard[0].text)]
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:40])


def test_references_to_what_is_hidden_are_refused_like_references_to_nothing(
    world: World, asker: Asker
) -> None:
    who = world.principals["guest"]
    own = next(r for r in world.truth.of("deal") if world.truth.sees(who, r, action="edit"))
    hidden = [r for r in world.truth.of("company") if not world.truth.sees(who, r) and not r.trashed][-1]
    answers = []
    for id in (hidden.id, NOWHERE):
        sent = asker.ask(who, "PATCH", f"/api/v1/deals/{own.id}", body=b'{"company": %d}' % id, writing=True)
        many = asker.ask(who, "PATCH", f"/api/v1/contacts/{_own(world, who, 'contact')}", body=b'{"companies": [%d]}' % id, writing=True)  # fmt: skip
        about = asker.ask(who, "POST", "/api/v1/activities", body=b'{"subject": "x", "about": "company:%d"}' % id, writing=True)  # fmt: skip
        answers.append([_as(each, hidden.id) for each in (sent, many, about)])
        assert {each.status for each in (sent, many, about)} == {422}
    assert answers[0] == answers[1]


def test_of_many_records_at_once_the_hidden_are_not_told_from_the_missing(world: World, asker: Asker) -> None:
    who = world.principals["guest"]
    hidden = next(r for r in world.truth.of("deal") if not world.truth.sees(who, r) and not r.trashed)
    heard = {}
    for id in (hidden.id, NOWHERE):
        body = (
            b'{"action": "update", "ids": [%d], "items": [{"id": %d, "name": "x"}], "values": {"name": "x"}}'
            % (id, id)
        )
        heard[id] = [
            _as(asker.ask(who, "POST", "/api/v1/deals/bulk", body=body, writing=True), hidden.id),
            *(_as(asker.post(who, f"/deals/bulk/{what}", {"id": str(id), "field": "name", "value": "x", "owner": "1", "stage": "1"}), hidden.id)
              for what in ("edit", "owner", "stage", "trash")),
        ]  # fmt: skip
    assert heard[hidden.id] == heard[NOWHERE]


def _own(world: World, who: Principal, entity: str) -> int:
    return next(r.id for r in world.truth.of(entity) if world.truth.sees(who, r, action="edit"))


def _hidden(world: World, who: Principal) -> Iterator[tuple[Door, Planted]]:
    """Doors about one record, each with a record that this person may not see."""
    hidden = {}
    for info in world.owned:
        found = [r for r in world.truth.of(info.name) if not r.trashed and not world.truth.sees(who, r)]
        if found:
            hidden[info.cls.slug] = found[-1]
    for door in world.doors:
        slug = re.match(r"(?:/api/v1)?/(.+?)/\{id:(?:int|str)\}", door.path)
        if slug and slug[1] in hidden:
            yield door, hidden[slug[1]]


def _ask(world: World, asker: Asker, who: Principal, door: Door, id: int) -> Heard:
    names = {"field": "owner", "kind": "note", "plugin": "warden", "name": "fears", "share": "1"}
    path = re.sub(r"\{id:(int|str)\}", str(id), door.path)
    path = re.sub(r"\{(\w+):(str|path|int)\}", lambda found: names.get(found[1], "1"), path)
    if not door.writes:
        return asker.get(who, path, api=door.api)
    if door.api:
        return asker.ask(who, door.method, path, body=b"" if door.method == "DELETE" else b"{}", writing=True)
    return asker.post(who, path, {"version": "1", "name": "x"})


def _as(heard: Heard, id: int) -> tuple[int, Mapping[str, str], bytes]:
    """An answer with this number in the place of one that no record has, and without a flash, whose text is signed."""
    headers = {k: v for k, v in heard.headers.items() if k not in ("content-length", "set-cookie")}
    headers = {k: v.replace(str(NOWHERE), str(id)) for k, v in headers.items()}
    return heard.status, headers, heard.body.replace(str(NOWHERE).encode(), str(id).encode())


def _naming(slug: str) -> Iterator[tuple[str, str, str]]:
    """Every way of naming a field."""
    for query in (
        "sort=NAME",
        "sort=-NAME",
        "NAME=1",
        "NAME.empty=1",
        "NAME.contains=f",
        "NAME.min=1",
        "group=NAME",
        "column=NAME",
        "filter=NAME",
    ):
        yield "GET", f"/{slug}?{query}", ""
    for query in ("sort=NAME", "NAME=1", "NAME.empty=1", "fields=NAME", "fields=id,NAME&sort=-NAME"):
        yield "GET", f"/api/v1/{slug}?{query}", ""
    yield "GET", f"/{slug}/board?by=NAME", ""
    yield "GET", f"/{slug}/calendar?by=NAME", ""
    yield "GET", f"/{slug}/filter?set=NAME&op=is&value=1", ""
    yield "GET", f"/{slug}/1/field/NAME", ""
    yield "POST", f"/{slug}/1/field/NAME", "form"
    yield "POST", f"/{slug}/bulk/edit", "form"
    yield "PATCH", f"/api/v1/{slug}/1", "json"
    yield "POST", f"/{slug}/export?format=csv&query=column%3DNAME%26sort%3Did", "form"


def _said(body: str, name: str) -> Any:
    if body == "json":
        return b'{"%s": "1", "version": 1}' % name.encode()
    return {"field": name, name: "1", "id": "1", "value": "1", "version": "1"} if body else None


def _send(asker: Asker, who: Principal, method: str, path: str, said: Any) -> Heard:
    if method == "GET":
        return asker.get(who, path, api=path.startswith("/api"))
    if isinstance(said, bytes):
        return asker.ask(who, method, path, body=said, writing=True)
    return asker.post(who, path, said)


def _named(heard: Heard, asked: str, name: str) -> tuple[int, str, bytes]:
    """An answer with one name written for another."""
    location = heard.headers.get("location", "").replace(asked, name)
    return heard.status, location, heard.body.replace(asked.encode(), name.encode())
