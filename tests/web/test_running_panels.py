"""A panel that says that something runs is asked for again until it says so no more."""

from pathlib import Path

import pytest
from hookline.crm.deals import Deal
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.screens import PageRequest
from hookline.kernel.shown import Panel

from tests.town import build_town
from tests.web.visitor import open_doors

pytestmark = pytest.mark.one_engine


def test_a_panel_comes_anew_while_something_runs(migrated_url: str, tmp_path: Path) -> None:
    mill, left = Plugin("mill"), [2, 1, 0, 1, 0]

    def shown() -> Panel:
        count = left.pop(0)
        return Panel(text=f"{count} left", running=count > 0)

    @mill.panel(Deal, "Grinding")
    def grinding(deal: Deal, gate: Gate) -> Panel:
        return shown()

    @mill.page("Mill")
    def wheel(asked: PageRequest, gate: Gate) -> Panel:
        return shown()

    town = build_town(migrated_url, [mill])
    with open_doors(town, tmp_path) as doors:
        ada, url = doors.enter("ada"), f"/deals/{town.ids['scanners']}/panel/mill/grinding"
        for words in ("2 left", "1 left"):
            asked = ada.see(url).select_one(f'[hx-get="{url}"][hx-trigger="every 2s"]')
            assert asked is not None
            assert words in asked.text
        assert "0 left" in (last := ada.get(url, htmx=True).text)
        assert "hx-get" not in last
        running = ada.see("/x/mill/wheel?of=1").select_one('#content [hx-trigger="every 2s"]')
        assert running is not None
        assert running["hx-get"] == "/x/mill/wheel?of=1"
        assert "hx-trigger" not in ada.get("/x/mill/wheel", htmx=True).text
    town.installation.database.close()
