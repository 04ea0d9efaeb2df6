"""Files of other programs: what a plugin's exporter writes in lists and for the API, and what its importer brings in."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hookline.crm.access.users import User
from hookline.crm.companies import Company
from hookline.crm.deals import Deal
from hookline.crm.sign_in.sessions import make_token
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.exchange import ExportRun, ForeignRow, ImportFile
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin
from sqlalchemy import select

from tests.conftest import copied
from tests.town import NOW, Town, open_town
from tests.web.test_imports import filled, upload, work
from tests.web.visitor import Doors, Visitor, open_doors, words


def portal_plugin() -> Plugin:
    """A plugin that speaks the language of a portal."""
    plugin = Plugin("portal", label="Portal")

    @plugin.exporter(Deal, "Portal's feed", name="feed.xml", media_type="application/xml")
    def feed(run: ExportRun[Deal], gate: Gate) -> Iterator[str]:
        companies = dict(tuple(row) for row in gate.rows(select(Company.id, Company.name)))
        yield "<deals>"
        for page in run.pages:
            for deal in page:
                yield f'<deal url="{run.url(deal)}" of="{companies.get(deal.company or 0, "")}">{deal.name}: {deal.amount}</deal>'
        yield "</deals>"

    @plugin.exporter(Deal, "A broken feed", name="broken.txt")
    def broken(run: ExportRun[Deal], gate: Gate) -> Iterable[str]:
        yield "half of it"
        raise KeyError("the other half")

    @plugin.importer(Company, "Portal's firms", accepts=".json")
    def firms(file: ImportFile, gate: Gate) -> Iterator[ForeignRow]:
        found: list[dict[str, Any]] = json.loads(file.text)
        if not all("firm" in firm for firm in found):
            raise Invalid([Problem("file", Text("There is a firm without a name."))])
        for firm in found:
            yield {"Name": firm["firm"], **({"Industry": firm["does"]} if "does" in firm else {})}

    return plugin


@pytest.fixture
def doors(
    settled_town: Any, engine_name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Doors]:
    """The town with the plugin; not strict, as in earnest."""
    with copied(settled_town, engine_name, request, tmp_path) as (url, ids):
        town: Town = open_town(url, [portal_plugin()])
        town.installation.host.strict = False
        town.ids.update(ids)
        with open_doors(town, tmp_path / "data") as opened:
            yield opened
        town.installation.database.close()


def take(visitor: Visitor, format: str, **form: Any) -> Any:
    return visitor.post("/deals/export", {"format": format, **form})


def audited(doors: Doors) -> str:
    return words(doors.enter("ada").get("/settings/audit").text)


def test_a_list_is_taken_as_the_file_of_a_plugin(doors: Doors) -> None:
    ada, boris = doors.enter("ada"), doors.enter("boris")
    assert "Export as Portal&#39;s feed" in ada.get("/deals").text
    answer = take(ada, "portal.feed", query="sort=id")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/xml")
    assert "feed.xml" in answer.headers["content-disposition"]
    scanners, flour = doors.town.ids["scanners"], doors.town.ids["flour"]
    assert answer.text == (
        f'<deals><deal url="http://town.example/deals/{scanners}" of="Acme Works">Scanners: 84600.50</deal>'
        f'<deal url="http://town.example/deals/{flour}" of="The Old Mill">Мука, 40 тонн: 12000.00</deal></deals>'
    )
    assert "portal.feed" in audited(doors)
    only = take(ada, "portal.feed", id=str(flour), query="sort=id").text
    assert "Scanners" not in only
    assert "Мука" in only
    found = take(ada, "portal.feed", query="name.contains=Scan").text
    assert "Мука" not in found
    # A seller takes what is the seller's.
    if (own := take(boris, "portal.feed", query="sort=id")).status_code == 200:
        assert "Мука" not in own.text
    broken = take(ada, "portal.broken", query="sort=id")
    assert broken.status_code == 422
    assert "The plugin portal failed with this file. Reference: " in words(broken.text)
    assert "half of it" not in broken.text
    assert take(ada, "portal.unknown").status_code == 422


def test_a_program_takes_it_by_the_api(doors: Doors) -> None:
    with doors.town.installation.database.write() as tx:
        ada = make_token(tx, doors.town.ids["ada"], "portal", "read", NOW)

    def ask(path: str, token: str = ada) -> Any:
        doors.client.cookies.clear()
        return doors.client.get(f"/api/v1/exports/{path}", headers={"authorization": f"Bearer {token}"})

    answer = ask("portal/feed?amount.gte=50000")
    assert answer.status_code == 200
    assert "Scanners" in answer.text
    assert "Мука" not in answer.text
    assert ask("portal/feed?limit=5").status_code == 422
    assert ask("portal/feed?nothing=5").status_code == 422
    assert ask("portal/nothing").status_code == 404
    assert ask("portal/broken").status_code == 422
    assert ask("portal/feed", "hl_wrong").status_code == 401

    described = doors.client.get("/openapi.json", headers={"authorization": f"Bearer {ada}"}).json()
    file = described["paths"]["/api/v1/exports/portal/feed"]["get"]
    assert (file["summary"], file["tags"]) == ("Portal's feed", ["deal"])
    assert list(file["responses"]["200"]["content"]) == ["application/xml"]
    taken = {parameter.get("name", "q") for parameter in file["parameters"]}
    assert taken == {"q", "sort", "filters"}


def test_a_foreign_file_goes_the_way_of_every_import(doors: Doors) -> None:
    ada = doors.enter("ada")
    assert "Companies: Portal&#39;s firms" in ada.get("/imports").text
    content = json.dumps([{"firm": "Mühle & Söhne"}, {"firm": "Пекарня", "does": "Bread"}]).encode()
    mapping = upload(ada, "/imports", "firms.json", content, entity="portal.firms")
    form = filled(ada.see(mapping))
    assert (form["field-0"], form["field-1"]) == ("name", "industry")
    run = mapping.removesuffix("/mapping")
    ada.post(mapping, form)
    work(doors.town)
    ada.post(f"{run}/start")
    work(doors.town)
    with doors.town.as_("ada") as gate:
        assert ("Пекарня", "Bread") in [
            tuple(row) for row in gate.rows(select(Company.name, Company.industry))
        ]

    def refused(name: str, content: bytes) -> str:
        ada.client.cookies.clear()
        sent = {"_csrf": ada.csrf, "entity": name}
        headers = {"cookie": f"hookline_session={ada.cookie}", "origin": "http://town.example"}
        answer = ada.client.post("/imports", data=sent, files={"file": ("x.json", content)}, headers=headers)
        assert answer.status_code in (404, 422)
        return words(answer.text)

    assert "There is a firm without a name." in refused("portal.firms", b"[{}]")
    assert "The plugin portal failed with this file. Reference: " in refused("portal.firms", b"no json")
    assert "There is nothing in this file" in refused("portal.firms", b"[]")
    refused("portal.nothing", b"[]")


def test_a_program_fetches_it_from_a_private_address(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    assert "/me/feeds?exporter=portal.feed&amp;query=amount.gte" in ada.get("/deals?amount.gte=50000").text
    made = ada.post("/me/feeds", {"exporter": "portal.feed", "query": "amount.gte=50000"})
    address = made.text.split("http://town.example")[1].split("<")[0]
    assert address.split("/")[2] not in ada.get("/me/feeds").text

    def fetch(path: str = address) -> Any:
        doors.client.cookies.clear()
        return doors.client.get(path, follow_redirects=False)

    answer = fetch()
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/xml")
    assert "Scanners" in answer.text
    assert "Мука" not in answer.text
    assert "Deals: Portal's feed" in words(ada.get("/me/feeds").text)
    assert fetch(f"/feed/{'x' * 43}").status_code == 404
    assert ada.post("/me/feeds", {"exporter": "portal.feed", "query": "nothing=1"}).status_code == 422
    assert ada.post("/me/feeds", {"exporter": "portal.none", "query": ""}).status_code == 422
    broken = ada.post("/me/feeds", {"exporter": "portal.broken", "query": ""})
    failed = fetch(broken.text.split("http://town.example")[1].split("<")[0])
    assert failed.status_code == 422
    assert "half of it" not in failed.text
    assert doors.enter("boris").post("/me/feeds/1/closure").status_code == 404
    ada.walk("/me/feeds/1/closure")
    assert fetch().status_code == 404
    again = ada.post("/me/feeds", {"exporter": "portal.feed", "query": ""})
    other = again.text.split("http://town.example")[1].split("<")[0]
    assert "Мука" in fetch(other).text
    with town.house() as gate:
        gate.update(User, town.ids["ada"], {"active": False})
        gate.configured()
    assert fetch(other).status_code == 404
