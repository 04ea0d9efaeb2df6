"""Settings: what administrators change for everybody, judged before it holds."""

from typing import Any

import pytest
from hookline.crm.settings import DEFAULTS, change_settings, currencies, regions, set_setting, setting
from hookline.errors import Forbidden, Invalid, NotFound

from tests.town import Town


def test_settings_hold_from_the_next_transaction_on(town: Town) -> None:
    with town.as_("boris") as gate:
        assert setting(gate, "currency") == DEFAULTS["currency"]
    with town.as_("ada") as gate:
        change_settings(
            gate, {"currency": "RUB", "currencies": ["RUB", "EUR"], "region": "RU", "house_name": "Мельница"}
        )
    with town.as_("boris") as gate:
        assert [setting(gate, name) for name in ("currency", "currencies", "region", "house_name")] == [
            "RUB",
            ["RUB", "EUR"],
            "RU",
            "Мельница",
        ]
        assert setting(gate, "call_outcome_required") is False


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"currency": "XXX"}, {"currency"}),
        ({"currency": "KWD", "currencies": ["KWD"]}, {"currency", "currencies"}),
        ({"currency": "USD"}, {"currencies"}),
        ({"currencies": []}, {"currencies"}),
        ({"currencies": ["EUR", "eur"]}, {"currencies"}),
        ({"currencies": ["EUR", *currencies()[:31]]}, {"currencies"}),
        ({"region": "Atlantis"}, {"region"}),
        ({"region": ""}, {"region"}),
        ({"house_name": ""}, {"house_name"}),
        ({"house_name": "H" * 61}, {"house_name"}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_setting_and_changes_nothing(
    town: Town, values: dict[str, Any], fields: set[str]
) -> None:
    with town.as_("ada") as gate:
        with pytest.raises(Invalid) as refusal:
            change_settings(gate, {"call_outcome_required": True, **values})
        assert {p.field for p in refusal.value.problems} == fields
        assert {name: setting(gate, name) for name in DEFAULTS} == DEFAULTS


def test_currencies_offered_fit_into_hundredths() -> None:
    assert {"EUR", "USD", "RUB", "JPY", "GBP", "CHF"} <= set(currencies())
    assert not {"KWD", "BHD", "TND", "XXX", "XAU", "DEM"} & set(currencies())
    assert {"GB", "RU", "NL", "US"} <= set(regions())


def test_only_those_who_may_change_settings(town: Town) -> None:
    with town.as_("vera") as gate, pytest.raises(Forbidden):
        change_settings(gate, {"house_name": "Vera's"})
    with town.as_("ada") as gate, pytest.raises(NotFound):
        set_setting(gate, "nonsense", 1)
