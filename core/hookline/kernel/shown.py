"""What panels, columns, widgets and reports answer: values and how they stand together. Pages decide how they look."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from hookline.errors import Text
from hookline.kernel.kinds import Reader


@dataclass(frozen=True)
class Money:
    """An amount; without a currency in that of the house."""

    amount: Decimal | int
    currency: str | None = None

    def __str__(self) -> str:
        whole = self.amount == int(self.amount)
        written = f"{self.amount:,.0f}" if whole else f"{self.amount:,.2f}"
        return f"{written} {self.currency}" if self.currency else written


@dataclass(frozen=True)
class Amounts:
    """Sums that may be of several currencies: by currency, None for that of the house."""

    by_currency: Mapping[str | None, Decimal | int]


@dataclass(frozen=True)
class Percent:
    """A percentage: Decimal("63.15") is 63.15 %."""

    value: Decimal | int

    def __str__(self) -> str:
        return f"{self.value} %"


@dataclass(frozen=True)
class Month:
    """A month, named by any of its days: March 2026."""

    day: dt.date


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere: `to` is an address of this site ("/deals?outcome=won") or a record ("deal:7")."""

    text: "Value"
    to: str


@dataclass(frozen=True)
class Badge:
    """A short word, or a share, in a colour: gray, blue, violet, green, amber, orange or red."""

    text: str | Text | Percent
    tone: str = "gray"


# Numbers, days and times are shown as the reader writes them; text as it is; None as nothing.
Value: TypeAlias = (
    str
    | Text
    | bool
    | int
    | Decimal
    | dt.date
    | dt.datetime
    | dt.timedelta
    | Month
    | Money
    | Amounts
    | Percent
    | Link
    | Badge
    | None
)


@dataclass(frozen=True)
class Picture:
    """A picture that is kept as a file: its id, and what is to be seen there."""

    file: int
    text: str | Text = ""


@dataclass(frozen=True)
class Panel:
    """What a panel shows: pictures, a text, a chart, named facts, then a table.

    One without any of them says `empty`: how something comes to stand here. With `empty=None` the panel is not to be seen then.
    While it is `running`, on a record's page or on a page of values, it is asked for again every two seconds: for a job that
    works, until the answer says that it has ended.
    """

    text: str | Text = ""
    facts: Mapping[str, Value] = field(default_factory=dict)
    columns: Sequence[str | Text] = ()
    rows: Sequence[Sequence[Value]] = ()
    more: str = ""
    chart: "Chart | None" = None
    pictures: Sequence[Picture] = ()
    empty: str | Text | None = ""
    running: bool = False


@dataclass(frozen=True)
class Mark:
    """One mark of a chart; a day is written short, without its year. `to` leads to the records behind it, as in `Link`; the tone is that of `Badge`."""

    label: str | Text | Month | dt.date
    value: Decimal | int | float
    shown: Value = None
    to: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Flow:
    """How much goes from one place to another in a sankey chart, between the step of this number and the one after it.

    Names that are alike are one place; it stands in each step where something begins or ends. `to` and `tone` are as in `Mark`;
    the tone is that of the place where the flow begins.
    """

    begins: str | Text
    ends: str | Text
    value: Decimal | int | float
    step: int = 0
    shown: Value = None
    to: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Chart:
    """Marks in a shape. A line chart may have several lines: then each of `series` is a name and its marks.

    In a "waterfall" a mark below zero is taken off what stands so far; one above zero stands on the ground: what was there
    at first, what is left in between or in the end. A "step" is a line that keeps its height until the next mark, as a price does.
    A "sankey" is made of `flows` between `steps`, which stand side by side under their names: give the table with its numbers too.
    """

    shape: Literal["bar", "hbar", "line", "step", "funnel", "donut", "waterfall", "sankey"]
    marks: Sequence[Mark] = ()
    series: Sequence[tuple[str | Text, Sequence[Mark]]] = ()
    title: str | Text = ""
    steps: Sequence[str | Text | Month] = ()
    flows: Sequence[Flow] = ()


@dataclass(frozen=True)
class Report:
    """A table, perhaps with totals below, a chart above it, and a note beside both."""

    columns: Sequence[str | Text]
    rows: Sequence[Sequence[Value]]
    totals: Sequence[Value] = ()
    chart: Chart | None = None
    note: str | Text = ""


@dataclass(frozen=True)
class Figure:
    """One number that matters: what a widget shows largest.

    `before` is the same number in the days before; the change between the two is worked out and shown, as good news when
    it goes the way `better` says ("" judges nothing). `trend` draws a small line. `to` leads to the records behind it.
    """

    value: Value
    before: Value = None
    to: str = ""
    note: str | Text = ""
    trend: Sequence[Decimal | int | float] = ()
    better: Literal["up", "down", ""] = "up"


# A widget answers one of these: a number, a list or facts, a chart, or a chart beside its table.
Widget: TypeAlias = Figure | Panel | Chart | Report


@dataclass(frozen=True)
class Asked:
    """What the reader of a report or a widget chose: the days from `start` to `end`, both included, and a pipeline's id.

    `since` and `until` are the same days as moments where the reader is: `since <= moment < until`. `before` asks the same
    of the days before these. `owner` and `team` narrow to the records of one person or team, `view` is the id of a saved
    view and `report` the key of a report. Each is None where it is not asked, or the reader chose all. `reader` is how the
    person reads values; `reader.today` is the day it is there.
    """

    start: dt.date | None = None
    end: dt.date | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    pipeline: int | None = None
    owner: int | None = None
    team: int | None = None
    view: int | None = None
    report: str | None = None
    before: "Asked | None" = None
    reader: Reader | None = None
