"""Sharing one record: who has been given it by hand, giving it to somebody, ending that."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.access.shares import Share, end_share, list_shares, share_record
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, BadValue
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.whole import Whole, read_whole
from hookline.web.records.controls import Control
from hookline.web.records.form_page import crumbs_to

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

_UNTIL: Final = Field(kind="date", label="Until", name="until")
RIGHTS: Final[Mapping[str, Text]] = {"read": Text("Only see it"), "edit": Text("See and change it")}
_SENT_AS: Final = {"with": "with", "right": "right", "expires_at": "until", "reason": "reason"}


def show(visit: "Visit", entity: str) -> "Answer":
    """Who has it, and the form to share it with more."""
    return _page(visit, _sharable(visit, entity), {}, {})


def give(visit: "Visit", entity: str) -> "Answer":
    """Share the record."""
    record = _sharable(visit, entity)
    sent = {name: visit.value(name) for name in ("with", "right", "until", "reason")}
    try:
        user, team = _whom(sent["with"])
        share_record(
            visit.gate, entity, record.id, user=user, team=team, right=sent["right"], expires_at=_until(visit),
            reason=sent["reason"],
        )  # fmt: skip
    except Invalid as refusal:
        visit.take_back()
        beside: dict[str, str] = {}
        for problem in refusal.problems:
            beside.setdefault(_SENT_AS.get(problem.field, ""), visit.say(problem.text))
        return _page(visit, record, sent, beside)
    return visit.see(record.url, done=Text("Shared with %(name)s.", name=_name(visit, user, team)))


def end(visit: "Visit", entity: str) -> "Answer":
    """End one share."""
    record = _sharable(visit, entity)
    number = int(visit.request.path_params["share"])
    if number >= 2**63:
        raise NotFound
    end_share(visit.gate, entity, record.id, number)
    return visit.see(record.url, done=Text("It is no longer shared there."))


def lines(visit: "Visit", shares: Sequence[Share]) -> list[Mapping[str, Any]]:
    """Shares as pages show them."""
    return [
        {
            "id": share.id,
            "person": visit.directory.people.get(share.user) if share.user is not None else None,
            "name": _name(visit, share.user, share.team),
            "right": visit.say(RIGHTS[share.right]),
            "by": _name(visit, share.by, None),
            "on": visit.fmt.date(share.created_at.astimezone(visit.reader.zone_info).date()),
            "until": _last_day(visit, share.expires_at),
            "reason": share.reason,
            "state": share.state.value,
        }
        for share in shares
    ]


def _sharable(visit: "Visit", entity: str) -> Whole:
    record = read_whole(visit.gate, visit.gate.schema[entity], visit.path_id)
    if record.trashed:
        raise NotFound
    return record


def _page(visit: "Visit", record: Whole, sent: Mapping[str, str], problems: Mapping[str, str]) -> "Answer":
    shares = list_shares(visit.gate, record.info.name, record.id)
    title = visit.say(Text("Share “%(title)s”", title=record.title))
    return visit.page(
        "records/shares.html", block="form", status=422 if problems else 200, page_title=title, title=title,
        crumbs=crumbs_to(visit, record.info, record), in_dialog=visit.is_htmx, action=f"{record.url}/shares",
        cancel_url=record.url, shares=lines(visit, shares), fields=_fields(visit, record, sent, problems),
        problem=problems.get("", ""),
    )  # fmt: skip


def _fields(
    visit: "Visit", record: Whole, sent: Mapping[str, str], problems: Mapping[str, str]
) -> list[Control]:
    rights = [
        (name, visit.say(text)) for name, text in RIGHTS.items() if name == "read" or record.may(Action.edit)
    ]
    chosen = [sent["with"]] if sent.get("with") else []
    say = visit.say
    until = Control("date", "until", say("Until"), sent.get("until", ""))
    until.hint = say("The last day. Empty: until somebody ends it.")
    whom = Control("ref", "with", say("Person or team"), choices=_receivers(visit), values=chosen)
    whom.required = whom.wide = True
    found = [
        whom,
        Control("select", "right", say("May"), sent.get("right") or "read", choices=rights, blank=None),
        until,
        Control("text", "reason", say("Reason"), sent.get("reason", ""), wide=True),
    ]
    for control in found:
        control.error = problems.get(control.name, "")
    return found


def _receivers(visit: "Visit") -> list[tuple[str, str]]:
    people = [p for p in visit.directory.people.values() if p.active and p.id != visit.gate.actor.user]
    found = [(f"user:{p.id}", p.name) for p in sorted(people, key=lambda p: p.name.casefold())]
    teams = sorted(visit.directory.teams.items(), key=lambda pair: pair[1].casefold())
    return [*((f"team:{id}", visit.say(Text("Team %(name)s", name=name))) for id, name in teams), *found]


def _whom(written: str) -> tuple[int | None, int | None]:
    kind, _, number = written.partition(":")
    id = id_in(number)
    return (id, None) if kind == "user" else (None, id) if kind == "team" else (None, None)


def _until(visit: "Visit") -> datetime | None:
    """The end of the day that was chosen, on this person's clock."""
    try:
        day = KINDS["date"].parse(visit.value("until"), _UNTIL, visit.reader)
    except BadValue as error:
        raise Invalid([Problem("expires_at", error.text)]) from error
    if not isinstance(day, date):
        return None
    try:
        return datetime.combine(day + timedelta(days=1), time(), visit.reader.zone_info)
    except OverflowError as error:
        raise Invalid([Problem("expires_at", Text("Choose a time that is still to come."))]) from error


def _last_day(visit: "Visit", moment: datetime | None) -> str:
    if moment is None:
        return ""
    # What ends at midnight holds for the whole day before.
    return visit.fmt.date((moment.astimezone(visit.reader.zone_info) - timedelta(microseconds=1)).date())


def _name(visit: "Visit", user: int | None, team: int | None) -> str:
    if team is not None:
        return visit.say(Text("Team %(name)s", name=visit.directory.teams.get(team, f"#{team}")))
    person = visit.directory.people.get(user or 0)
    return person.name if person else f"#{user}"
