"""Erasing a person: no mark of them is left in any byte or column, what stays is whole, and the log knows it happened."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hookline.crm.access.shares import share_record
from hookline.crm.access.users import User
from hookline.crm.activities import Activity
from hookline.crm.audit.checks import check_log
from hookline.crm.audit.trail import note
from hookline.crm.contacts import Contact
from hookline.crm.custom_fields import NewField, add_field, retire_field
from hookline.crm.deals import Deal
from hookline.crm.desks.views import save_view
from hookline.crm.files import keep_file
from hookline.crm.idempotency import KeptAnswer, claim, keep
from hookline.crm.imports.drafts import ask_rehearsal, receive_file
from hookline.crm.leads import Lead
from hookline.crm.merging import merge, merged
from hookline.crm.messages.consents import Consent, ConsentPurpose
from hookline.crm.persons.dossiers import gather
from hookline.crm.persons.erasing import erase_person, plan_erasure, settle
from hookline.crm.persons.erasures import list_erasures
from hookline.crm.persons.packing import pack
from hookline.crm.persons.repeating import erase_again, find_returned
from hookline.crm.persons.subjects import find_subject
from hookline.crm.relations import RelationKind, relate
from hookline.crm.sign_in.sessions import open_session
from hookline.crm.sign_in.throttles import failed_sign_in
from hookline.errors import Forbidden, Invalid, NotFound
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.backups.backup import backup, restore
from hookline.kernel.backups.clearing import clear
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Reader
from hookline.kernel.memory import Memory
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.tables import delivery, job
from hookline.start import create_worker
from sqlalchemy import insert, select, update
from sqlalchemy.schema import DropTable

from tests.crm.clinic import Letter, Room, Visit, clinic, fill_locker, locker
from tests.crm.importing import csv, imported, mapped
from tests.crm.planting import Marks
from tests.town import NOW, Town, open_town

READER = Reader(now=NOW)


@pytest.fixture
def ward(town: Town) -> Iterator[Town]:
    """The town with a clinic."""
    opened = open_town(town.installation.database.url, [clinic])
    opened.ids.update(town.ids)
    migrate(opened.installation.database, opened.installation.host)
    yield opened
    opened.installation.database.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The installation's data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_no_mark_of_an_erased_contact_is_left_anywhere(ward: Town, data: Path) -> None:
    database, marks = ward.installation.database, Marks()
    contact = _plant(ward, data, marks)
    there = marks.found(database, data)
    assert there.keys() == marks.planted.keys(), "a mark that was never there proves nothing"
    with ward.as_("ada") as gate:
        plan = plan_erasure(gate, find_subject(gate, "contact", str(contact)))
        assert plan.goes["contact"] == plan.goes["lead"] == 1
        ticked = [m.key for m in plan.mentions]
        assert f"deal:{ward.ids['offer']}" in ticked
        settlement = erase_person(gate, plan.subject, data, reason="asked by letter", ticked=ticked)
    settle(ward.installation, settlement)
    assert marks.found(database, data) == {}
    with ward.as_("ada") as gate:
        deal = gate.get(Deal, ward.ids["offer"])
        assert (deal.contact, deal.version > 1) == (None, True)
        assert gate.find(Room, ward.ids["room"]) is not None
        assert check_log(gate.tx).broken is None


def test_no_mark_of_an_erased_account_is_left_and_its_work_stays(ward: Town, data: Path) -> None:
    database, marks = ward.installation.database, Marks()
    with ward.as_("ada") as gate:
        values = marks.fields(gate, gate.schema[User], but=("time_zone", "language", "theme"))
        clerk = gate.create(User, {**values, "active": True})
        gate.update(User, clerk, marks.fields(gate, gate.schema[User], but=("time_zone",)))
        note(gate, "user.seen", about=f"user:{clerk}", email=gate.get(User, clerk).email)
        task = gate.create(
            Activity, {"subject": "Ring", "owner": clerk, "about": f"deal:{ward.ids['flour']}"}
        )
        kept = gate.create(Activity, {"subject": "Ask", "body": f"@{gate.get(User, clerk).name} knows"})
        open_session(gate.tx, clerk, gate.now, address="192.0.2.7", agent=marks.new("agent"))
        tried = {"account": gate.get(User, clerk).email, "address": "192.0.2.1", "at": gate.now}
        gate.tx.run(insert(failed_sign_in).values(tried), why="test")
    assert marks.found(database, data).keys() == marks.planted.keys()
    with ward.as_("ada") as gate:
        settlement = erase_person(
            gate, find_subject(gate, "user", str(clerk)), data, reason="left", ticked=[f"activity:{kept}"]
        )
    settle(ward.installation, settlement)
    assert marks.found(database, data) == {}
    with ward.as_("ada") as gate:
        user = gate.get(User, clerk)
        assert (user.name, user.email, user.active) == (f"#{clerk}", None, False)
        assert gate.get(Activity, task).owner == clerk
        assert gate.get(Activity, kept).body == "@… knows"
        assert check_log(gate.tx).broken is None


def test_whoever_became_one_with_a_person_is_erased_too(town: Town, data: Path) -> None:
    with town.as_("ada") as gate:
        twins = [gate.create(Contact, {"first_name": "Helena", "last_name": "Marsh"}) for _ in range(2)]
        merge(gate, "contact", twins[0], twins[1], {})
        merge(gate, "contact", town.ids["helen"], twins[0], {})
        plan = plan_erasure(gate, find_subject(gate, "contact", str(twins[1])))
        assert plan.goes["contact"] == 3
        erase_person(gate, plan.subject, data, reason="asked")
        table = gate.schema[Contact].table
        gone = {town.ids["helen"], *twins}
        assert not gone & set(gate.tx.run(select(table.c.id), why="test").scalars())
        assert gate.tx.run(select(merged), why="test").all() == []


def test_texts_that_are_not_ticked_stay(town: Town, data: Path) -> None:
    with town.as_("ada") as gate:
        words = {
            "subject": "Helen Marsh called",
            "body": "HELEN  MARSH said",
            "about": f"deal:{town.ids['flour']}",
        }
        task = gate.create(Activity, words)
        other = gate.create(Contact, {"first_name": "Helen", "last_name": "Marshall"})
        plan = plan_erasure(gate, find_subject(gate, "contact", str(town.ids["helen"])))
        assert [m.key for m in plan.mentions] == [f"activity:{task}"]
        assert [(one.entity, one.field, one.ids) for one in plan.kept] == [
            ("deal", "contact", (town.ids["scanners"],))
        ]
        erase_person(gate, plan.subject, data, reason="asked")
        assert gate.get(Activity, task).subject == "Helen Marsh called"
        assert gate.get(Contact, other).name == "Helen Marshall"


def test_a_restored_backup_loses_whom_the_log_knows(town: Town, data: Path) -> None:
    before, home = data / "before.zip", town.installation
    backup(home.database, data / "files", before)
    with town.as_("ada") as gate:
        helen = find_subject(gate, "contact", str(town.ids["helen"]))
        erase_person(gate, helen, data, reason="asked by Helen Marsh")
    with town.as_("ada") as gate:
        (told,) = list_erasures(gate.tx)
        assert (told.record, told.by, told.reason) == (helen.id, town.ids["ada"], "asked by …")
        assert find_returned(gate, data) == []
    _restore(town, before, data)
    with town.as_("ada") as gate:
        assert list_erasures(gate.tx) == []
        (again,) = find_returned(gate, data)
        assert again.subject == helen
        assert erase_again(gate, again, data) is not None
        with pytest.raises(NotFound):
            find_subject(gate, "contact", str(helen.id))


def test_a_number_given_to_somebody_else_is_not_erased_again(town: Town, data: Path) -> None:
    with town.as_("ada") as gate:
        erase_person(gate, find_subject(gate, "contact", str(town.ids["helen"])), data, reason="asked")
        table = gate.schema[Contact].table
        born = {"created_at": gate.now + timedelta(days=1), "updated_at": gate.now, "version": 1}
        row = {
            "id": town.ids["helen"],
            "first_name": "New",
            "name": "New",
            "search": "",
            "sort_key": "",
            **born,
        }
        gate.tx.run(insert(table).values(row), why="test")
        assert find_returned(gate, data) == []


def test_it_takes_the_permission(town: Town, data: Path) -> None:
    with town.as_("ada") as gate:
        helen = find_subject(gate, "contact", str(town.ids["helen"]))
    with town.as_("vera") as gate:
        for act in (
            plan_erasure,
            lambda g, s: erase_person(g, s, data, reason="x"),
            lambda g, s: gather(g, s, READER),
        ):
            with pytest.raises(Forbidden):
                act(gate, helen)


def test_what_is_refused(town: Town, data: Path) -> None:
    with town.as_("ada") as gate:
        helen = find_subject(gate, "contact", str(town.ids["helen"]))
        with pytest.raises(Invalid, match="fill this in"):
            erase_person(gate, helen, data, reason="  ")
        with pytest.raises(Invalid, match="own account"):
            erase_person(gate, find_subject(gate, "user", "ada@town.example"), data, reason="x")
        with pytest.raises(NotFound):
            find_subject(gate, "contact", "nobody@town.example")
    with town.house() as gate, pytest.raises(Invalid, match="every right"):
        erase_person(gate, find_subject(gate, "user", "ada@town.example"), data, reason="x")


def test_a_plugin_that_fails_stops_the_erasure(ward: Town, data: Path) -> None:
    failing = next(c for c in ward.installation.host.all() if c.kind == "erase_personal_data")
    ward.installation.host.strict = False
    with ward.as_("ada") as gate:
        helen = find_subject(gate, "contact", str(ward.ids["helen"]))
        gate.tx.run(DropTable(locker), why="test")
        with pytest.raises(Invalid, match=failing.plugin):
            erase_person(gate, helen, data, reason="asked")
        gate.tx.undo()
    with ward.as_("ada") as gate:
        assert gate.find(Contact, helen.id) is not None
    assert not (data / "erasures.jsonl").exists()


def test_a_dossier_holds_everything(ward: Town, data: Path) -> None:
    marks = Marks()
    contact = _plant(ward, data, marks)
    apart = ("share", "draft", "upload", "refused")
    wanted = {place: word for place, word in marks.planted.items() if not place.startswith(apart)}
    with ward.as_("ada") as gate:
        dossier = gather(gate, find_subject(gate, "contact", str(contact)), READER)
        content = pack(gate, dossier, data / "files")
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        texts = {name: archive.read(name).decode() for name in names}
    assert {"data.json", "index.html"} < set(names)
    whole = "\n".join([*texts, *texts.values()]).lower()
    assert {place for place, word in wanted.items() if word not in whole} == set()
    assert json.loads(texts["data.json"])["plugins"]["clinic"]["Lockers"]
    assert "<script" not in texts["index.html"]


def _restore(town: Town, archive: Path, data: Path) -> None:
    """Put an old backup in the place of the database."""
    clear(town.installation.database)
    restore(archive, town.installation.database, data / "restored", town.installation.host)
    town.installation.memory = Memory()


def _plant(ward: Town, data: Path, marks: Marks) -> int:
    """A contact with a mark in every text, and everything around it."""
    with ward.as_("ada") as gate:
        for kind in ("text", "long_text", "email", "phone", "url"):
            add_field(gate, "contact", NewField(label=f"Own {kind}", kind=kind))
        add_field(gate, "contact", NewField(label="Old", kind="text"))
    with ward.as_("ada") as gate:
        info = gate.schema[Contact]
        contact = gate.create(Contact, marks.fields(gate, info))
        ward.ids["deal"] = ward.ids["scanners"]
    for _ in range(2):
        with ward.as_("ada") as gate:
            gate.update(Contact, contact, marks.fields(gate, gate.schema[Contact]))
    with ward.as_("ada") as gate:
        retire_field(gate, "contact", "old")
    with ward.as_("ada") as gate:
        _around(ward, gate, data, marks, contact)
    with ward.as_("ada") as gate:
        _in_the_house(ward, gate, data, marks, contact)
    _fail_deliveries(ward)
    _bring_in(ward, data, marks, contact)
    return contact


def _around(ward: Town, gate: Gate, data: Path, marks: Marks, contact: int) -> None:
    key, person = f"contact:{contact}", gate.get(Contact, contact)
    lead = marks.fields(gate, gate.schema[Lead], but=("converted_at",))
    ward.ids["request"] = gate.create(Lead, {**lead, "contact": contact})
    gate.update(Lead, ward.ids["request"], marks.fields(gate, gate.schema[Lead]))
    call = marks.fields(gate, gate.schema[Activity], but=("repeat",))
    about = gate.create(Activity, {**call, "about": key, "kind": "call", "outcome": "reached"})
    gate.update(Activity, about, marks.fields(gate, gate.schema[Activity], but=("repeat",)))
    gate.trash(Activity, gate.create(Activity, {"subject": marks.new("trash"), "about": key}))
    keep_file(gate, data / "files", f"{marks.new('file name')}.txt", marks.new("file").encode(), key)
    inside = f"activity:{about}"
    keep_file(gate, data / "files", f"{marks.new('file name')}.txt", marks.new("file").encode(), inside)
    kind = gate.scalar(select(RelationKind.id).limit(1))
    relate(gate, key, kind, f"company:{ward.ids['acme']}", marks.new("relation"))
    relate(gate, f"deal:{ward.ids['flour']}", kind, key, marks.new("relation"))
    purpose = gate.scalar(select(ConsentPurpose.id).limit(1))
    gate.create(Consent, {**marks.fields(gate, gate.schema[Consent]), "about": key, "purpose": purpose})
    gate.create(Visit, {"complaint": marks.new("visit"), "patient": contact})
    gate.create(Letter, {"words": marks.new("letter"), "about": key})
    ward.ids["room"] = gate.create(Room, {"name": "Seven", "guest": contact, "sign": key})
    fill_locker(gate, contact, marks.new("locker"))
    share_record(gate, "contact", contact, user=ward.ids["clara"], reason=marks.new("share"))
    offer = {"name": f"Beds for {person.name}", "contact": contact, "description": f"write to {person.email}"}
    ward.ids["offer"] = gate.create(Deal, offer)
    gate.update(Deal, ward.ids["offer"], {"description": f"call {person.phone}"})
    gate.create(
        Activity, {"subject": f"Ask {person.name}", "about": f"deal:{ward.ids['offer']}", "contact": contact}
    )
    loud = f"{person.last_name} {person.first_name}".upper()
    gate.create(Activity, {"subject": "x", "body": f"met {loud}", "about": f"deal:{ward.ids['flour']}"})


def _in_the_house(ward: Town, gate: Gate, data: Path, marks: Marks, contact: int) -> None:
    person, now, me = gate.get(Contact, contact), gate.now, ward.ids["ada"]
    body = json.dumps({"id": contact, "email": person.email, "city": person.city})
    claim(gate.tx, me, "again", "x" * 64, now)
    keep(gate.tx, me, "again", KeptAnswer(201, {"location": f"/api/v1/contacts/{contact}"}, body))
    args = {"entity": "contact", "values": {"city": person.city}, "filters": [["email", person.email]]}
    enqueue(gate.tx, "core.change_many", args, now=now, user=me)
    id = enqueue(gate.tx, "core.change_many", args, now=now, user=me)
    missed = {
        "result": {"misses": [[contact, person.name, "no", {}]]},
        "error": f"could not write {person.email}",
    }
    ended = {"state": "done", "due_at": None, "finished_at": now}
    gate.tx.run(update(job).where(job.c.id == id).values(**ended, **missed), why="test")
    save_view(
        gate, "deal", str(person.name), "all", f"contact={contact}&name.contains={person.last_name}&sort=name"
    )
    note(gate, "contact.seen", about=f"contact:{contact}", email=person.email)
    note(gate, "list.seen", words=[f"all of {person.name}"])
    tried = {"account": person.email, "address": "192.0.2.1", "at": now}
    gate.tx.run(insert(failed_sign_in).values(tried), why="test")
    (data / "exports").mkdir()
    (data / "exports" / "a.csv").write_text(f"name\n{person.name}\n", "utf-8")


def _fail_deliveries(ward: Town) -> None:
    """The clinic's listener fails with the person's values in what it says."""
    ward.installation.host.strict = False
    create_worker(ward.installation).run_once()
    with ward.installation.database.read() as tx:
        assert any(
            "no bed for" in error for error in tx.run(select(delivery.c.error), why="test").scalars() if error
        )


def _bring_in(ward: Town, data: Path, marks: Marks, contact: int) -> None:
    """Imports: one that changed the contact, with a refused row; one that is only rehearsed."""
    with ward.as_("ada") as gate:
        email = gate.get(Contact, contact).email
    (data / "imports").mkdir()
    head, city, birthday = "Mail,City,Born", marks.new("import"), marks.new("refused")
    fields = {"email": "Mail", "city": "City", "birthday": "Born"}
    rows = (head, f"{email},{city},", f"{email},x,{birthday}")
    run = imported(ward, csv(data / "imports", *rows), mapped("contact", fields, mode="update", key="email"))
    assert run.counts == {"updated": 1, "rejected": 1}
    with ward.as_("ada") as gate:
        content = f"E-mail,City\n{email},{marks.new('draft')}\n".encode()
        ask_rehearsal(
            gate, receive_file(gate, data / "imports", f"{marks.new('upload')}.csv", content, "contact")
        )
    create_worker(ward.installation).run_once()
