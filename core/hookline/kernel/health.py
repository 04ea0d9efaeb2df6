"""`Finding`: one thing that was looked at, and what to do about it; what health checks answer with."""

from collections.abc import Iterable
from dataclasses import dataclass

from hookline.errors import Text, in_english


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it stands (a sentence, or a value as it is), and how to mend it where it is not fine.

    What is a `Text` is shown in the reader's language, a `str` as it is. With an empty `what` the check's label stands there.

        Finding("", Text("No key of the portal is kept"), Text("Write it under Settings, Portal."))
    """

    what: Text | str
    state: Text | str
    mend: Text | str | None = None

    def __post_init__(self) -> None:
        for said in (self.what, self.state, self.mend or ""):
            in_english(said)

    @property
    def fine(self) -> bool:
        """Whether nothing has to be done."""
        return self.mend is None


def count_wrong(findings: Iterable[Finding]) -> int:
    """How many things have to be mended."""
    return sum(not finding.fine for finding in findings)
