"""/settings/house: what holds for everybody: the house's name, its currencies, its region, its calls."""

from collections.abc import Mapping
from typing import Any, Final

from babel import Locale

from hookline.crm.settings import change_settings, currencies, regions, setting
from hookline.errors import Invalid, Text
from hookline.web.admin import forms
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = "admin.settings"
_NAMES: Final = ("house_name", "currency", "currencies", "region", "call_outcome_required")


@door("GET", "/settings/house", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """The settings as they stand."""
    return _page(visit, {name: setting(visit.gate, name) for name in _NAMES}, {})


@door("POST", "/settings/house", needs=NEEDS)
def change(visit: Visit) -> Answer:
    """Save them. They hold for everybody from the next request on."""
    sent = {
        "house_name": " ".join(visit.value("house_name").split()),
        "currency": visit.value("currency"),
        "currencies": list(dict.fromkeys(code for code in visit.values("currencies") if code)),
        "region": visit.value("region"),
        "call_outcome_required": bool(visit.value("call_outcome_required")),
    }
    try:
        change_settings(visit.gate, sent)
    except Invalid as refusal:
        visit.take_back()
        return _page(visit, sent, forms.complaints(visit, refusal))
    return visit.see("/settings/house", done=Text("Saved."))


def _page(visit: Visit, values: Mapping[str, Any], errors: Mapping[str, str]) -> Answer:
    names = Locale(visit.language)
    countries = sorted(
        ((code, names.territories.get(code, code)) for code in regions()), key=lambda pair: pair[1]
    )
    money = sorted((code, f"{code} · {names.currencies.get(code, code)}") for code in currencies())
    return visit.page(
        "admin/house.html",
        status=422 if errors else 200,
        page_title=visit.say("General"),
        crumbs=trail(visit),
        values=values,
        errors=errors,
        countries=countries,
        money=money,
    )
