"""The plugin of the README: one file, at most fifteen lines, and its four things on the screen."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT

PLUGIN = ROOT / "examples/one_file_plugin.py"
HOOKLINE = [sys.executable, "-m", "hookline.cli"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Settings of an installation in development, over an empty folder, with the plugin."""
    return {
        **os.environ,
        "HOOKLINE_DATABASE_URL": f"sqlite:///{tmp_path / 'one.db'}",
        "HOOKLINE_DATA_DIR": str(tmp_path),
        "HOOKLINE_PLUGINS": str(PLUGIN),
        "HOOKLINE_DEVELOPMENT": "1",
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def address(environment: dict[str, str]) -> Iterator[str]:
    """`hookline serve` there."""
    for command in (["migrate"], ["user", "add", "Ada", "ada@town.example", "--password", "a-quiet-place"]):
        subprocess.run([*HOOKLINE, *command], env=environment, check=True, capture_output=True)
    command = [*HOOKLINE, "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        ready = re.search(r"http://\S+", server.stdout.readline())
        try:
            assert ready is not None
            yield ready.group()
        finally:
            server.terminate()


@pytest.fixture
def browser_of_ada(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, follow_redirects=True, timeout=30) as client:
        form = {"email": "ada@town.example", "password": "a-quiet-place"}
        assert client.post("/sign-in", data=form).status_code == 200
        yield client


def test_it_fits_on_fifteen_lines() -> None:
    assert len(PLUGIN.read_text("utf-8").splitlines()) <= 15


def test_field_panel_column_and_report_are_on_the_screen(
    browser_of_ada: httpx.Client, environment: dict[str, str]
) -> None:
    ada = browser_of_ada
    assert "Margin, %" in ada.get("/deals/new").text
    token = re.search(r'data-csrf="([^"]+)"', ada.get("/deals").text)
    assert token is not None
    form = {"_csrf": token.group(1), "name": "Twenty scanners", "amount": "1000", "margins_margin": "37"}
    made = ada.post("/deals", data=form)
    assert made.status_code == 200, made.text[-500:]
    assert "Margin, %" in made.text
    panel = ada.get("/deals/1/panel/margins/margin_panel", headers={"HX-Request": "true"}).text
    assert "/deals/1/panel/margins/margin_panel" in made.text
    assert "37%" in panel
    deals = ada.get("/deals").text
    assert "Margin kept" in deals
    assert "37%" in deals
    report = ada.get("/reports/margins/best_margins").text
    assert "Twenty scanners" in report
    assert "37" in report
    assert "Best margins" in ada.get("/reports").text
    said = subprocess.run(
        [*HOOKLINE, "plugin", "plan", "margins"], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert "column      deal.margins_margin: filled in 1 rows" in said
    assert "all of it stays" in said
    held = ada.get("/-/plugins/margins").text
    assert "What it holds" in held
    assert "deal.margins_margin" in held
