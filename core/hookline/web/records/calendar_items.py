"""What stands on a day of the calendar: a record with its time, coloured where that says something."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hookline.crm.activities import kind_icons
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.lists.listing import LABEL
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.web.visit import Visit

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """A record on a day. `dialog` says that its address is a form that may open over the calendar."""

    id: int
    version: int
    label: str
    url: str
    dialog: bool
    tone: str
    time: str
    icon: str
    done: bool


def read_along(visit: "Visit", info: EntityInfo, by: Field) -> list[str]:
    """The fields to read for the items."""
    readable = {f.name for f in visit.gate.readable(info)}
    wanted = (
        info.title.name,
        by.name,
        "version",
        "done_at",
        "kind",
        "stage",
        "duration",
        _toned(visit, info),
        named_after(visit, info),
    )
    return [name for name in dict.fromkeys(wanted) if name in readable]


def named_after(visit: "Visit", info: EntityInfo) -> str:
    """What a record is about whose title is only a number that the house gives: it comes first, as there is little room."""
    listed = (f for f in visit.gate.readable(info) if f.kind == "reference" and f.list and not f.hidden)
    return next((f.name for f in listed), "") if info.title.sequence else ""


def item_painter(visit: "Visit", info: EntityInfo, by: Field, back: str) -> Callable[[Row], Item]:
    """What turns a row into an item. What is to be done opens as a form, anything else as its page."""
    title, toned, stages = info.title.name, _toned(visit, info), visit.pipelines.stages
    after = named_after(visit, info)
    plans = "done_at" in info.fields and visit.gate.may(info.name, Action.edit)
    icons = kind_icons(visit.gate.host) if info.name == "activity" else {}
    query = urlencode({"back": back})

    def tone(row: Row, done: bool) -> str:
        if "stage" in row and row["stage"] in stages:
            return stages[row["stage"]].tone
        if "done_at" in row:
            return "red" if not done and _is_late(visit, row[by.name]) else ""
        options = info.fields[toned].options if toned else {}
        return options[row[toned]].tone if toned and row.get(toned) in options else ""

    def paint(row: Row) -> Item:
        done, url = row.get("done_at") is not None, f"/{info.cls.slug}/{row['id']}"
        opens = plans and not done
        when = row[by.name]
        return Item(
            id=row["id"],
            version=row["version"],
            label=" · ".join(filter(None, (after and row.get(after + LABEL), row[title]))) or f"#{row['id']}",
            url=f"{url}/edit?{query}" if opens else url,
            dialog=opens,
            tone=tone(row, done),
            time=visit.fmt.clock(when) if isinstance(when, datetime) else "",
            icon=icons.get(row.get("kind") or "", ""),
            done=done,
        )

    return paint


def _toned(visit: "Visit", info: EntityInfo) -> str:
    """The choice whose colour the items take."""
    listed = (f for f in visit.gate.readable(info) if f.kind == "choice" and f.list and not f.hidden)
    return next((f.name for f in listed), "")


def _is_late(visit: "Visit", when: Any) -> bool:
    return bool(when < visit.gate.now) if isinstance(when, datetime) else bool(when < visit.fmt.today)
