"""`Step`: one stage of a pipeline that a plugin brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

_CHANCES: Final = {"open": 50, "won": 100, "after": 100, "lost": 0}
_TONES: Final = {"open": "blue", "won": "green", "after": "green", "lost": "red"}
_MOST: Final = 100


@dataclass(frozen=True)
class Step:
    """A stage: its name in English, what standing in it means, and what is expected there.

    `probability` is in per cent (without it what its kind suggests), `days` how long a record is expected to stay, `hint`
    what whoever works there reads. Colours: gray, blue, violet, amber, orange, green, red.
    """

    name: str
    kind: Literal["open", "won", "after", "lost"] = "open"
    probability: int | None = None
    days: int | None = None
    tone: str = ""
    hint: str = ""

    def values(self, pipeline: int, position: int) -> dict[str, object]:
        """The stage as a record of a pipeline."""
        chance = _CHANCES[self.kind] if self.probability is None else self.probability
        return {
            "pipeline": pipeline, "position": position, "name": self.name, "kind": self.kind, "probability": chance,
            "expected_days": self.days, "tone": self.tone or _TONES[self.kind], "hint": self.hint or None,
        }  # fmt: skip


def check_steps(steps: Sequence[Step]) -> None:
    """ValueError for stages that make no pipeline."""
    names = [step.name.casefold() for step in steps]
    if len(set(names)) < len(names):
        raise ValueError("two stages have the same name")
    if not any(step.kind == "open" for step in steps) or len(steps) > _MOST:
        raise ValueError(f"there must be a stage of the kind open, and at most {_MOST} in all")
    if wrong := [s.name for s in steps if s.kind not in _CHANCES or not 0 <= (s.probability or 0) <= 100]:
        raise ValueError(f"the kind or the probability of {wrong[0]!r} is none")
