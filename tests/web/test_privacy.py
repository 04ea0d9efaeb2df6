"""The screens of personal data: looked at, handed out, erased, kept no longer, agreed to."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from hookline.crm.activities import Activity
from hookline.crm.contacts import Contact
from hookline.crm.messages.consents import Consent, ConsentPurpose
from hookline.errors import Invalid
from hookline.start import create_worker
from sqlalchemy import select

from tests.web.visitor import Doors, words

# Erasure and retention are tried on both engines in tests/crm.
pytestmark = pytest.mark.one_engine

SCREENS = (
    "/settings/privacy",
    "/settings/privacy/rules/new",
    "/privacy/contact/{helen}",
    "/privacy/user/{olga}",
)


def test_an_administrator_hands_out_everything(doors: Doors) -> None:
    ada, helen = doors.enter("ada"), doors.town.ids["helen"]
    page = ada.see(f"/contacts/{helen}")
    assert page.select_one(f'a[href="/privacy/contact/{helen}"]')
    answer = ada.post(f"/privacy/contact/{helen}/copy")
    assert answer.headers["content-type"] == "application/zip"
    with ZipFile(BytesIO(answer.content)) as archive:
        assert "Helen Marsh" in archive.read("index.html").decode()


def test_an_administrator_erases_somebody(doors: Doors) -> None:
    ada, ids = doors.enter("ada"), doors.town.ids
    with doors.town.as_("ada") as gate:
        called = gate.create(Activity, {"subject": "Helen Marsh called", "about": f"deal:{ids['flour']}"})
        met = gate.create(Activity, {"subject": "met Helen Marsh", "about": f"deal:{ids['flour']}"})
    address = f"/privacy/contact/{ids['helen']}"
    page = ada.see(address)
    assert "Scanners" in words(str(page))
    assert len(page.select('input[name="mention"][checked]')) == 2
    refused = ada.post(f"{address}/erasure", {"name": "Helen", "reason": "", "mention": f"activity:{met}"})
    assert refused.status_code == 422
    assert "Type the name" in words(refused.text)
    sent = {"name": "helen  marsh", "reason": "asked", "mention": f"activity:{met}"}
    done = ada.walk(f"{address}/erasure", sent)
    assert "asked" in words(str(done))
    assert ada.get(f"/contacts/{ids['helen']}").status_code == ada.get(address).status_code == 404
    with doors.town.as_("ada") as gate:
        assert gate.get(Activity, called).subject == "Helen Marsh called"
        assert gate.get(Activity, met).subject == "met …"
    create_worker(doors.town.installation).run_once()
    assert "Last bytes" not in words(str(ada.see("/settings/privacy")))


def test_finding_somebody_by_address(doors: Doors) -> None:
    ada, ivan = doors.enter("ada"), doors.town.ids["ivan"]
    sent = {"entity": "contact", "who": "ivan@mill.example"}
    assert ada.post("/settings/privacy/search", sent).headers["location"] == f"/privacy/contact/{ivan}"
    for who in ("nobody@mill.example", "0", "", "99999999999999999999"):
        assert ada.post("/settings/privacy/search", {**sent, "who": who}).status_code == 422
    assert ada.post("/settings/privacy/search", {"entity": "deal", "who": "1"}).status_code == 422


def test_it_takes_the_permission(doors: Doors) -> None:
    visitor, ids = doors.enter("vera"), doors.town.ids
    assert not visitor.see(f"/contacts/{ids['helen']}").select('a[href^="/privacy"]')
    for screen in SCREENS:
        assert visitor.get(screen.format(**ids)).status_code == 403
    for path in (f"/privacy/contact/{ids['helen']}/erasure", f"/privacy/contact/{ids['helen']}/copy"):
        assert visitor.post(path, {"name": "Helen Marsh", "reason": "x"}).status_code == 403


def test_a_rule_is_looked_at_before_it_is_kept(doors: Doors) -> None:
    ada = doors.enter("ada")
    form = {"entity": "contact", "since": "created_at", "days": "30", "query": "city=Leeds", "way": "erase"}
    looked = ada.post("/settings/privacy/rules", {**form, "look": "1"})
    assert "Today it would take 0 records." in words(looked.text)
    assert "Nothing goes by itself" in words(str(ada.see("/settings/privacy")))
    ada.walk("/settings/privacy/rules", form)
    page = ada.see("/settings/privacy")
    assert "city=Leeds" in words(str(page))
    rule = str(page.select('a[href^="/settings/privacy/rules/"]')[-1]["href"])
    assert "Today it would take 0 records." in words(str(ada.see(rule)))
    ada.walk(rule, {**form, "days": "60"})
    assert "60 days ago" in words(str(ada.see("/settings/privacy")))
    for wrong in (
        {"days": "0"},
        {"since": "name"},
        {"query": "nothing=1"},
        {"way": "burn"},
        {"entity": "role"},
    ):
        assert ada.post("/settings/privacy/rules", {**form, **wrong}).status_code == 422
    ada.walk(f"{rule}/removal")
    assert ada.get(rule).status_code == 404
    ada.walk("/settings/privacy/trash", {"trash_days": "30"})
    assert ada.post("/settings/privacy/trash", {"trash_days": "x"}).status_code == 422


def test_a_consent_is_written_down_and_withdrawn(doors: Doors) -> None:
    ada, helen = doors.enter("ada"), doors.town.ids["helen"]
    with doors.town.as_("ada") as gate:
        purpose = gate.scalar(select(ConsentPurpose.id).order_by(ConsentPurpose.id).limit(1))
    panel = ada.see(f"/contacts/{helen}/panel/core/consents_of_contact")
    link = panel.select_one(f'a[href*="purpose={purpose}"]')
    assert link is not None
    form = ada.see(str(link["href"]))
    assert form.select_one("form")
    given = {
        "about": f"contact:{helen}",
        "purpose": str(purpose),
        "said": "given",
        "basis": "consent",
        "source": "Fair",
    }
    assert ada.post("/consents", given).status_code == 303
    assert "Helen Marsh" in words(str(ada.see(f"/contacts?consents={purpose}")))
    panel = ada.see(f"/contacts/{helen}/panel/core/consents_of_contact")
    assert panel.select_one(f'a[href*="purpose={purpose}&said=withdrawn"]')
    assert "Given" in words(str(panel))
    assert "Agrees to" in words(str(ada.see(f"/contacts/{helen}?show=changes")))
    assert ada.post("/consents", {**given, "said": "withdrawn"}).status_code == 303
    assert "Helen Marsh" not in words(str(ada.see(f"/contacts?consents={purpose}")))
    with doors.town.as_("ada") as gate:
        assert gate.get(Contact, helen).version > 1
        first = gate.scalar(select(Consent.id).order_by(Consent.id).limit(1))
    ada.post(f"/consents/{first}/trash")
    assert ada.see(f"/consents/{first}").select_one(".record-title")
    with doors.town.as_("ada") as gate, pytest.raises(Invalid, match="stays as it is"):
        gate.trash(Consent, first)
    assert ada.post(f"/consents/{first}", {**given, "source": "Else", "version": "1"}).status_code == 422
