"""Hookline as a target: two workers, a signed-in manager, the pages that people open."""

from __future__ import annotations

import re
import sys
from urllib.parse import urlencode

from bench.client import Client
from bench.product.load import EMAIL, PASSWORD, load
from bench.seed import Seed
from bench.targets import Case, Command, Target

_ROW = '<tr role="row" data-url="/contacts/'


class Product:
    """The application this repository is about."""

    name = "hookline"

    def load(self, url: str, seed: Seed) -> None:
        load(url, seed)

    def command(self, url: str, port: int) -> Command:
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
            import_contacts=_import_contacts,
            headers={"Cookie": cookie},
            statements_header="X-Statements",
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


def _import_contacts(client: Client, file: bytes) -> None:
    raise RuntimeError(f"an import of {len(file)} bytes is not connected yet")
