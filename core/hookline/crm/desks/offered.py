"""What somebody keeps under a name and may offer to others: saved views, dashboards. For oneself, one's team or everybody."""

from dataclasses import dataclass
from typing import Any, Final

from hookline.errors import Forbidden, Invalid, Problem, Text
from hookline.kernel.actor import Actor
from hookline.kernel.kinds import BadValue
from hookline.kernel.kinds.characters import clean_line
from hookline.kernel.reads import Reads

SHARE: Final = "views.share"
# To whom something is offered, and what that is called.
WAYS: Final = {"private": Text("Only me"), "team": Text("My team"), "all": Text("Everybody")}
_LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class Offered:
    """Something under a name. `shared_with` is one of WAYS."""

    id: int
    name: str
    shared_with: str
    owner: int
    team: int | None

    def is_for(self, actor: Actor) -> bool:
        """Whether this actor is offered it."""
        ours = self.shared_with == "team" and self.team is not None and self.team == actor.team
        return self.owner == actor.user or self.shared_with == "all" or ours

    def is_kept_by(self, actor: Actor) -> bool:
        """Whether this actor may change it: one's own, and the shared ones with the right to share."""
        return self.owner == actor.user or (self.is_for(actor) and actor.may(SHARE))


def ways_for(actor: Actor) -> list[tuple[str, Text]]:
    """The ways in which this actor may offer something, with what they are called."""
    may = {"private": True, "team": actor.team is not None, "all": actor.may(SHARE)}
    return [(way, label) for way, label in WAYS.items() if may[way]]


def check_offer(gate: Reads, name: str, shared_with: str, refusal: Text) -> dict[str, Any]:
    """The columns of what is to be offered like this.

    Invalid where the name or the way does not do, Forbidden with `refusal` without the right to share with everybody.
    """
    problems = []
    try:
        name = clean_line(name)[:_LONGEST_NAME]
    except BadValue as error:
        problems.append(Problem("name", error.text))
    if not name:
        problems.append(Problem("name", Text("Please fill this in.")))
    if shared_with not in WAYS:
        text = Text("%(value)s is not one of the choices.", value=shared_with[:40])
        problems.append(Problem("shared_with", text))
    if shared_with == "team" and gate.actor.team is None:
        problems.append(Problem("shared_with", Text("You are in no team.")))
    if problems:
        raise Invalid(problems)
    if shared_with == "all" and not gate.actor.may(SHARE):
        raise Forbidden(refusal)
    return {"name": name, "shared_with": shared_with, "team": gate.actor.team}
