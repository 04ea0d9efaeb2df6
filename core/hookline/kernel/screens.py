"""What plugins' pages, actions and endpoints are asked, and what they answer besides the values of `shown`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeAlias

from hookline.errors import Text
from hookline.kernel.forms import Form
from hookline.kernel.kinds import Reader
from hookline.kernel.shown import Chart, Figure, Panel, Report

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from hookline.kernel.entity import Record

    R = TypeVar("R", bound=Record)
    T = TypeVar("T")
    F = TypeVar("F", default=None)
    Asked = TypeVar("Asked", bound=Form)
else:
    from typing import TypeVar

    R, T, F, Asked = TypeVar("R"), TypeVar("T"), TypeVar("F"), TypeVar("Asked")


@dataclass(frozen=True)
class AskableField:
    """A field that can be filtered by: its name in filters, how it is called, the heading it stands under, and its kind."""

    name: str
    label: str
    section: str
    kind: str


class Asking(Protocol):
    """Filters on a page of one's own, as lists have them, and as far as whoever looks may see: `asked.asking`.

    A panel that says what filters mean takes it too: `@plugin.panel(Segment, "Rule", takes=("asking",))`.

    Filters are written as in the address of a list ({"amount.gte": "500"}), in nobody's language; `gate.filtered` asks them.
    """

    def fields(self, entity: str) -> Sequence[AskableField]:
        """The fields that can be asked about, those that are declared for it first."""
        ...

    def controls(
        self, entity: str, field: str, filters: Mapping[str, str], prefix: str = ""
    ) -> Sequence[object]:
        """The controls that ask about one field, for `forms.form_field`; their names begin with `prefix`."""
        ...

    def read(self, entity: str, field: str, prefix: str = "") -> dict[str, str]:
        """What was chosen in these controls, as filters. Invalid when a value cannot be read."""
        ...

    def words(self, entity: str, filters: Mapping[str, str]) -> str:
        """Filters as a list's chips say them, in the reader's language: "Tier is Gold"."""
        ...


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """What a page is asked: `query` and `form` hold the last value of each name, `repeated` all: a form's, or else the address's.

    `rest` is what stands in the address behind the page's own ("" or "7/edit"), `url` the page's own address. A form that
    was sent has `is_post`; htmx, which wants a part of the page, `is_fragment`. When the page raised Invalid it is asked once
    more, with `problems` (a sentence by field, "" for the whole), without `is_post`, and with the form as it was sent; what it
    answers then goes out as 422. `reader` is how the person reads values.
    """

    url: str
    rest: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    repeated: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_post: bool = False
    is_fragment: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    reader: Reader
    # How a typed form is read, which the house knows.
    fill: Callable[[type[Form]], Form] = field(repr=False, compare=False)
    # How the page asks for filters: see `Asking`.
    asking: Asking = field(repr=False, compare=False)

    def filled(self, form: type[Asked]) -> Asked:
        """What was sent, as an object of this class: `asked.filled(Offer).price`. Raises Invalid with all that is wrong."""
        found = self.fill(form)
        assert isinstance(found, form), "the house reads what it is asked for"
        return found


@dataclass(frozen=True)
class Ask:
    """A form that asks for the fields of a class: `Ask(Offer)`, or `Ask(Offer(price=7))` which begins with these values.

    It is sent to the page itself, which reads it with `asked.filled(Offer)`; when that is refused, what was typed and what is
    wrong with it stand in it.
    """

    form: Form | type[Form]
    submit: str | Text = "Save"
    text: str | Text = ""


@dataclass(frozen=True)
class Page:
    """A template of the plugin's own folder `templates/`, and the values in it: `Page("grid.html", {"units": units})`.

    The template begins with `{% extends "page.html" %}` and fills `{% block content %}`, and perhaps `{% block actions %}`
    beside the title. It sees the values, `asked` (the PageRequest), `fmt`, `_` and the macros of the house. For htmx only
    the block is drawn that is called as the element it asks for, or `fragment`. The title is the page's label unless said.
    With `form` the template has its controls as `fields`: {% for f in fields %}{{ forms.form_field(f) }}{% endfor %}.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    title: str | Text = ""
    text: str | Text = ""
    fragment: str = "content"
    form: Form | type[Form] | None = None


@dataclass(frozen=True)
class Redirect:
    """Go on to an address of this site or to a record ("deal:7"), with a sentence to show there; "" is the page itself."""

    to: str = ""
    done: str | Text = ""
    kind: Literal["ok", "info", "warn", "bad"] = "ok"


# A page answers one of these, or several of the values one under the other.
Part: TypeAlias = Ask | Panel | Report | Chart | Figure
Screen: TypeAlias = Page | Part | Redirect | Sequence[Part]


@dataclass(frozen=True, kw_only=True)
class Act(Generic[R, F]):
    """What an action is done to: the `record` as it stands, and the `form` that was filled in (None where nothing is asked).

    `is_bulk` says that it is one of many; `reader` is how the person reads values.
    """

    record: R
    form: F
    is_bulk: bool = False
    reader: Reader

    if not TYPE_CHECKING:

        def __class_getitem__(cls, asked: Any) -> Any:
            """`Act[Deal]` is `Act[Deal, None]`, as type checkers know by the variable's default."""
            return super().__class_getitem__(asked if isinstance(asked, tuple) else (asked, None))


@dataclass(frozen=True, kw_only=True)
class Call(Generic[T, F]):
    """What a program asks of an endpoint: the `form` that it sent, and the `record` that its token stands for (else None).

    `reader` is how the person reads values whose token it is.
    """

    record: T
    form: F
    reader: Reader


# What an action answers: a sentence that is shown, where to go on to, or None, which says that it is done.
Done: TypeAlias = Redirect | Text | str | None


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """What is looked for: the words as they were typed, two letters at least, and how many hits have room."""

    words: str
    limit: int
    reader: Reader


@dataclass(frozen=True)
class SearchHit:
    """Something found: what it is called, where it leads (an address of this site or "deal:7"), and a line below it."""

    title: str
    to: str
    note: str | Text = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a block stands: the slot, the entity whose list it is ("" elsewhere), and the page's address and parameters."""

    slot: str
    entity: str = ""
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    reader: Reader
