"""/settings: what there is to set, with one line each, of that which the person may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hookline.crm.plugins.settings import PERMISSION, list_settings
from hookline.errors import Text
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.plugins.shown import words
from hookline.web.visit import Answer, Visit

door = Doors()


@dataclass(frozen=True)
class Place:
    """A page of the settings. `needs` is a permission, or "" where everybody may enter."""

    label: Text
    text: Text
    url: str
    icon: str
    needs: str = ""


PLACES: Final[Sequence[tuple[Text, Sequence[Place]]]] = (
    (
        Text("Yours"),
        (
            Place(
                Text("Your account"),
                Text("Name, language, time zone, password, where you are signed in"),
                "/me",
                "circle-user",
            ),
            Place(Text("API tokens"), Text("Let programs work with your data"), "/me/tokens", "key-round"),
        ),
    ),
    (
        Text("People"),
        (
            Place(
                Text("Users"),
                Text("Who works here, and with which roles"),
                "/settings/users",
                "users",
                "admin.users",
            ),
            Place(
                Text("Teams"),
                Text("Who works with whom, and who leads"),
                "/settings/teams",
                "network",
                "admin.users",
            ),
            Place(
                Text("Roles"),
                Text("What each role may see and do"),
                "/settings/roles",
                "shield",
                "admin.roles",
            ),
            Place(
                Text("Look as somebody else"),
                Text("See what another person sees, without changing anything"),
                "/settings/view-as",
                "eye",
                "admin.view_as",
            ),
            Place(
                Text("Signing in"),
                Text("Who needs a second step, how long tokens hold"),
                "/settings/sign-in",
                "shield-check",
                "admin.users",
            ),
        ),
    ),
    (
        Text("Records"),
        (
            Place(
                Text("Pipelines"),
                Text("Stages and what they ask"),
                "/settings/pipelines",
                "kanban",
                "pipelines.edit",
            ),
            Place(
                Text("Custom fields"),
                Text("What you keep beyond the usual"),
                "/settings/fields",
                "sliders-horizontal",
                "admin.fields",
            ),
            Place(
                Text("Layouts"),
                Text("Order, sections and conditions of fields"),
                "/settings/layouts",
                "layout-list",
                "admin.fields",
            ),
            Place(
                Text("Lists"),
                Text("Sources, lost reasons, kinds of relation"),
                "/settings/lists",
                "list",
                "admin.settings",
            ),
        ),
    ),
    (
        Text("House"),
        (
            Place(
                Text("General"),
                Text("Name, currencies, region, calls"),
                "/settings/house",
                "settings",
                "admin.settings",
            ),
            Place(
                Text("Personal data"),
                Text("What is held on people, for how long, and who was erased"),
                "/settings/privacy",
                "shield-check",
                "admin.privacy",
            ),
            Place(
                Text("Plugins"),
                Text("What runs, what it adds, where it fails"),
                "/-/plugins",
                "plug",
                "admin.plugins",
            ),
            Place(
                Text("Webhooks"),
                Text("Let other programs hear at once what happens"),
                "/settings/webhooks",
                "webhook",
                "admin.webhooks",
            ),
            Place(
                Text("Background work"),
                Text("Jobs and deliveries that failed"),
                "/settings/jobs",
                "activity",
                "admin.jobs",
            ),
            Place(
                Text("Health"),
                Text("What is wrong with this installation, and how to mend it"),
                "/settings/health",
                "heart-pulse",
                "admin.jobs",
            ),
            Place(
                Text("Audit log"),
                Text("Who did what, and from where"),
                "/settings/audit",
                "scroll-text",
                "admin.audit",
            ),
        ),
    ),
)


@door("GET", "/settings", needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """The overview."""
    groups = [{"label": visit.say(label), "places": _open_to(visit, places)} for label, places in PLACES]
    groups.append({"label": visit.say("Plugins"), "places": _of_plugins(visit)})
    title = visit.say("Settings")
    return visit.page(
        "admin/home.html", page_title=title, groups=[group for group in groups if group["places"]]
    )


def trail(visit: Visit, *further: tuple[str, str]) -> list[Mapping[str, str]]:
    """The way here: the settings, then these (label, address)."""
    return [
        {"label": visit.say("Settings"), "url": "/settings"},
        *({"label": label, "url": url} for label, url in further),
    ]


def _of_plugins(visit: Visit) -> list[Mapping[str, str]]:
    """The settings that plugins have."""
    if not visit.gate.actor.may(PERMISSION):
        return []
    return [
        {
            "label": visit.say(declared.label), "text": words(visit, declared), "icon": declared.options["icon"],
            "url": f"/settings/plugins/{declared.plugin}/{declared.name}",
        }
        for declared in list_settings(visit.gate)
    ]  # fmt: skip


def _open_to(visit: Visit, places: Sequence[Place]) -> list[Mapping[str, str]]:
    return [
        {"label": visit.say(place.label), "text": visit.say(place.text), "url": place.url, "icon": place.icon}
        for place in places
        if not place.needs or visit.gate.actor.may(place.needs)
    ]
