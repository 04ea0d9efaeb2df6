"""A plugin that holds things on people in every way there is: fields, records about them, records that need them, a table."""

from decimal import Decimal

from hookline.crm.contacts import Contact
from hookline.kernel.entity import Entity, Fields, Id
from hookline.kernel.fields import any_record, long_text, money, ref, text
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.rules import Change
from hookline.kernel.tables import house_table
from sqlalchemy import Column, String, delete, insert, select
from sqlalchemy.orm import Mapped

clinic = Plugin("clinic")


class Patient(Fields[Contact], plugin=clinic, label="Patient"):
    """What a clinic knows of a contact."""

    allergies: Mapped[str | None] = text("Allergies", search=True)
    story: Mapped[str | None] = long_text("Story")
    fee: Mapped[Decimal | None] = money("Fee")


class Visit(Entity, plugin=clinic, title="complaint"):
    """Cannot be without its patient."""

    complaint: Mapped[str] = text("Complaint", search=True)
    patient: Mapped[int] = ref("contact", "Patient", back="Visits")


class Letter(Entity, plugin=clinic, title="words"):
    """Is about somebody."""

    about: Mapped[str | None] = any_record("About")
    words: Mapped[str] = text("Words")


class Room(Entity, plugin=clinic, title="name"):
    """May have a patient or none."""

    name: Mapped[str] = text("Name")
    guest: Mapped[int | None] = ref("contact", "Guest")
    sign: Mapped[str | None] = any_record("Sign")


# No record, and no text by which anybody could tell whose it is.
locker = house_table(
    "clinic_locker", Column("id", Id, primary_key=True), Column("patient", Id), Column("code", String(40))
)
locker.info["owner"] = "clinic"


@clinic.personal_data(Contact)
def opened_lockers(record: Contact, gate: Gate) -> dict[str, object]:
    """What is in the lockers."""
    codes = gate.tx.run(select(locker.c.code).where(locker.c.patient == record.id), why="clinic").scalars()
    return {"Lockers": list(codes)}


@clinic.erase_personal_data(Contact)
def empty_lockers(record: Contact, gate: Gate) -> None:
    """Nothing may be left in them."""
    gate.tx.run(delete(locker).where(locker.c.patient == record.id), why="clinic")


@clinic.after_commit(Contact)
def complain(event: Change, gate: Gate) -> None:
    """Fails, and says about whom."""
    raise ValueError(f"no bed for {event.changes}")


def fill_locker(gate: Gate, patient: int, code: str) -> None:
    """Put something in."""
    gate.tx.run(insert(locker).values(patient=patient, code=code), why="clinic")
