"""A run that was taken back leaves what was before; what somebody has touched since stays, and it is said why."""

from pathlib import Path

import pytest
from hookline.crm.activities import Activity
from hookline.crm.companies import Company
from hookline.crm.deals import Deal
from hookline.crm.imports.batches import Result
from hookline.crm.imports.execution import BATCH, RunStopped, carry_on
from hookline.crm.imports.mappings import ImportMapping, PipelinePlan, Source, StagePlan
from hookline.crm.imports.runs import Run, RunState, get_run, list_lines
from hookline.crm.imports.undo import Undone, undo_run
from hookline.crm.stages import list_stays
from hookline.errors import Invalid, NotFound
from hookline.kernel.history import list_entries
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.crm.importing import csv, digest, imported, mapped, prepared, rows_of, undone
from tests.town import Town

NAMES = mapped("company", {"name": "Name", "industry": "Kind"}, mode="both", key="name")


def told(town: Town, run: Run) -> list[tuple[int, str | None, str]]:
    """What became of each row: (number, reversed or kept or errored, why)."""
    with town.house() as gate:
        return [(line.row, line.undone, str(line.reason or "")) for line in list_lines(gate, run.id)]


def test_everything_is_as_before(town: Town, tmp_path: Path) -> None:
    path = csv(
        tmp_path, "Deal,Firm,Stage,Kind,Sum",
        "Scanners,The Old Mill,Offer,Trade,5", "New,Brand New,In,Fair,7", "Мука,Brand New,Won,,", "Again,Acme Works,Lost,Fair,1",
    )  # fmt: skip
    fields: dict[str, Source | str] = {
        "name": "Deal", "company": Source(column="Firm", find="name", create=True),
        "stage": Source(column="Stage", find="name"), "source": Source(column="Kind", find="name", create=True),
        "amount": "Sum", "contacts": Source(value="Helen Marsh", find="name"),
    }  # fmt: skip
    plan = PipelinePlan(name="Imported", stages=(StagePlan(name="In"), StagePlan(name="Out", kind="won")))
    before = digest(town.installation.database)
    run = imported(town, path, mapped("deal", fields, mode="both", key="name", pipelines=(plan,)))
    assert run.counts == {"made": 6, "updated": 1, "created": 2, "rejected": 1}
    assert digest(town.installation.database) != before
    back = undone(town, run)
    assert (back.state, back.counts) == (RunState.undone, {**run.counts, "reversed": 9})
    assert digest(town.installation.database) == before


def test_a_change_is_put_back_in_a_new_version(town: Town, tmp_path: Path) -> None:
    run = imported(town, csv(tmp_path, "Name,Kind", "Acme Works,Gears"), NAMES)
    undone(town, run)
    assert rows_of(town, "company", "name", "industry", "version")[0] == ("Acme Works", "Machines", 3)
    with town.as_("ada") as gate:
        latest = list_entries(gate, gate.schema["company"], town.ids["acme"])[0]
    assert (latest.action, latest.cause) == ("reverted", f"import:{run.id}:undo")
    assert latest.changes == {"industry": ("Gears", "Machines")}


def test_a_move_that_was_taken_back_leaves_no_stay(town: Town, tmp_path: Path) -> None:
    fields: dict[str, Source | str] = {"name": "Deal", "stage": Source(column="Stage", find="name")}
    mapping = mapped("deal", fields, mode="update", key="name")
    before = digest(town.installation.database)
    run = imported(town, csv(tmp_path, "Deal,Stage", "Scanners,Won", "Scanners,Delivery"), mapping)
    assert run.counts == {"updated": 2}
    undone(town, run)
    with town.house() as gate:
        (stay,) = list_stays(gate, "deal", town.ids["scanners"])
        deal = gate.get(Deal, town.ids["scanners"])
    assert (stay.stage, stay.left_at, deal.outcome, deal.closed_on) == (town.ids["new"], None, "open", None)
    assert digest(town.installation.database) == before


def test_what_a_person_has_touched_is_kept_and_it_is_said(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name,Kind", "Acme Works,Gears", "The Old Mill,Flour", "One,A", "Two,B", "Three,C")
    run = imported(town, path, NAMES)
    ids = dict(rows_of(town, "company", "name", "id"))
    with town.as_("vera") as gate:
        gate.update(Company, town.ids["acme"], {"employees": 7})
    with town.as_("ada") as gate:
        gate.update(Company, ids["One"], {"employees": 9})
        gate.create(Activity, {"subject": "Call them", "about": f"company:{ids['Two']}"})
    assert undone(town, run).counts == {"updated": 2, "created": 3, "reversed": 2, "kept": 3}
    assert rows_of(town, "company", "name", "industry", "employees") == [
        ("Acme Works", "Gears", 7), ("The Old Mill", None, None), ("One", "A", 9), ("Two", "B", None),
    ]  # fmt: skip
    verdicts = {row: (state, why) for row, state, why in told(town, run)}
    assert verdicts[2] == ("kept", "Changed since by Vera on 2026-03-17.")
    assert verdicts[4] == ("kept", "Changed since by Ada on 2026-03-17.")
    assert verdicts[5] == ("kept", "1 of Activities still point here.")
    assert verdicts[3][0] == verdicts[6][0] == "reversed"


def test_a_record_that_others_came_to_use_is_kept(town: Town, tmp_path: Path) -> None:
    run = imported(town, csv(tmp_path, "Name,Kind", "One,A", "Two,B"), NAMES)
    one = dict(rows_of(town, "company", "name", "id"))["One"]
    with town.as_("ada") as gate:
        gate.create(Deal, {"name": "Follow-up", "company": one})
    assert undone(town, run).count(Undone.kept) == 1
    assert told(town, run)[0] == (2, "kept", "1 of Deals still point here.")


def test_a_record_that_is_gone_already_needs_nothing(town: Town, tmp_path: Path) -> None:
    run = imported(town, csv(tmp_path, "Name,Kind", "One,A"), NAMES)
    one = dict(rows_of(town, "company", "name", "id"))["One"]
    with town.house() as gate:
        gate.erase(Company, one)
    assert undone(town, run).count(Undone.reversed) == 1


def test_what_may_not_be_undone_is_named(town: Town, tmp_path: Path) -> None:
    """Managers may change all of their team; the record has been given to another team by the import itself."""
    fields: dict[str, Source | str] = {"name": "Name", "description": "Text"}
    with town.as_("max") as gate:
        gate.create(Company, {"name": "Ours"})
    run = imported(
        town,
        csv(tmp_path, "Name,Text", "Ours,new"),
        mapped("company", fields, mode="update", key="name"),
        by="max",
    )
    with town.installation.database.write() as tx:
        table = town.installation.host.schema()["company"].table
        tx.run(
            table.update()
            .where(table.c.name == "Ours")
            .values(owner=town.ids["clara"], team=town.ids["south"]),
            why="test",
        )
    assert undone(town, run, by="max").count(Undone.errored) == 1
    assert told(town, run)[0][1:] == ("errored", "You may not do this. Ask an administrator for the right.")


def test_a_later_run_keeps_the_earlier_one_unless_it_is_undone_first(town: Town, tmp_path: Path) -> None:
    first = imported(town, csv(tmp_path, "Name,Kind", "One,A"), NAMES)
    second = imported(town, csv(tmp_path, "Name,Kind", "One,B", name="second.csv"), NAMES)
    third = imported(town, csv(tmp_path, "Name,Kind", "One,C", name="third.csv"), NAMES)
    assert undone(town, second).count(Undone.kept) == 1
    assert undone(town, third).count(Undone.reversed) == 1
    assert rows_of(town, "company", "name", "industry")[-1] == ("One", "B")
    assert undone(town, first).count(Undone.kept) == 1


def test_runs_undone_in_reverse_leave_nothing(town: Town, tmp_path: Path) -> None:
    before = digest(town.installation.database)
    files = [
        csv(tmp_path, "Name,Kind", f"One,{kind}", "Acme Works,Gears", name=f"{kind}.csv") for kind in "ABC"
    ]
    for run in reversed([imported(town, path, NAMES) for path in files]):
        assert undone(town, run).count(Undone.kept) == 0
    assert digest(town.installation.database) == before


def test_an_undo_goes_on_where_it_was_left(town: Town, tmp_path: Path) -> None:
    before = digest(town.installation.database)
    run = imported(town, csv(tmp_path, "Name,Kind", *(f"Firm {n},x" for n in range(2 * BATCH + 5))), NAMES)

    def interrupt(_: Run) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_run(town.installation, run.id, town.ids["ada"], interrupt)
    with town.house() as gate:
        half = get_run(gate, run.id)
    assert (half.state, half.count(Undone.reversed)) == (RunState.undoing, BATCH)
    assert undone(town, run).count(Undone.reversed) == 2 * BATCH + 5
    assert digest(town.installation.database) == before
    with pytest.raises(Invalid):
        undone(town, run)


def test_an_unfinished_run_can_be_undone_and_then_stays_so(town: Town, tmp_path: Path) -> None:
    before = digest(town.installation.database)
    id = prepared(town, csv(tmp_path, "Name,Kind", *(f"Firm {n},x" for n in range(2 * BATCH))), NAMES)

    def undo_meanwhile(run: Run) -> None:
        undo_run(town.installation, run.id, town.ids["ada"])

    with pytest.raises(RunStopped):
        carry_on(town.installation, id, undo_meanwhile)
    assert digest(town.installation.database) == before
    with pytest.raises(Invalid):
        carry_on(town.installation, id)


def test_nobody_undoes_the_runs_of_others(town: Town, tmp_path: Path) -> None:
    run = imported(town, csv(tmp_path, "Name,Kind", "One,A"), NAMES)
    with pytest.raises(NotFound):
        undone(town, run, by="vera")
    assert rows_of(town, "company", "name")[-1] == ("One",)


def test_subsidiaries_and_their_parents_go_together(town: Town, tmp_path: Path) -> None:
    fields: dict[str, Source | str] = {
        "name": "Name",
        "parent": Source(column="Of", find="name", create=True),
    }
    before = digest(town.installation.database)
    path = csv(tmp_path, "Name,Of", "Leaf,Twig", "Twig,Branch", "Branch,Root", "Acme Works,Leaf")
    run = imported(town, path, mapped("company", fields, mode="both", key="name"))
    assert run.count(Result.made) == 1
    assert undone(town, run).count(Undone.reversed) == 5
    assert digest(town.installation.database) == before


def test_a_record_made_for_a_refused_row_stays_when_another_row_is_about_it(
    town: Town, tmp_path: Path
) -> None:
    before = digest(town.installation.database)
    source = Source(column="Of", find="name", create=True)
    mapping = mapped("company", {"name": "Name", "parent": source}, mode="update", key="name")
    run = imported(town, csv(tmp_path, "Name,Of", "Ash,Birch", "Birch,Ash"), mapping)
    assert {name: count for name, count in run.counts.items() if count} == {
        "made": 2, "updated": 1, "rejected": 1,
    }  # fmt: skip
    names = dict(rows_of(town, "company", "id", "name"))
    assert [
        names[parent] for name, parent in rows_of(town, "company", "name", "parent") if name == "Ash"
    ] == ["Birch"]
    assert undone(town, run).count(Undone.reversed) == 3
    assert digest(town.installation.database) == before


NAMES_OF_FIRMS = ("Acme Works", "The Old Mill", "Ash", "Birch", "Cedar")
ROWS = st.lists(
    st.tuples(st.sampled_from(NAMES_OF_FIRMS), st.sampled_from(("", "A", "B")), st.sampled_from(("", *NAMES_OF_FIRMS))),
    min_size=1, max_size=8,
)  # fmt: skip


@example([([("Ash", "", "Birch"), ("Birch", "", "Ash")], "update", True)])
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(
        st.tuples(ROWS, st.sampled_from(("create", "update", "both")), st.booleans()), min_size=1, max_size=2
    )
)
def test_any_runs_undone_in_reverse_leave_what_was(
    town: Town, tmp_path: Path, files: list[tuple[list[tuple[str, str, str]], str, bool]]
) -> None:
    before = digest(town.installation.database)
    runs = []
    for number, (rows, mode, create) in enumerate(files):
        path = csv(tmp_path, "Name,Kind,Of", *(",".join(row) for row in rows), name=f"{number}.csv")
        mapping = ImportMapping(
            entity="company", mode=mode, key="name", empty="clear",  # type: ignore[arg-type]  # one of the three
            fields={"name": "Name", "industry": "Kind", "parent": Source(column="Of", find="name", create=create)},
        )  # fmt: skip
        runs.append(imported(town, path, mapping))
        runs.append(imported(town, path, mapping))
        assert runs[-1].count(Result.created) == 0
    for run in reversed(runs):
        assert undone(town, run).count(Undone.reversed) == run.count("created") + run.count(
            "updated"
        ) + run.count("made")
    assert digest(town.installation.database) == before
