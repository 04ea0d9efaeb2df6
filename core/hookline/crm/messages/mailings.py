"""Mailings: many letters from one job, over one line to the mail server, each handed over once at most.

What `write_to` is for one letter, this is for many: who is written to, and that it is not done twice, the job keeps itself.
Nobody gets one who has not agreed to its purpose at the moment it goes, whatever the job believes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from hookline.crm.contacts import Contact
from hookline.crm.messages.outgoing import hindrance, plain_page
from hookline.errors import Text
from hookline.kernel.background.runs import JobRun
from hookline.kernel.mail import Handed, Line

_ONE_CLICK: Final = "List-Unsubscribe=One-Click"


@dataclass(frozen=True)
class Letter:
    """A letter to one person. Without `html` the text becomes a plain page.

    `leave` is the address of a public page by which whoever got it gets no more: mail programs show it as a button of their own,
    and post `List-Unsubscribe=One-Click` to it.
    """

    subject: str
    text: str
    html: str = ""
    leave: str = ""


@dataclass(frozen=True)
class Delivery:
    """What became of a letter; `why` says it where it was held back or not taken."""

    handed: Handed | None
    why: Text | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the server has it."""
        return self.handed == Handed.taken


@dataclass(frozen=True)
class Post:
    """The mail server, for as long as a job writes."""

    run: JobRun
    line: Line

    def send(self, contact: int, letter: Letter, *, purpose: int, key: str) -> Delivery:
        """Hand a letter over to a contact who agrees to this purpose; `handed` is None for who does not, or has no address.

        Called outside of a transaction. `key` stands in the letter as its Message-ID; that it is sent once, whatever happens, is
        for the job to keep: write down that it is about to go, call this, write down what became of it. Where a run finds one that
        was about to go, it may have gone.
        """
        with self.run.reading() as gate:
            house = gate.as_house("a mailing asks who has agreed")
            person = house.find(Contact, contact)
            problem = Text("Nobody is there.") if person is None else hindrance(house, person, purpose)
        if person is None or person.email is None or problem is not None:
            return Delivery(None, problem)
        html = letter.html or plain_page(letter.text)
        headers = _headers(letter.leave)
        handed = self.line.hand_over(person.email, letter.subject, letter.text, html, headers, key)
        return Delivery(handed, _WHY.get(handed))


@contextmanager
def posting(run: JobRun) -> Iterator[Post]:
    """The post for this job: `with posting(run) as post: post.send(...)`. Raises where no mail server can be reached."""
    line = Line(run.home.settings)
    line.open()
    try:
        yield Post(run, line)
    finally:
        line.close()


_WHY: Final[Mapping[Handed, Text]] = {
    Handed.no_address: Text("There is no such address."),
    Handed.refused: Text("The mail server did not take it."),
    Handed.later: Text("The mail server could not take it now."),
    Handed.unclear: Text("The line broke while it was handed over: it may have gone."),
}


def _headers(leave: str) -> Mapping[str, str]:
    return {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": _ONE_CLICK} if leave else {}
