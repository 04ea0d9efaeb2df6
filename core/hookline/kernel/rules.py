"""What plugins are told before and after a change, one object per kind of moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from hookline.errors import Problem, Text, in_english
from hookline.kernel.entity import Record

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate

R = TypeVar("R", bound=Record)


@dataclass
class Judgement:
    """Collects the reasons against a change. All handlers are asked before the change is refused."""

    problems: list[Problem] = field(default_factory=list, kw_only=True)

    def reject(self, text: str | Text, field: str = "") -> None:
        """Refuse the change with a sentence that says what to do; `field` puts it beside that field."""
        self.problems.append(Problem(field, text if isinstance(text, Text) else Text(text)))


@dataclass
class BeforeSave(Judgement, Generic[R]):
    """A record is about to be created or changed.

    `record` is how it would stand, `before` how it stands (None when it is new). `values` are the new values by field
    name; setting one there changes what is saved.
    """

    entity: str
    record: R
    before: R | None
    values: dict[str, Any]
    gate: "Gate"

    @property
    def is_new(self) -> bool:
        """Whether the record is being created."""
        return self.before is None


@dataclass(frozen=True)
class Draft(Generic[R]):
    """A record that is being begun. `values` are those given so far, by field name, the defaults found before included."""

    entity: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Alike:
    """A record that may be the same as a draft: the place of the draft among those asked about, its id, and what says so."""

    draft: int
    record: int
    why: str | Text

    def __post_init__(self) -> None:
        in_english(self.why)
        if type(self.draft) is not int or type(self.record) is not int:
            raise TypeError("an Alike says the place of a draft and the id of a record")


@dataclass
class Written(Generic[R]):
    """One record of a write. `before` is how it stood, None when it is new; `values` what is written, by field name.

    `id` is 0 until a new record has been written.
    """

    id: int
    before: R | None
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Write(Generic[R]):
    """Records that are written with one statement or a few.

    `what` is "created", "changed", "reverted", "merged", "trashed", "restored" or "erased".
    """

    entity: str
    what: str
    records: Sequence[Written[R]]


@dataclass
class BeforeDelete(Judgement, Generic[R]):
    """A record is about to go to the trash."""

    entity: str
    record: R
    gate: "Gate"


@dataclass
class BeforeStageChange(Judgement, Generic[R]):
    """A record is about to move from one stage to another. Stages are given by their ids; `source` is None at creation."""

    entity: str
    record: R
    source: int | None
    target: int
    gate: "Gate"


@dataclass(frozen=True)
class Change:
    """One saved change, as the outbox delivers it. `id` is stable: the same at every delivery.

    `name` is "<entity>.created", ".changed", ".trashed", ".restored" or ".erased"; `changes` holds [old, new] by field as JSON.
    """

    id: int
    name: str
    entity: str
    record: int
    at: datetime
    user: int | None
    changes: Mapping[str, tuple[Any, Any]]
    cause: str = ""
