"""The example's real files: imported, imported again, killed in the middle ten times, and taken back."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hookline.crm.access.teams import Team
from hookline.crm.access.users import User
from hookline.crm.companies import Company
from hookline.crm.deals import Deal
from hookline.crm.imports.batches import Result
from hookline.crm.imports.commands import import_files, resume_import, undo_import
from hookline.crm.imports.plans import read_plan
from hookline.crm.imports.runs import Run, RunState, get_run, prepare_run
from hookline.crm.imports.undo import Undone
from hookline.crm.pipelines import pipelines
from hookline.kernel.gate import Gate
from sqlalchemy import func, select

from tests.crm import import_worker
from tests.crm.importing import digest
from tests.town import Town

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "crm_sales_opportunities"
PLAN = ROOT / "examples" / "sales_opportunities" / "plan.toml"
KILLS = 10

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the files of the example are not beside this checkout"
)


def figures(gate: Gate) -> dict[str, object]:
    """What the files say, asked of the database."""
    line = next(p for p in pipelines(gate).of("deal") if p.name == "B2B sales")
    mine = Deal.pipeline == line.id
    stages = {s.id: s.name for s in line.stages}
    by_stage = gate.rows(
        select(Deal.stage, func.count(), func.sum(Deal.amount)).where(mine).group_by(Deal.stage)
    )
    won = (mine, Deal.outcome == "won")
    days = [
        (closed - opened).days
        for opened, closed in gate.rows(select(Deal.opened_on, Deal.closed_on).where(*won))
    ]
    revenue = func.sum(Deal.amount)
    sellers = select(User.name, revenue).join(Deal, Deal.owner == User.id).where(*won).group_by(User.name)
    teams = select(Team.name, revenue).join(Deal, Deal.team == Team.id).where(*won).group_by(Team.name)
    counts = {stages[stage]: count for stage, count, _ in by_stage}
    return {
        **counts,
        "revenue": sum(total for stage, _, total in by_stage if stages[stage] == "Won"),
        "win rate": round(Decimal(100) * counts["Won"] / (counts["Won"] + counts["Lost"]), 2),
        "days": round(Decimal(sum(days)) / len(days), 2),
        "without a company": gate.scalar(select(func.count()).where(mine, Deal.company.is_(None))),
        "companies": gate.scalar(select(func.count(Company.id))),
        "subsidiaries": gate.scalar(select(func.count(Company.parent)).where(Company.parent.is_not(None))),
        "sellers": gate.scalar(
            select(func.count(User.id)).where(User.job_title == "Seller", User.team.is_not(None))
        ),
        "teams under managers": gate.scalar(
            select(func.count(Team.id)).join(User, User.id == Team.manager).where(User.team == Team.id)
        ),
        "regions": sorted({name for (name,) in gate.rows(select(Team.region)) if name}),
        "best seller": tuple(gate.rows(sellers.order_by(revenue.desc()).limit(1))[0]),
        "best team": tuple(gate.rows(teams.order_by(revenue.desc()).limit(1))[0]),
    }


EXPECTED = {
    "Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500, "revenue": Decimal("10005534.00"),
    "win rate": Decimal("63.15"), "days": Decimal("51.78"), "without a company": 1425,
    # Two of the companies are the town's own, of which one is part of the other.
    "companies": 85 + 2, "subsidiaries": 15 + 1, "sellers": 35, "teams under managers": 6,
    "regions": ["Central", "East", "West"],
    "best seller": ("Darcel Schlecht", Decimal("1153214.00")),
    "best team": ("Melvin Marxen's team", Decimal("2251930.00")),
}  # fmt: skip


def test_the_files_are_imported_once_and_taken_back_without_a_trace(town: Town) -> None:
    before = digest(town.installation.database)
    said: list[str] = []
    runs = import_files(town.installation, DATA, PLAN, said.append, user=town.ids["ada"])
    with town.house() as gate:
        assert figures(gate) == EXPECTED
    assert [run.count(Result.rejected) for run in runs] == [0] * 7
    assert "  close_date: Dates are read as day-month-year: 18-03-17 is 18 Mar 2017." in said
    between = digest(town.installation.database)
    again = import_files(town.installation, DATA, PLAN, said.append, user=town.ids["ada"])
    assert sum(run.count(r) for run in again for r in (Result.created, Result.updated, Result.made)) == 0
    assert digest(town.installation.database) == between
    for run in reversed(runs):
        undone = undo_import(town.installation, run.id, said.append, user=town.ids["ada"])
        assert (undone.count(Undone.kept), undone.count(Undone.errored)) == (0, 0)
    assert digest(town.installation.database) == before


def test_ten_kills_change_no_figure(town: Town, engine_name: str) -> None:
    before = digest(town.installation.database)
    *earlier, (path, mapping) = read_plan(PLAN, DATA)
    runs = [_carried(town, _prepared(town, *step)) for step in earlier]
    deals = _prepared(town, path, mapping)
    # The first batch of a process takes some 40 statements, each further one 12.
    fatal = [str(Random(engine_name + str(n)).randint(5, 90)) for n in range(KILLS)]
    worker = [sys.executable, import_worker.__file__, town.installation.database.url, str(deals), *fatal]
    killed = subprocess.run(worker, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    assert int(killed) == KILLS
    with town.house() as gate:
        stopped = get_run(gate, deals)
    assert stopped.state == RunState.running
    assert 0 < stopped.rows_done < 8800
    finished = resume_import(town.installation, deals, lambda _: None)
    assert finished.count(Result.created) == 8800
    with town.house() as gate:
        assert figures(gate) == EXPECTED
    for run in (finished, *reversed(runs)):
        assert undo_import(town.installation, run.id, lambda _: None).count(Undone.kept) == 0
    assert digest(town.installation.database) == before


def _prepared(town: Town, path: Path, mapping: object) -> int:
    with town.as_("ada") as gate:
        return prepare_run(gate, path, path.name, mapping)[0]  # type: ignore[arg-type]  # as `read_plan` gives it


def _carried(town: Town, id: int) -> Run:
    return resume_import(town.installation, id, lambda _: None)
