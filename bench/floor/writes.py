"""The floor's writes: one contact from a form, many from a CSV file."""

import csv
from datetime import UTC, datetime
from io import StringIO

from litestar import Request, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from sqlalchemy import Engine

from bench.floor.load import batches, insert_contacts

FORM_FIELDS = ("first_name", "last_name", "email", "phone", "city", "job_title")


def write_handlers(engine: Engine) -> list[HTTPRouteHandler]:
    @post("/contacts")
    async def create_contact(request: Request[None, None, State]) -> Redirect:
        form = await request.form()
        with engine.begin() as connection:
            insert_contacts(connection, [_row({name: form[name] for name in FORM_FIELDS})])
        return Redirect("/contacts", status_code=HTTP_303_SEE_OTHER)

    @post("/contacts/import")
    async def import_contacts(request: Request[None, None, State]) -> Redirect:
        lines = StringIO((await request.body()).decode())
        with engine.begin() as connection:
            for batch in batches(_row(line) for line in csv.DictReader(lines)):
                insert_contacts(connection, batch)
        return Redirect("/contacts", status_code=HTTP_303_SEE_OTHER)

    return [create_contact, import_contacts]


def _row(values: dict[str, str]) -> dict[str, object]:
    return {**values, "company_id": 1, "created_at": datetime.now(UTC)}
