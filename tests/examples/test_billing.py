"""The two plugins that bill and reward: they know nothing of each other, and work together or alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hookline.crm import stages
from hookline.crm.activities import Activity
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.imports.batches import Result
from hookline.crm.imports.drafts import suggested
from hookline.crm.imports.mappings import Source
from hookline.crm.nouns import core
from hookline.crm.pipelines import pipelines
from hookline.crm.seeds import lay_seeds
from hookline.errors import Invalid
from hookline.kernel.background import outbox
from hookline.kernel.commanding import CommandRun
from hookline.kernel.exchange import ExportRun, ImportFile
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from sqlalchemy import func, select

from examples import billing, points
from tests.crm.importing import csv, imported, mapped, rehearsed
from tests.town import NOW, Town, build_town, open_town


@contextmanager
def settled(url: str, *plugins: Plugin) -> Iterator[Town]:
    bare = open_town(url, plugins)
    migrate(bare.installation.database, bare.installation.host)
    bare.installation.database.close()
    town = build_town(url, plugins)
    lay_seeds(town.installation)
    yield town
    town.installation.database.close()


def deliver_all(town: Town) -> None:
    while outbox.deliver_next(town.installation):
        pass


def win(town: Town, **values: object) -> int:
    given = {"name": "A mill wheel", "amount": Decimal(900), "currency": "EUR", "contact": town.ids["ivan"]}
    with town.as_("boris") as gate:
        id = gate.create(Deal, {**given, **values, "stage": town.ids["new"]})
        stages.move(gate, Deal, id, town.ids["won"])
    deliver_all(town)
    return id


def test_a_won_deal_becomes_a_numbered_invoice_with_the_discount_that_another_plugin_grants(
    migrated_url: str,
) -> None:
    with settled(migrated_url, billing.plugin, points.plugin) as town:
        assert town.installation.host.notes == {}
        first, second = win(town), win(town)
        with town.house() as gate:
            found = gate.rows(
                select(billing.Invoice.number, billing.Invoice.deal, billing.Invoice.amount, billing.Invoice.due)
                .order_by(billing.Invoice.id)
            )  # fmt: skip
            # The second comes after the points of the first.
            assert [tuple(row) for row in found] == [
                ("INV-2026-00001", first, Decimal("900.00"), NOW.date() + timedelta(days=14)),
                ("INV-2026-00002", second, Decimal("855.00"), NOW.date() + timedelta(days=14)),
            ]
            reminders = select(func.count(Activity.id)).where(Activity.kind == "reminder")
            assert gate.scalar(reminders) == 2
        with town.as_("boris") as gate:
            stages.reopen(gate, Deal, first)
        deliver_all(town)
        with town.house() as gate:
            (invoicing,) = pipelines(gate).of("billing_invoice")
            sent, paid = (stage.id for stage in invoicing.stages[1:3])
            stages.move(gate, billing.Invoice, 2, sent)
            stages.move(gate, billing.Invoice, 2, paid)
            with pytest.raises(Invalid, match="has been sent stays"):
                gate.trash(billing.Invoice, 2)
            gate.trash(billing.Invoice, 1)
        deliver_all(town)
        with town.house() as gate:
            lines = select(points.Line.points).where(points.Line.contact == town.ids["ivan"])
            counted = sorted(each for (each,) in gate.rows(lines))
            assert counted == [0, 5, points.WELCOME, 900]


@pytest.mark.one_engine
def test_rules_and_starts_of_invoices(migrated_url: str) -> None:
    with settled(migrated_url, billing.plugin) as town:
        with town.as_("ada") as gate:
            small = gate.create(billing.Invoice, {"amount": Decimal(0), "due": date(2026, 1, 1)})
            gate.create(billing.Invoice, {"amount": Decimal(50_000)})
            sent = pipelines(gate).of("billing_invoice")[0].stages[1].id
            with pytest.raises(Invalid, match="amount: An invoice of nothing"):
                stages.move(gate, billing.Invoice, small, sent)
            assert [tuple(row) for row in gate.rows(billing.overdue(gate, ""))] == [(small,)]
            assert billing.overdue_invoices(gate).value == 1
        with town.as_("vera") as gate:
            assert gate.scalar(select(func.count(billing.Invoice.id))) == 1
        with town.house() as gate:
            gate.erase_many(billing.Rate, [id for (id,) in gate.rows(select(billing.Rate.id))])
        lay_seeds(town.installation)
        with town.house() as gate:
            names = gate.rows(select(billing.Rate.name).order_by(billing.Rate.id))
            assert [name for (name,) in names] == ["Exempt"]


def test_an_import_brings_its_numbers_and_the_count_goes_on_after_them(
    migrated_url: str, tmp_path: Path
) -> None:
    with settled(migrated_url, billing.plugin) as town:
        path = csv(tmp_path, "No,Sum", "INV-2026-00041,10", ",20", "A-7,30")
        with town.as_("ada") as gate:
            info = gate.schema["billing_invoice"]
            assert "number" in suggested(gate, info, ["Number", "Amount"]).fields
        mapping = mapped("billing_invoice", {"number": Source(column="No"), "amount": Source(column="Sum")})
        assert rehearsed(town, path, mapping).count(Result.created) == 3
        run = imported(town, path, mapping)
        assert run.count(Result.created) == 3
        with town.as_("ada") as gate:
            gate.create(billing.Invoice, {"amount": Decimal(40)})
            found = gate.rows(select(billing.Invoice.number).order_by(billing.Invoice.id))
            assert [number for (number,) in found] == [
                "INV-2026-00041",
                "INV-2026-00042",
                "A-7",
                "INV-2026-00043",
            ]


@pytest.mark.one_engine
def test_what_is_overdue_is_said_and_the_journal_is_read_as_it_is_written(migrated_url: str) -> None:
    with settled(migrated_url, billing.plugin) as town:
        said: list[str] = []
        with town.as_("ada") as gate:
            late = gate.create(billing.Invoice, {"amount": Decimal("12.50"), "due": date(2026, 3, 1)})
            gate.create(billing.Invoice, {"amount": Decimal(40)})
            found = billing.is_paid(gate)
            assert (str(found.state), found.mend is None) == ("1 overdue", False)
            run = ExportRun(iter([[gate.get(billing.Invoice, late)]]), "https://mill.example", NOW)
            written = "".join(map(str, billing.journal(run, gate)))
            file = ImportFile("journal.txt", written.encode())
            assert list(billing.old_journal(file, gate)) == [{"Number": "INV-2026-00001", "Amount": "12.50"}]
        billing.list_overdue(CommandRun(town.installation, "billing.list_overdue", said.append), days=10)
        billing.list_overdue(CommandRun(town.installation, "billing.list_overdue", said.append), days=20)
        assert said == ["INV-2026-00001"]


@pytest.mark.one_engine
def test_points_are_told_to_whom_they_belong_and_go_with_them(migrated_url: str) -> None:
    with settled(migrated_url, points.plugin) as town:
        win(town)
        with town.house() as gate:
            contact = gate.get(Contact, town.ids["ivan"])
            assert points.points_of(contact, gate) == {"Points": 910}
            points.wipe(contact, gate)
            assert points.points_of(contact, gate) == {"Points": 0}
            passing = gate.create(Contact, {"first_name": "Passing"})
            gate.erase(Contact, passing)
            assert gate.scalar(select(func.count(points.Line.id)).where(points.Line.contact == passing)) == 0


def test_both_are_in_order_without_each_other() -> None:
    for plugins in ([billing.plugin], [points.plugin]):
        host = PluginHost()
        host.load([core, *plugins])
        assert (host.broken, host.notes) == ({}, {})
