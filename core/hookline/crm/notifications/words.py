"""The words of notices: short and without saying who, which stands beside them."""

from typing import Final

from hookline.crm.notifications.inbox import EXPORT, WEBHOOK, Notice
from hookline.crm.notifications.tables import Kind
from hookline.crm.pipelines import pipelines
from hookline.errors import Text
from hookline.kernel.reads import Reads

LABELS: Final = {
    Kind.mention: Text("Somebody mentions me"),
    Kind.assigned: Text("A record or task is given to me"),
    Kind.due: Text("A task of mine falls due"),
    Kind.moved: Text("Somebody moves a deal of mine, or closes it"),
    Kind.shared: Text("A record is shared with me"),
    Kind.finished: Text("An import or export has ended, or a webhook rests"),
}
ICONS: Final = {
    Kind.mention: "at-sign", Kind.assigned: "user-check", Kind.due: "calendar-clock", Kind.moved: "milestone",
    Kind.shared: "users", Kind.finished: "check",
}  # fmt: skip
_ALWAYS: Final = {
    Kind.mention: Text("Mentioned you"), Kind.due: Text("It is time"), Kind.shared: Text("Shared with you"),
}  # fmt: skip
_OUTCOMES: Final = {"won": Text("Won"), "lost": Text("Lost")}
_ENDS: Final = {
    "done": (Text("The import has ended"), Text("The export is ready")),
    "failed": (Text("The import did not come to its end"), Text("The export was not made")),
}


def phrase(gate: Reads, notice: Notice) -> Text:
    """What has happened, in two or three words."""
    if said := _ALWAYS.get(notice.kind):
        return said
    if notice.entity == WEBHOOK:
        return Text("It failed too often and rests now")
    if notice.kind is Kind.finished:
        return _ENDS["failed" if notice.word != "done" else "done"][notice.entity == EXPORT]
    if notice.kind is Kind.moved:
        return _OUTCOMES.get(notice.word) or _moved(gate, notice)
    return Text("Yours now")


def _moved(gate: Reads, notice: Notice) -> Text:
    stage = pipelines(gate).stages.get(notice.detail or 0)
    return Text("Now in %(stage)s", stage=stage.name) if stage is not None else Text("Moved to another stage")
