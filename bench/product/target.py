"""Hookline as a target: two workers, a signed-in manager, the pages that people open."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from hookline.crm.access.users import User
from hookline.crm.imports.batches import Result
from hookline.crm.imports.commands import import_files
from hookline.settings import Settings
from hookline.start import create_installation
from sqlalchemy import select

from bench.client import Client
from bench.product.load import EMAIL, PASSWORD, load
from bench.product.rules import measure_rules
from bench.seed import Seed
from bench.targets import Case, Command, Target

_ROW = 'k-main a-main"><a href="/contacts/'


class Product:
    """The application this repository is about."""

    name = "hookline"

    def __init__(self) -> None:
        self._url = ""

    def load(self, url: str, seed: Seed) -> None:
        load(url, seed)

    def command(self, url: str, port: int) -> Command:
        self._url = url
        arguments = (
            sys.executable,
            "-m",
            "hookline",
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--workers",
            "2",
        )
        environment = {
            "HOOKLINE_DATABASE_URL": url,
            "HOOKLINE_BASE_URL": f"http://127.0.0.1:{port}",
            "HOOKLINE_COUNT_STATEMENTS": "1",
        }
        return Command(arguments, environment, ready_path="/sign-in")

    def target(self, base_url: str, seed: Seed) -> Target:
        cookie, csrf = _sign_in(base_url)
        following = _next_page(base_url, cookie, seed)
        return Target(
            base_url=base_url,
            cases=(
                Case("A", "/contacts", proof=_ROW, proof_count=50),
                Case("B", "/contacts?job_title.is=Engineer&q=ivan", proof=_ROW),
                Case("C next", following, proof=_ROW, proof_count=min(50, seed.contact_count // 20)),
                Case("C jump", f"/contacts?offset={seed.deep_offset}", proof=_ROW, proof_count=50),
                Case("D", f"/deals/{seed.long_deal_id}", proof="<time", proof_count=30),
                Case("E", "/reports/core/pipeline", proof="Stage 6"),
                Case(
                    "F",
                    "/contacts",
                    proof="",
                    method="POST",
                    body=lambda number: _form(number, csrf),
                    status=303,
                ),
            ),
            import_contacts=lambda _client, file: _import_contacts(self._url, file),
            headers={"Cookie": cookie},
            statements_header="x-statements",
            measure_rules=lambda: measure_rules(self._url),
        )


def _sign_in(base_url: str) -> tuple[str, str]:
    with Client(base_url, {}) as client:
        form = urlencode({"email": EMAIL, "password": PASSWORD}).encode()
        answer = client.post("/sign-in", form, "application/x-www-form-urlencoded")
        cookie = answer.headers["set-cookie"].partition(";")[0]
    with Client(base_url, {"Cookie": cookie}) as client:
        page = client.request("GET", "/contacts", None, None).text
    found = re.search(r'data-csrf="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page after signing in has no CSRF token")
    return cookie, found[1]


def _next_page(base_url: str, cookie: str, seed: Seed) -> str:
    """The address of the page that follows the one at the deep offset, as its own link gives it."""
    with Client(base_url, {"Cookie": cookie}) as client:
        page = client.request("GET", f"/contacts?offset={seed.deep_offset}", None, None).text
    found = re.search(r'href="(/contacts\?[^"]*after=[^"]+)"', page)
    if found is None:
        raise RuntimeError("the deep page has no link to the next one")
    return found[1].replace("&amp;", "&")


def _form(number: int, csrf: str) -> bytes:
    values = {
        "_csrf": csrf, "first_name": "Ada", "last_name": f"Newman {number}", "email": f"ada.{number}@example.com",
        "phone": "+442071838750", "city": "City 01", "job_title": "Engineer",
    }  # fmt: skip
    return urlencode(values).encode()


def _import_contacts(url: str, file: bytes) -> None:
    """Import as `hookline import run` does, with the manager's rights, in a process that is up already."""
    home = create_installation(Settings(database_url=url))
    fields = {name: name for name in ("first_name", "last_name", "email", "phone", "city", "job_title")}
    with home.database.read() as tx:
        user = tx.run(select(User.id).where(User.email == EMAIL), why="bench").scalar_one()
    with TemporaryDirectory() as folder:
        data, mapping = Path(folder, "contacts.csv"), Path(folder, "contacts.toml")
        data.write_bytes(file)
        lines = [f'{field} = "{column}"' for field, column in fields.items()]
        mapping.write_text("\n".join(['entity = "contact"', "[fields]", *lines]), "utf-8")
        runs = import_files(home, data, mapping, lambda _line: None, user=user)
    home.database.close()
    created, rows = runs[0].count(Result.created), file.count(b"\n") - 1
    if created != rows:
        raise RuntimeError(f"{created} of {rows} contacts were imported")
