"""The floor as an application to measure."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlencode

from bench.client import Client
from bench.floor.engine import floor_engine
from bench.floor.load import load
from bench.seed import Seed
from bench.targets import Case, Command, Target

ROOT = Path(__file__).resolve().parents[2]
ROW = '<tr id="contact-'


class Floor:
    name = "floor"

    def load(self, url: str, seed: Seed) -> None:
        engine = floor_engine(url)
        load(engine, seed)
        engine.dispose()

    def command(self, url: str, port: int) -> Command:
        program = (sys.executable, "-m", "uvicorn", "bench.floor.app:create_app", "--factory")
        place = ("--app-dir", str(ROOT))
        options = ("--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--no-access-log")
        return Command((*program, *place, *options), {"BENCH_FLOOR_URL": url}, ready_path="/contacts")

    def target(self, base_url: str, seed: Seed) -> Target:
        page = f"/contacts/at/{seed.deep_offset}"
        return Target(
            base_url=base_url,
            cases=(
                Case("A", "/contacts", proof=ROW, proof_count=50),
                Case("B", "/contacts/search?job_title=Engineer&word=ivan", proof=ROW),
                # By offset the floor gets there only by a jump; a keyset page could not beat a first page.
                Case("C next", "/contacts", proof=ROW, proof_count=50),
                Case("C jump", page, proof=ROW, proof_count=50),
                Case("D", f"/deals/{seed.long_deal_id}", proof='<li id="activity-', proof_count=30),
                Case("E", "/pipeline", proof='<tr id="stage-', proof_count=6),
                Case("F", "/contacts", proof="", method="POST", body=_form, status=303),
            ),
            import_contacts=_import_contacts,
        )


def _form(number: int) -> bytes:
    values = {
        "first_name": "Ada",
        "last_name": f"Newman {number}",
        "email": f"ada.{number}@example.test",
        "phone": "+44 20 70000000",
        "city": "City 01",
        "job_title": "Engineer",
    }
    return urlencode(values).encode()


def _import_contacts(client: Client, file: bytes) -> None:
    answer = client.post("/contacts/import", file, "text/csv")
    if answer.status != 303:
        raise RuntimeError(f"The import answered {answer.status}: {answer.text[:400]}")
