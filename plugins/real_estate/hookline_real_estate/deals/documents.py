"""The checklist of a deal: what its pipeline asks for, ticked off or attached, and no way round what is required."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hookline_sdk import (
    Act,
    Badge,
    BeforeSave,
    BeforeStageChange,
    Deal,
    Gate,
    Link,
    Panel,
    Stage,
    Text,
    User,
    Value,
    select,
)

from hookline_real_estate.deals.data import Document, Requirement
from hookline_real_estate.plugin import plugin


@plugin.before_save(Requirement)
def keep_pipeline(event: BeforeSave[Requirement]) -> None:
    """The pipeline is that of the stage."""
    if event.record.stage and (stage := event.gate.find(Stage, event.record.stage)):
        event.values["pipeline"] = stage.pipeline


@plugin.before_save(Document)
def sign(event: BeforeSave[Document]) -> None:
    """A document is there when its file is attached or somebody has ticked it off: who, and when."""
    values, document = event.values, event.record
    if event.before is not None and (event.before.deal, event.before.requirement) != (
        document.deal,
        document.requirement,
    ):
        event.reject("A document stays with its deal.", "deal")
    if event.before is not None and document.requirement and event.before.required != document.required:
        event.reject("The pipeline says whether this is required.", "required")
    if values.get("file") and "done" not in values:
        values["done"] = True
    if "done" in values:
        there = bool(values["done"])
        values["done_at"] = event.gate.now if there else None
        values["done_by"] = event.gate.actor.user if there else None


@plugin.before_stage_change(Deal)
def ask_for_documents(event: BeforeStageChange[Deal]) -> None:
    """Before a deal moves on, every document must be there that is required on the way to that stage."""
    missing = missing_documents(event.gate, event.record, event.source, event.target)
    if missing:
        event.reject(Text("Still missing: %(documents)s.", documents=_listed(missing)), "stage")


@plugin.action(
    Document, "Tick off", icon="circle-check", confirm="Is the document there?", when="not done", bulk=True
)
def tick_off(act: Act[Document], gate: Gate) -> Text:
    """The document is there."""
    gate.update(Document, act.record.id, {"done": True}, version=act.record.version)
    return Text("Ticked off: %(document)s", document=Text(act.record.name))


@plugin.panel(Deal, "Documents", order=100)
def checklist(record: Deal, gate: Gate) -> Panel:
    """What the deal needs on its way, stage by stage; what is there says since when and by whom."""
    columns = (
        Document.id,
        Document.name,
        Document.required,
        Document.done,
        Document.done_at,
        Document.done_by,
        Document.file,
    )
    found = gate.rows(
        select(*columns, Stage.name.label("stage"))
        .outerjoin(Stage, Document.stage == Stage.id)
        .where(Document.deal == record.id)
        .order_by(Stage.position, Document.id)
        .limit(60)
    )
    people = gate.titles(User.__tablename__, [row.done_by for row in found if row.done_by])
    there = sum(row.done for row in found)
    rows = [_row(row, people) for row in found]
    return Panel(
        text=Text("%(there)s of %(all)s are there.", there=there, all=len(rows)) if rows else "",
        rows=rows,
        empty=None,
        more=f"/real_estate/documents?deal={record.id}" if rows else "",
    )


@plugin.cell(Requirement, "name")
def requirement_name(rows: list[dict[str, Any]], gate: Gate) -> Mapping[int, Value]:
    """Documents that came with the plugin are called by the reader's words."""
    return {row["id"]: Text(row["name"]) for row in rows if row["name"]}


@plugin.cell(Document, "name")
def document_name(rows: list[dict[str, Any]], gate: Gate) -> Mapping[int, Value]:
    """The same on the checklists of deals."""
    return {row["id"]: Text(row["name"]) for row in rows if row["name"]}


def missing_documents(gate: Gate, deal: Deal, source: int | None, target: int) -> list[str]:
    """What a deal lacks to enter a stage. Going back, and losing it, asks for nothing."""
    stages = {
        row.id: row
        for row in gate.rows(
            select(Stage.id, Stage.pipeline, Stage.position, Stage.kind).where(
                Stage.id.in_([source or 0, target])
            )
        )
    }
    to, origin = stages[target], stages.get(source or 0)
    if to.kind == "lost":
        return []
    if (
        origin is not None
        and origin.pipeline == to.pipeline
        and origin.position > to.position
        and origin.kind != "lost"
    ):
        return []
    house = gate.as_house(Text("documents"))
    on_the_way = (Stage.pipeline == to.pipeline, Stage.position <= to.position, Stage.kind != "lost")
    asked = house.rows(
        select(Requirement.id, Requirement.name)
        .join(Stage, Requirement.stage == Stage.id)
        .where(*on_the_way, Requirement.required.is_(True))
        .order_by(Stage.position, Requirement.position, Requirement.id)
    )
    mine = house.rows(
        select(Document.name, Document.requirement, Document.required, Document.done)
        .join(Stage, Document.stage == Stage.id)
        .where(Document.deal == (deal.id or 0), *on_the_way)
        .order_by(Document.id)
    )
    met = {row.requirement for row in mine if row.done}
    own = [row.name for row in mine if row.requirement is None and row.required and not row.done]
    return [name for id, name in asked if id not in met] + own


def lay_out(gate: Gate, deals: Iterable[int]) -> None:
    """Put onto the checklists of deals what their pipelines ask for and they do not have yet."""
    house = gate.as_house(Text("checklist"))
    ids = list(deals)
    wanted = house.rows(
        select(
            Deal.id,
            Deal.owner,
            Deal.team,
            Requirement.id,
            Requirement.name,
            Requirement.stage,
            Requirement.required,
        )
        .join(Requirement, Requirement.pipeline == Deal.pipeline)
        .where(Deal.id.in_(ids))
        .order_by(Deal.id, Requirement.position, Requirement.id)
    )
    has = set(house.rows(select(Document.deal, Document.requirement).where(Document.deal.in_(ids))))
    house.create_many(
        Document,
        [
            {
                "deal": deal,
                "owner": owner,
                "team": team,
                "requirement": id,
                "name": name,
                "stage": stage,
                "required": required,
            }
            for deal, owner, team, id, name, stage, required in wanted
            if (deal, id) not in has
        ],
    )


def _row(row: Any, people: Mapping[int, str]) -> Sequence[Value]:
    link = Link(Text(row.name), f"real_estate_document:{row.id}")
    if row.done:
        return link, Badge(Text("There"), "green"), people.get(row.done_by or 0) or row.done_at
    tick = Link(Text("Tick"), f"/real_estate/documents/{row.id}/action/real_estate/tick_off")
    return link, Badge(Text("Required"), "amber") if row.required else Text("Optional"), tick


def _listed(names: Sequence[str]) -> Text:
    """Names one after the other, each in the reader's language."""
    first = Text(names[0])
    return Text("%(first)s, %(others)s", first=first, others=_listed(names[1:])) if names[1:] else first
