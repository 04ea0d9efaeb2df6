"""A form as a page and in the dialog: the one frame of everything that asks somebody for something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hookline.kernel.schema import EntityInfo
from hookline.kernel.whole import Whole
from hookline.web.records.controls import Control

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit


@dataclass(frozen=True)
class Section:
    """Controls under a heading, which may be none."""

    label: str
    fields: Sequence[Control]
    text: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Mistake:
    """What is wrong with one field, for the summary that leads to it."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """What stands on the page. `problems` are sentences about the whole; `refused` says that it comes back for a reason.

    `again` is the label of "save and make another", `draft` the name under which the browser keeps what was typed,
    `conditions_url` says which fields show with the values of the `watched` ones.
    """

    title: str
    action: str
    sections: Sequence[Section]
    submit: str
    cancel_url: str
    crumbs: Sequence[Mapping[str, str | None]]
    text: str = ""
    version: int | None = None
    problems: Sequence[str] = ()
    conflict: Mapping[str, Any] | None = None
    mistakes: Sequence[Mistake] = ()
    conditions_url: str = ""
    watched: Sequence[str] = ()
    again: str = ""
    draft: str = ""
    multipart: bool = False
    similar_url: str = ""
    similar_names: Sequence[str] = ()
    status: int = field(default=200)


def show_form(visit: "Visit", page: FormPage) -> "Answer":
    """The whole page, or its block for the dialog. A refused form leaves nothing behind of what was tried."""
    if page.status >= 400:
        visit.take_back()
    context = {
        "page_title": page.title, "title": page.title, "text": page.text, "action": page.action, "version": page.version,
        "sections": page.sections, "submit": page.submit, "cancel_url": page.cancel_url, "again": page.again,
        "problems": page.problems, "conflict": page.conflict, "in_dialog": visit.is_htmx, "draft": page.draft,
        "multipart": page.multipart, "crumbs": page.crumbs, "similar_url": page.similar_url,
        "similar_names": page.similar_names, "mistakes": page.mistakes, "conditions_url": page.conditions_url,
        "watched": page.watched,
    }  # fmt: skip
    return visit.page("records/form.html", block="form", status=page.status, **context)


def crumbs_to(
    visit: "Visit", info: EntityInfo, record: Whole | None = None
) -> list[Mapping[str, str | None]]:
    """The way to an entity's list, and on to one record."""
    own: list[Mapping[str, str | None]] = [{"label": record.title, "url": record.url}] if record else []
    return [{"label": visit.say(info.cls.plural), "url": f"/{info.cls.slug}"}, *own]
