"""Invoices for what was sold: numbered without gaps, made of purchases, with a pipeline; others may grant discounts."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hookline_sdk import (
    Activity,
    Actor,
    BeforeDelete,
    BeforeStageChange,
    Catalog,
    Change,
    CommandRun,
    Contact,
    Deal,
    Draft,
    Entity,
    Event,
    ExportRun,
    Figure,
    Finding,
    ForeignRow,
    Gate,
    ImportFile,
    Mapped,
    Money,
    Pipeline,
    Plugin,
    Purchase,
    Stage,
    Step,
    Text,
    Write,
    day,
    func,
    money,
    percent,
    ref,
    select,
    sequence,
    stage,
    text,
)
from sqlalchemy import ColumnElement, Select, Table

plugin = Plugin("billing", label="Billing")

LARGE = plugin.permission("large", "Large invoices", "Sees invoices of 10,000 and more.")


class Invoice(Entity, plugin=plugin, icon="receipt", title="number", menu="Sales"):
    """What somebody owes."""

    number: Mapped[str] = sequence("Number", "INV-{year}-{n:05}")
    deal: Mapped[int | None] = ref(Deal, "Deal", back="Invoices", list=True)
    contact: Mapped[int | None] = ref(Contact, "Contact", back="Invoices", list=True)
    amount: Mapped[Decimal] = money("Amount", minimum=0, list=True, filter=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)
    due: Mapped[date | None] = day("Due", list=True, filter=True)
    pipeline: Mapped[int] = ref(Pipeline, "Pipeline")
    stage: Mapped[int] = stage("Stage", list=True, filter=True)


class Rate(Catalog, plugin=plugin, icon="percent"):
    """A rate of value added tax."""

    name: Mapped[str] = text("Name", list=True)
    rate: Mapped[Decimal] = percent("Rate", list=True)


class InvoicePaid(Event, plugin=plugin):
    """An invoice has been paid."""

    invoice: int
    contact: int | None
    amount: Money


plugin.pipeline(
    Invoice, "Invoicing", [Step("Draft"), Step("Sent"), Step("Paid", "won"), Step("Cancelled", "lost")]
)
plugin.activity_kind("reminder", "Payment reminder", icon="bell")


@plugin.point
def discount(contact: Contact, gate: Gate) -> Decimal:
    """How many per cent somebody gets off an invoice."""
    raise AssertionError("others answer")


@plugin.on(Purchase)
def draft_an_invoice(event: Purchase, gate: Gate) -> None:
    """One for each deal, however often its purchase is told."""
    about, _, number = event.source.partition(":")
    if about != "deal" or event.reversed:
        return
    if gate.scalar(select(func.count(Invoice.id)).where(Invoice.deal == int(number))):
        return
    contact = gate.find(Contact, event.contact) if event.contact else None
    off = (discount.first(contact, gate) if contact else None) or Decimal(0)
    amount = (Decimal(event.amount.amount) * (100 - off) / 100).quantize(Decimal("0.01"))
    owner = gate.get(Deal, int(number)).owner
    given = {
        "deal": int(number),
        "contact": event.contact,
        "amount": amount,
        "currency": event.amount.currency,
    }
    gate.create(Invoice, {**given, "owner": owner})


@plugin.default(Invoice, "due")
def in_two_weeks(draft: Draft[Invoice], gate: Gate) -> date:
    return gate.now.date() + timedelta(days=14)


@plugin.before_stage_change(Invoice)
def ask_for_something(event: BeforeStageChange[Invoice]) -> None:
    if event.source is not None and not event.record.amount:
        event.reject("An invoice of nothing is not sent.", "amount")


@plugin.before_delete(Invoice)
def keep_what_was_sent(event: BeforeDelete[Invoice]) -> None:
    if event.gate.get(Stage, event.record.stage).name != "Draft":
        event.reject("An invoice that has been sent stays. Cancel it.")


@plugin.around_write(Invoice)
def tell_of_payments(write: Write[Invoice], gate: Gate) -> Iterator[None]:
    """Told in the transaction in which it is paid."""
    yield
    for record in write.records:
        entered = record.values.get("stage")
        if entered and record.before and gate.get(Stage, entered).kind == "won":
            amount = record.values.get("amount", record.before.amount)
            gate.emit(InvoicePaid(invoice=record.id, contact=record.before.contact, amount=Money(amount)))


@plugin.after_commit(Invoice, fields=("due",))
def plan_a_reminder(event: Change, gate: Gate) -> None:
    """Some moments later, when the invoice is saved for certain."""
    invoice = gate.find(Invoice, event.record)
    if invoice is not None and invoice.due is not None:
        due = datetime.combine(invoice.due, time(8), gate.now.tzinfo)
        given = {
            "subject": f"Was {invoice.number} paid?",
            "kind": "reminder",
            "about": f"billing_invoice:{invoice.id}",
        }
        gate.create(Activity, {**given, "due_at": due, "owner": invoice.owner})


@plugin.restrict(Invoice)
def large_ones(actor: Actor, table: Table) -> ColumnElement[bool] | None:
    return None if actor.may(LARGE) else table.c.amount < Decimal(10_000)


@plugin.selection(Invoice, "Overdue")
def overdue(gate: Gate, given: str) -> Select[int]:
    return select(Invoice.id).where(Invoice.due < gate.now.date())


@plugin.widget("Overdue invoices", icon="receipt")
def overdue_invoices(gate: Gate) -> Figure:
    """Those that were to be paid before today."""
    count = gate.scalar(select(func.count(Invoice.id)).where(Invoice.due < gate.now.date()))
    return Figure(count, to="/billing/invoices?id.among=billing.overdue:", better="down")


@plugin.health("Overdue invoices")
def is_paid(gate: Gate) -> Finding:
    """Asked by `hookline doctor` and on Settings, Health."""
    count = gate.scalar(select(func.count(Invoice.id)).where(Invoice.due < gate.now.date()))
    return Finding(
        "", Text("%(count)s overdue", count=count), Text("Remind those who owe.") if count else None
    )


@plugin.command
def list_overdue(run: CommandRun, days: int = 0) -> None:
    """Print the numbers of invoices that are overdue since so many days: `hookline billing list-overdue --days 30`."""
    with run.reading() as gate:
        since = gate.now.date() - timedelta(days=days)
        for (number,) in gate.rows(
            select(Invoice.number).where(Invoice.due < since).order_by(Invoice.number)
        ):
            run.say(number)


@plugin.exporter(Invoice, "Journal for the accountant", name="journal.txt", media_type="text/plain")
def journal(run: ExportRun[Invoice], gate: Gate) -> Iterator[str]:
    """A line for each invoice: its number, and the amount in columns of fixed width."""
    for invoice in run.records:
        yield f"{invoice.number:<20}{invoice.amount:>14}\n"


@plugin.importer(Invoice, "Journal of the old program", accepts=".txt")
def old_journal(file: ImportFile, gate: Gate) -> Iterator[ForeignRow]:
    """The same lines: records come with the numbers that they have."""
    for line in file.text.splitlines():
        yield {"Number": line[:20].strip(), "Amount": line[20:].strip()}


@plugin.seed
def first_rates(gate: Gate) -> None:
    """Laid once: who removes or renames one keeps it so."""
    gate.create_many(Rate, [{"name": "Standard", "rate": 20}, {"name": "Reduced", "rate": 10}])


@plugin.seed(every_run=True)
def exempt(gate: Gate) -> None:
    """There after each start, whoever took it away."""
    if not gate.scalar(select(func.count(Rate.id)).where(Rate.name == "Exempt")):
        gate.create(Rate, {"name": "Exempt", "rate": 0})
