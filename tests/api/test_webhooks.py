"""Webhooks as programs make and keep them."""

import pytest
from hookline.crm.webhooks.delivering import deliver_next

from tests.api.client import Api, Caller
from tests.crm.test_webhooks import Clock

NAMES = {"name": "The shop", "url": "https://shop.example/hook", "events": ["deal.created"]}


@pytest.mark.one_engine
def test_a_program_makes_a_webhook_and_reads_what_became_of_it(api: Api, ada: Caller) -> None:
    home = api.town.installation
    home.clock, home.settings = Clock(), api.client.app.state.site.settings
    answer = ada.post("/webhooks", NAMES)
    assert answer.status_code == 201
    assert answer.headers["location"] == "/api/v1/webhooks/1"
    made = answer.json()
    assert made.pop("secret").startswith("whsec_")
    assert made == {
        **NAMES,
        "id": 1,
        "owner": api.town.ids["ada"],
        "paused": False,
        "reason": None,
        "failures": 0,
    }
    assert ada.get("/webhooks").json() == {"items": [made]}
    assert ada.patch("/webhooks/1", {"paused": True}).json()["reason"] == "hand"
    changed = ada.patch("/webhooks/1", {"paused": False, "url": "https://127.0.0.1/"})
    assert changed.status_code == 422
    assert changed.json()["errors"][0]["field"] == "url"
    assert ada.patch("/webhooks/1", {"paused": False, "events": ["*"]}).json()["events"] == ["*"]
    assert ada.post("/webhooks/1/test").status_code == 202
    # A name of the reserved top-level domain leads nowhere, so the delivery fails and waits.
    assert deliver_next(home)
    (delivery,) = ada.get("/webhooks/1/deliveries").json()["items"]
    assert (delivery["event"], delivery["status"], delivery["attempts"]) == ("webhook.test", None, 1)
    assert delivery["error"] == "shop.example is not known"
    assert delivery["next_at"]
    assert ada.post(f"/webhooks/1/deliveries/{delivery['id']}/replay").status_code == 404
    assert ada.delete("/webhooks/1").status_code == 204
    assert ada.get("/webhooks/1").status_code == 404


@pytest.mark.one_engine
def test_what_makes_no_sense_is_refused_with_its_place(ada: Caller, boris: Caller) -> None:
    wrong = ada.post("/webhooks", {"name": 7, "url": "https://x.example/", "events": "all", "secret": "mine"})
    assert wrong.status_code == 422
    assert {problem["field"] for problem in wrong.json()["errors"]} == {"name", "events", "secret"}
    assert ada.post("/webhooks", {}).status_code == 422
    assert ada.get("/webhooks?sort=id").status_code == 422
    assert boris.get("/webhooks").status_code == 403
