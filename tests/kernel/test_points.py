"""Extension points: one plugin asks, others answer, nobody imports anybody, and who fails is left out."""

from decimal import Decimal
from typing import Any

import pytest
from hookline.errors import PluginError
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.plugins.points import Point
from sqlalchemy import func, select

from tests.kernel.mill import Sack, add_sacks, open_mill


def asking() -> tuple[Plugin, Point[Sack, Decimal]]:
    estate = Plugin("estate")

    @estate.point
    def price(sack: Sack, gate: Gate) -> Decimal:
        """What a sack costs today."""
        raise AssertionError("a point's own function is never called")

    return estate, price


def test_everybody_who_answers_is_asked_in_order_and_who_fails_is_left_out(mill_url: str) -> None:
    estate, price = asking()
    cheap, dear = Plugin("cheap"), Plugin("dear")

    @cheap.provides("estate.price")
    def market(sack: Sack, gate: Gate) -> Decimal:
        return Decimal(sack.weight or 0)

    @dear.provides("estate.price", order=10)
    def gold(sack: Sack, gate: Gate) -> Decimal:
        return Decimal(1000)

    @dear.provides("estate.price", order=20)
    def shy(sack: Sack, gate: Gate) -> Decimal | None:
        return None

    @cheap.provides("estate.price", order=30)
    def clumsy(sack: Sack, gate: Gate) -> Decimal:
        gate.create(Sack, {"name": "left behind"})
        _ = gate.rows(select(func.no_such_function(Sack.id)))
        return Decimal(0)

    @cheap.provides("estate.price", order=40)
    def wordy(sack: Sack, gate: Gate) -> Any:
        return "cheap"

    with open_mill(mill_url, estate, cheap, dear) as home:
        (id,) = add_sacks(home, 1)
        with home.house("asking") as gate:
            gate.update(Sack, id, {"weight": 5})
            said = price.answers(gate.get(Sack, id), gate)
            assert [(answer.plugin, answer.value) for answer in said] == [("dear", 1000), ("cheap", 5)]
            assert price.first(gate.get(Sack, id), gate) == 1000
            # What the failed one wrote is taken back, what was written before stands.
            assert gate.scalar(select(func.count(Sack.id))) == 1
        with home.database.read() as tx:
            reading = home.gate(tx, gate.actor)
            assert price.first(reading.get(Sack, id), reading) == 1000
        told = [(failure.plugin, failure.place) for failure in home.host.failures][:2]
        assert told == [("cheap", "provides clumsy"), ("cheap", "provides wordy")]
        assert "estate.price asks for Decimal and was answered with str" in home.host.failures[1].error


@pytest.mark.one_engine
def test_nobody_answers_while_nobody_is_there(mill_url: str) -> None:
    estate, price = asking()
    with open_mill(mill_url, estate) as home:
        (id,) = add_sacks(home, 1)
        with home.house("asking") as gate:
            assert price.answers(gate.get(Sack, id), gate) == []
            assert price.first(gate.get(Sack, id), gate) is None


def test_an_answer_to_who_is_away_waits_and_one_to_a_question_nobody_asks_is_said_at_load() -> None:
    estate, _ = asking()
    early, wrong = Plugin("early"), Plugin("wrong")
    early.provides("cafe.price")(_free)
    wrong.provides("estate.prize")(_free)
    host = PluginHost()
    host.load([Plugin("core"), early, estate, wrong])
    assert host.notes == {
        "wrong": ["_free answers estate.prize, which estate does not ask; did you mean estate.price?"]
    }


def test_a_name_is_given_once_and_a_signature_is_checked() -> None:
    estate, _ = asking()

    @estate.point
    def price(sack: Sack, gate: Gate) -> Decimal:
        raise AssertionError

    other = Plugin("other")
    other.provides("estate.price")(lambda sack: sack)  # type: ignore[arg-type, misc]  # on purpose
    host = PluginHost()
    host.load([Plugin("core"), estate, other])
    assert "another one of this name" in host.broken["estate"]
    assert "must take (subject, gate)" in host.broken["other"]
    with pytest.raises(PluginError, match="another one of this name"):
        PluginHost(strict=True).load([Plugin("core"), estate])


def _free(_sack: Sack, _gate: Gate) -> Decimal:
    return Decimal(0)
