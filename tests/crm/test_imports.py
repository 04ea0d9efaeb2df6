"""Rows become records: read, found, created, updated, refused; and a run goes on where it was left."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hookline.crm.access.roles import Role, field_right
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.imports.batches import Result
from hookline.crm.imports.execution import BATCH, RunStopped, carry_on
from hookline.crm.imports.mappings import PipelinePlan, Source, StagePlan
from hookline.crm.imports.rejects import write_run_rejects
from hookline.crm.imports.runs import Run, RunState, get_run, list_runs, run_table, stop_run
from hookline.errors import Forbidden, Invalid, NotFound
from hookline.kernel.actor import FieldRight
from hookline.kernel.history import list_entries
from sqlalchemy import insert, select, update

from tests.crm.importing import complaints, csv, imported, mapped, prepared, rows_of
from tests.town import Town

NAMES = mapped("company", {"name": "Name"}, mode="both", key="name")


def test_cells_become_values(town: Town, tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "First,Last,Mail,Tel,Born,City",
        "Ann,Lee,Ann.Lee@Mail.example,020 7946 0958,13.04.1980,Leeds",
        "Иван,Петров,ivan@почта.рф,8 (912) 345-67-89,02.05.1981,Пермь",
    )
    fields: dict[str, Source | str] = {
        "first_name": "First", "last_name": "Last", "email": "Mail", "phone": "Tel", "birthday": "Born", "city": "City",
        "job_title": Source(value="Buyer"),
    }  # fmt: skip
    run = imported(town, path, mapped("contact", fields))
    assert run.counts == {"created": 1, "rejected": 1}
    assert complaints(town, run)[0][:2] == (3, "phone")
    found = rows_of(town, "contact", "name", "email", "phone", "birthday", "job_title", "created_by")[-1]
    assert found == (
        "Ann Lee",
        "ann.lee@mail.example",
        "+442079460958",
        date(1980, 4, 13),
        "Buyer",
        town.ids["ada"],
    )


def test_a_run_is_the_cause_in_the_history(town: Town, tmp_path: Path) -> None:
    run = imported(town, csv(tmp_path, "Name", "Beam Ltd"), NAMES)
    with town.as_("ada") as gate:
        id = gate.scalar(select(Company.id).where(Company.name == "Beam Ltd"))
        (entry,) = list_entries(gate, gate.schema["company"], id)
    assert (entry.cause, entry.user, entry.action) == (f"import:{run.id}", town.ids["ada"], "created")


def test_values_are_translated_and_put_together(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "a,b,land,kind", "Steel,Works,Philipines,technolgy", "Tin,,Peru,other")
    fields: dict[str, Source | str] = {
        "name": Source(text="{a} {b}"),
        "address": Source(text="; ; ; ; {land}", values={"Philipines": "Philippines"}),
        "industry": Source(column="kind", values={"technolgy": "Technology"}, default="-"),
        "revenue": Source(value="1.5", times=Decimal(1000)),
    }
    imported(town, path, mapped("company", fields))
    found = rows_of(town, "company", "name", "industry", "address", "revenue")[-2:]
    assert [(name, industry, address.country, revenue) for name, industry, address, revenue in found] == [
        ("Steel Works", "Technology", "Philippines", Decimal(1500)),
        ("Tin", "other", "Peru", Decimal(1500)),
    ]


def test_dates_and_numbers_of_a_column_are_read_in_one_way(town: Town, tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "Deal;Opened;Sum",
        "One;03/04/2026;1.234,50",
        "Two;04/25/2026;7,25",
        "Three;02/01/2026;1.000,00",
    )
    mapping = mapped("deal", {"name": "Deal", "opened_on": "Opened", "amount": "Sum"})
    imported(town, path, mapping)
    found = rows_of(town, "deal", "name", "opened_on", "amount")[-3:]
    assert found == [
        ("One", date(2026, 3, 4), Decimal("1234.50")),
        ("Two", date(2026, 4, 25), Decimal("7.25")),
        ("Three", date(2026, 2, 1), Decimal("1000.00")),
    ]


def test_references_are_found_in_any_case_or_made_once(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Who,Firm", "A,acme  works", "B,New Firm", "C,NEW FIRM", "D,")
    fields: dict[str, Source | str] = {
        "first_name": "Who",
        "company": Source(column="Firm", find="name", create=True),
    }
    run = imported(town, path, mapped("contact", fields))
    assert run.counts == {"created": 4, "made": 1}
    new = rows_of(town, "company", "id", "name")[-1]
    assert new[1] == "New Firm"
    assert [c for (c,) in rows_of(town, "contact", "company")[-4:]] == [
        town.ids["acme"],
        new[0],
        new[0],
        None,
    ]


def test_a_reference_that_leads_nowhere_refuses_its_row_only(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Who,Firm", "A,Acme Works", "B,Nobody Ltd")
    run = imported(
        town, path, mapped("contact", {"first_name": "Who", "company": Source(column="Firm", find="name")})
    )
    assert run.counts == {"created": 1, "rejected": 1}
    assert complaints(town, run) == [(3, "company", "No record under Companies has “Nobody Ltd”.")]


def test_what_two_records_are_called_is_not_guessed(town: Town, tmp_path: Path) -> None:
    with town.house() as gate:
        gate.create(Company, {"name": "Twin"})
        gate.create(Company, {"name": "TWIN"})
    fields: dict[str, Source | str] = {"first_name": "Who", "company": Source(column="Firm", find="name")}
    run = imported(town, csv(tmp_path, "Who,Firm", "A,twin", "B,Twin"), mapped("contact", fields))
    assert run.counts == {"created": 1, "rejected": 1}
    assert complaints(town, run)[0][:2] == (2, "company")


def test_nothing_is_made_for_rows_that_are_refused(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Who,Mail,Firm", "A,not-an-address,First Firm", ",b@mail.example,Second Firm")
    fields: dict[str, Source | str] = {
        "first_name": "Who", "email": "Mail", "company": Source(column="Firm", find="name", create=True)
    }  # fmt: skip
    before = rows_of(town, "company", "name")
    run = imported(town, path, mapped("contact", fields))
    assert run.counts == {"rejected": 2}
    assert rows_of(town, "company", "name") == before


def test_parents_that_come_later_in_the_file_are_waited_for(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name,Of", "Leaf,Twig", "Twig,Branch", "Branch,", "Stray,Nowhere")
    fields: dict[str, Source | str] = {"name": "Name", "parent": Source(column="Of", find="name")}
    run = imported(town, path, mapped("company", fields, mode="both", key="name"))
    assert {k: v for k, v in run.counts.items() if v} == {"created": 3, "rejected": 1}
    ids = dict(rows_of(town, "company", "name", "id"))
    parents = dict(rows_of(town, "company", "name", "parent"))
    assert (parents["Leaf"], parents["Twig"], parents["Branch"]) == (ids["Twig"], ids["Branch"], None)
    assert complaints(town, run) == [(5, "parent", "No record under Companies has “Nowhere”.")]


def test_many_references_and_any_record(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Who,Firms", "A,Acme Works; The Old Mill", "B,")
    many = {"first_name": "Who", "companies": Source(column="Firms", find="name")}
    imported(town, path, mapped("contact", many))
    with town.house() as gate:
        ids = list(
            gate.run(select(gate.source("contact").c.id).order_by(gate.source("contact").c.id)).scalars()
        )[-2:]
        linked = gate.linked(gate.schema["contact"], ids)
    assert [linked[id]["companies"] for id in ids] == [(town.ids["acme"], town.ids["the_mill"]), ()]
    calls = csv(tmp_path, "What,Deal", "Called,Scanners", name="calls.csv")
    about = {
        "subject": "What",
        "about": Source(column="Deal", entity="deal", find="name"),
        "kind": Source(value="call"),
    }
    imported(town, calls, mapped("activity", about))
    assert rows_of(town, "activity", "subject", "about")[-1] == ("Called", f"deal:{town.ids['scanners']}")


def test_update_changes_only_what_differs(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name,Kind,Staff", "ACME WORKS,Machines,12", "The Old Mill,Flour,", "Unknown,,")
    fields: dict[str, Source | str] = {"name": "Name", "industry": "Kind", "employees": "Staff"}
    mapping = mapped("company", {**fields}, mode="update", key="name")
    run = imported(town, path, mapping)
    assert run.counts == {"updated": 2, "rejected": 1}
    assert complaints(town, run) == [(4, "name", "No record under Companies has “Unknown”.")]
    assert rows_of(town, "company", "name", "industry", "employees", "version")[:2] == [
        ("ACME WORKS", "Machines", 12, 2),
        ("The Old Mill", "Flour", None, 2),
    ]
    assert imported(town, path, mapping).counts == {"unchanged": 2, "rejected": 1}


def test_an_empty_cell_keeps_or_clears(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name,Kind", "Acme Works,")
    fields: dict[str, Source | str] = {"name": "Name", "industry": "Kind"}
    assert imported(town, path, mapped("company", fields, mode="both", key="name")).counts == {"unchanged": 1}
    clearing = mapped("company", fields, mode="both", key="name", empty="clear")
    assert imported(town, path, clearing).counts == {"updated": 1}
    assert rows_of(town, "company", "industry")[0] == (None,)


def test_create_leaves_those_alone_that_are_there(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name,Kind", "Acme Works,Changed", "Fresh,New")
    run = imported(town, path, mapped("company", {"name": "Name", "industry": "Kind"}, key="name"))
    assert run.counts == {"skipped": 1, "created": 1}
    assert rows_of(town, "company", "industry")[0] == ("Machines",)


def test_a_file_that_names_a_record_twice(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name,Kind", "Fresh,One", "Fresh,Two", "Acme Works,Gears", "Acme Works,Machines")
    run = imported(
        town, path, mapped("company", {"name": "Name", "industry": "Kind"}, mode="both", key="name")
    )
    assert run.counts == {"created": 1, "updated": 3}
    kinds = dict(rows_of(town, "company", "name", "industry"))
    assert (kinds["Fresh"], kinds["Acme Works"]) == ("Two", "Machines")


def test_a_value_that_may_be_there_once_refuses_the_second_row(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name", "Fair", "Web", "Fair")
    run = imported(town, path, mapped("source", {"name": "Name"}))
    assert run.counts == {"created": 2, "rejected": 1}
    assert complaints(town, run) == [(4, "name", "Another record already has this value.")]


def test_deals_get_their_stage_owner_team_and_stays(town: Town, tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "Deal,Stage,Seller,Opened,Closed,Sum",
        "Old,won,Clara,20-10-16,01-03-17,1054",
        "Now,Offer,Boris,25-10-16,,12",
        "Bad,Dreaming,Boris,25-10-16,,12",
    )
    fields: dict[str, Source | str] = {
        "name": "Deal", "stage": Source(column="Stage", find="name"), "owner": Source(column="Seller", find="name"),
        "opened_on": "Opened", "closed_on": "Closed", "amount": "Sum",
        "pipeline": Source(value="Town sales", find="name"),
    }  # fmt: skip
    run = imported(town, path, mapped("deal", fields))
    assert run.counts == {"created": 2, "rejected": 1}
    assert complaints(town, run) == [(4, "stage", "The pipeline Town sales has no stage “Dreaming”.")]
    old, now = rows_of(town, "deal", "owner", "team", "stage", "outcome", "closed_on")[-2:]
    assert old == (town.ids["clara"], town.ids["south"], town.ids["won"], "won", date(2017, 3, 1))
    assert now == (town.ids["boris"], town.ids["north"], town.ids["offer"], "open", None)


def test_pipelines_that_a_mapping_asks_for_are_made_once(town: Town, tmp_path: Path) -> None:
    plan = PipelinePlan(name="Imported", stages=(StagePlan(name="In"), StagePlan(name="Out", kind="won")))
    fields: dict[str, Source | str] = {
        "name": "Deal", "pipeline": Source(value="Imported", find="name"), "stage": Source(value="out", find="name")
    }  # fmt: skip
    mapping = mapped("deal", fields, pipelines=(plan,))
    path = csv(tmp_path, "Deal", "One")
    assert imported(town, path, mapping).counts == {"made": 3, "created": 1}
    assert imported(town, path, mapping).counts == {"created": 1}
    assert rows_of(town, "deal", "outcome")[-2:] == [("won",), ("won",)]


def test_rights_of_the_person_hold_for_each_row(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name,Seller", "Mine,Max", "Theirs,Clara")
    fields: dict[str, Source | str] = {"name": "Name", "owner": Source(column="Seller", find="name")}
    run = imported(town, path, mapped("lead", fields), by="max")
    assert run.counts == {"created": 1, "rejected": 1}
    assert complaints(town, run) == [(3, "", "You may not create this for somebody else.")]
    with pytest.raises(Forbidden):
        prepared(town, path, mapped("lead", fields), by="boris")


def test_rights_that_are_taken_away_end_a_run(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name", "One")
    id = prepared(town, path, mapped("lead", {"name": "Name"}), by="max")
    with town.house() as gate:
        seller = gate.scalar(select(Role.id).where(Role.name == "Seller"))
        gate.update("user", town.ids["max"], {"roles": (seller,)})
        gate.configured()
    with pytest.raises(Forbidden):
        carry_on(town.installation, id)
    with town.as_("ada") as gate:
        assert get_run(gate, id).state == RunState.failed


def test_hidden_and_unknown_fields_cannot_be_imported(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name,Mail", "One,a@b.example")
    with town.house() as gate:
        manager = gate.scalar(select(Role.id).where(Role.name == "Manager"))
        right = {"role": manager, "entity": "lead", "field": "email", "right": int(FieldRight.hidden)}
        gate.tx.run(insert(field_right).values(**right), why="test")
        gate.configured()
    with pytest.raises(Invalid) as hidden:
        prepared(
            town, path, mapped("lead", {"name": "Name", "email": "Mail"}, mode="both", key="email"), by="max"
        )
    with pytest.raises(Invalid) as missing:
        prepared(
            town,
            path,
            mapped("lead", {"name": "Name", "email2": "Mail"}, mode="both", key="email2"),
            by="max",
        )
    assert str(hidden.value).replace("email", "email2") == str(missing.value)


def test_mappings_that_do_not_fit_say_everything(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name", "One")
    fields: dict[str, Source | str] = {
        "name": "Nmae", "weighted": "Name", "stage": Source(column="Name", find="hint"), "amount": Source(),
        "contact": Source(column="Name", find="name", create=True),
    }  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        prepared(town, path, mapped("deal", fields, mode="update"))
    told = {problem.field for problem in refusal.value.problems}
    assert told == {"key", "name", "weighted", "stage", "amount", "contact"}


def test_a_run_is_seen_by_its_owner_and_administrators(town: Town, tmp_path: Path) -> None:
    run = imported(town, csv(tmp_path, "Name", "One"), mapped("lead", {"name": "Name"}), by="max")
    with town.as_("ada") as gate:
        assert get_run(gate, run.id).count(Result.created) == 1
    with town.as_("vera") as gate:
        assert list_runs(gate) == []
        with pytest.raises(NotFound):
            get_run(gate, run.id)


def test_refused_rows_come_back_as_a_file_and_can_be_imported_again(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name;Mail", "One;one@mail.example", "Two;two", "Three;three at home")
    mapping = mapped("lead", {"name": "Name", "email": "Mail"})
    run = imported(town, path, mapping)
    rejects = tmp_path / "rejects.csv"
    with town.as_("ada") as gate:
        assert write_run_rejects(gate, run.id, rejects) == 2
    text = rejects.read_text("utf-8-sig")
    assert text.splitlines()[0] == "Name;Mail;Reason"
    assert "3: E-mail: " in text.splitlines()[1]
    rejects.write_text(
        text.replace("two;", "two@mail.example;").replace("three at home", "three@mail.example"), "utf-8"
    )
    assert imported(town, rejects, mapping).counts == {"created": 2}


def test_a_run_that_was_stopped_goes_on_where_it_was(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name", *(f"Firm {n}" for n in range(BATCH + 7)))
    id = prepared(town, path, NAMES)

    def stop(run: Run) -> None:
        with town.as_("ada") as gate:
            stop_run(gate, run.id)

    with pytest.raises(RunStopped):
        carry_on(town.installation, id, stop)
    with town.as_("ada") as gate:
        stopped = get_run(gate, id)
    assert (stopped.state, stopped.cursor, stopped.counts) == (
        RunState.stopped,
        BATCH + 1,
        {"created": BATCH},
    )
    assert carry_on(town.installation, id).counts == {"created": BATCH + 7}
    with pytest.raises(Invalid):
        carry_on(town.installation, id)


def test_only_one_process_at_a_time_is_at_a_run(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name", *(f"Firm {n}" for n in range(2 * BATCH)))
    id = prepared(town, path, NAMES)
    finished: list[Run] = []

    def overtake(_: Run) -> None:
        if not finished:
            finished.append(carry_on(town.installation, id))

    with pytest.raises(RunStopped):
        carry_on(town.installation, id, overtake)
    assert finished[0].counts == {"created": 2 * BATCH}
    assert len(rows_of(town, "company", "id")) == 2 * BATCH + 2


def test_a_file_that_has_changed_is_not_carried_on_with(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name", "One")
    id = prepared(town, path, NAMES)
    csv(tmp_path, "Name", "One", "Two")
    with pytest.raises(Invalid, match="has been changed"):
        carry_on(town.installation, id)
    moved = csv(tmp_path, "Name", "One", name="moved.csv")
    assert carry_on(town.installation, id, path=moved).counts == {"created": 1}


def test_an_error_of_the_database_refuses_one_row(town: Town, tmp_path: Path) -> None:
    """A rule that nobody foresaw: here a trigger that dislikes one name."""
    with town.installation.database.alter() as connection:
        for statement in _TRIGGER[town.installation.database.sqlite]:
            connection.exec_driver_sql(statement)
    path = csv(tmp_path, "Name", *(f"Firm {n}" for n in range(40)), "Cursed", "Acme Works")
    run = imported(town, path, NAMES)
    assert run.counts == {"created": 40, "rejected": 1, "unchanged": 1}
    assert complaints(town, run)[0][0] == 42


def test_a_batch_takes_few_statements(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "First,Mail", *(f"A{n},a{n}@mail.example" for n in range(3 * BATCH)))
    id = prepared(town, path, mapped("contact", {"first_name": "First", "email": "Mail"}))
    seen: list[int] = []
    carry_on(town.installation, id, lambda _: seen.append(town.installation.database.statements))
    # PostgreSQL is told in a statement that the batch need not be on the disk at once.
    assert seen[2] - seen[1] <= (5 if town.installation.database.sqlite else 6)


def test_the_same_cell_written_for_spreadsheets_comes_back_exactly(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Name", "'=1+1", "'plain")
    imported(town, path, NAMES)
    assert [name for (name,) in rows_of(town, "company", "name")[-2:]] == ["=1+1", "'plain"]


def test_rows_with_more_cells_than_columns_are_refused(town: Town, tmp_path: Path) -> None:
    run = imported(town, csv(tmp_path, "Name,Kind", "One,Two,Three"), NAMES)
    assert run.counts == {"rejected": 1}
    assert "3 cells" in complaints(town, run)[0][2]


def test_contacts_are_told_apart_by_what_they_have(town: Town, tmp_path: Path) -> None:
    path = csv(tmp_path, "Mail,City", "IVAN@mill.example,Псков", "new@mail.example,Омск")
    fields: dict[str, Source | str] = {"email": "Mail", "city": "City", "first_name": Source(value="New")}
    run = imported(town, path, mapped("contact", fields, mode="both", key="email"))
    assert run.counts == {"updated": 1, "created": 1}
    with town.house() as gate:
        assert gate.get(Contact, town.ids["ivan"]).city == "Псков"


def test_a_run_that_failed_says_why_and_can_be_carried_on(town: Town, tmp_path: Path) -> None:
    id = prepared(town, csv(tmp_path, "Name", "One"), NAMES)

    def fail(_: Run) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk"):
        carry_on(town.installation, id, fail)
    with town.house() as gate:
        failed = get_run(gate, id)
        assert (failed.state, failed.error) == (RunState.failed, "OSError: the disk is full")
        gate.tx.run(
            update(run_table).where(run_table.c.id == id).values(state="running"), why="as after a kill"
        )
    assert carry_on(town.installation, id).counts == {"created": 1}


_TRIGGER = {
    True: (
        "CREATE TRIGGER curse BEFORE INSERT ON company WHEN new.name = 'Cursed' "
        "BEGIN SELECT RAISE(ABORT, 'cursed'); END",
    ),
    False: (
        "CREATE FUNCTION curse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF new.name = 'Cursed' THEN RAISE EXCEPTION 'cursed'; END IF; RETURN new; END $$",
        "CREATE TRIGGER curse BEFORE INSERT ON company FOR EACH ROW EXECUTE FUNCTION curse()",
    ),
}
