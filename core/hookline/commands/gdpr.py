"""`hookline gdpr`: everything held on a person, to hand out, to erase, and to erase again after an old backup."""

from pathlib import Path

import click

from hookline.commands.installations import opened
from hookline.crm.listeners import reader_of
from hookline.crm.persons.dossiers import gather
from hookline.crm.persons.erasing import Plan, erase_person, plan_erasure, settle
from hookline.crm.persons.packing import pack
from hookline.crm.persons.repeating import erase_again, find_returned
from hookline.crm.persons.subjects import PEOPLE, find_subject
from hookline.kernel.gate import Gate

_WHO = click.Choice(PEOPLE)


@click.group("gdpr")
def gdpr_() -> None:
    r"""Hand out or erase everything that is held on a person.

    \b
    Example:
      hookline gdpr export contact ada@example.com --to ada.zip
    """


@gdpr_.command("export")
@click.argument("entity", type=_WHO)
@click.argument("who")
@click.option(
    "--to", "target", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A ZIP file."
)
def export_(entity: str, who: str, target: Path) -> None:
    r"""Write everything held on a person into a ZIP: JSON, a page to read, and the files.

    WHO is the number of the record or its e-mail address.

    \b
    Example:
      hookline gdpr export contact 7 --to person.zip
    """
    with opened() as home, home.house("gdpr export") as gate:
        dossier = gather(gate, find_subject(gate, entity, who), reader_of(gate, gate.actor.user))
        target.write_bytes(pack(gate, dossier, home.settings.files_dir))
    click.echo(f"{target}: {len(dossier.records)} records")


@gdpr_.command("erase")
@click.argument("entity", type=_WHO)
@click.argument("who")
@click.option("--reason", default="", help="Why, for the log. Needed to erase.")
@click.option(
    "--mention",
    "ticked",
    multiple=True,
    metavar="deal:7",
    help="Another record whose text names the person; may be repeated.",
)
@click.option("--all-mentions", is_flag=True, help="All of them.")
@click.option("--yes", is_flag=True, help="Do it. Without, only say what would go and what would stay.")
@click.option(
    "--full", is_flag=True, help="On PostgreSQL rewrite the tables, so that no byte is left in their files."
)
def erase_(
    entity: str, who: str, reason: str, ticked: tuple[str, ...], all_mentions: bool, yes: bool, full: bool
) -> None:
    r"""Erase a person everywhere. Without --yes nothing is changed.

    WHO is the number of the record or its e-mail address.

    \b
    Example:
      hookline gdpr erase contact ada@example.com --reason "asked by letter" --all-mentions --yes
    """
    with opened() as home:
        with home.house("gdpr erase") as gate:
            plan = plan_erasure(gate, find_subject(gate, entity, who))
            _say(gate, plan)
            if not yes:
                click.echo("Nothing was changed. Add --yes to erase.")
                return
            chosen = [m.key for m in plan.mentions] if all_mentions else ticked
            settlement = erase_person(
                gate, plan.subject, home.settings.data_dir, reason=reason, ticked=chosen
            )
        settle(home, settlement, full=full)
    click.echo(f"Erased. Entry {settlement.erasures[0]} of the erasure log.")


@gdpr_.command("reapply")
@click.option("--yes", is_flag=True, help="Do it. Without, only say who is there again.")
def reapply(yes: bool) -> None:
    r"""After an old backup was restored: erase again whoever has been erased since it was made.

    Reads the erasure log and the file erasures.jsonl in the data folder, which no restore touches.

    \b
    Example:
      hookline gdpr reapply --yes
    """
    with opened() as home:
        folder = home.settings.data_dir
        with home.house("gdpr reapply") as gate:
            found = find_returned(gate, folder)
            settlements = [erase_again(gate, one, folder) for one in found] if yes else []
        for settlement in settlements:
            if settlement is not None:
                settle(home, settlement)
    for one in found:
        click.echo(f"{one.subject.key} {'erased again' if yes else 'is there again'}")
    click.echo(f"{len(found)} to erase" if not yes else f"{len(found)} erased")


def _say(gate: Gate, plan: Plan) -> None:
    click.echo(f"{plan.subject.key}  {plan.subject.title}")
    for entity, count in plan.goes.items():
        click.echo(f"  goes   {count:>5}  {gate.schema[entity].cls.plural}")
    click.echo(f"  goes   {plan.history:>5}  lines of history")
    for loose in plan.kept:
        info = gate.schema[loose.entity]
        click.echo(
            f"  stays  {len(loose.ids):>5}  {info.cls.plural}, without {info.fields[loose.field].label}"
        )
    for mention in plan.mentions:
        where = ", ".join(mention.fields) or "history"
        click.echo(
            f"  names  {mention.key}  {mention.title} ({where})"
            + ("  the same person?" if mention.same else "")
        )
    for name in plan.unreached:
        click.echo(f"  not reached: {name}, of a plugin that does not run")
