"""What imports leave behind goes after 30 days: files and refused rows; the run and its undoing stay."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hookline.crm.imports.drafts import begin_run, receive_file, set_mapping
from hookline.crm.imports.execution import carry_on
from hookline.crm.imports.pruning import KEPT, prune_imports, upload_folder
from hookline.crm.imports.rejects import write_run_rejects
from hookline.crm.imports.runs import Run, RunState, get_run, list_runs, run_table
from hookline.crm.imports.undo import Undone
from hookline.errors import Invalid
from hookline.kernel.background.jobs import enqueue, find_job
from hookline.settings import Settings
from hookline.start import create_worker
from sqlalchemy import update

from tests.crm.importing import complaints, csv, digest, imported, mapped, undone
from tests.town import NOW, Town

FIELDS = mapped("company", {"name": "Name", "employees": "Staff"}, mode="both", key="name")
LATER = NOW + KEPT + timedelta(hours=1)


def uploaded(town: Town, data: Path, content: bytes = b"Name,Staff\nAsh,5\nBirch,many\n") -> Run:
    with town.as_("ada") as gate:
        id = receive_file(gate, upload_folder(data), "rows.csv", content, "company")
        return get_run(gate, id)


def aged(path: Path, to: datetime = NOW) -> None:
    os.utime(path, (to.timestamp(), to.timestamp()))


def pruned(town: Town, data: Path, now: datetime = LATER) -> dict[str, int]:
    return prune_imports(town.installation.database, data, now)


def begun(town: Town, run: Run) -> Run:
    with town.as_("ada") as gate:
        set_mapping(gate, run.id, FIELDS)
        begin_run(gate, run.id)
    return carry_on(town.installation, run.id)


def test_a_file_and_the_refused_rows_go_and_the_undo_stays(town: Town, tmp_path: Path) -> None:
    before = digest(town.installation.database)
    run = begun(town, uploaded(town, tmp_path))
    aged(run.path)
    assert (run.count("created"), run.count("rejected")) == (1, 1)
    assert pruned(town, tmp_path, NOW + KEPT) == {"drafts": 0, "runs": 0, "files": 0}
    assert pruned(town, tmp_path) == {"drafts": 0, "runs": 1, "files": 1}
    assert pruned(town, tmp_path) == {"drafts": 0, "runs": 0, "files": 0}
    assert not run.path.exists()
    assert complaints(town, run) == []
    with town.house() as gate, pytest.raises(Invalid, match="refused rows were removed"):
        write_run_rejects(gate, run.id, tmp_path / "refused.csv")
    with town.house() as gate:
        assert get_run(gate, run.id).count("rejected") == 1
    assert undone(town, run).count(Undone.reversed) == 1
    assert digest(town.installation.database) == before


def test_a_run_whose_file_is_gone_cannot_be_carried_on(town: Town, tmp_path: Path) -> None:
    run = uploaded(town, tmp_path)
    with town.installation.database.write() as tx:
        tx.run(
            update(run_table).where(run_table.c.id == run.id).values(state=RunState.failed), why="the test"
        )
    pruned(town, tmp_path)
    with pytest.raises(Invalid, match="was removed on 2026-04-16"):
        carry_on(town.installation, run.id)
    with town.house() as gate:
        assert not get_run(gate, run.id).can_go_on


def test_drafts_go_as_a_whole_and_orphans_after_a_day(town: Town, tmp_path: Path) -> None:
    run = uploaded(town, tmp_path)
    orphan = upload_folder(tmp_path) / "orphan"
    orphan.write_bytes(b"x")
    aged(orphan)
    aged(run.path)
    assert pruned(town, tmp_path, NOW + timedelta(hours=23))["files"] == 0
    assert pruned(town, tmp_path, NOW + timedelta(hours=25)) == {"drafts": 0, "runs": 0, "files": 1}
    assert run.path.exists()
    assert pruned(town, tmp_path) == {"drafts": 1, "runs": 0, "files": 1}
    with town.house() as gate:
        assert not list_runs(gate)


def test_files_of_the_command_line_are_left_alone(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name,Staff", "Ash,5")
    imported(town, path, FIELDS)
    aged(path)
    assert pruned(town, tmp_path) == {"drafts": 0, "runs": 1, "files": 0}
    assert path.exists()


def test_the_worker_does_it_every_night(town: Town, tmp_path: Path) -> None:
    town.installation.settings = Settings(data_dir=tmp_path)
    found = {c.key: c for c in town.installation.host.contributions("job")}
    assert found["core.forget_imported_files"].options["cron"] == "41 3 * * *"
    aged(uploaded(town, tmp_path).path, NOW - timedelta(days=2))
    orphan = upload_folder(tmp_path) / "orphan"
    orphan.write_bytes(b"x")
    aged(orphan, NOW - timedelta(days=2))
    with town.installation.database.write() as tx:
        id = enqueue(tx, "core.forget_imported_files", {}, now=NOW)
    while create_worker(town.installation).run_once():
        pass
    assert id is not None
    with town.installation.database.read() as tx:
        job = find_job(tx, id)
    assert job is not None
    assert job.result == {"drafts": 0, "runs": 0, "files": 1}
    assert not orphan.exists()
