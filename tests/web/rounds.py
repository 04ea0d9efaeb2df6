"""The rounds through a house with plugins that misbehave at every point: whatever is asked or sent, no answer is 5xx.

Each round leads to some of the points. What a point declared anew is reached by must be said here.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import pytest
from hookline.commands.of_plugins import _command, list_commands
from hookline.crm.activities import Activity
from hookline.crm.catalogs import LostReason, Source
from hookline.crm.contacts import Contact
from hookline.crm.demo.parts import tell_parts
from hookline.crm.files import keep_file
from hookline.crm.foreign_files import read_file
from hookline.crm.nouns import core
from hookline.crm.public_files import picture_addresses
from hookline.crm.purchases import Purchase
from hookline.crm.seeds import lay_seeds
from hookline.crm.sign_in.sessions import make_token
from hookline.errors import Invalid, PluginError, Refused
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.settled import settle
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.points import Point
from hookline.kernel.public_links import public_address
from hookline.kernel.shown import Money
from hookline.start import create_worker
from httpx import Response

from tests.api.client import Caller
from tests.pages import pages
from tests.town import NOW
from tests.web import chaos
from tests.web.chaos import Way
from tests.web.visitor import ORIGIN, Doors, words

# What a form comes to, and what neither a page nor a form does. Whatever else there is, pages must come to.
WRITTEN: Final = frozenset(
    {"before_save", "before_delete", "before_stage_change", "default", "action", "endpoint"}
)
BESIDES: Final = frozenset({
    "exporter", "importer", "personal_data", "erase_personal_data", "erase", "follow", "around_write", "follow_event", "after_commit", "on", "job",
    "seed", "demo", "command", "provides", "public_file",
})  # fmt: skip


def see_everything(house: Doors) -> None:
    """Every page, and every part of one that a plugin brings."""
    ada, home = house.enter("ada"), house.town.installation
    there = [
        address.path for address, _ in pages(house.client, house.client.app, home, who=house.town.ids["ada"])
    ]
    assert len(there) > 100
    deal = house.town.ids["scanners"]
    asked = {
        "panel": "/deals/{deal}/panel/{plugin}/{name}", "report": "/reports/{plugin}/{name}", "page": "/x/{plugin}/{name}",
        "widget": "/widgets/{plugin}/{name}", "block": "/blocks/{plugin}/{name}", "selection": "/deals?id.among={plugin}.{name}:1",
    }  # fmt: skip
    for c in _of_plugins(home):
        if c.kind in asked and c.entity in (None, "deal"):
            for htmx in (False, True):
                path = asked[c.kind].format(deal=deal, plugin=c.plugin, name=c.name)
                _sound(path, ada.get(path, htmx=htmx))
        if c.kind == "selection" and c.options["choices"] is not None:
            _sound(c.key, ada.get(f"/deals?filter=set:{c.key}"))
    for path in (
        "/search?q=scan",
        "/search?q=scan&fragment=palette",
        "/api/v1/deal",
        "/api/v1/product",
        "/products",
        "/openapi.json",
        *(f"/{slug}/similar?name=Acme&owner=1" for slug in ("deals", "companies", "contacts", "leads")),
    ):
        _sound(path, ada.get(path))


def write_everything(house: Doors) -> None:
    """What people send: records, moves, removals, actions, and forms of public pages."""
    ada, ids, home = house.enter("ada"), house.town.ids, house.town.installation
    sent = [
        ("/contacts", {"first_name": "Nora"}), ("/companies", {"name": "Brand new"}), ("/leads", {"name": "A request"}),
        (f"/deals/{ids['scanners']}/stage", {"stage": str(ids["offer"]), "version": "1"}),
        (f"/deals/{ids['scanners']}/trash", {"version": "1"}),
        (f"/contacts/{ids['helen']}/privacy", {}), ("/products", {"name": "Bolt"}),
    ]  # fmt: skip
    for path, form in sent:
        _sound(path, ada.post(path, form))
    for c in _of_plugins(home):
        if c.kind == "action" and c.entity == "deal":
            path = f"/deals/{ids['scanners']}/action/{c.plugin}/{c.name}"
            answer = ada.post(path, {"version": "1"})
            assert answer.status_code in (303, 403, 404, 422), (path, answer.status_code)
            if c.options["bulk"]:
                path = f"/deals/bulk/action/{c.plugin}/{c.name}"
                _sound(path, ada.post(path, {"id": [str(ids["scanners"])]}))
        if c.kind == "page" and not c.options["public"]:
            _sound(c.key, ada.post(f"/x/{c.plugin}/{c.name}", {"said": "Hello"}))


def come_by_links(house: Doors) -> dict[str, tuple[Response, Response]]:
    """What people who do not work here have links to: public pages, read and sent; by the page's plugin."""
    found = {}
    for c in _of_plugins(house.town.installation):
        if c.kind == "page" and c.options["public"]:
            with house.town.house() as gate:
                path = public_address(gate, c.key, "7")
            read = house.client.get(path)
            written = house.client.post(path, data={"said": "Hello"}, headers={"origin": ORIGIN})
            _sound(path, read)
            _sound(path, written)
            found[c.plugin] = (read, written)
    return found


def ask_as_programs(house: Doors, plugins: Sequence[str]) -> dict[str, Response]:
    """What the endpoint of each of these plugins answers, by plugin."""
    with house.town.installation.database.write() as tx:
        robot = Caller(house.client, make_token(tx, house.town.ids["ada"], "test", "write", NOW))
    found = {}
    for c in _of_plugins(house.town.installation):
        if c.kind == "endpoint" and c.plugin in plugins:
            found[c.plugin] = robot.post(f"/x/{c.plugin}/{c.name}", {"said": "Hello"})
            _sound(c.key, found[c.plugin])
    return found


def do_the_rest(house: Doors, ways: Sequence[Way]) -> None:
    """Files, people's own data, what is heard and done in the background, at the start, and on the command line."""
    home, ids, ada = house.town.installation, house.town.ids, house.enter("ada")
    keys = [f"chaos_{way.__name__}.{way.__name__}" for way in ways]
    for key in keys:
        taken = ada.post("/deals/export", {"format": key, "query": "sort=id"})
        assert taken.status_code in (200, 404, 422), (key, taken.status_code)
    with house.town.house() as gate:
        for key in keys:
            importer = next(c for c in home.host.all() if (c.kind, c.key) == ("importer", key))
            with pytest.raises(Refused):
                read_file(gate, importer, "people.txt", b"Ada")
    copied = [ada.post(f"/privacy/contact/{ids['helen']}/copy").status_code for _ in range(2)]
    # Whoever is told that a plugin did not answer asks again, and gets the rest.
    assert copied in ([200, 200], [422, 200])
    erased = ada.post(f"/privacy/contact/{ids['helen']}/erasure", {"name": "Helen Marsh", "reason": "asked"})
    assert erased.status_code == 422
    for entity in (Source, LostReason):
        with pytest.raises(Invalid, match="failed, so this was not saved"), house.town.house() as gate:
            gate.create(entity, {"name": "Fair"})
    with house.town.house() as gate:
        met = gate.create(Activity, {"subject": "Met", "about": f"deal:{ids['scanners']}"})
        gate.trash(Activity, met)
    with pytest.raises(Invalid, match="failed, so this was not saved"), house.town.house() as gate:
        gate.erase(Activity, met)
    with house.town.house() as gate:
        id = keep_file(gate, home.settings.files_dir, "a.txt", b"As we said.", f"deal:{ids['scanners']}")
        found = [picture_addresses(gate, way, [id])[id] for way in ways]
    for address in found:
        assert house.client.get(address).status_code == 404
    _tell_of_a_purchase(house, ways)
    with home.database.write() as tx:
        for key in keys:
            enqueue(tx, key, {}, now=NOW)
    worker = create_worker(home)
    while worker.run_once():
        pass
    lay_seeds(home)
    assert {part.key for part in tell_parts(home)} <= set(keys)
    with house.town.house() as gate:
        Point("chaos_raises.raises", chaos.raises).answers(None, gate)
    settle(home.database, home.host)
    for commands in list_commands(home.host).values():
        _run(home, commands[0])


def _tell_of_a_purchase(house: Doors, ways: Sequence[Way]) -> None:
    """By an installation in which they only listen: there it can be told and a contact saved, and here both are heard."""
    host = PluginHost()
    host.load([core, *(chaos.misbehaving(way, only=("on", "after_commit")) for way in ways)])
    told = Purchase(source="till:1", what="Tea", amount=Money(3), bought_at=NOW)
    with Installation(house.town.installation.database, host, clock=lambda: NOW).house("till") as gate:
        gate.emit(told)
        gate.create(Contact, {"first_name": "Nora"})
    with pytest.raises(Invalid, match="failed, so this was not saved"), house.town.house() as gate:
        gate.emit(told)


def _of_plugins(home: Installation) -> list[Contribution]:
    return [c for c in home.host.all() if c.plugin != "core"]


def _run(home: Installation, command: Contribution) -> None:
    with suppress(PluginError, Refused):
        _command(home, command).main([], standalone_mode=False)


def _sound(where: str, answer: Response) -> None:
    assert answer.status_code < 500, (where, answer.status_code, words(answer.text)[:300])
