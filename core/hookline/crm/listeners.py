"""People who are told something while they are not here: letters, and tasks that a job leaves for them, in their own way."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from hookline.crm.access.users import Language, User
from hookline.crm.settings import setting
from hookline.crm.showing import written
from hookline.errors import Text
from hookline.kernel.kinds import Reader
from hookline.kernel.reads import Reads


@dataclass(frozen=True)
class Listener:
    """Somebody who is told something. `reader` is how this person reads days and amounts."""

    gate: Reads
    reader: Reader

    def say(self, text: Text | str) -> str:
        """A sentence in the person's language, in the words of whoever has written it."""
        return self.gate.host.translations.say(text, self.reader.language, write=partial(written, self))


def listener(gate: Reads, user: int | None) -> Listener:
    """Whoever works here under this number; for None, whoever reads in English."""
    return Listener(gate, reader_of(gate, user))


def reader_of(gate: Reads, user: int | None) -> Reader:
    """How this person reads days, numbers and amounts."""
    table = gate.schema[User].table
    asked = select(table.c.language, table.c.time_zone).where(table.c.id == user)
    found = gate.tx.run(asked, why="listeners").first() if user is not None else None
    language, zone = (found.language, found.time_zone) if found else (Language.en.value, "UTC")
    region = setting(gate, "region")
    return Reader(language=language, zone=zone, currency=setting(gate, "currency"), region=region, day_first=region != "US", now=gate.now)  # fmt: skip


def words_for(gate: Reads, user: int | None, *texts: Text) -> str:
    """Sentences, a line each, in the language of whoever works here under this number: for what stays as it was written.

    The title of a task that a job leaves for its owner, say: `words_for(gate, deal.owner, Text("Call %(who)s", who=name))`.
    Amounts, days and percentages stand in them as that person reads them. For None they are in English.
    """
    to = listener(gate, user)
    return "\n".join(to.say(text) for text in texts)
