"""What entries of the audit log are called, and their facts in words and in pairs of before and after."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from hookline.errors import Text
from hookline.kernel.kinds import KINDS, BadValue
from hookline.kernel.schema import EntityInfo
from hookline.web.visit import Visit

WHAT: Final[Mapping[str, Text]] = {
    "signed_in": Text("Signed in"),
    "signed_out": Text("Signed out"),
    "sign_in.failed": Text("Sign-in failed"),
    "sign_in.throttled": Text("Sign-in put off: too many attempts"),
    "proof.given": Text("Confirmed who it is"),
    "proof.failed": Text("Failed to confirm who it is"),
    "session.revoked": Text("Session ended"),
    "password.changed": Text("Password changed"),
    "password.reset_asked": Text("New password asked for"),
    "password.reset": Text("Password set anew"),
    "link.made": Text("Link to choose a password made"),
    "totp.on": Text("Second step at sign-in switched on"),
    "totp.off": Text("Second step at sign-in switched off"),
    "recovery_code.used": Text("Recovery code used"),
    "token.made": Text("API token made"),
    "token.revoked": Text("API token revoked"),
    "feed.made": Text("Address of the calendar made"),
    "feed.ended": Text("Address of the calendar ended"),
    "sign_in_rules.changed": Text("Rules of sign-in changed"),
    "access.refused": Text("Access refused"),
    "csrf.refused": Text("Form from elsewhere refused"),
    "host.refused": Text("Unknown host refused"),
    "user.invited": Text("Person let in"),
    "user.activated": Text("Account activated"),
    "user.deactivated": Text("Account deactivated"),
    "roles.changed": Text("Roles of a person changed"),
    "role.made": Text("Role made"),
    "role.changed": Text("Role changed"),
    "role.removed": Text("Role removed"),
    "fields.limited": Text("Field rights of a role changed"),
    "role.restricted": Text("Role limited by value"),
    "role.restriction_lifted": Text("Limit by value taken from a role"),
    "share.given": Text("Record shared"),
    "share.ended": Text("Sharing ended"),
    "view_as.started": Text("Began to look as somebody else"),
    "view_as.ended": Text("Stopped looking as somebody else"),
    "export.made": Text("Records exported"),
    "export.asked": Text("Export ordered"),
    "export.fetched": Text("Export fetched"),
    "export.stopped": Text("Export stopped: the right was taken away"),
    "import.made": Text("Import started"),
    "import.undone": Text("Import taken back"),
    "bulk.done": Text("Many records changed at once"),
    "handover.done": Text("Records handed over"),
    "merge.done": Text("Records merged"),
    "settings.changed": Text("Settings changed"),
    "field.made": Text("Custom field made"),
    "field.changed": Text("Custom field changed"),
    "field.retired": Text("Custom field retired"),
    "field.returned": Text("Custom field brought back"),
    "layout.changed": Text("Layout changed"),
    "layout.reset": Text("Layout put back to the standard"),
    "role.copied": Text("Role copied"),
    "role.returned": Text("Role brought back"),
    "team.made": Text("Team made"),
    "team.changed": Text("Team changed"),
    "team.removed": Text("Team removed"),
    "team.returned": Text("Team brought back"),
    "stage.made": Text("Stage made"),
    "stage.changed": Text("Stage changed"),
    "stage.removed": Text("Stage removed"),
    "stage.returned": Text("Stage brought back"),
    "pipeline.returned": Text("Pipeline brought back"),
    "pipeline.made": Text("Pipeline made"),
    "pipeline.changed": Text("Pipeline changed"),
    "pipeline.removed": Text("Pipeline removed"),
    "plugin.paused": Text("Part of a plugin paused"),
    "plugin.quarantined": Text("Part of a plugin put into quarantine"),
    "plugin.retried": Text("Plugin is to be tried again"),
    "job.replayed": Text("Failed job tried again"),
    "job.cancelled": Text("Job ended"),
    "delivery.replayed": Text("Failed delivery tried again"),
    "backup.made": Text("Backup made"),
    "backup.restored": Text("Backup restored"),
    "plugin.added": Text("Plugin installed"),
    "plugin.upgraded": Text("Plugins and core upgraded"),
    "plugin.switched_off": Text("Plugin switched off"),
    "plugin.switched_on": Text("Plugin switched on"),
    "plugin.data_exported": Text("Data of a plugin exported"),
    "plugin.data_dropped": Text("Data of a plugin dropped"),
    "plugin.restored": Text("Data of a plugin restored"),
    "person.exported": Text("Data of a person exported"),
    "person.erased": Text("Person erased"),
    "consent.given": Text("Consent recorded"),
    "consent.withdrawn": Text("Consent withdrawn"),
    "retention.changed": Text("Rule of retention changed"),
    "retention.done": Text("Old records removed by a rule of retention"),
    "retention.removed": Text("Rule of retention removed"),
    "audit.redacted": Text("Entries of this log redacted"),
}
_FACTS: Final[Mapping[str, Text]] = {
    "entity": Text("Kind of record"),
    "filter": Text("Filter"),
    "rows": Text("Records"),
    "records": Text("Records"),
    "format": Text("Format"),
    "columns": Text("Columns"),
    "way": Text("Way"),
    "given": Text("Given"),
    "taken": Text("Taken away"),
    "permissions": Text("Permissions"),
    "levels": Text("Levels"),
    "fields": Text("Fields"),
    "name": Text("Name"),
    "reason": Text("Reason"),
    "place": Text("Where"),
    "why": Text("Why"),
    "mode": Text("Mode"),
    "expires": Text("Until"),
    "user": Text("Person"),
    "to": Text("To"),
    "from": Text("From"),
    "file": Text("File"),
    "job": Text("Job"),
    "facts": Text("Facts of"),
    "addresses": Text("Addresses of"),
}
_LONGEST: Final = 300
_MOST: Final = 40


@dataclass(frozen=True)
class Line:
    """A fact: what it is called and what it says; of a change, what it said before too."""

    label: str
    text: str
    before: str | None = None


def name_of(visit: Visit, what: str) -> str:
    """What an entry is called. One that only a plugin knows is said in its own words."""
    known = WHAT.get(what)
    return visit.say(known) if known else what.replace(".", ": ").replace("_", " ")


def lines(visit: Visit, facts: Mapping[str, Any], info: EntityInfo | None) -> list[Line]:
    """The facts, the changes first. The fields of the record that an entry is about have their own names."""
    before, after = facts.get("before"), facts.get("after")
    found = list(_changes(visit, before, after, info)) if "before" in facts or "after" in facts else []
    found += [
        Line(_label(visit, name, None), _plain(value))
        for name, value in facts.items()
        if name not in ("before", "after") and value not in (None, "", [], {})
    ]
    return found[:_MOST]


def _changes(visit: Visit, before: Any, after: Any, info: EntityInfo | None) -> Iterator[Line]:
    old, new = (side if isinstance(side, Mapping) else {"": side} for side in (before, after))
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(name)
        if isinstance(was, Mapping) or isinstance(now, Mapping):
            label = _label(visit, name, info)
            inner = _changes(visit, was or {}, now or {}, None)
            yield from (Line(f"{label} · {each.label}", each.text, each.before) for each in inner)
        elif was != now:
            said = _said(visit, name, was, info) if name in old else None
            yield Line(_label(visit, name, info), _said(visit, name, now, info), said)


def _label(visit: Visit, name: str, info: EntityInfo | None) -> str:
    if info is not None and name in info.fields:
        return visit.say(info.fields[name].label)
    known = _FACTS.get(name)
    return visit.say(known) if known else name.replace("_", " ")


def _said(visit: Visit, name: str, raw: Any, info: EntityInfo | None) -> str:
    """A value of a record's field as that field shows it; any other as it is."""
    spec = info.fields.get(name) if info is not None else None
    if spec is None or raw in (None, "", []):
        return _plain(raw)
    names = {"user": visit.directory.people, "team": visit.directory.teams}.get(spec.target or "")
    if names is not None and isinstance(raw, int):
        known = names.get(raw)
        return f"#{raw}" if known is None else getattr(known, "name", str(known))
    if spec.target is not None or spec.many:
        return _plain(raw)
    kind = KINDS[spec.kind]
    with suppress(BadValue):
        return kind.show(kind.load(raw, spec), spec, visit.reader) or _plain(raw)
    return _plain(raw)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, list):
        text = ", ".join(_plain(each) for each in value) or "—"
    elif isinstance(value, Mapping):
        text = ", ".join(f"{name}: {_plain(each)}" for name, each in value.items()) or "—"
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
