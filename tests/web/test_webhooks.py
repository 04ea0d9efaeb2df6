"""/settings/webhooks as an administrator works with it, and /api/v1/webhooks as a program does."""

from hookline.crm.webhooks.delivering import deliver_next
from hookline.crm.webhooks.hooks import PERMISSION
from hookline.settings import Settings

from tests.crm.test_webhooks import Clock, Listener, give, listener
from tests.web.visitor import Doors, words

__all__ = ["listener"]
PAGE = "/settings/webhooks"


def settle(doors: Doors) -> None:
    """Let webhooks call this machine, and time stand."""
    site = doors.client.app.state.site
    settings: Settings = site.settings
    object.__setattr__(settings, "webhook_private_addresses", True)
    doors.town.installation.clock = Clock()


def test_an_administrator_makes_tries_pauses_and_removes_a_webhook(doors: Doors, listener: Listener) -> None:
    settle(doors)
    ada = doors.enter("ada")
    assert "No webhooks yet" in words(ada.get(PAGE).text)
    refused = ada.post(PAGE, {"name": "", "url": "nowhere"})
    assert refused.status_code == 422
    assert "This is no web address." in words(refused.text)
    made = ada.post(
        PAGE, {"name": "The shop", "url": listener.url, "events": ["deal.created", "contact.changed"]}
    )
    secret = made.text.split("<code>whsec_")[1].split("<")[0]
    assert "Deals: Created, Contacts: Changed" in words(made.text)
    assert secret not in ada.get(f"{PAGE}/1").text
    assert 'value="deal.created" aria-label="Deals: Created" checked' in ada.get(f"{PAGE}/1/edit").text
    ada.walk(f"{PAGE}/1/test")
    assert deliver_next(doors.town.installation)
    seen = words(ada.get(f"{PAGE}/1").text)
    assert "webhook.test Delivered 200" in seen
    assert "thanks" in seen
    ada.walk(f"{PAGE}/1/replay", {"delivery": "1"})
    assert deliver_next(doors.town.installation)
    assert listener.told[0]["id"] == listener.told[1]["id"]
    assert ada.post(f"{PAGE}/1/replay", {"delivery": "x"}).status_code == 404
    assert "whsec_" in ada.post(f"{PAGE}/1/secret").text
    ada.walk(f"{PAGE}/1", {"name": "Every shop", "url": listener.url, "all": "1"})
    assert "Everything that happens" in words(ada.get(f"{PAGE}/1").text)
    assert "paused by hand" in words(str(ada.walk(f"{PAGE}/1/pause")))
    assert "Every shop" in words(ada.get(PAGE).text)
    assert "Paused" in words(ada.get(PAGE).text)
    assert "It works again." in words(str(ada.walk(f"{PAGE}/1/resumption")))
    give(doors.town, "boris", PERMISSION)
    boris = doors.enter("boris")
    others = boris.get(f"{PAGE}/1").text
    assert "thanks" not in others
    assert "Send a test" not in others
    assert boris.post(f"{PAGE}/1", {"name": "Mine", "url": listener.url, "all": "1"}).status_code == 403
    ada.walk(f"{PAGE}/1/removal")
    assert ada.get(f"{PAGE}/1").status_code == 404
