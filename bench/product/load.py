"""Fills a Hookline from the seed: migrated and seeded like any other, the rows then laid straight into its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from hookline.crm.access.roles import Role
from hookline.crm.access.teams import Team
from hookline.crm.access.users import User
from hookline.crm.pipelines import Pipeline, Stage
from hookline.crm.sign_in.credentials import set_password
from hookline.kernel.gate import Gate
from hookline.kernel.schema import EntityInfo
from hookline.kernel.stored import house_columns
from hookline.settings import Settings
from hookline.start import bring_up_to_date, create_installation
from sqlalchemy import Connection, Engine, func, insert, select, text

from bench.floor.load import batches
from bench.seed import STAGES, Activity, Company, Contact, Deal, Seed

EMAIL, PASSWORD = "bench@example.test", "quiet harbour lantern 41"
_LATE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Ids(NamedTuple):
    """The records that the seed's rows refer to."""

    user: int
    team: int
    pipeline: int
    stages: list[int]


def load(url: str, seed: Seed) -> None:
    """Migrate the empty database and fill it. The user is a manager, who sees the own team's deals by rule."""
    home = create_installation(Settings(database_url=url))
    bring_up_to_date(home)
    with home.house("bench", durable=False) as gate:
        ids = _people(gate)
    with home.house("bench", durable=False) as gate:
        connection = gate.tx.connection.execution_options(hookline_stamp="bench")
        for entity, rows, values in _tables(seed, ids):
            _fill(connection, gate.schema[entity], rows, values, ids)
    _tidy(home.database.engine)
    home.database.close()


def _people(gate: Gate) -> Ids:
    role = gate.rows(select(Role.id).where(Role.name == "Manager"))[0].id
    team = gate.create(Team, {"name": "Bench"})
    user = gate.create(User, {"name": "Ben Bench", "email": EMAIL, "team": team, "roles": (role,)})
    set_password(gate.tx, user, PASSWORD, gate.now)
    pipeline = gate.create(Pipeline, {"name": "Bench", "position": -1})
    kinds = ["open"] * (STAGES - 2) + ["won", "lost"]
    rows = [
        {"name": f"Stage {n}", "pipeline": pipeline, "position": n, "kind": kind}
        for n, kind in enumerate(kinds, start=1)
    ]
    return Ids(user, team, pipeline, gate.create_many(Stage, rows))


def _tables(seed: Seed, ids: Ids) -> Iterator[tuple[str, Iterable[Any], Callable[[Any], Mapping[str, Any]]]]:
    yield "company", seed.companies(), _company
    yield "contact", seed.contacts(), _contact
    yield "deal", seed.deals(), lambda deal: _deal(deal, ids)
    yield "activity", seed.activities(), _activity


def _company(company: Company) -> Mapping[str, Any]:
    return {"id": company.id, "name": company.name, "created_at": _LATE}


def _contact(contact: Contact) -> Mapping[str, Any]:
    return {
        "id": contact.id, "name": f"{contact.first_name} {contact.last_name}", "first_name": contact.first_name,
        "last_name": contact.last_name, "email": contact.email, "phone": contact.phone.replace(" ", ""), "city": contact.city,
        "job_title": contact.job_title, "company": contact.company_id, "created_at": contact.created_at,
    }  # fmt: skip


def _deal(deal: Deal, ids: Ids) -> Mapping[str, Any]:
    amount = Decimal(deal.amount) / 100
    outcome = {STAGES - 1: "won", STAGES: "lost"}.get(deal.stage, "open")
    return {
        "id": deal.id, "name": deal.name, "amount": amount, "weighted": amount / 2, "probability": 50, "pipeline": ids.pipeline,
        "stage": ids.stages[deal.stage - 1], "outcome": outcome, "company": deal.company_id, "contact": deal.contact_id,
        "stage_since": deal.created_at, "opened_on": deal.created_at.date(), "created_at": deal.created_at,
    }  # fmt: skip


def _activity(activity: Activity) -> Mapping[str, Any]:
    return {
        "id": activity.id, "about": f"deal:{activity.deal_id}", "kind": activity.kind, "subject": activity.subject,
        "due_at": activity.at, "done_at": activity.at, "created_at": activity.at, "pinned": False,
    }  # fmt: skip


def _fill(
    connection: Connection,
    info: EntityInfo,
    rows: Iterable[Any],
    values: Callable[[Any], Mapping[str, Any]],
    ids: Ids,
) -> None:
    everywhere = {
        "owner": ids.user, "team": ids.team, "created_by": ids.user, "updated_by": ids.user, "version": 1, "custom": None,
        "trashed_at": None,
    }  # fmt: skip
    for batch in batches(dict(values(row)) for row in rows):
        full = [
            {**everywhere, "updated_at": r["created_at"], "search": "", **r, **house_columns(info, r, r)}
            for r in batch
        ]
        connection.execute(insert(info.table), full)
    if connection.dialect.name == "postgresql":
        last = select(func.max(info.table.c.id)).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence(info.name, "id"), last)))


def _tidy(engine: Engine) -> None:
    """As the server's own housekeeping would have done by now; the floor is tidied in the same way."""
    statement = "VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"
    with engine.connect().execution_options(
        isolation_level="AUTOCOMMIT", hookline_stamp="bench"
    ) as connection:
        connection.execute(text(statement))
