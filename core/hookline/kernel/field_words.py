"""The words that say more of a field, typed, so that a misspelt one is an error before anything runs."""

from typing import Generic, TypedDict, TypeVar

T = TypeVar("T")


class Derived(TypedDict, total=False):
    """What may be said of every field, also of one that is worked out.

    `list` shows it in lists at first, `filter` among the filters; `index` gives it an index, `search` lets the search
    box find records by it, `unique` allows each value once. `help` stands below it in forms, `section` groups it with
    others; a `hidden` field has no screen. With `shown_when`, a condition in the language of formulas over the record's
    other fields (`kind = "flat"`), forms and pages leave it out unless that is known to hold; nothing is protected by it.
    """

    list: bool
    filter: bool
    index: bool
    search: bool
    unique: bool
    help: str
    section: str
    hidden: bool
    shown_when: str


class Plain(Derived, total=False):
    """A field that is kept. `read_only`: set by rules and jobs alone.

    What a rule makes of other fields names them in `follows`, and is hidden with any of them. `required_when` is a
    condition on which it must be filled in, at every save, whatever door it comes through.
    """

    read_only: bool
    follows: tuple[str, ...]
    required_when: str


class Words(Plain, Generic[T], total=False):
    """A field that may begin with a value: `default` is what a new record has where nothing else is given."""

    default: T | None


class Counted(Words[T], Generic[T], total=False):
    """A number within bounds: `minimum` and `maximum` are allowed themselves."""

    minimum: int | None
    maximum: int | None


class Amount(Counted[T], Generic[T], total=False):
    """An amount: with `summed=False` lists and boards do not add it up, as a limit or a threshold tells nothing in sum."""

    summed: bool


class Whole(Counted[int], total=False):
    """A whole number: `grouped=False` writes it without thousands apart."""

    grouped: bool


class Pointing(Words[int], total=False):
    """A reference: `back` names the list shown on the other record's page."""

    back: str | None
