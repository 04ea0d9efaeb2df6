"""Walks through the tutorial: each step in a process of its own over the database that the step before it left.

Called with the URL of a town's database, a folder and the numbers of the town's records as JSON.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from hookline.app import create_app
from hookline.kernel.background.jobs import enqueue
from hookline.settings import Settings
from hookline.start import bring_up_to_date, create_installation, create_worker
from hookline_sdk.testing.elements import Element
from litestar.testing import TestClient

from tests.town import NOW, Town
from tests.web.visitor import ORIGIN, Doors, Visitor, words

STEPS: Final = Path("examples/tutorial")


def main(url: str, folder: str, ids: str) -> None:
    """Walk step after step; ends with 1 at the first that does not do what the tutorial says."""
    for number, look in enumerate(LOOKS, 1):
        if (child := os.fork()) == 0:
            os._exit(_walked(number, look, url, Path(folder), json.loads(ids)))
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            sys.exit(f"step {number} does not do what the tutorial says")
    print(f"{len(LOOKS)} steps")


def _walked(
    number: int, look: Callable[[Visitor, Town], None], url: str, folder: Path, ids: dict[str, int]
) -> int:
    plugin = str(STEPS / f"step{number}.py")
    settings = Settings(
        database_url=url, data_dir=folder, base_url=ORIGIN, development=True, plugins=(plugin,)
    )
    try:
        home = create_installation(settings)
        home.clock = lambda: NOW
        bring_up_to_date(home)
        town = Town(home, ids)
        with TestClient(create_app(settings, home), base_url=ORIGIN) as client:
            look(Doors(town, client).enter("boris"), town)
        home.database.close()
    except BaseException:  # noqa: BLE001  # this process ends here, whatever it was
        traceback.print_exc()
        return 1
    return 0


def _list(boris: Visitor, _town: Town) -> None:
    assert "Asking price" in words(str(boris.see("/estate/listings/new")))
    page = boris.walk("/estate/listings", {"address": "The mill house", "price": "420000"})
    assert "420,000" in words(str(page))
    assert "The mill house" in words(str(boris.see("/estate/listings")))
    assert "The mill house" in words(str(boris.see("/search?q=mill")))


def _choices_and_references(boris: Visitor, town: Town) -> None:
    page = boris.see("/estate/listings/1")
    assert "Draft" in words(str(page)), "what was there before has the default"
    boris.walk("/estate/listings/1", _form(boris, "/estate/listings/1/edit", seller=str(town.ids["helen"])))
    assert "Homes for sale" in words(str(boris.see(f"/contacts/{town.ids['helen']}")))
    assert "On the market" in words(str(boris.see("/estate/listings/board")))


def _fields(boris: Visitor, town: Town) -> None:
    address = f"/contacts/{town.ids['helen']}"
    page = boris.walk(address, _form(boris, f"{address}/edit", estate_budget="500000"))
    assert "As a buyer" in words(str(page))
    assert "500,000" in words(str(page))


def _rule(boris: Visitor, _town: Town) -> None:
    form = {"address": "The lock-keeper's house", "status": "active"}
    refused = boris.post("/estate/listings", form)
    assert refused.status_code == 422
    assert "A home on the market has a price." in words(refused.text)
    boris.walk("/estate/listings/1", _form(boris, "/estate/listings/1/edit", status="active"))


def _panel_and_report(boris: Visitor, town: Town) -> None:
    panel = boris.get(f"/contacts/{town.ids['helen']}/panel/estate/within_budget", htmx=True).text
    assert "The mill house" in words(panel)
    assert "420,000" in words(panel)
    assert "On the market 1" in words(str(boris.see("/reports/estate/by_status")))


def _job(boris: Visitor, town: Town) -> None:
    ends = (NOW + timedelta(days=14)).date()
    boris.walk("/estate/listings/1", _form(boris, "/estate/listings/1/edit", mandate_until=ends.isoformat()))
    home = town.installation
    with home.database.write() as tx:
        enqueue(tx, "estate.remind_of_mandates", {}, now=NOW)
    create_worker(home).run_once()
    assert "Renew the mandate" in words(str(boris.see("/estate/listings/1")))


def _form(visitor: Visitor, path: str, **changes: str) -> dict[str, str]:
    """What a form would send as it stands, with these changes."""
    page = visitor.see(path)
    form = page.select_one("form:has([name=version])")
    assert form is not None
    return {**_filled(form), **changes}


def _filled(form: Element) -> dict[str, str]:
    given: dict[str, str] = {}
    for field in form.select("input[name], textarea[name]"):
        if field.get("type") not in ("checkbox", "radio", "submit", "file"):
            given[str(field["name"])] = str(field.get("value") or field.get_text())
    for field in form.select("select[name]"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        given[str(field["name"])] = str(chosen.get("value", "")) if chosen else ""
    return given


LOOKS: Final = (_list, _choices_and_references, _fields, _rule, _panel_and_report, _job)

if __name__ == "__main__":
    main(*sys.argv[1:])
