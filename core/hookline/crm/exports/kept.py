"""Large exports: written by a worker, kept for some days, and fetched only with the very rights they were made with."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from hookline.crm.audit.trail import note
from hookline.crm.core import core
from hookline.crm.exports.choosing import (
    Export,
    heads,
    lines,
    may_be_read_along,
    must_export,
    note_export,
    read_page,
    written,
)
from hookline.crm.notifications.inbox import EXPORT
from hookline.crm.notifications.tables import Kind
from hookline.crm.notifications.telling import News, tell
from hookline.errors import Forbidden, NotFound, Refused, Text
from hookline.kernel.actor import Action
from hookline.kernel.background.jobs import Job, enqueue, find_job, list_jobs
from hookline.kernel.background.runs import JobRun
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.filters import read_conditions
from hookline.kernel.lists.listing import ListQuery
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

JOB: Final = "core.write_export"
# From so many records on, a worker writes the file.
LARGE: Final = 50_000
KEPT: Final = timedelta(days=3)
_ALL_ACTIONS: Final = (Action.read, Action.export)
Items = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class KeptExport:
    """An export that was ordered, as the person who did sees it. `file` is None while it is not to be had."""

    id: int
    entity: str
    format: str
    total: int
    done: int
    ordered_at: datetime
    running: bool
    failed: bool
    refused: bool
    rows: int
    until: datetime | None
    file: str | None


def order_export(
    gate: Gate, export: Export, items: Items, reader: Reader, *, titles: Sequence[str], total: int, asked: str
) -> int:
    """Leave an export to the worker, and return the number under which it is found.

    `items` are the list's filters as they stood in its address, `asked` is all of that.
    """
    must_export(gate, export.info, export.names)
    query = export.query
    args = {
        "entity": export.info.name, "format": export.format, "names": list(export.names), "titles": list(titles),
        "filters": [list(item) for item in items], "words": query.words, "sort": query.sort, "trash": query.trash,
        "ids": None if query.ids is None else list(query.ids), "total": total, "asked": asked,
        "reader": {"language": reader.language, "zone": reader.zone, "currency": reader.currency, "region": reader.region},
    }  # fmt: skip
    id = enqueue(gate.tx, JOB, args, now=gate.now, user=gate.actor.user)
    assert id is not None, "without a key of its own every job is kept"
    note(gate, "export.asked", entity=export.info.name, format=export.format, rows=total, job=id)
    return id


@core.job(attempts=3)
def write_export(run: JobRun) -> None:
    """Write the file, asking before every page whether the person may still have it. If not, nothing stays of it."""
    folder = exports_folder(run.home.settings.data_dir)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / secrets.token_hex(20)
    try:
        rights = _write(run, path)
        with run.transaction() as gate:
            export = _read(gate, run.args)
            _refuse_others(gate, export.info, rights)
            note_export(gate, export, rows=run.done, asked=run.args["asked"])
            run.result = {
                "file": path.name,
                "rows": run.done,
                "rights": rights,
                "until": (run.now + KEPT).isoformat(),
            }
            _tell_end(gate, run, "done")
    except Refused:
        path.unlink(missing_ok=True)
        _tell_refusal(run)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@core.job(cron="41 3 * * *")
def forget_exports(run: JobRun) -> None:
    """Remove the files of exports that nobody may fetch any more."""
    folder = exports_folder(run.home.settings.data_dir)
    before = (run.now - KEPT).timestamp()
    old = [path for path in folder.glob("*") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    run.result = {"files": len(old)}


def list_exports(gate: Gate) -> list[KeptExport]:
    """The actor's own exports, newest first."""
    return [_kept(job, gate.now) for job in list_jobs(gate.tx, name=JOB, user=gate.actor.user, limit=20)]


def get_export(gate: Gate, id: int) -> KeptExport:
    """One of the actor's own; NotFound otherwise."""
    return _kept(_own(gate, id), gate.now)


def fetch_export(gate: Gate, data_dir: Path, id: int) -> Path:
    """Where the file lies. NotFound when there is none, Forbidden when the person's rights are not those it was made with."""
    job = _own(gate, id)
    kept, args = _kept(job, gate.now), job.args
    path = exports_folder(data_dir) / (kept.file or "")
    if kept.file is None or not path.is_file():
        raise NotFound
    info = gate.schema[args["entity"]]
    must_export(gate, info, args["names"])
    _refuse_others(gate, info, (job.result or {}).get("rights"))
    return path


def exports_folder(data_dir: Path) -> Path:
    """Where the files lie until they are forgotten; no backup holds them."""
    return data_dir / "exports"


def _write(run: JobRun, path: Path) -> str:
    args, reader = run.args, Reader(now=run.now, **run.args["reader"])
    with run.reading() as gate:
        export = _read(gate, args)
        rights = _rights(gate, export.info)
    run.done, run.total = 0, args["total"]
    titles = args["titles"] or heads(export, {})
    with path.open("xb") as file:
        path.chmod(0o600)
        for piece in written(export, titles, _lines(run, export, reader, rights), reader.language):
            file.write(piece)
    return rights


def _lines(run: JobRun, export: Export, reader: Reader, rights: str) -> Iterator[list[object]]:
    after = ""
    while True:
        run.check()
        with run.reading() as gate:
            _refuse_others(gate, export.info, rights)
            page = read_page(gate, export, reader, after)
            found = lines(gate, export, reader, page.rows, {})
        yield from found
        run.progress(run.done + len(found))
        after = page.next
        if not after:
            return


def _read(gate: Reads, args: Mapping[str, Any]) -> Export:
    info = gate.schema[args["entity"]]
    must_export(gate, info, args["names"])
    query = ListQuery(
        conditions=read_conditions(gate, info, [(name, value) for name, value in args["filters"]]),
        words=args["words"], sort=args["sort"], trash=args["trash"], ids=args["ids"],
        columns=may_be_read_along(gate, info, args["names"]),
    )  # fmt: skip
    return Export(info, args["names"], query, args["format"])


def _tell_refusal(run: JobRun) -> None:
    run.result = {"refused": True}
    with run.home.house(f"job {run.name}") as gate:
        note(gate, "export.stopped", f"user:{run.user}", entity=run.args["entity"], rows=run.done, job=run.id)
        _tell_end(gate, run, "failed")


def _tell_end(gate: Gate, run: JobRun, word: str) -> None:
    """Let whoever has ordered it know."""
    if run.user is not None:
        tell(gate.tx, News(run.user, Kind.finished, EXPORT, run.id, run.now, word=word))


def _rights(gate: Reads, info: EntityInfo) -> str:
    """A digest of all that decides which records and fields of an entity the actor may take away."""
    actor = gate.actor
    told = {
        "levels": [int(gate.level(info, action)) for action in _ALL_ACTIONS],
        "fields": sorted(f.name for f in gate.readable(info)),
        "team": actor.team,
        "below": sorted(actor.below),
        "restrictions": sorted(repr(each) for each in actor.restrictions),
        "shared": sorted(repr(each) for each in actor.lent(info.name, Action.read)),
    }
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _refuse_others(gate: Reads, info: EntityInfo, rights: str | None) -> None:
    if _rights(gate, info) != rights:
        raise Forbidden(Text("Your rights have changed meanwhile. Start the export again."))


def _own(gate: Gate, id: int) -> Job:
    job = find_job(gate.tx, id)
    if job is None or job.name != JOB or job.user is None or job.user != gate.actor.user:
        raise NotFound
    return job


def _kept(job: Job, now: datetime) -> KeptExport:
    result, args = job.result or {}, job.args
    until = datetime.fromisoformat(result["until"]) if "until" in result else None
    return KeptExport(
        job.id, args["entity"], args["format"], args["total"], job.progress, job.created_at,
        running=not job.ended, failed=job.state in ("parked", "cancelled"), refused=bool(result.get("refused")),
        rows=result.get("rows", 0), until=until,
        file=result.get("file") if job.ended and until is not None and now < until else None,
    )  # fmt: skip
