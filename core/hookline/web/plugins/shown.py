"""How pages ask panels, columns, widgets and reports, and what they make of the answers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from hookline.crm import showing
from hookline.crm.showing import Shown, show
from hookline.errors import NotFound
from hookline.kernel.plugins.answers import read_by
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure

if TYPE_CHECKING:
    from hookline.web.visit import Visit

T = TypeVar("T")


def address(visit: "Visit", to: str) -> str:
    """Where a link leads: a path of this site, or the page of a record "deal:7". ValueError for anything else."""
    return showing.address(visit.gate, to)


def offered(visit: "Visit", kind: str) -> list[Contribution]:
    """What plugins add of one kind that this person may open: the core's first, each plugin's in its order."""
    found = [c for c in visit.gate.host.contributions(kind) if is_open(visit, c)]
    return sorted(found, key=lambda c: (c.plugin != "core", c.plugin, c.options["order"]))


def find_open(visit: "Visit", kind: str, key: str, entity: str | None = None) -> Contribution:
    """One of them, be it paused: its page says that it failed. NotFound for others, with whose plugin is away."""
    found = visit.gate.host.find(kind, key, entity)
    if found is None:
        raise NotFound(visit.gate.host.away(key.partition(".")[0]) if visit.signed_in else None)
    if not is_open(visit, found):
        raise NotFound
    return found


def is_open(visit: "Visit", contribution: Contribution) -> bool:
    """Whether this person has the right that it needs."""
    needs = contribution.options.get("needs")
    return not needs or visit.gate.actor.may(needs)


def words(visit: "Visit", contribution: Contribution) -> str:
    """What it says of itself: the formula of a report, what a widget shows."""
    return visit.say(" ".join((contribution.call.__doc__ or "").split()))


def ask(visit: "Visit", contribution: Contribution, read: Callable[[Any], T], *args: Any) -> T | Failure:
    """What a contribution answers, read by `read`; an answer that cannot be read is the contribution's failure too."""
    found: T | Failure = visit.gate.host.ask(read_by(contribution, read), *args)
    if isinstance(found, Failure):
        # Its failure may have been the database's, after which PostgreSQL answers nothing more.
        visit.tx.begin_again()
    return found


def expect(kind: type[T]) -> Callable[[Any], T]:
    """A reader that takes only this type."""

    def read(answer: Any) -> T:
        if not isinstance(answer, kind):
            raise TypeError(f"it must answer a {kind.__name__}, not {type(answer).__name__}")
        return answer

    return read


__all__ = ["Shown", "address", "ask", "expect", "find_open", "is_open", "offered", "show", "words"]
