"""Matching: what the database answers is what the plain rules say, both ways, and people are told why."""

import random
from decimal import Decimal
from typing import Any

import pytest
from hookline_sdk import Activity, Contact, Gate, Invalid, User, func, select
from hookline_sdk.testing import AsUser, Client, Clock, Crm, Jobs, Make, Outbox

from hookline_real_estate.buildings.data import Building, Complex, Layout, Section, Unit, UnitStatus
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.pricing.data import Promotion
from hookline_real_estate.pricing.todays import set_todays_prices
from hookline_real_estate.properties.data import District, Feature, Kind, Property, Purpose, Status
from hookline_real_estate.requests.cuts import affordable
from hookline_real_estate.requests.data import Match, MatchState, News, Request, RequestState, Wish
from hookline_real_estate.requests.digest import tell_matches
from hookline_real_estate.requests.finding import best_offers, best_requests
from hookline_real_estate.requests.letters import Letters
from hookline_real_estate.requests.offers import PROPERTIES, UNITS
from hookline_real_estate.requests.wishes import weigh
from hookline_real_estate.viewings.data import Viewing

_CHANCE = random.Random(20260101)


def _some(*values: Any) -> Any:
    return _CHANCE.choice(values)


def _range(name: str, low: int, high: int, step: int) -> dict[str, object]:
    least, most = sorted(_CHANCE.randrange(low, high, step) for _ in range(2))
    return {f"{name}_from": _some(None, least), f"{name}_to": _some(None, most, most)}


def _a_request(districts: list[int], contact: int) -> dict[str, object]:
    return {
        "name": "x", "contact": contact,
        "state": _some(*[RequestState.open] * 5, RequestState.closed),
        "purpose": _some(Purpose.sale, Purpose.sale, Purpose.rent),
        "kinds": tuple(_CHANCE.sample(list(Kind), _some(0, 2, 4))),
        "districts": tuple(_CHANCE.sample(districts, _some(0, 1, 2))),
        "strict": tuple(_CHANCE.sample(list(Wish), _some(0, 0, 1, 2))),
        "must_have": tuple(_CHANCE.sample(list(Feature), _some(0, 0, 0, 1, 2))),
        "nice_to_have": tuple(_CHANCE.sample(list(Feature), _some(0, 1, 3))),
        **_range("price", 0, 500, 10), **_range("area", 20, 120, 5),
        **_range("rooms", 0, 6, 1), **_range("floor", 0, 10, 1),
    }  # fmt: skip


def _a_property(districts: list[int]) -> dict[str, object]:
    return {
        "address": "x",
        "status": _some(*[Status.active] * 6, Status.draft),
        "purpose": _some(Purpose.sale, Purpose.sale, Purpose.rent),
        "kind": _some(*(kind for kind in Kind if kind != Kind.land)),
        "district": _some(None, *districts),
        "price": _some(None, *range(0, 550, 5)),
        "area": Decimal(_CHANCE.randrange(15, 140)) + _some(Decimal(0), Decimal("0.5")),
        "rooms": _some(None, *range(7)),
        "floor": _some(None, *range(-1, 12)),
        "features": tuple(_CHANCE.sample(list(Feature), _some(0, 2, 5, 8))),
    }  # fmt: skip


def _tree(make: Make) -> list[int]:
    town = make(District, name="Town", within=None).id
    halves = [make(District, name=name, within=town).id for name in ("North", "South")]
    quarters = [make(District, name=f"Quarter {half}", within=half).id for half in halves]
    return [town, *halves, *quarters, make(District, name="Elsewhere", within=None).id]


def test_the_database_finds_what_the_rules_say_both_ways(make: Make, gate: Gate) -> None:
    districts, contact = _tree(make), make(Contact).id
    wanted = [
        gate.get(Request, id)
        for id in gate.create_many(Request, [_a_request(districts, contact) for _ in range(40)])
    ]
    gate.create_many(Property, [_a_property(districts) for _ in range(60)])
    sections = [_a_section(make, district) for district in (*districts, None)]
    gate.create_many(Unit, [_a_unit(sections, number) for number in range(60)])
    for stock, entity in ((PROPERTIES, Property), (UNITS, Unit)):
        offered = [stock.one(gate, id) for (id,) in gate.rows(select(entity.id))]
        plain = {
            (one.id, other.id): found.score
            for one in wanted
            for other in offered
            if (found := weigh(one, other)).fits
        }
        assert len(plain) > 30, "too few fit for this to mean something"
        there = {(one.id, hit.id): hit.score for one in wanted for hit in best_offers(gate, one, stock, 1000)}
        back = {(hit.id, one.id): hit.score for one in offered for hit in best_requests(gate, one, 1000)}
        assert there == plain
        assert back == plain


def _a_section(make: Make, district: int | None) -> int:
    building = make(Building, complex=make(Complex, district=district))
    return make(Section, building=building).id


def _a_unit(sections: list[int], number: int) -> dict[str, object]:
    same = ("price", "area", "rooms", "features")
    return {
        "number": str(number), "section": _some(*sections), "floor": _some(*range(-1, 12)),
        "status": _some(*[UnitStatus.free] * 6, UnitStatus.sold), **{name: value for name, value in _a_property([]).items() if name in same},
    }  # fmt: skip


def _buyer(make: Make, **wishes: object) -> Request:
    return make(Request, kinds=("flat",), price_to=100_000, **wishes)


def _flat(make: Make, **values: object) -> Property:
    return make(Property, **{"kind": "flat", "status": "active", "area": 50, "price": 90_000, **values})


def test_what_differs_is_said(make: Make, client: Client) -> None:
    buyer = _buyer(make, area_from=52, rooms_from=2)
    _flat(make, address="Mill Lane 4", price=103_000, area=50, rooms=2)
    page = client.get(f"/x/real_estate/matches/{buyer.id}")
    assert [each.get_text(" ", strip=True) for each in page.all(".match-why li")] == [
        "nearly: price 3% above",
        "nearly: 2 m² too small",
        "fits: rooms",
    ]
    assert page.one(".match-score").get_text(strip=True) == "64"


def test_what_it_must_have_decides_and_what_would_be_nice_counts(
    make: Make, gate: Gate, client: Client
) -> None:
    buyer = _buyer(make, must_have=("lift",), nice_to_have=("balcony", "cellar"))
    _flat(make, address="Stairs", features=("balcony", "cellar"))
    _flat(make, address="Plain", features=("lift",))
    _flat(make, address="All", features=("lift", "balcony", "cellar"))
    assert [(hit.title, hit.score) for hit in best_offers(gate, buyer)] == [("All", 100), ("Plain", 87)]
    page = client.get(f"/x/real_estate/matches/{buyer.id}")
    assert page.all(".match-why li")[-1].get_text(" ", strip=True) == "nearly: missing: Balcony and 1 more"


def test_what_differs_is_said_in_the_language_of_the_reader(make: Make, crm: Crm, gate: Gate) -> None:
    buyer = _buyer(make, nice_to_have=("cellar",))
    _flat(make)
    gate.update(User, crm.people["administrator"], {"language": "ru"})
    assert "нет: Кладовая" in crm.client().get(f"/x/real_estate/matches/{buyer.id}").one(".match-why").text


def test_a_request_with_a_range_turned_round_is_refused(make: Make) -> None:
    with pytest.raises(Invalid, match="where the range begins"):
        _buyer(make, price_from=200_000)


def test_a_district_that_moves_changes_what_a_request_means(make: Make, gate: Gate, outbox: Outbox) -> None:
    town, quarter = make(District, name="Town", within=None), make(District, name="Quarter", within=None)
    buyer, flat = _buyer(make, districts=(town,), strict=("district",)), _flat(make, district=quarter)
    assert best_offers(gate, buyer) == []
    gate.update(District, quarter.id, {"within": town.id})
    outbox.run()
    assert [hit.id for hit in best_offers(gate, gate.get(Request, buyer.id))] == [flat.id]


def test_a_property_finds_its_requests_in_the_background(make: Make, gate: Gate, outbox: Outbox) -> None:
    buyer, _ = _buyer(make), make(Request, kinds=("house",))
    flat = _flat(make)
    outbox.run()
    asked = select(Match.request, Match.news, Match.state).where(Match.property == flat.id)
    assert gate.rows(asked) == [(buyer.id, News.new, MatchState.new)]
    gate.update(Property, flat.id, {"price": Decimal(95_000)})
    outbox.run()
    assert gate.rows(asked) == [(buyer.id, News.new, MatchState.new)], "dearer is no news"
    gate.update(Property, flat.id, {"price": Decimal(80_000)})
    outbox.run()
    assert gate.rows(asked) == [(buyer.id, News.cheaper, MatchState.new)]


def test_what_was_declined_is_not_offered_until_it_is_taken_back(make: Make, client: Client) -> None:
    buyer, flat = _buyer(make), _flat(make)
    here = f"/x/real_estate/matches/{buyer.id}"
    assert "It will not be offered again." in client.post(here, {"decline": str(flat.id)})
    assert not client.get(here).all(".match-score")
    assert "Nobody looks for" in client.get(f"/x/real_estate/buyers/{flat.id}")
    assert client.get(f"{here}?show=declined").one(".match-do button")["value"] == str(flat.id)
    assert "It is offered again." in client.post(here, {"restore": str(flat.id)})
    assert client.get(here).all(".match-score")


def test_who_may_not_change_a_request_declines_nothing_for_it(
    make: Make, as_user: AsUser, gate: Gate
) -> None:
    buyer, flat = _buyer(make), _flat(make)
    observer = as_user("observer")
    page = observer.get(f"/x/real_estate/matches/{buyer.id}")
    assert not page.all(".match-do")
    observer.post(f"/x/real_estate/matches/{buyer.id}", {"decline": str(flat.id)}, status=403)
    assert gate.rows(select(Match.id)) == []


def test_a_match_leads_to_a_viewing(make: Make, client: Client, gate: Gate) -> None:
    who = make(Contact, first_name="Ingrid", last_name="Wit")
    buyer, flat = _buyer(make, contact=who), _flat(make, address="Mill Lane 4")
    page = client.get(f"/x/real_estate/invite/{buyer.id}/{flat.id}")
    assert "Ingrid Wit comes to see Mill Lane 4." in page
    assert "The viewing is planned." in client.form("form[data-guard]").submit()
    assert gate.rows(select(Viewing.property, Viewing.contact)) == [(flat.id, who.id)]
    assert gate.rows(select(Match.state)) == [(MatchState.invited,)]


def test_a_price_cut_says_how_many_buyers_it_would_add(make: Make, gate: Gate, client: Client) -> None:
    flat = _flat(make, price=100_000)
    for budget in (100_000, 98_000, 97_000, 95_000, 80_000):
        make(Request, price_to=budget)
    make(Request, price_to=97_500, kinds=("house",))
    assert affordable(gate, PROPERTIES.one(gate, flat.id), [0, 2, 3, 5]) == [1, 2, 3, 4]
    panel = client.get(f"/real_estate/properties/{flat.id}/panel/real_estate/price_cuts", htmx=True)
    assert "+2" in panel
    assert "2" in client.get("/reports/real_estate/paying_cuts").one("tbody tr td:last-child").text


def test_the_digest_tells_once_what_is_new_and_what_is_cheaper(
    crm: Crm, make: Make, gate: Gate, outbox: Outbox, jobs: Jobs
) -> None:
    buyer = _buyer(make, name="Two rooms", price_from=50_000)
    flat, declined = _flat(make, address="Mill Lane 4"), _flat(make, address="Mill Lane 5")
    outbox.run()
    no = gate.scalar(select(Match.id).where(Match.property == declined.id))
    gate.update(Match, no, {"state": MatchState.declined})
    told = select(Activity.subject, Activity.body).where(Activity.about == f"real_estate_request:{buyer.id}")
    assert jobs.call(tell_matches).result == {"requests": 1}
    assert gate.rows(told) == [("Two rooms", "+ Mill Lane 4: €90,000")]
    assert jobs.call(tell_matches).result == {"requests": 0}
    gate.update(Property, flat.id, {"price": Decimal(80_000)})
    outbox.run()
    gate.update(User, crm.people["administrator"], {"language": "ru"})
    jobs.call(tell_matches)
    cheaper = "↓ Mill Lane 4: 80\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}€"
    assert gate.rows(told.order_by(Activity.id.desc()).limit(1)) == [("Two rooms", cheaper)]


def test_a_letter_goes_to_those_who_have_agreed(make: Make, gate: Gate, client: Client) -> None:
    agrees = make(Contact, last_name="Wit", email="wit@mail.example")
    silent = make(Contact, last_name="Braun", email="braun@mail.example")
    flat = _flat(make, address="Mill Lane 4")
    buyer, _ = _buyer(make, contact=agrees), _buyer(make, contact=silent)
    purpose = gate.create("consent_purpose", {"name": "Offers of flats"})
    here = f"/x/real_estate/write/{flat.id}"
    assert "Choose the purpose" in client.get(here)
    said = {"about": f"contact:{agrees.id}", "purpose": purpose, "said": "given", "source": "A call"}
    gate.create("consent", said)
    client.get("/settings/plugins/real_estate/Letters")
    client.form().submit(purpose=str(purpose))
    page = client.get(here)
    assert "gets it" in page
    assert page.all("tbody tr")[-1].get_text(" ", strip=True).endswith("no no")
    assert "On its way: one letter." in client.form("form[data-guard]").submit()
    assert gate.rows(select(Match.request, Match.state)) == [(buyer.id, MatchState.sent)]


def _free_unit(make: Make, **values: object) -> Unit:
    section = make(Section, building=make(Building, complex=make(Complex, name="Harbour Lights")))
    return make(
        Unit, **{"number": "A-1", "section": section, "floor": 3, "price": 90_000, "area": 50, **values}
    )


def test_a_free_unit_is_found_and_held_for_who_looks(make: Make, gate: Gate, client: Client) -> None:
    who = make(Contact, first_name="Ingrid", last_name="Wit")
    buyer, unit = _buyer(make, contact=who, area_from=45), _free_unit(make)
    make(Request, kinds=("house",))
    page = client.get(f"/x/real_estate/matches/{buyer.id}?show=units")
    assert page.one(".match-title").get_text(strip=True) == "Harbour Lights, A-1"
    assert not client.get(f"/x/real_estate/matches/{buyer.id}").all(".match-title")
    assert (
        "Ingrid Wit"
        in client.get(f"/x/real_estate/grid/{_building(gate)}?unit={unit.id}").one(".unit-buyers").text
    )
    assert "Ingrid Wit" in client.get(f"/x/real_estate/buyers/unit-{unit.id}").one(".match-title").text
    assert "Ingrid Wit gets A-1 for as long" in client.get(f"/x/real_estate/keep/{buyer.id}/{unit.id}")
    assert "The unit is held." in client.form("form[data-guard]").submit()
    assert gate.rows(select(Hold.unit, Hold.contact)) == [(unit.id, who.id)]
    assert gate.rows(select(Match.unit, Match.state)) == [(unit.id, MatchState.held)]
    assert best_offers(gate, buyer, UNITS) == []


def _building(gate: Gate) -> int:
    return int(gate.scalar(select(Building.id)))


def test_a_unit_that_nobody_wants_is_not_offered_until_it_is_taken_back(make: Make, client: Client) -> None:
    buyer, unit = _buyer(make), _free_unit(make)
    here = f"/x/real_estate/matches/{buyer.id}"
    assert "It will not be offered again." in client.post(here, {"decline": f"unit-{unit.id}"})
    assert not client.get(f"{here}?show=units").all(".match-score")
    assert client.get(f"{here}?show=declined").one(".match-do button")["value"] == f"unit-{unit.id}"
    client.post(f"/x/real_estate/buyers/unit-{unit.id}", {"restore": str(buyer.id)})
    assert client.get(f"{here}?show=units").all(".match-score")


def test_a_unit_finds_its_requests_and_the_digest_tells_of_it(
    make: Make, gate: Gate, outbox: Outbox, jobs: Jobs
) -> None:
    buyer, unit = _buyer(make, name="Two rooms"), _free_unit(make, status="closed")
    outbox.run()
    assert gate.rows(select(Match.id)) == []
    gate.update(Unit, unit.id, {"status": UnitStatus.free})
    outbox.run()
    jobs.call(tell_matches)
    gate.update(Unit, unit.id, {"price": Decimal(80_000)})
    outbox.run()
    assert gate.rows(select(Match.request, Match.unit, Match.news)) == [(buyer.id, unit.id, News.cheaper)]
    jobs.call(tell_matches)
    told = (
        select(Activity.body).where(Activity.about == f"real_estate_request:{buyer.id}").order_by(Activity.id)
    )
    assert [body for (body,) in gate.rows(told)] == [
        "+ Harbour Lights, A-1: €90,000",
        "↓ Harbour Lights, A-1: €80,000",
    ]


def test_a_promotion_brings_a_unit_within_reach_of_who_looks(
    make: Make, gate: Gate, client: Client, clock: Clock, outbox: Outbox, jobs: Jobs
) -> None:
    day = clock.now.date()
    buyer, unit = _buyer(make, name="Two rooms"), _free_unit(make, price=150_000)
    outbox.run()
    assert best_offers(gate, buyer, UNITS) == []
    make(
        Promotion, complex=gate.scalar(select(Complex.id)), starts_on=day, ends_on=day, percent=Decimal(40),
        amount=None, floor_from=None, floor_to=None,
    )  # fmt: skip
    outbox.run()
    jobs.run()
    outbox.run()
    (found,) = best_offers(gate, buyer, UNITS)
    assert (found.id, found.price) == (unit.id, Decimal(90_000))
    assert gate.rows(select(Match.request, Match.unit)) == [(buyer.id, unit.id)]
    jobs.call(tell_matches)
    assert gate.scalar(select(Activity.body)) == "+ Harbour Lights, A-1: €90,000"
    assert "Two rooms" in client.get(f"/x/real_estate/buyers/unit-{unit.id}").one(".match-title").text
    clock.move(days=1)
    jobs.call(set_todays_prices)
    assert best_offers(gate, buyer, UNITS) == [], "it is over"


def test_a_digest_of_many_names_the_best_of_them(make: Make, gate: Gate, outbox: Outbox, jobs: Jobs) -> None:
    buyer = _buyer(make)
    make.many(Property, 23, kind="flat", status="active", area=50, price=90_000)
    outbox.run()
    jobs.call(tell_matches)
    lines = gate.scalar(select(Activity.body).where(Activity.about == f"real_estate_request:{buyer.id}"))
    assert len(lines.splitlines()) == 21
    assert lines.endswith("… +3")


def test_units_that_are_alike_do_not_pile_up(make: Make, gate: Gate, outbox: Outbox) -> None:
    unit, _ = _free_unit(make), _buyer(make)
    more = [{"number": f"B-{n}", "section": unit.section, "floor": 1, "price": 90_000} for n in range(22)]
    gate.create_many(Unit, more)
    outbox.run()
    found = gate.rows(select(Match.id).order_by(Match.id))
    assert len(found) == 20
    gate.update(Match, found[0][0], {"state": MatchState.declined})
    gate.update(Unit, unit.id + 22, {"area": Decimal(51)})
    outbox.run()
    assert gate.scalar(select(func.count(Match.id))) == 21, "once one is looked at, the next comes"


def test_a_unit_has_the_features_of_its_layout(make: Make, gate: Gate) -> None:
    buyer = _buyer(make, must_have=("lift",))
    unit = _free_unit(make)
    whole = gate.scalar(select(Complex.id))
    gate.update(Unit, unit.id, {"layout": make(Layout, complex=whole, features=("lift",)).id})
    assert [hit.id for hit in best_offers(gate, buyer, UNITS)] == [unit.id]


def test_a_match_is_of_one_thing(make: Make) -> None:
    with pytest.raises(Invalid, match="Choose one of the two"):
        make(Match, request=_buyer(make), property=_flat(make), unit=_free_unit(make))


def test_a_short_message_goes_to_who_has_a_number_and_agreed(
    make: Make, gate: Gate, client: Client, jobs: Jobs
) -> None:
    reached = make(Contact, last_name="Wit", mobile="+442079460958", email=None)
    silent = make(Contact, last_name="Braun", mobile="+442079460959", email=None)
    flat = _flat(make, address="Mill Lane 4")
    buyer, _ = _buyer(make, contact=reached), _buyer(make, contact=silent)
    purpose = gate.create("consent_purpose", {"name": "Offers of flats"})
    said = {"about": f"contact:{reached.id}", "purpose": purpose, "said": "given", "source": "A call"}
    gate.create("consent", said)
    Letters(purpose=purpose).keep(gate.as_house("test"))
    client.get(f"/x/real_estate/write/{flat.id}")
    assert "Nobody of them" in client.form("form[data-guard]").submit(by="email", status=422)
    client.get(f"/x/real_estate/write/{flat.id}")
    assert "On its way: one letter." in client.form("form[data-guard]").submit(by="sms")
    jobs.run()
    asked = select(Activity.kind, Activity.body).where(Activity.about == f"real_estate_request:{buyer.id}")
    ((kind, body),) = gate.rows(asked.where(Activity.kind == "message"))
    assert (kind, body.partition("\n")[0]) == ("message", "Mill Lane 4")
