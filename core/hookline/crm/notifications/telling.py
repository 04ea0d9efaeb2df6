"""Telling: what somebody should know is gathered while a transaction runs and written at its end, one row a matter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.dialects import postgresql, sqlite

from hookline.crm.notifications.choices import Choices, choices_of
from hookline.crm.notifications.crowds import MOST_ALONE, gather_up
from hookline.crm.notifications.tables import MATTER, UNREAD, Kind, Mail, notification
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.db import Transaction

LETTER: Final = "core.mail_notice"
# Whoever reads it in the app meanwhile gets no letter.
PATIENCE: Final = timedelta(minutes=2)
_AT_ONCE: Final = 200


@dataclass(frozen=True)
class News:
    """Something that `user` should know. `record` 0 stands for `count` records of the entity."""

    user: int
    kind: Kind
    entity: str
    record: int
    at: datetime
    by: int | None = None
    word: str = ""
    detail: int | None = None
    count: int = 1


def tell(tx: Transaction, news: News) -> None:
    """Let somebody know, with this transaction. Nobody is told of what he or she did."""
    if news.user != news.by:
        tx.gather(_write, news)


def _write(tx: Transaction, gathered: Sequence[News]) -> None:
    wanted = _merged(gathered)
    known = choices_of(tx, {news.user for news in wanted})
    shown = [row for news in wanted if news.user in known and (row := _row(news, known[news.user]))]
    rows = gather_up(tx, shown)
    for at in range(0, len(rows), _AT_ONCE):
        _upsert(tx, rows[at : at + _AT_ONCE])


def _merged(gathered: Iterable[News]) -> list[News]:
    """One of each matter, in a fixed order; many records given to one person at once are one matter."""
    found: dict[tuple[Any, ...], News] = {}
    for news in gathered:
        found[tuple(getattr(news, name) for name in MATTER)] = news
    many: dict[tuple[int, str], list[News]] = {}
    for news in found.values():
        if news.kind is Kind.assigned:
            many.setdefault((news.user, news.entity), []).append(news)
    crowds = {whose: some for whose, some in many.items() if len(some) > MOST_ALONE}
    alone = [n for n in found.values() if n.kind is not Kind.assigned or (n.user, n.entity) not in crowds]
    summed = [replace(some[-1], record=0, count=len(some)) for some in crowds.values()]
    return sorted([*alone, *summed], key=lambda n: (n.user, n.kind, n.entity, n.record))


def _row(news: News, choices: Choices) -> dict[str, Any] | None:
    """None for what the person does not want to be told of."""
    way = choices.ways[news.kind]
    if not way.shown and not way.mail:
        return None
    return {
        "user": news.user, "kind": news.kind.value, "entity": news.entity, "record": news.record, "by": news.by,
        "at": news.at, "count": news.count, "word": news.word, "detail": news.detail, "shown": way.shown, "mail": way.mail.value,
    }  # fmt: skip


def _upsert(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    insert = sqlite.insert if tx.sqlite else postgresql.insert
    new = insert(notification).values(list(rows))
    last = {name: new.excluded[name] for name in ("by", "at", "word", "detail", "shown", "mail")}
    again = new.on_conflict_do_update(
        index_elements=list(MATTER),
        index_where=UNREAD,
        set_={**last, "count": notification.c.count + new.excluded.count},
    )
    columns = (notification.c.id, notification.c.user, notification.c.mail, notification.c.at)
    for row in tx.run(again.returning(*columns), why="notifications").all():
        if row.mail == Mail.once:
            # One letter a row: of what is told again before it is read there is none.
            enqueue(
                tx, LETTER, {"notification": row.id}, now=row.at, run_at=row.at + PATIENCE,
                unique_key=f"{LETTER}@{row.id}", user=row.user,
            )  # fmt: skip
