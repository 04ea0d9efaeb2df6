"""What plugins say a new record starts with stands in its empty form, and stays away when it has been emptied."""

from pathlib import Path

from hookline.crm.companies import Company
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.rules import Draft
from hookline_sdk.testing.elements import Element
from sqlalchemy import select

from tests.town import build_town
from tests.web.visitor import open_doors


def test_an_empty_form_shows_the_start_and_what_is_emptied_stays_empty(
    migrated_url: str, tmp_path: Path
) -> None:
    trade, broken_now = Plugin("trade"), list[bool]()

    @trade.default(Company, "website")
    def site(draft: Draft[Company], gate: Gate) -> str:
        return "https://mill.example/"

    @trade.default(Company, "description")
    def broken(draft: Draft[Company], gate: Gate) -> str:
        if broken_now:
            raise ZeroDivisionError
        return "Stone"

    town = build_town(migrated_url, [trade])
    town.installation.host.strict = False
    broken_now.append(True)
    with open_doors(town, tmp_path) as doors:
        v = doors.enter("boris")
        field = v.see("/companies/new").select_one('[name="website"]')
        assert isinstance(field, Element)
        assert "mill.example" in str(field.get("value"))
        # Who fills it in oneself needs no default, a broken one least of all.
        v.walk("/companies", {"name": "Emptied", "website": "", "description": "Oak"})
        refused = v.post("/companies", {"name": "Never"})
        assert refused.status_code == 422
        assert "trade" in refused.text
    with town.house() as gate:
        found = dict(
            tuple(row)
            for row in gate.rows(
                select(Company.name, Company.website).where(Company.name.in_(["Emptied", "Never"]))
            )
        )
    town.installation.database.close()
    assert found == {"Emptied": None}
