"""The test kit, as the tests of a plugin use it: in a project of its own, with nothing of ours but what is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PYPROJECT = """
[project]
name = "hookline-margins"

[project.entry-points."hookline.plugins"]
margins = "one_file_plugin:plugin"

[tool.pytest.ini_options]
addopts = ["-p", "hookline_sdk.testing", "--import-mode=importlib", "--strict-markers", "--strict-config"]
filterwarnings = ["error"]
"""
COMMAND = """
from hookline_sdk import CommandRun
@plugin.command
def thin(run: CommandRun, below: int = 10) -> None:
    with run.reading() as gate:
        for name, in gate.rows(select(Deal.name).where(Margin.margin < below).order_by(Deal.id)):
            run.say(name)
"""
SOUND = """
from datetime import timedelta

import pytest
from hookline_sdk import Activity, Company, Contact, Deal, File, Gate, Invalid, Lead, select
from hookline_sdk.testing import AsUser, AssertQueries, Client, Clock, Crm, Hooks, Jobs, Make, Outbox
from one_file_plugin import Margin


def test_a_record_is_made_and_shown(client: Client, make: Make, hooks: Hooks) -> None:
    deal = make(Deal, name="Twenty scanners", margins_margin=37)
    assert deal[Margin].margin == 37
    page = client.get(f"/deals/{deal.id}")
    assert page.title == "Twenty scanners"
    assert "37%" not in page
    # The panel comes after the page, as htmx would fetch it.
    assert "37%" in client.fragment("main")
    assert [call.name for call in hooks.of("panel")] == ["margin_panel"]
    hooks.clear()
    assert "37%" in client.get("/deals")
    assert [(call.kind, list(call.answer)) for call in hooks.calls] == [("column", [deal.id])]


def test_a_form_is_filled_in_and_sent(client: Client) -> None:
    client.get("/deals/new")
    form = client.form()
    assert {"name", "margins_margin"} <= set(form.names)
    assert "Forty scanners" in form.submit(name="Forty scanners", margins_margin=5)
    client.get("/deals/new")
    refused = client.form().submit(name="", margins_margin=500, status=422)
    assert "Must be at most 100." in refused


def test_the_gate_keeps_what_it_wrote_and_takes_back_what_was_refused(crm: Crm, gate: Gate, client: Client) -> None:
    id = gate.create(Deal, {"name": "By hand"})
    assert "By hand" in client.get(f"/deals/{id}")
    with pytest.raises(Invalid):
        gate.create(Deal, {"name": ""})
    gate.update(Deal, id, {"margins_margin": 12})
    assert gate.scalar(select(Margin.margin).where(Deal.id == id)) == 12
    assert gate.actor.user == crm.people["administrator"]
    with crm.writing("seller") as mine:
        assert mine.actor.user == crm.people["seller"]


def test_everything_can_be_made(make: Make) -> None:
    for entity in (Deal, Contact, Company, Lead, Activity, File):
        assert make(entity).id < make.full(entity).id < make.hostile(entity).id
    company = make(Company, name="Acme Works")
    assert make(Contact, company=company).company == company.id
    assert len({record.id for record in make.many(Company, 3)}) == 3


def test_people_see_what_they_may(crm: Crm, make: Make, as_user: AsUser) -> None:
    deal = make(Deal, owner=crm.people["colleague"])
    seller = as_user("seller")
    seller.get(f"/deals/{deal.id}", status=404)
    seller.get("/settings/users", status=403)
    as_user("colleague").get(f"/deals/{deal.id}")
    with as_user("observer").crm.house() as gate:
        assert gate.actor.user is None


def test_time_passes_and_the_worker_works(
    client: Client, clock: Clock, outbox: Outbox, jobs: Jobs, make: Make
) -> None:
    before = clock.now
    clock.move(days=40, hours=1)
    assert clock.now - before == timedelta(days=40, hours=1)
    client.get("/deals")
    make(Deal)
    outbox.run()
    assert outbox.run() == 0
    jobs.run()
    assert jobs.run() == 0


def test_statements_are_counted(client: Client, make: Make, assert_queries: AssertQueries) -> None:
    make.many(Deal, 3)
    client.get("/deals")
    with assert_queries(max=15) as sent:
        client.get("/deals")
    assert len(sent) == client.page.statements
    with pytest.raises(AssertionError, match="instead of at most 1:"), assert_queries(max=1):
        client.get("/deals")


def test_a_command_is_run_and_a_file_is_sent(crm: Crm, client: Client, make: Make) -> None:
    make(Deal, name="Thin", margins_margin=3)
    make(Deal, name="Thick", margins_margin=40)
    assert crm.command("margins", "thin") == ["Thin"]
    assert crm.command("margins", "thin", "--below", "50") == ["Thin", "Thick"]
    with pytest.raises(AssertionError, match="'scales' does not run here"):
        crm.command("scales", "thin")
    page = client.upload("/imports", "deals.csv", b"Name\\nScanners\\n", {"entity": "deal"})
    assert page.path.startswith("/imports/")
    assert "Scanners" in page
    client.upload("/imports", "deals.csv", b"", {"entity": "deal"}, status=422)


def test_every_screen_stands(crm: Crm) -> None:
    seen = {(screen.path, screen.records, screen.language) for screen in crm.screens()}
    assert ("/deals", "none", "en") in seen
    assert ("/deals/1/panel/margins/margin_panel", "bare", "ru") in seen
    assert ("/reports/margins/best_margins", "hostile", "ru") in seen
"""
FAILING = """
from hookline_sdk import Deal
from hookline_sdk.testing import AsUser, Client, Make


def test_a_wrong_address(client: Client) -> None:
    client.get("/deals/999")


def test_a_wrong_name_in_a_form(client: Client) -> None:
    client.get("/deals/new")
    client.form().submit(nane="Scanners")


def test_a_field_that_is_not_there(make: Make) -> None:
    make(Deal, margin=3)


def test_somebody_who_is_not_there(as_user: AsUser) -> None:
    as_user("boss")


def test_a_refusal_that_nobody_expected(client: Client) -> None:
    client.get("/deals/new")
    client.form().submit(name="", margins_margin=500)
"""
SAID = (
    "GET /deals/999 as administrator: 404 instead of 200",
    "the form on /deals/new has no 'nane'; it has name, ",
    "deal has no field margin; it has amount, ",
    "there is nobody called 'boss'; there are administrator, head, manager, seller, colleague, observer",
    "POST /deals as administrator: 422 instead of 200",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the plugin of the README in it."""
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    example = (ROOT / "examples/one_file_plugin.py").read_text("utf-8")
    (tmp_path / "one_file_plugin.py").write_text(example + COMMAND)
    return tmp_path


def run(project: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_plugin_is_tested_on_each_engine(
    project: Path, engine_name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine_name == "postgresql":
        monkeypatch.setenv("HOOKLINE_TEST_PG_URL", request.getfixturevalue("postgres_url"))
    (project / "test_sound.py").write_text(SOUND)
    status, said = run(project, f"--engine={engine_name}")
    assert status == 0, said[-4000:]


def test_a_failure_says_what_to_look_at(project: Path) -> None:
    (project / "test_failing.py").write_text(FAILING)
    status, said = run(project)
    assert status == 1
    for words in SAID:
        assert words in said, said[-4000:]


def test_no_plugin_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("def test_one(crm): ...\n")
    status, said = run(tmp_path, "-p", "hookline_sdk.testing")
    assert status == 1
    assert "which plugin is tested?" in said
