"""The one tree of errors, and `Text`, the way they speak to people.

    HooklineError
    ├── Refused            the request was understood and cannot be done; nothing was written
    │   ├── Invalid        422: the values are not acceptable; messages stand beside their fields
    │   ├── NotFound       404: there is no such thing for this actor (it may exist for another)
    │   ├── Forbidden      403: the actor can see the thing and may not do this to it
    │   ├── NotProven      403: may do this, after saying once more who they are
    │   ├── Conflict       409: somebody else saved first; both values are shown
    │   ├── NotSignedIn    401: who is asking is not known
    │   └── TooMany        429: asked too often; says when to come back
    ├── SettingsError      the installation is set up wrongly; stops the start with one sentence
    ├── BackupError        a backup cannot be written, trusted or put back; says which part and why
    └── PluginError        a plugin broke its contract; names the plugin, the place and the next step

`Refused` is caught once, by the doors, and becomes a page, a fragment or a problem+json answer.
`SettingsError` and `BackupError` are caught by the command line. `PluginError` is caught by the plugin host.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

# Between the two forms of a sentence that hangs on a number.
_PARTING: Final = "\x1f"
_SEVERAL: Final = 2


class Text:
    """A sentence for people: an English msgid and its parameters, translated where it is shown.

    `str(text)` is the English sentence. Parameters stand as `%(name)s` in the msgid. `file` is where it was written: a plugin's
    sentence is translated by its own catalog first.
    """

    __slots__ = ("file", "msgid", "params")

    def __init__(self, msgid: str, **params: object) -> None:
        self.msgid = msgid
        self.params: Mapping[str, object] = params
        self.file = sys._getframe(1).f_code.co_filename  # noqa: SLF001  # the one way to ask this that costs nothing

    @property
    def forms(self) -> tuple[str, str, int] | None:
        """Of a sentence whose words hang on its `count`: for one, for several, and how many there are."""
        one, parted, many = self.msgid.partition(_PARTING)
        return (one, many, _how_many(self.params.get("count"))) if parted else None

    def __str__(self) -> str:
        forms = self.forms
        said = self.msgid if forms is None else forms[0] if forms[2] == 1 else forms[1]
        return said % self.params if self.params else said

    def __repr__(self) -> str:
        return f"Text({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.msgid, self.params) == (other.msgid, other.params)

    def __hash__(self) -> int:
        return hash(self.msgid)


def plural(one: str, many: str, *, count: object, **params: object) -> Text:
    """A sentence whose words hang on a number: `plural("%(count)s day is left", "%(count)s days are left", count=days)`.

    Every language chooses among its own forms. Kept as data it stays one `Text`: its msgid holds both.
    """
    found = Text(f"{one}{_PARTING}{many}", count=count, **params)
    found.file = sys._getframe(1).f_code.co_filename  # noqa: SLF001  # as a Text does
    return found


def _how_many(count: object) -> int:
    """The number, also where it was kept as text; what is no whole number takes the form of several."""
    try:
        number = Decimal(str(count))
        return abs(int(number)) if number == number.to_integral_value() else _SEVERAL
    except ArithmeticError:
        return _SEVERAL


def in_english(text: Text | str) -> str:
    """The sentence; what is none, or lacks a parameter, raises here, where it is made, and not where it is shown."""
    if not isinstance(text, Text | str):
        raise TypeError(f"a sentence must be a Text, not {type(text).__name__}")
    return str(text)


def in_one_line(error: BaseException) -> str:
    """An exception, told: "KeyError: 'name'". One that cannot be told, as a plugin may raise it, is told by its name."""
    try:
        return error.detail if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001  # whatever it does when it is asked
        return type(error).__name__


class Label(str):
    """A label that a plugin has declared: its own catalog translates it first."""

    __slots__ = ("plugin",)
    plugin: str

    @classmethod
    def of(cls, plugin: str, label: str) -> str:
        """The label as this plugin's; the core's stays as it is."""
        if plugin == "core" or type(label) is not str:
            return label
        found = cls(label)
        found.plugin = plugin
        return found


class HooklineError(Exception):
    """Base of everything Hookline raises on purpose."""


class Refused(HooklineError):
    """The request was understood and cannot be done. `text` says why and what to do next."""

    status = 400

    def __init__(self, text: Text) -> None:
        super().__init__(in_english(text))
        self.text = text


@dataclass(frozen=True)
class Problem:
    """One complaint about one field. `field` is "" where the record as a whole is meant."""

    field: str
    text: Text

    def __post_init__(self) -> None:
        in_english(self.text)


class Invalid(Refused):
    """The values are not acceptable. `problems` keeps the order in which they were found."""

    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        given: tuple[object, ...] = self.problems
        if wrong := [each for each in given if not isinstance(each, Problem)]:
            raise TypeError(f"each must be a Problem, not {type(wrong[0]).__name__}")
        super().__init__(Text("Please check the marked fields."))

    def __str__(self) -> str:
        return "; ".join(f"{p.field}: {p.text}" if p.field else str(p.text) for p in self.problems)


class NotFound(Refused):
    """There is no such thing for this actor. A record one may not see answers exactly like this.

    `text` says what else is to be said of an address that is nobody's record: that its plugin does not run.
    """

    status = 404

    def __init__(self, text: Text | None = None) -> None:
        super().__init__(text or Text("There is nothing here, or you may not see it."))


class Forbidden(Refused):
    """The actor may not do this."""

    status = 403

    def __init__(self, text: Text | None = None) -> None:
        super().__init__(text or Text("You may not do this. Ask an administrator for the right."))


class NotProven(Refused):
    """The actor may do this, but said too long ago who they are."""

    status = 403

    def __init__(self, text: Text | None = None) -> None:
        super().__init__(text or Text("Please say once more who you are."))


@dataclass(frozen=True)
class Difference:
    """One field on which two people disagree: what stood before, what was saved, what was sent."""

    field: str
    theirs: object
    yours: object


class Conflict(Refused):
    """Somebody else saved the record first. `version` is the one that stands now."""

    status = 409

    def __init__(self, version: int, differences: Sequence[Difference]) -> None:
        super().__init__(Text("Somebody else saved this record while you were editing it."))
        self.version = version
        self.differences = tuple(differences)


class NotSignedIn(Refused):
    """Nobody is signed in, or the session has ended."""

    status = 401

    def __init__(self) -> None:
        super().__init__(Text("Please sign in."))


class TooMany(Refused):
    """Asked too often. `retry_after` is in seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__(Text("Too many attempts. Try again in %(seconds)s seconds.", seconds=retry_after))
        self.retry_after = retry_after


class SettingsError(HooklineError):
    """The installation is set up wrongly. The message says which setting and what to write there."""


class BackupError(HooklineError):
    """A backup cannot be written, trusted or put back. The message says which part of it and why."""


@dataclass
class PluginError(HooklineError):
    """A plugin broke its contract. The message names the plugin, the place and the next step."""

    plugin: str
    place: str
    reason: str
    hint: str = field(default="")

    def __str__(self) -> str:
        return f"plugin {self.plugin!r}, {self.detail}"

    @property
    def detail(self) -> str:
        """The place, the reason and the next step, for where the plugin is named already."""
        return f"{self.place}: {self.reason}" + (f". {self.hint}" if self.hint else "")
