"""What plugins take for the same stands beside the form, on the page that follows, and where records are merged."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hookline.crm.companies import Company
from hookline.errors import Text
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.rules import Alike, Draft
from sqlalchemy import select

from tests.town import build_town
from tests.web.visitor import open_doors


def test_plugins_say_what_may_be_the_same(migrated_url: str, tmp_path: Path) -> None:
    trade, broken_now = Plugin("trade"), list[bool]()

    @trade.similar(Company, fields=("industry", "founded"))
    def same(drafts: Sequence[Draft[Company]], gate: Gate) -> Iterator[Alike]:
        if broken_now:
            raise ZeroDivisionError
        for place, draft in enumerate(drafts):
            founded = draft.values.get("founded")
            for (id,) in gate.rows(select(Company.id).where(Company.founded == founded)) if founded else ():
                yield Alike(place, id, Text("Begun in the same year"))

    town = build_town(migrated_url, [trade])
    town.installation.host.strict = False
    with open_doors(town, tmp_path) as doors:
        v = doors.enter("boris")
        v.walk("/companies", {"name": "Oldest", "founded": "1717"})
        form = v.see("/companies/new")
        asked = form.select_one('[hx-get="/companies/similar"]')
        assert asked is not None
        assert "from:#f-founded" in str(asked["hx-trigger"])
        typed = v.see("/companies/similar?name=Other&founded=1717")
        assert "Oldest" in typed.text
        assert "Begun in the same year" in typed.text
        saved = v.walk("/companies", {"name": "Younger", "founded": "1717"})
        assert "Oldest (Begun in the same year)" in saved.text
        broken_now.append(True)
        assert "Oldest" not in v.see("/companies/similar?name=Other&founded=1717").text
        assert "Oldest" in v.see("/companies/similar?name=Oldest").text
    town.installation.database.close()
