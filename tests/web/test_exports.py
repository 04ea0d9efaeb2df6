"""Exports and rights: a right that is taken away ends an export under way, and a large one is fetched with the same rights only."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hookline.crm.access.rights import give_rights, limit_fields, rights_of
from hookline.crm.access.users import User
from hookline.crm.audit.trail import audit
from hookline.crm.companies import Company
from hookline.crm.exports import choosing as crm_exports
from hookline.crm.exports import kept as kept_exports
from hookline.crm.exports.kept import KEPT, exports_folder
from hookline.crm.sign_in.sessions import close_sessions
from hookline.errors import Forbidden, NotSignedIn, Refused
from hookline.kernel.actor import Action, FieldRight, Level
from hookline.kernel.background.jobs import enqueue
from hookline.start import create_worker
from hookline.web.me import exports as doors_of_exports
from hookline.web.records import exports
from hookline.web.visit import Answer
from sqlalchemy import select

from tests.town import NOW, Town
from tests.web.visitor import Doors, Visitor, words

TakeAway = Callable[[Town], None]


def the_right(town: Town) -> None:
    """The right to export companies."""
    _give(town, {"company": {Action.read: Level.all}})


def the_reach(town: Town) -> None:
    """The right to export what belongs to others."""
    _give(town, {"company": {Action.read: Level.all, Action.export: Level.own}})


def the_field(town: Town) -> None:
    """The sight of one of the columns."""
    role = _role(town)
    with town.as_("ada") as gate:
        limit_fields(gate, role, "company", {"industry": FieldRight.hidden})


def the_session(town: Town) -> None:
    """Being signed in."""
    with town.house() as gate:
        close_sessions(gate.tx, town.ids["max"])


def the_account(town: Town) -> None:
    """Working here."""
    with town.as_("ada") as gate:
        gate.update(User, town.ids["max"], {"active": False})


@pytest.fixture
def busy(doors: Doors, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Doors:
    """Max may export all companies, of which there are eight, two on each page."""
    monkeypatch.setattr(crm_exports, "PAGE", 2)
    with doors.town.house() as gate:
        gate.create_many(Company, [{"name": f"Firm {n}", "industry": "Gears"} for n in range(6)])
    _give(doors.town, {"company": {Action.read: Level.all, Action.export: Level.all}})
    return doors


@pytest.mark.parametrize(
    ("take_away", "refusal", "format"),
    [
        (the_right, Forbidden, "csv"),
        (the_field, Forbidden, "json"),
        (the_session, NotSignedIn, "xlsx"),
        (the_account, NotSignedIn, "csv"),
    ],
)
def test_no_further_row_once_the_right_is_gone(
    busy: Doors, monkeypatch: pytest.MonkeyPatch, take_away: TakeAway, refusal: type[Refused], format: str
) -> None:
    pages = _then_after_first_page(monkeypatch, exports, lambda: take_away(busy.town))
    sent = _sent(monkeypatch, exports, lambda: _export(busy.enter("max"), format))
    with pytest.raises(refusal):
        list(sent)
    assert [len(page.rows) for page in pages] == [2]


def test_a_shorter_reach_holds_from_the_next_page_on(busy: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = _then_after_first_page(monkeypatch, exports, lambda: the_reach(busy.town))
    assert _export(busy.enter("max"), "csv").status_code == 200
    assert [len(page.rows) for page in pages] == [2, 0]


def test_a_large_export_is_ordered_made_and_fetched(large: Doors) -> None:
    max_ = large.enter("max")
    place = _export(max_, "csv").headers["location"]
    assert "0 of 8 are written" in words(max_.get(place).text)
    _work(large)
    assert "The file is ready" in words(max_.get(place).text)
    assert "Companies as CSV" in words(max_.get("/exports").text)
    answer = max_.post(f"{place}/file")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''companies-2026-03-17.csv"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Name,Industry"
    assert lines[2:8] == [f"Firm {n},Gears" for n in range(6)]
    assert [what for what, _ in _told(large.town)] == ["export.asked", "export.made", "export.fetched"]
    assert _told(large.town)[1][1]["rows"] == 8
    assert _told(large.town)[1][1]["filter"] == "sort=name&column=industry"


@pytest.mark.parametrize("format", ["json", "xlsx"])
def test_each_format_is_made_by_the_worker_too(large: Doors, format: str) -> None:
    max_ = large.enter("max")
    place = _export(max_, format).headers["location"]
    _work(large)
    content = max_.post(f"{place}/file").content
    assert content.startswith(b"PK" if format == "xlsx" else b"[\n{")
    if format == "json":
        assert [row["name"] for row in json.loads(content)][1:7] == [f"Firm {n}" for n in range(6)]


@pytest.mark.parametrize("take_away", [the_right, the_reach, the_field, the_account])
def test_a_right_taken_away_stops_the_worker_and_leaves_no_file(
    large: Doors, monkeypatch: pytest.MonkeyPatch, take_away: TakeAway
) -> None:
    place = _export(large.enter("max"), "csv").headers["location"]
    pages = _then_after_first_page(monkeypatch, kept_exports, lambda: take_away(large.town))
    _work(large)
    assert [len(page.rows) for page in pages] == [2]
    assert list(exports_folder(large.town.installation.settings.data_dir).glob("*")) == []
    assert [what for what, _ in _told(large.town)] == ["export.asked", "export.stopped"]
    if take_away is not the_account:
        max_ = large.enter("max")
        assert "your rights have changed" in words(max_.get(place).text)
        assert max_.post(f"{place}/file").status_code == 404


@pytest.mark.parametrize("take_away", [the_right, the_reach, the_field])
def test_a_right_taken_away_before_it_is_fetched_keeps_the_file_back(
    large: Doors, take_away: TakeAway
) -> None:
    place = _export(large.enter("max"), "csv").headers["location"]
    _work(large)
    take_away(large.town)
    assert large.enter("max").post(f"{place}/file").status_code == 403


def test_a_right_taken_away_while_it_is_fetched_ends_that(
    large: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors_of_exports, "_PIECE", 8)
    max_ = large.enter("max")
    place = _export(max_, "csv").headers["location"]
    _work(large)
    fetch, asked = kept_exports.fetch_export, list[int]()

    def then(gate: Any, data_dir: Path, id: int) -> Path:
        found = fetch(gate, data_dir, id)
        asked.append(id)
        if len(asked) == 3:
            the_session(large.town)
        return found

    monkeypatch.setattr(doors_of_exports, "fetch_export", then)
    sent = _sent(monkeypatch, doors_of_exports, lambda: max_.post(f"{place}/file"))
    assert [len(next(sent)) for _ in range(2)] == [8, 8]
    with pytest.raises(NotSignedIn):
        next(sent)
    assert len(asked) == 3


def test_it_is_nobody_elses(large: Doors) -> None:
    place = _export(large.enter("max"), "csv").headers["location"]
    _work(large)
    for who in ("ada", "boris"):
        other = large.enter(who)
        assert other.get(place).status_code == 404
        assert other.post(f"{place}/file").status_code == 404
        assert "Companies as CSV" not in words(other.get("/exports").text)


def test_a_file_is_forgotten_after_some_days(large: Doors) -> None:
    max_, home = large.enter("max"), large.town.installation
    place = _export(max_, "csv").headers["location"]
    _work(large)
    (file,) = exports_folder(home.settings.data_dir).glob("*")
    old = (NOW - KEPT).timestamp() - 1
    os.utime(file, times=(old, old))
    with home.database.write() as tx:
        enqueue(tx, "core.forget_exports", {}, now=NOW)
    _work(large)
    assert not file.exists()
    assert max_.post(f"{place}/file").status_code == 404


def test_a_file_is_not_fetched_after_its_time_even_if_it_is_there(large: Doors) -> None:
    max_, home = large.enter("max"), large.town.installation
    place = _export(max_, "csv").headers["location"]
    _work(large)
    home.clock = lambda: NOW + KEPT
    assert "no longer kept" in words(max_.get(place).text)
    assert max_.post(f"{place}/file").status_code == 404


def test_a_reports_file_takes_the_right_and_is_told_the_audit_log(doors: Doors) -> None:
    answer = doors.enter("ada").post("/reports/core/pipeline/file?pipeline=2")
    assert answer.headers["content-disposition"] == 'attachment; filename="core-pipeline.csv"'
    assert answer.content.decode("utf-8-sig").startswith("Stage,")
    ((what, told),) = _told(doors.town)
    assert (what, told["report"], told["filter"]) == ("export.made", "core.pipeline", "pipeline=2")
    assert doors.enter("boris").post("/reports/core/pipeline/file").status_code == 403


@pytest.fixture
def large(busy: Doors, monkeypatch: pytest.MonkeyPatch) -> Doors:
    """As `busy`, where eight are a large export."""
    monkeypatch.setattr(exports, "LARGE", 7)
    return busy


def _export(visitor: Visitor, format: str) -> Any:
    return visitor.post("/companies/export", {"query": "sort=name&column=industry", "format": format})


def _work(doors: Doors) -> None:
    create_worker(doors.town.installation).run_once()


def _then_after_first_page(monkeypatch: pytest.MonkeyPatch, module: Any, do: Callable[[], None]) -> list[Any]:
    pages = list[Any]()

    def read_page(*given: Any) -> Any:
        pages.append(crm_exports.read_page(*given))
        if len(pages) == 1:
            do()
        return pages[-1]

    monkeypatch.setattr(module, "read_page", read_page)
    return pages


def _sent(monkeypatch: pytest.MonkeyPatch, module: Any, ask: Callable[[], Any]) -> Iterator[bytes]:
    """The pieces of a file before they go out: what comes after a piece can then be seen."""
    kept = list[Iterator[bytes]]()

    def keep(_visit: Any, _info: Any, _format: str, pieces: Iterator[bytes]) -> Answer:
        kept.append(pieces)
        return Answer("kept")

    monkeypatch.setattr(module, "file_answer", keep)
    assert ask().text == "kept"
    return kept[0]


def _told(town: Town) -> list[tuple[str, Any]]:
    statement = (
        select(audit.c.what, audit.c.facts).where(audit.c.what.like("export.%")).order_by(audit.c.number)
    )
    with town.installation.database.read() as tx:
        return [(row.what, json.loads(row.facts)) for row in tx.run(statement, why="test")]


def _give(town: Town, levels: Mapping[str, Mapping[str, Level]]) -> None:
    role = _role(town)
    with town.as_("ada") as gate:
        give_rights(gate, role, levels, rights_of(gate, role).permissions)


def _role(town: Town) -> int:
    with town.house() as gate:
        return int(gate.linked(gate.schema["user"], [town.ids["max"]])[town.ids["max"]]["roles"][0])
