"""Requests made from the OpenAPI document: no answer is a server's error, and each is as the document says."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from hookline.app import create_app
from hookline.crm.sign_in.sessions import make_token
from hookline.settings import Settings

from tests.town import NOW, Town

EXAMPLES = 4
# What lies outside of a schema (does the company exist, may the stage be entered) decides whether good values are taken.
# It does not count 413 as a refusal, and an empty `fields=` as the whole record is ours.
LEFT_OUT = "positive_data_acceptance,negative_data_rejection,object_level_authorization"


@pytest.fixture
def served(town: Town, tmp_path: Path) -> Iterator[str]:
    """The address of the town, served on this machine."""
    settings = Settings(database_url=town.installation.database.url, data_dir=tmp_path)
    app = create_app(settings, town.installation)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    socket = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        socket.close()


def test_no_request_that_the_document_allows_or_forbids_breaks_the_server(
    town: Town, served: str, tmp_path: Path
) -> None:
    with town.installation.database.write() as tx:
        token = make_token(tx, town.ids["ada"], "schemathesis", "write", NOW)
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{served}/openapi.json",
        "--header", f"Authorization: Bearer {token}", "--checks", "all", "--exclude-checks", LEFT_OUT,
        "--wait-for-schema", "60", "--phases", "examples,fuzzing", "--max-examples", str(EXAMPLES), "--seed", "20261121", "--warnings", "off",
        "--suppress-health-check", "all", "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-6000:] + found.stderr[-2000:]
    assert "No issues found" in found.stdout
    # Ada must still be in charge, else most answers were "you may not".
    with town.as_("ada") as gate:
        assert gate.actor.may("admin.users")
