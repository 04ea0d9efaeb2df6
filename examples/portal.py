"""A plugin that keeps company with a portal: offers go out as its XML, enquiries come in as its JSON, and gaps are told."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from hookline_sdk import (
    CommandRun,
    Company,
    Deal,
    ExportRun,
    Finding,
    ForeignRow,
    Gate,
    ImportFile,
    Invalid,
    Lead,
    Plugin,
    Problem,
    Story,
    Text,
    func,
    select,
)

plugin = Plugin("portal", label="Portal")


@plugin.exporter(Deal, "The portal's offers", name="offers.xml", media_type="application/xml")
def offers(run: ExportRun[Deal], gate: Gate) -> Iterator[str]:
    """Each deal with its company. Companies are asked for once per page, so a million deals take no more memory."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<offers made="{run.now:%Y-%m-%d}">\n'
    for page in run.pages:
        wanted = select(Company.id, Company.name).where(Company.id.in_({deal.company for deal in page}))
        companies = {row[0]: str(row[1]) for row in gate.rows(wanted)}
        for deal in page:
            company = escape(companies.get(deal.company or 0, ""))
            yield f'<offer url="{run.url(deal)}" company="{company}">{escape(deal.name)}</offer>\n'
    yield "</offers>\n"


@plugin.importer(Lead, "The portal's enquiries", accepts=".json")
def enquiries(file: ImportFile, gate: Gate) -> Iterator[ForeignRow]:
    """One lead an enquiry. The columns are called as the fields of leads are, so they find each other."""
    found: list[dict[str, Any]] = json.loads(file.text)
    if not all("from" in enquiry for enquiry in found):
        raise Invalid([Problem("file", Text("There is an enquiry from nobody."))])
    for enquiry in found:
        yield {"Name": enquiry["from"], "Email": enquiry.get("mail"), "Message": enquiry.get("text")}


@plugin.health("Portal")
def without_amount(gate: Gate) -> Finding:
    """The portal takes no offer without an amount."""
    count = gate.scalar(select(func.count(Deal.id)).where(Deal.amount.is_(None)))
    if not count:
        return Finding("", Text("every offer has an amount"))
    text = Text("%(count)s offers have no amount", count=count)
    return Finding("", text, Text("Run: %(command)s", command="hookline portal gaps"))


@plugin.command
def gaps(run: CommandRun, most: int = 20) -> None:
    """List the offers that the portal would refuse."""
    with run.reading() as gate:
        asked = select(Deal.id, Deal.name).where(Deal.amount.is_(None)).order_by(Deal.id).limit(most)
        for id, name in gate.rows(asked):
            run.say(f"{id}  {name}")


@plugin.demo
def enquire(story: Story, gate: Gate) -> None:
    """An enquiry for everybody, in the language that each of them reads."""
    for person in story.people.values():
        name = story.say(person, "Somebody from the portal", "Обращение с портала")
        text = story.say(person, "Is this offer still there?", "Это предложение ещё в силе?")
        values = {"name": name, "message": text, "owner": person.id, "team": person.team}
        story.as_(person).create(Lead, values)
