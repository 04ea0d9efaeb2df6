"""The published rules of Yandex.Realty, as data: which elements an offer must have, and which values each may have.

The edition is that of the portal's help pages of 2026, for feeds of the schema 2010-06:
general          https://yandex.ru/support/realty/rules/content-requirements.html
homes            https://yandex.ru/support/realty/requirements/requirements-sale-housing.html
new buildings    https://yandex.ru/support/realty/ru/feed/requirements-sale-new
commercial       https://yandex.ru/support/realty/ru/feed/ (the page on commercial property)
"""

import re
from dataclasses import dataclass
from typing import Final

from hookline_sdk import Text

SCHEMA: Final = "http://webmaster.yandex.ru/schemas/feed/realty/2010-06"
LONGEST_DESCRIPTION: Final = 10_000

_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_WHOLE: Final = re.compile(r"-?\d{1,3}")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+\d\d:\d\d|Z)")
_PHONE: Final = re.compile(r"\+\d{7,15}")
_RUSSIAN_PHONE: Final = re.compile(r"\+7\d{10}")
_ADDRESS: Final = re.compile(r"https?://\S+")
_POSITION: Final = re.compile(r"-?\d{1,3}(\.\d+)?")
_YEAR: Final = re.compile(r"\d{4}")
_ID: Final = re.compile(r"[1-9]\d*")

YES: Final = frozenset({"да", "true", "1", "+"})
YES_OR_NO: Final = YES | {"нет", "false", "0", "-"}
_M2: Final = frozenset({"кв. м", "sq. m"})


@dataclass(frozen=True)
class Rule:
    """What holds for one element: what is said where it misses ("" where it may), and what it may hold."""

    path: str
    missing: str | Text = ""
    values: frozenset[str] = frozenset()
    fits: re.Pattern[str] | None = None


_COMMON: Final = (
    Rule("type", Text("It does not say whether it is for sale or to rent."), frozenset({"продажа", "sale", "аренда", "rent"})),
    Rule("creation-date", Text("It does not say since when it is offered."), fits=_MOMENT),
    Rule("location/country", Text("Its postal address names no country.")),
    Rule("location/locality-name", Text("Its postal address names no town.")),
    Rule("location/address", Text("Its postal address names no street.")),
    Rule("price/value", Text("It has no price."), fits=_NUMBER),
    Rule("price/currency", Text("Its price has no currency."), frozenset({"RUR", "RUB", "EUR", "USD"})),
    Rule("image", fits=_ADDRESS),
    Rule("living-space/value", fits=_NUMBER),
    Rule("living-space/unit", values=_M2),
    Rule("kitchen-space/value", fits=_NUMBER),
    Rule("kitchen-space/unit", values=_M2),
    Rule("location/latitude", fits=_POSITION),
    Rule("location/longitude", fits=_POSITION),
    Rule("floor", fits=_WHOLE),
    Rule("floors-total", fits=_ID),
    Rule("built-year", fits=_YEAR),
    Rule("studio", values=YES),
)  # fmt: skip
_AREA: Final = (
    Rule("area/value", Text("It has no area."), fits=_NUMBER),
    Rule("area/unit", Text("It has no area."), _M2),
)
_LOT: Final = (
    Rule("lot-area/value", Text("It does not say how much land it is."), fits=_NUMBER),
    Rule("lot-area/unit", Text("It does not say how much land it is."), _M2 | {"сотка", "гектар", "hectare"}),
)
_AGENT: Final = (
    Rule("sales-agent/phone", Text("The agency has no phone in the settings of the feed."), fits=_PHONE),
    Rule(
        "sales-agent/category", Text("It does not say who offers it."),
        frozenset({"владелец", "owner", "агентство", "agency", "застройщик", "developer"}),
    ),
)  # fmt: skip
_DWELLING: Final = (
    Rule("property-type", Text("It is no home."), frozenset({"жилая", "living"})),
    *_COMMON,
    *_AGENT,
)
_ROOMS: Final = Rule("rooms", Text("It does not say how many rooms it has."), fits=_ID)
_FLOOR: Final = Rule("floor", Text("It does not say on which floor it is."), fits=_WHOLE)
_STOREY: Final = (
    _FLOOR,
    Rule("floors-total", Text("It does not say how many floors the house has."), fits=_ID),
)
_RENT: Final = Rule(
    "price/period", Text("Its rent has no period."), frozenset({"день", "day", "месяц", "month"})
)

# Homes, by their category. What is not among these is none.
HOMES: Final = {
    "квартира": (*_DWELLING, *_AREA, _ROOMS, *_STOREY),
    "комната": (*_DWELLING, *_AREA, _ROOMS, *_STOREY, Rule("rooms-offered", Text("It does not say how many rooms are offered."), fits=_ID)),
    "дом": (*_DWELLING, *_AREA),
    "дом с участком": (*_DWELLING, *_AREA, *_LOT),
    "участок": (*_DWELLING, *_LOT),
    "гараж": (
        *_DWELLING,
        Rule(
            "garage-type", Text("It does not say what kind of garage it is."),
            frozenset({"гараж", "garage", "машиноместо", "parking place", "бокс", "box"}),
        ),
    ),
}  # fmt: skip
COMMERCIAL: Final = (
    *_COMMON,
    *_AGENT,
    *_AREA,
    Rule(
        "commercial-type", Text("It does not say what it can be used for."),
        frozenset({
            "auto repair", "business", "free purpose", "hotel", "land", "legal address", "manufacturing", "office",
            "public catering", "retail", "warehouse",
        }),
    ),
)  # fmt: skip
NEW_FLAT: Final = (
    *_DWELLING,
    *_AREA,
    _ROOMS,
    _FLOOR,
    Rule("type", values=frozenset({"продажа"})),
    Rule("location/country", values=frozenset({"Россия"})),
    Rule("sales-agent/phone", fits=_RUSSIAN_PHONE),
    Rule("sales-agent/category", values=frozenset({"агентство", "agency", "застройщик", "developer"})),
    Rule(
        "deal-status", Text("It does not say who sells it."),
        frozenset({
            "первичная продажа", "продажа от застройщика", "прямая продажа", "переуступка", "reassignment",
            "214ФЗ", "ФЗ 214", "214 ФЗ", "ФЗ214", "214", "по 214 фз",
        }),
    ),
    Rule("living-space/value", Text("It has no living area."), fits=_NUMBER),
    Rule("living-space/unit", Text("It has no living area."), _M2),
    Rule("image", Text("It has no picture on the web."), fits=_ADDRESS),
    Rule("new-flat", Text("It is not said to be new."), YES),
    Rule("yandex-building-id", Text("Its complex has no number at Yandex.Realty."), fits=_ID),
    Rule("yandex-house-id", Text("Its building has no number at Yandex.Realty."), fits=_ID),
    Rule("built-year", Text("Its building does not say when it is ready."), fits=_YEAR),
    Rule("ready-quarter", Text("Its building does not say when it is ready."), frozenset("1234")),
    Rule(
        "building-state", Text("Its building does not say when it is ready."),
        frozenset({"built", "hand-over", "unfinished"}),
    ),
)  # fmt: skip


def rules_of(category: str, *, new: bool, rent: bool) -> tuple[Rule, ...]:
    """The rules that an offer must keep; none for a category that the portal does not know."""
    if new:
        return NEW_FLAT if category == "квартира" else ()
    found = COMMERCIAL if category == "коммерческая" else HOMES.get(category, ())
    return (*found, _RENT) if found and rent else found
