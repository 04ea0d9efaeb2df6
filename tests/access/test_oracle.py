"""Every surface shows everybody exactly what the rule in plain Python says, on both engines; a new door must be covered."""

from collections import Counter
from collections.abc import Iterator

from tests.access.asking import Asker, Heard
from tests.access.oracle import Principal, plain
from tests.access.surfaces import (
    HOUSEKEEPING,
    PLAIN,
    SURFACES,
    Question,
    markers,
    template,
    text_of,
    unlawful,
)  # fmt: skip
from tests.access.world import World

# Surfaces that may show less than one may see are asked by these: whose sight ends in the middle of things.
BEHIND_THE_WALL = ("deal", "warden_pass", "activity")
CURIOUS = ("merged", "guest", "veiled", "walled")


def askers(world: World) -> list[Principal]:
    """Who asks; those who only own records never do."""
    return [who for who in world.principals.values() if not who.name.startswith("of ")]


def test_every_door_that_answers_is_covered(world: World) -> None:
    slugs = [info.cls.slug for info in world.schema.entities.values()]
    every = {template(door, slugs) for door in world.doors}
    assert not (SURFACES.keys() | PLAIN.keys()) - every, "these doors are gone"
    asked = {template(door, slugs) for door in world.doors if not door.writes}
    left = {door for door in asked - SURFACES.keys() - PLAIN.keys() if not door.startswith(HOUSEKEEPING)}
    assert not left, f"say in tests/access/surfaces.py to which surface these doors belong: {sorted(left)}"


def test_everybody_sees_on_every_surface_what_the_rule_says(world: World, asker: Asker) -> None:
    cells, wrong = Counter[str](), list[str]()
    for who in askers(world):
        for question in questions(world):
            if question.rare and who.name not in CURIOUS:
                continue
            if who.walled and question.info.name not in BEHIND_THE_WALL:
                continue
            heard = question.put(asker, who)
            wrong += judge(world, who, question, heard)
            cells[question.surface] += cells_of(world, question)
        for path in (path for paths in PLAIN.values() for path in paths):
            heard = asker.get(who, path)
            wrong += [f"{who.name} {path}: shows {what}" for what in unlawful(world, who, text_of(heard))]
            wrong += [f"{who.name} {path}: {heard.status}"] * (heard.status >= 500)
            cells["pages"] += len(world.truth.records)
    assert not wrong, f"{len(wrong)} mismatches, {asker.asked} asked:\n" + "\n".join(wrong[:60])
    assert sum(cells.values()) >= 2_000, cells


def questions(world: World) -> Iterator[Question]:
    """Every question of every surface about every entity whose records belong to somebody."""
    for info in world.owned:
        for asks in SURFACES.values():
            for ask in asks:
                yield from ask(world, info)


def judge(world: World, who: Principal, question: Question, heard: Heard) -> list[str]:
    """What is wrong with an answer."""
    text = text_of(heard)
    wrong = [f"shows {what}" for what in unlawful(world, who, text)]
    if heard.status >= 500:
        wrong.append(f"answers {heard.status}")
    if question.exact and question.about is None:
        wrong += _differs(world, who, question, heard, text)
    elif question.exact and question.about is not None:
        wrong += _opens(world, who, question, heard)
    return [f"{who.name} {question.path}: {what}" for what in wrong]


def cells_of(world: World, question: Question) -> int:
    """How many times an answer decides about a record of the entity asked for."""
    return 1 if question.about else len(world.truth.of(question.info.name))


def _differs(world: World, who: Principal, question: Question, heard: Heard, text: str) -> list[str]:
    name, title = question.info.name, question.info.cls.title
    truth = world.truth
    title_shown = truth.shows(who, name, title)
    action = "read" if question.exact == "found" else question.exact
    allowed = truth.visible(who, name, trash=question.trash, action="read")
    if action != "read":
        allowed &= truth.visible(who, name, trash=question.trash, action=action)
    searched = question.info.fields[title].search or name == "contact"
    if question.exact == "found" and not searched:
        allowed = set()
    shown = {f"mk{e}{n:02d}z" for e, n in markers(text) if e == plain(name)}
    expected = allowed if title_shown else set()
    # Others of the same entity may stand in reference fields; those beyond are judged by `unlawful`.
    missing = expected - shown
    others = shown - expected - truth.visible(who, name) if action == "read" else shown - expected
    return [f"lacks {sorted(missing)}"] * bool(missing) + [f"has {sorted(others)}"] * bool(others)


def _opens(world: World, who: Principal, question: Question, heard: Heard) -> list[str]:
    assert question.about is not None
    seen = world.truth.sees(who, question.about)
    if seen and question.exact != "read":
        seen = world.truth.sees(who, question.about, action=question.exact)
    if question.about.trashed and not question.api:
        # The page of a record in the trash stands, and says so.
        seen = world.truth.sees(who, question.about, trash=True) and question.exact == "read"
    opened = heard.status == 200
    return [f"answers {heard.status}"] * (opened != seen)
