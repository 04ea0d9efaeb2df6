"""The letters in which reports go out by themselves: each reader gets the report as the own rights show it, at its time."""

from collections.abc import Sequence
from html import escape
from typing import Final
from urllib.parse import parse_qsl

from sqlalchemy import select

from hookline.crm.access.users import User
from hookline.crm.audit.trail import note
from hookline.crm.core import core
from hookline.crm.exports.files import FORMATS, write_xlsx
from hookline.crm.listeners import Listener, listener
from hookline.crm.reports.asking import PERIODS, read_asked
from hookline.crm.reports.files import may_take, table_lines
from hookline.crm.reports.schedules import Schedule, find_schedule, note_result, take_due
from hookline.crm.settings import setting
from hookline.crm.showing import show
from hookline.errors import NotFound, Refused, Text, in_one_line
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.background.runs import JobRun
from hookline.kernel.gate import Gate
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.mail import Enclosure, can_send, send
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.shown import Report
from hookline.settings import Settings

JOB: Final = "core.send_report"
# What may come of a letter, beside the words of an error.
SENT, NO_MAIL, NO_RIGHT, GONE = "sent", "no mail", "no right", "gone"
# So many lines stand in the letter itself; the file and the page hold all.
_MOST_LINES: Final = 60


@core.job(cron="*/5 * * * *")
def send_due_reports(run: JobRun) -> None:
    """Leave a letter to each reader of every report whose time has come. What was missed goes out once."""
    with run.transaction() as gate:
        due = take_due(gate.tx, run.now)
        for schedule in due:
            for user in schedule.recipients:
                key = f"report {schedule.id} {schedule.due_at.isoformat()} {user}"
                args = {"schedule": schedule.id, "user": user}
                enqueue(gate.tx, JOB, args, now=run.now, unique_key=key, user=user)
        run.result = {"reports": len(due)}


@core.job(attempts=5)
def send_report(run: JobRun) -> None:
    """Write and send one letter, with the rights of its reader. What came of it is kept with the schedule."""
    result = SENT
    try:
        _send(run)
    except Unsent as reason:
        result = str(reason)
    except NotFound:
        result = GONE
    except Refused:
        # To try again would change nothing.
        result = NO_RIGHT
    except Exception as error:
        _note(run, in_one_line(error))
        raise
    _note(run, result)


class Unsent(Exception):
    """Why somebody gets no letter: one of the words above."""


def _send(run: JobRun) -> None:
    if not can_send(run.home.settings):
        raise Unsent(NO_MAIL)
    with run.transaction() as gate:
        schedule = find_schedule(gate.tx, run.args["schedule"])
        if schedule is None:
            return
        email, to = _address(gate, run), listener(gate, run.user)
        report = _report(gate, schedule.report)
        asked = dict(parse_qsl(schedule.query))
        takes = report.options["takes"]
        found: Report = (
            report.call(gate, read_asked(gate, takes, asked, to.reader)) if takes else report.call(gate)
        )
        title = to.say(report.label)
        files = [_file(to, report, found)] if found.rows and may_take(gate) else []
        if files:
            note(gate, "export.made", report=report.key, format="xlsx", rows=len(found.rows), filter=schedule.query)  # fmt: skip
        house = str(setting(gate, "house_name"))
        subject = to.say(Text("%(house)s: %(report)s", house=house, report=title))
        period = dict(PERIODS).get(asked.get("period", ""))
        under = to.say(period) if period and asked.get("period") else ""
        text, html = _written(run.home.settings, to, schedule, title, under, found)
    # Nothing is locked while the mail server answers.
    send(run.home.settings, email, subject, text, html, files)


def _address(gate: Gate, run: JobRun) -> str:
    table = User.__table__
    mine = (table.c.id == run.user, table.c.active.is_(True), table.c.trashed_at.is_(None))
    email = gate.tx.run(select(table.c.email).where(*mine), why="report letters").scalar()
    if not email or not gate.actor.may("reports"):
        raise Unsent(NO_RIGHT)
    return str(email)


def _report(gate: Gate, key: str) -> Contribution:
    found = next((c for c in gate.host.contributions("report") if c.key == key), None)
    if found is None or (found.options["needs"] and not gate.actor.may(found.options["needs"])):
        raise Unsent(GONE)
    return found


def _file(to: Listener, report: Contribution, found: Report) -> Enclosure:
    heads, lines = table_lines(to, found)
    content = b"".join(write_xlsx([safe_cell(head) for head in heads], lines))
    return Enclosure(f"{report.plugin}-{report.name}.xlsx", FORMATS["xlsx"], content)


def _written(
    settings: Settings, to: Listener, schedule: Schedule, title: str, under: str, found: Report
) -> tuple[str, str]:  # fmt: skip
    """The letter as text and as a page that mail programs understand."""
    plugin, _, name = schedule.report.partition(".")
    base = settings.base_url.rstrip("/")
    url = f"{base}/reports/{plugin}/{name}" + (f"?{schedule.query}" if schedule.query else "")
    heads = [to.say(label) for label in found.columns]
    rows = [[show(to, value) for value in row] for row in [*found.rows[:_MOST_LINES]]]
    if found.totals:
        rows.append([show(to, value) for value in found.totals])
    cells = [[shown.text or "–" for shown in row] for row in rows]
    numbers = [any(row[place].number for row in rows) for place in range(len(heads))]
    empty = to.say("There is nothing in these days.")
    open_it = to.say("Open the report")
    last = to.say("You get this because somebody of the house has ordered it for you. The figures are those that you may see.")  # fmt: skip
    head = f"{title}\n{under}".strip()
    table = "\n".join("\t".join(line) for line in [heads, *cells]) if rows else empty
    text = f"{head}\n\n{table}\n\n{open_it}: {url}\n\n{last}\n"
    return text, _html(
        to.reader.language, title, under, heads, cells if rows else [], numbers, empty, url, open_it, last
    )


def _html(
    language: str, title: str, under: str, heads: Sequence[str], cells: Sequence[Sequence[str]], numbers: Sequence[bool],
    empty: str, url: str, open_it: str, last: str,
) -> str:  # fmt: skip
    def line(row: Sequence[str], tag: str) -> str:
        side = ["right" if number else "left" for number in numbers]
        style = "padding: 0.4em 0.8em 0.4em 0; border-bottom: 1px solid #d8dee4; text-align:"
        return "".join(
            f'<{tag} style="{style} {s}">{escape(c)}</{tag}>' for c, s in zip(row, side, strict=True)
        )

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in cells)
    table = (
        f'<table style="border-collapse: collapse; font-size: 14px"><thead><tr>{line(heads, "th")}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
        if cells
        else f"<p>{escape(empty)}</p>"
    )
    return (
        f'<!doctype html><html lang="{language}"><body style="font-family: sans-serif; line-height: 1.5; color: #1f2328">'
        f'<div style="max-width: 60em; margin: 2em auto; padding: 0 1em"><h1 style="font-size: 20px; margin: 0">{escape(title)}</h1>'
        f'<p style="color: #59636e; margin: 0 0 1em">{escape(under)}</p>{table}'
        f'<p><a href="{escape(url)}" style="color: #2f4fd0">{escape(open_it)}</a></p>'
        f'<p style="color: #59636e; font-size: 12px">{escape(last)}</p></div></body></html>'
    )


def _note(run: JobRun, result: str) -> None:
    with run.home.house("report letters") as gate:
        note_result(gate.tx, run.args["schedule"], run.args["user"], result)
