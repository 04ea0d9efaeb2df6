"""Reports as pages: their parameters in the address, favourites, the days before, files, and letters that are ordered."""

import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hookline.crm.access.teams import Team
from hookline.crm.deals import Deal
from hookline.crm.stages import move
from hookline_sdk.testing.elements import Element
from python_calamine import CalamineWorkbook

from tests.town import NOW
from tests.web.visitor import Doors, words

# What the reports count is tried on both engines beside their figures.
pytestmark = pytest.mark.one_engine

SELLERS = "/reports/core/sellers"


@pytest.fixture
def sold(doors: Doors) -> Doors:
    """Two deals of Boris won this month, one last month."""
    with doors.town.house() as gate:
        for name, amount, days in (("One", 300, 1), ("Two", 100, 2), ("Old", 200, 30)):
            values = {
                "name": name, "amount": Decimal(amount), "owner": doors.town.ids["boris"], "currency": "EUR",
                "opened_on": (NOW - timedelta(days=60)).date(),
            }  # fmt: skip
            id = gate.create(Deal, values)
            move(gate, Deal, id, doors.town.ids["won"], {})
            gate.update(Deal, id, {"closed_on": (NOW - timedelta(days=days)).date()})
    return doors


def table(page: Element) -> list[list[str]]:
    return [[words(str(cell)) for cell in row.select("th, td")] for row in page.select(".report-table tr")]


def test_the_index_has_favourites_first(doors: Doors) -> None:
    v = doors.enter("boris")
    assert words(str(v.see("/reports").select_one(".report-index h2"))) == "Hookline"
    page = v.walk(f"{SELLERS}/star", {"wanted": "1", "back": "/reports"})
    first = page.select(".report-index section")[0]
    assert words(str(first.one("h2"))) == "Favourites"
    assert [a.get_text() for a in first.select(".report-card a")] == ["Sellers"]
    assert doors.enter("clara").see("/reports").select(".report-index h2")[0].get_text() == "Hookline"
    v.walk(f"{SELLERS}/star", {"wanted": "0", "back": "/reports"})
    assert words(str(v.see("/reports").select_one(".report-index h2"))) == "Hookline"
    assert v.statements("/reports") <= 5


def test_what_is_asked_stands_in_the_address(sold: Doors) -> None:
    v = sold.enter("vera")
    now = v.see(f"{SELLERS}?period=this_month")
    assert table(now)[1][:3] == ["Boris", "2", "€400"]
    assert now.select_one('.seg [aria-current="true"]').get_text(strip=True) == "This month"  # type: ignore[union-attr]  # it is there
    assert table(v.see(f"{SELLERS}?period=last_month"))[1][:3] == ["Boris", "1", "€200"]
    assert (
        "Nothing to report"
        in v.see(f"{SELLERS}?period=this_month&whose=user:{sold.town.ids['clara']}").get_text()
    )
    chosen = v.see(f"{SELLERS}?period=this_month&whose=team:{sold.town.ids['south']}")
    assert chosen.select_one(f'select[name=whose] option[selected][value="team:{sold.town.ids["south"]}"]')
    links = {str(a["href"]) for a in now.select(".report-table a")}
    assert any(
        "closed_on.gte=2026-03-01" in link and f"owner={sold.town.ids['boris']}" in link for link in links
    )


def test_the_days_before_stand_beside(sold: Doors) -> None:
    v = sold.enter("vera")
    page = v.see(f"{SELLERS}?period=this_month&compare=1")
    assert table(page)[1][:3] == ["Boris", "2 +100 %", "€400 +100 %"]
    assert "1 Feb 2026 – 17 Feb 2026" in page.get_text()
    assert not v.see(SELLERS).select(".report-compare")
    assert v.statements(f"{SELLERS}?period=this_month&compare=1") <= v.statements(SELLERS) + 1 <= 6


def test_its_table_goes_into_files_that_calculate_nothing(sold: Doors) -> None:
    with sold.town.house() as gate:
        gate.update(Team, sold.town.ids["north"], {"name": "=1+1"})
        gate.run(gate.schema[Deal].table.update().values(team=sold.town.ids["north"]))
    v = sold.enter("vera")
    page = v.see("/reports/core/teams?period=this_month")
    actions = {words(str(f)): str(f["action"]) for f in page.select('form[action*="/file"]')}
    assert actions.keys() == {"CSV", "Excel"}
    book = CalamineWorkbook.from_filelike(io.BytesIO(v.post(actions["Excel"]).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][:3] == ["'=1+1", 2, 400]
    assert rows[2][:3] == ["Total", 2, 400]
    assert "'=1+1,2,400" in v.post(actions["CSV"]).text
    seller = sold.enter("boris")
    assert not seller.see("/reports/core/teams").select('form[action*="/file"]')
    assert seller.post("/reports/core/teams/file").status_code == 403


def test_a_report_is_ordered_by_mail_and_cancelled(doors: Doors) -> None:
    v = doors.enter("vera")
    form = v.see("/reports/letters/new?report=core.sellers&query=period%3Dthis_month")
    assert words(str(form.one("h1"))) == "By e-mail: Sellers"
    sent = {
        "report": "core.sellers", "query": "period=this_month", "every": "week", "weekday": "0", "monthday": "1", "hour": "8",
        "recipients": [str(doors.town.ids["vera"]), str(doors.town.ids["max"])],
    }  # fmt: skip
    assert "sends no mail yet" in v.post("/reports/letters", sent).text
    site = doors.client.app.state.site
    site.settings = replace(site.settings, smtp_url="smtp+plain://127.0.0.1:2525")
    refused = v.post("/reports/letters", {**sent, "recipients": []})
    assert refused.status_code == 422
    assert "Choose people who work here." in refused.text
    page = v.walk("/reports/letters", sent)
    text = words(str(page))
    assert "Every week, Mon at 08:00" in text
    assert "This month" in text
    assert "Max" in text
    url = str(page.select_one('form[action$="/pause"]')["action"]).removesuffix("/pause")  # type: ignore[index]  # it is there
    assert "Rests" in words(str(v.walk(f"{url}/pause")))
    assert "Every day at 09:00" in words(str(v.walk(url, {**sent, "every": "day", "hour": "9"})))
    assert doors.enter("max").get(url).status_code == 404
    assert doors.enter("max").post(f"{url}/end").status_code == 404
    assert "By e-mail" in v.see("/reports").get_text()
    assert "By e-mail" not in v.walk(f"{url}/end").get_text()
