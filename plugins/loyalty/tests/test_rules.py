"""What is refused, and what is not."""

import datetime as dt

import pytest
from hookline_sdk import Gate, Invalid
from hookline_sdk.testing import Make

from hookline_loyalty.customers.data import Receipt


def test_nothing_was_bought_in_the_future(make: Make, gate: Gate) -> None:
    with pytest.raises(Invalid, match="lies in the future"):
        make(Receipt, bought_at=gate.now + dt.timedelta(minutes=1))
    assert make(Receipt, bought_at=gate.now).bought_at == gate.now


def test_a_receipt_without_a_day_is_told_so(gate: Gate) -> None:
    with pytest.raises(Invalid, match="bought_at: Please fill this in"):
        gate.create(Receipt, {"what": "Beans", "amount": 3, "source": "till:1", "bought_at": None})
