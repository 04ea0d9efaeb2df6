"""What one may not see has no influence on any byte of any answer: hidden values are changed, and every answer stays."""

import random
from collections.abc import Iterator

import pytest
from hookline_sdk.testing.changing import born_and_gone, change_silently, hidden_values

from tests.access.asking import Asker
from tests.access.oracle import Planted, Principal
from tests.access.surfaces import text_of
from tests.access.world import World

# How many values are changed before everything is asked again, and how often for each of the two: 500 on both engines.
AT_ONCE, ROUNDS = 77, 2
# From one of them fields are hidden, from the other records.
WHO = ("veiled", "guest")


@pytest.fixture
def curious(changing_world: World) -> Iterator[Asker]:
    """Somebody who asks in a world that changes."""
    found = Asker(changing_world)
    yield found
    found.close()


def test_no_answer_tells_of_hidden_values(changing_world: World, curious: Asker) -> None:
    world, asker = changing_world, curious
    changed, differing = 0, list[str]()
    for place, name in enumerate(WHO):
        who, chance = world.principals[name], random.Random(1000 + place)
        pool, before = hidden_values(world, who), _answers(world, asker, who)
        chance.shuffle(pool)
        for start in range(0, AT_ONCE * ROUNDS, AT_ONCE):
            chosen = pool[start : start + AT_ONCE]
            changed += change_silently(world, chosen, chance)
            after = _answers(world, asker, who)
            differing += [
                f"{name} {path} after {_told(chosen)}" for path in before if before[path] != after[path]
            ]
    assert not differing, f"{len(differing)}:\n" + "\n".join(differing[:20])
    assert changed >= 250


def test_whoever_sees_the_values_sees_them_change(changing_world: World, curious: Asker) -> None:
    """The answers that are compared above do tell of these values: to those who may see them."""
    world, asker = changing_world, curious
    who, chance = world.principals["all"], random.Random(7)
    pool, before = hidden_values(world, world.principals["veiled"]), _answers(world, asker, who)
    change_silently(world, chance.sample(pool, AT_ONCE), chance)
    after = _answers(world, asker, who)
    assert len([path for path in before if before[path] != after[path]]) > 50


def test_no_answer_tells_of_records_that_come_and_go(changing_world: World, curious: Asker) -> None:
    world, asker = changing_world, curious
    who = world.principals["guest"]
    unseen = [
        r
        for r in world.truth.records
        if not r.trashed and r.number in (2, 5) and not world.truth.sees(who, r)
    ]
    # What is about a record stays as long as the record; a deal tells when its next activity is due.
    unseen = [r for r in unseen if r.entity not in ("activity", "consent")]
    before = _answers(world, asker, who)
    with born_and_gone(world, unseen):
        during = _answers(world, asker, who)
    differing = [path for path in before if before[path] != during[path]]
    assert len(unseen) >= 10
    assert not differing, "\n".join(differing[:20])


def _answers(world: World, asker: Asker, who: Principal) -> dict[str, object]:
    """Every reading door's answer to this person, in many orders, filters, groups and sums."""
    found: dict[str, object] = {}
    for method, path in _asked(world, who):
        api = path.startswith("/api")
        heard = asker.post(who, path) if method == "POST" else asker.get(who, path, api=api)
        # A workbook says when it was written.
        body = text_of(heard) if "format=xlsx" in path else heard.body
        found[f"{method} {path}"] = heard.status, heard.headers.get("etag"), heard.headers.get("link"), body
    return found


def _asked(world: World, who: Principal) -> Iterator[tuple[str, str]]:
    for info in world.owned:
        slug, titles = info.cls.slug, info.cls.title
        for query in ("", f"sort=-{titles}", "sort=created_at&q=quince", "group=owner"):
            yield "GET", f"/{slug}?{query}"
        ordered = [f.name for f in info.fields.values() if f.kind in ("money", "date", "text")][:5]
        for name in ordered:
            yield "GET", f"/api/v1/{slug}?sort=-{name}&count=1&{name}.filled=1"
        yield "GET", f"/{slug}/board"
        yield "GET", f"/{slug}/calendar?date=2026-03-10"
        yield "GET", f"/{slug}/new"
        yield "GET", f"/lookup/{info.name}?q="
        yield "GET", f"/{slug}/similar?{titles}=quince&last_name=quince&email=a1@elsewhere.example"
        yield "POST", f"/{slug}/export?format=csv"
        yield "POST", f"/{slug}/export?format=json&query=sort%3D-{titles}"
        for record in [r for r in world.truth.of(info.name) if r.number in (3, 6)]:
            for path in ("", "/edit", "/timeline"):
                yield "GET", f"/{slug}/{record.id}{path}"
            yield "GET", f"/api/v1/{slug}/{record.id}"
    for name in (
        "core/pipeline",
        "core/sources",
        "core/outcomes",
        "core/funnel",
        "core/sellers",
        "warden/passes",
    ):
        yield "GET", f"/reports/{name}"
    for words in ("mk", "quince"):
        yield "GET", f"/search?q={words}"
        yield "GET", f"/search?fragment=palette&q={words}"
        yield "GET", f"/lookup/record?q={words}"
    yield "GET", "/"


def _told(chosen: list[tuple[Planted, str]]) -> str:
    return ", ".join(f"{record.marker}.{name}" for record, name in chosen)
