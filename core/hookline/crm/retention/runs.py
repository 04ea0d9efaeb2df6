"""The nightly work of retention: rules in batches as the house, then the trash of whoever wants it emptied."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from hookline.crm.audit.trail import note
from hookline.crm.core import core
from hookline.crm.persons.erasing import Settlement, erase_records, settle
from hookline.crm.persons.subjects import Subject
from hookline.crm.retention.policies import Rule, due, list_rules, remember_run
from hookline.crm.settings import setting
from hookline.errors import Refused
from hookline.kernel.background.runs import JobRun
from hookline.kernel.gate import Gate

PIECE: Final = 50
_REASON: Final = "retention rule %s"
_TRASH: Final = "trash kept for %s days"


@core.job(cron="41 2 * * *")
def keep_no_longer(run: JobRun) -> None:
    """Put what is older than its rule into the trash or erase it, and empty the trash."""
    done: Counter[str] = Counter()
    settlements: list[Settlement] = []
    with run.reading() as gate:
        rules = [rule for rule in list_rules(gate) if rule.active]
    for rule in rules:
        _carry_out(run, rule, done, settlements)
    _empty_trash(run, done, settlements)
    for settlement in _together(settlements):
        run.check()
        settle(run.home, settlement)
    run.result = dict(done)


def _carry_out(run: JobRun, rule: Rule, done: Counter[str], settlements: list[Settlement]) -> None:
    after, counts = 0, Counter[str]()
    while True:
        run.check()
        with run.transaction(durable=False) as gate:
            ids = due(gate, rule, PIECE, after=after)
            if rule.way == "trash":
                counts += _trash(gate, rule.entity, ids)
            elif ids:
                counts += _erase(run, gate, rule.entity, ids, _REASON % rule.id, settlements)
            if not ids:
                remember_run(gate, rule.id, counts)
                if counts:
                    note(
                        gate,
                        "retention.done",
                        about=f"retention_rule:{rule.id}",
                        entity=rule.entity,
                        **counts,
                    )
                break
        after = ids[-1]
    done.update({f"{rule.entity} {name}": count for name, count in counts.items()})


def _trash(gate: Gate, entity: str, ids: Sequence[int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for id in ids:
        try:
            with gate.tx.savepoint():
                gate.trash(entity, id)
        except Refused:
            counts["refused"] += 1
        else:
            counts["trashed"] += 1
    return counts


def _erase(
    run: JobRun, gate: Gate, entity: str, ids: Sequence[int], reason: str, settlements: list[Settlement]
) -> Counter[str]:
    """All at once; where that is refused, one by one, so that one that has to stay holds no other back."""
    folder, counts = run.home.settings.data_dir, Counter[str]()
    alone = [[id] for id in ids] if len(ids) > 1 else []
    for some in ([*ids], *alone):
        try:
            with gate.tx.savepoint():
                subjects = [Subject(entity, id, f"#{id}") for id in some if _is_there(gate, entity, id)]
                if subjects:
                    settlements.append(erase_records(gate, subjects, folder, reason=reason))
        except Refused:
            if len(some) == 1:
                counts["refused"] += 1
            continue
        counts["erased"] += len(subjects)
        if len(some) == len(ids):
            break
    return counts


def _is_there(gate: Gate, entity: str, id: int) -> bool:
    table = gate.schema[entity].table
    return gate.tx.run(select(table.c.id).where(table.c.id == id), why="retention").first() is not None


def _empty_trash(run: JobRun, done: Counter[str], settlements: list[Settlement]) -> None:
    with run.reading() as gate:
        days = int(setting(gate, "trash_days"))
        entities = [info.name for info in gate.schema.entities.values() if info.owned] if days else []
    for entity in entities:
        for ids in _trashed(run, entity, days):
            run.check()
            with run.transaction(durable=False) as gate:
                found = _erase(run, gate, entity, ids, _TRASH % days, settlements)
            done.update({f"{entity} {name}": count for name, count in found.items()})


def _trashed(run: JobRun, entity: str, days: int) -> Iterator[list[int]]:
    after = 0
    while True:
        with run.reading() as gate:
            row = gate.schema[entity].table.c
            old = row.trashed_at < run.now - timedelta(days=days)
            asked = select(row.id).where(old, row.id > after).order_by(row.id).limit(PIECE)
            ids = list(gate.tx.run(asked, why="retention").scalars())
        if not ids:
            return
        yield ids
        after = ids[-1]


def _together(settlements: Sequence[Settlement]) -> Iterator[Settlement]:
    """One settlement removes the bytes of all: rewriting a database is dear."""
    if not settlements:
        return
    files, entities, tables = (
        tuple(sorted({one for each in settlements for one in getattr(each, name)}))
        for name in ("files", "entities", "tables")
    )
    yield Settlement(
        tuple(number for each in settlements for number in each.erasures), files, entities, tables
    )
