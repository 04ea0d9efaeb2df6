"""Consents: what a person has agreed to, on what ground, and when that was withdrawn. Only ever added to."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Mapped

from hookline.crm.audit.trail import note
from hookline.crm.catalogs import list_entries
from hookline.crm.contacts import Contact
from hookline.crm.core import core
from hookline.crm.leads import Lead
from hookline.errors import Text
from hookline.kernel import history
from hookline.kernel.actor import Action
from hookline.kernel.entity import Catalog, Entity, link_table
from hookline.kernel.fields import Choices, any_record, choice, long_text, moment, ref, text, yes_no
from hookline.kernel.followers import Saved
from hookline.kernel.gate import Gate
from hookline.kernel.rules import BeforeDelete, BeforeSave
from hookline.kernel.schema import EntityInfo
from hookline.kernel.shown import Badge, Link, Panel, Value
from hookline.kernel.titles import keys_by_entity

_WHY: Final = "consents"
# Who can agree to something. Their field `consents` names the purposes that hold now, for filters and lists.
WHOSE: Final = ("contact", "lead")
_STATES: Final = {"": "Not asked", "given": "Given", "withdrawn": "Withdrawn"}
_PURPOSES: Final = (Text("News by e-mail"), Text("Calls about offers"), Text("Personal offers"))


class Ground(Choices):
    """The legal basis."""

    consent = "consent", "Consent", "green"
    contract = "contract", "Contract", "blue"
    legal_duty = "legal_duty", "Legal duty", "violet"
    legitimate_interest = "legitimate_interest", "Legitimate interest", "amber"


class Said(Choices):
    """Whether it was given or taken back."""

    given = "given", "Given", "green"
    withdrawn = "withdrawn", "Withdrawn", "red"


class ConsentPurpose(Catalog, plugin=core, icon="shield-check", plural="Purposes of consent"):
    """What somebody may agree to."""

    name: Mapped[str] = text("Name", max_length=120, unique=True, list=True)
    retired: Mapped[bool] = yes_no("No longer offered", list=True)


class Consent(Entity, plugin=core, icon="shield-check", title="source", sort="-said_at"):
    """One word of a person about one purpose. The latest one holds."""

    about: Mapped[str] = any_record("Whose")
    purpose: Mapped[int] = ref("consent_purpose", "Purpose", list=True, filter=True)
    said: Mapped[str] = choice("What was said", Said, default=Said.given, list=True, filter=True)
    basis: Mapped[str] = choice("Legal basis", Ground, default=Ground.consent, list=True, filter=True)
    said_at: Mapped[dt.datetime | None] = moment("When", list=True, filter=True)
    source: Mapped[str] = text(
        "Where it was given", max_length=200, list=True, help="A form, a letter, a call"
    )
    wording: Mapped[str | None] = text("Version of the wording", max_length=120)
    evidence: Mapped[str | None] = long_text("Evidence", max_length=10_000)


@dataclass(frozen=True)
class Standing:
    """How things stand with one purpose: the latest word and those before it, newest first."""

    purpose: int
    label: str
    words: Sequence[Consent]

    @property
    def holds(self) -> bool:
        """Whether it was given and not withdrawn."""
        return bool(self.words) and self.words[0].said == "given"


@core.before_save(Consent)
def judge_consent(event: BeforeSave[Consent]) -> None:
    """What was said once stays; it is about somebody who can agree, and not said in the future."""
    if event.before is not None:
        event.reject("What was said stays as it is. Write down the withdrawal as a new entry.")
        return
    if event.record.about and event.record.about.partition(":")[0] not in WHOSE:
        event.reject("Only a contact or a lead can agree to something.", "about")
    if event.record.said_at is None:
        event.values["said_at"] = event.gate.now
    elif event.record.said_at > event.gate.now:
        event.reject("This lies in the future.", "said_at")


@core.before_delete(Consent)
def keep_consent(event: BeforeDelete[Consent]) -> None:
    """It is erased with the person, and not before."""
    event.reject("What was said stays as it is. Write down the withdrawal as a new entry.")


@core.follow(Consent)
def keep_purposes(gate: Gate, _info: EntityInfo, what: str, saved: Saved) -> None:
    """A person's record names the purposes that hold now; the audit log tells of each word."""
    if what == "created":
        for id, _, _, after in saved:
            note(
                gate,
                f"consent.{after['said']}",
                about=str(after["about"]),
                purpose=after["purpose"],
                consent=id,
            )
    keys = {
        str(values["about"])
        for *_, before, after in saved
        for values in (before, after)
        if values.get("about")
    }
    for entity, ids in keys_by_entity(keys).items():
        if entity in WHOSE:
            for id in sorted(ids):
                _renew(gate, entity, id)


@core.panel(Contact, "Consents", order=200)
def consents_of_contact(record: Contact, gate: Gate) -> Panel:
    """What a contact has agreed to."""
    return _panel(gate, f"contact:{record.id}")


@core.panel(Lead, "Consents", order=200)
def consents_of_lead(record: Lead, gate: Gate) -> Panel:
    """What a lead has agreed to."""
    return _panel(gate, f"lead:{record.id}")


@core.seed
def lay_purposes(gate: Gate) -> None:
    """A few purposes to begin with."""
    if not list_entries(gate, ConsentPurpose):
        gate.create_many(ConsentPurpose, [{"name": str(name)} for name in _PURPOSES])


def standings(gate: Gate, about: str) -> list[Standing]:
    """What a person has agreed to, by purpose; purposes that are no longer offered only where something was said."""
    columns = (
        Consent.id, Consent.purpose, Consent.said, Consent.basis, Consent.said_at, Consent.source, Consent.wording,
        Consent.evidence, Consent.created_by,
    )  # fmt: skip
    names = [column.key for column in columns]
    asked = select(*columns).where(Consent.about == about).order_by(Consent.said_at.desc(), Consent.id.desc())
    words: dict[int, list[Consent]] = {}
    for row in gate.rows(asked):
        words.setdefault(row.purpose, []).append(Consent(**dict(zip(names, row, strict=True))))
    return [
        Standing(purpose.id, purpose.name, words.get(purpose.id, []))
        for purpose in list_entries(gate, ConsentPurpose)
        if not purpose.retired or purpose.id in words
    ]


def _panel(gate: Gate, about: str) -> Panel:
    """Each purpose with how it stands; its name leads to the form in which the next word is written down."""
    may = gate.may("consent", Action.create)
    entity, _, id = about.partition(":")
    asked = {"about": about, "back": f"/{gate.schema[entity].cls.slug}/{id}"}
    found = standings(gate, about)
    said = any(one.words for one in found)
    return Panel(
        rows=[_line(asked, one, may=may) for one in found], more=f"/consents?about={about}" if said else ""
    )


def _line(asked: Mapping[str, str], one: Standing, *, may: bool) -> list[Value]:
    last = one.words[0] if one.words else None
    tone = "green" if one.holds else "red" if last else "gray"
    query = urlencode({**asked, "purpose": one.purpose, "said": "withdrawn" if one.holds else "given"})
    name: Value = Link(one.label, f"/consents/new?{query}") if may else one.label
    return [name, Badge(Text(_STATES[last.said if last else ""]), tone)]


def _renew(gate: Gate, entity: str, id: int) -> None:
    """Name the purposes that hold, and say in the person's history what has changed."""
    info, link = gate.schema[entity], link_table(entity, "consents")
    words = gate.schema[Consent].table
    asked = select(words.c.purpose, words.c.said).where(words.c.about == f"{entity}:{id}")
    # The latest comes last and has the last word.
    found = gate.tx.run(asked.order_by(words.c.said_at, words.c.id), why=_WHY)
    latest = {row.purpose: row.said for row in found}
    after = tuple(sorted(purpose for purpose, said in latest.items() if said == "given"))
    before = gate.linked(info, [id])[id]["consents"]
    if before == after:
        return
    gate.tx.run(delete(link).where(link.c.record == id), why=_WHY)
    if after:
        gate.tx.run(insert(link), [{"record": id, "target": purpose} for purpose in after], why=_WHY)
    mine = update(info.table).where(info.table.c.id == id).values(version=info.table.c.version + 1)
    version = gate.tx.run(mine.returning(info.table.c.version), why=_WHY).scalar_one()
    told = {"consents": (list(before), list(after))}
    history.write(gate, [history.row(gate, info, id, version, action="changed", changes=told)])
