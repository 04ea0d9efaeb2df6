"""Random steps at several tills, held against a ledger written a second time, in plain Python and for one account."""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from hookline_sdk import Contact, Gate, Invalid, Text, func, select
from hookline_sdk.testing import Clock, Crm
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hookline_loyalty.points.data import Account, Entry, Kind, Unit
from hookline_loyalty.points.ledger import account_of, adjust, burn, earn, reverse

WHY = Text("For a purchase")
ZERO = Decimal(0)
BACK_DAYS = 30
AMOUNTS = st.integers(1, 40).map(Decimal)
PARTS = st.sampled_from(["0.1", "0.25", "0.333333", "0.5", "0.75", "1", "1"]).map(Decimal)


@dataclass
class Portion:
    """What came in at once; what is owed for it, and what others gave in its place, once it has been taken back."""

    rest: Decimal
    ends: dt.date | None
    number: int
    ended: Decimal = ZERO
    debt: Decimal = ZERO
    others: dict[int, Decimal] = field(default_factory=dict)

    @property
    def place(self) -> tuple[dt.date, int]:
        """What ends first goes first."""
        return self.ends or dt.date.max, self.number


@dataclass
class Book:
    """One account as it should be."""

    portions: list[Portion] = field(default_factory=list)
    earned: dict[str, tuple[Decimal, Portion]] = field(default_factory=dict)
    used: dict[str, list[tuple[Decimal, Portion]]] = field(default_factory=dict)
    taken: dict[str, Decimal] = field(default_factory=dict)
    given: dict[str, dict[int, Decimal]] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """What is in hand."""
        return sum((portion.rest for portion in self.portions), ZERO)

    @property
    def owed(self) -> Decimal:
        """What was taken back and could not be paid."""
        return sum((portion.debt for portion in self.portions), ZERO)

    def end(self, today: dt.date) -> None:
        """What is over goes."""
        for portion in self.portions:
            if portion.ends is not None and portion.ends < today:
                portion.ended += portion.rest
                portion.rest = ZERO

    def add(self, amount: Decimal, ends: dt.date | None) -> Portion:
        """Something comes in, and pays first what is owed."""
        portion = Portion(amount, ends, len(self.portions))
        self.portions.append(portion)
        return portion

    def pay(self) -> None:
        """What is owed is paid by what is there, the oldest debt first."""
        for portion in self.portions:
            self._let_others_pay(portion, min(portion.debt, self.total))

    def take(self, amount: Decimal) -> list[tuple[Decimal, Portion]]:
        """What ends first goes first."""
        found = []
        for portion in sorted(self.portions, key=lambda p: p.place):
            part = min(amount, portion.rest)
            if part > 0:
                portion.rest -= part
                amount -= part
                found.append((part, portion))
        return found

    def reverse(self, source: str, part: Decimal, today: dt.date) -> None:
        """A share of a bill, of all of it so far, is taken back."""
        self._give(source, part, today)
        if source in self.earned:
            whole, own = self.earned[source]
            left = min(_share(whole, part), whole - own.ended) - self.taken.get(source, ZERO)
            if left > 0:
                self.taken[source] = self.taken.get(source, ZERO) + left
                first = min(left, own.rest)
                own.rest -= first
                own.debt += left - first
                self._let_others_pay(own, left - first)
        self.pay()

    def _let_others_pay(self, portion: Portion, amount: Decimal) -> None:
        for part, other in self.take(amount):
            portion.debt -= part
            if other is not portion:
                portion.others[other.number] = portion.others.get(other.number, ZERO) + part

    def _give(self, source: str, part: Decimal, today: dt.date) -> None:
        used, given = self.used.get(source, []), self.given.setdefault(source, {})
        left = _share(sum((amount for amount, _ in used), ZERO), part) - sum(given.values(), ZERO)
        for place, (amount, portion) in reversed(list(enumerate(used))):
            back = min(left, amount - given.get(place, ZERO))
            if back <= 0:
                continue
            given[place] = given.get(place, ZERO) + back
            left -= back
            portion.rest += back
            if portion.ends is not None and portion.ends < today:
                portion.ends = today + dt.timedelta(days=BACK_DAYS)
            self._make_good(portion)
            self.end(today)

    def _make_good(self, portion: Portion) -> None:
        """What is in it again is due to those who paid in its place."""
        part = min(portion.rest, portion.debt)
        portion.rest -= part
        portion.debt -= part
        others = (self.portions[number] for number in portion.others)
        for other in sorted(others, key=lambda p: p.place, reverse=True):
            part = min(portion.rest, portion.others[other.number])
            portion.rest -= part
            portion.others[other.number] -= part
            other.rest += part
            if part:
                self._make_good(other)


def _share(whole: Decimal, part: Decimal) -> Decimal:
    return whole if part == 1 else (whole * part).quantize(Decimal(1), rounding=ROUND_HALF_UP)


class LedgerSteps(RuleBasedStateMachine):
    """Tills that earn, use, take back and come again, while days pass. `crm` and `clock` are set by whoever runs it."""

    crm: Crm
    clock: Clock
    # How much was done in all runs, for whoever prints it.
    counted: dict[str, int]

    @initialize()
    def open(self) -> None:
        self.book, self.number = Book(), 0
        # How the account stood at the end of the last step.
        self.read: tuple[Any, list[tuple[Any, ...]]] | None = None
        with self._gate() as gate:
            self.account = account_of(gate, gate.create(Contact, {"last_name": "Holm"}), Unit.points)
        self._count("runs")

    @rule(amount=AMOUNTS, days=st.sampled_from([None, 0, 3, 10, 40]))
    def earn(self, amount: Decimal, days: int | None) -> None:
        source, ends = self._next(), None if days is None else self._today + dt.timedelta(days=days)
        self._do(lambda gate: earn(gate, self.account, amount, source=source, why=WHY, expires_on=ends))
        self.book.end(self._today)
        self.book.earned[source] = (amount, self.book.add(amount, ends))
        self.book.pay()

    @rule(amount=AMOUNTS)
    def use(self, amount: Decimal) -> None:
        self.book.end(self._today)
        source, covered = self._next(), amount <= self.book.total
        try:
            self._do(lambda gate: burn(gate, self.account, amount, source=source, why=WHY))
            assert covered, "more was used than there was"
            self.book.used[source] = self.book.take(amount)
        except Invalid:
            assert not covered, "it was refused though it was covered"

    @rule(up=st.booleans(), amount=AMOUNTS)
    def correct(self, *, up: bool, amount: Decimal) -> None:
        self.book.end(self._today)
        source, change = self._next(), amount if up else -min(amount, self.book.total)
        if change:
            self._do(lambda gate: adjust(gate, self.account, change, source=source, why=WHY))
            if up:
                self.book.add(change, None)
                self.book.pay()
            else:
                self.book.take(-change)

    @precondition(lambda self: self.book.earned or self.book.used)
    @rule(data=st.data(), part=PARTS)
    def refund(self, data: st.DataObject, part: Decimal) -> None:
        source = self._some(data)
        self._do(lambda gate: reverse(gate, source, part=part))
        self.book.end(self._today)
        self.book.reverse(source, part, self._today)

    @precondition(lambda self: self.book.earned or self.book.used)
    @rule(data=st.data(), amount=AMOUNTS)
    def come_again(self, data: st.DataObject, amount: Decimal) -> None:
        """A call that is repeated changes nothing, whatever amount it names now."""
        source = self._some(data)
        self.book.end(self._today)
        function = earn if source in self.book.earned else burn
        self._do(lambda gate: function(gate, self.account, amount, source=source, why=WHY))

    @rule(days=st.integers(1, 12))
    def wait(self, days: int) -> None:
        self.clock.move(days=days)

    @rule(tills=st.integers(2, 4), amount=AMOUNTS)
    def use_at_several_tills(self, tills: int, amount: Decimal) -> None:
        self.book.end(self._today)
        sources = [self._next() for _ in range(tills)]
        self._at_once(
            [partial(burn, account=self.account, amount=amount, source=source, why=WHY) for source in sources]
        )
        got = self._in_order(Kind.burn, sources)
        assert len(got) == min(tills, int(self.book.total // amount))
        for source in got:
            self.book.used[source] = self.book.take(amount)

    @rule(tills=st.integers(2, 3), amount=AMOUNTS)
    def earn_one_bill_at_several_tills(self, tills: int, amount: Decimal) -> None:
        source = self._next()
        self._at_once([lambda gate: earn(gate, self.account, amount, source=source, why=WHY)] * tills)
        self.book.end(self._today)
        self.book.earned[source] = (amount, self.book.add(amount, None))
        self.book.pay()

    @precondition(lambda self: self.book.earned or self.book.used)
    @rule(data=st.data(), tills=st.integers(2, 3))
    def refund_one_bill_at_several_tills(self, data: st.DataObject, tills: int) -> None:
        source = self._some(data)
        self._at_once([lambda gate: reverse(gate, source)] * tills)
        self.book.end(self._today)
        self.book.reverse(source, Decimal(1), self._today)

    @invariant()
    def a_balance_is_the_sum_of_its_entries(self) -> None:
        """Never below nothing, as it should be, and nothing is left of what was taken back as a whole."""
        if not hasattr(self, "account"):
            return
        self._count("steps")
        if self.read is None:
            self._do(lambda _: None)
        assert self.read is not None
        found, lots = self.read
        self.read = None
        amount, owed = (sum((row[place] for row in lots), ZERO) for place in (0, 1))
        today = self._today
        usable = sum((rest for rest, _, ends in lots if ends is None or ends >= today), ZERO)
        self.book.end(self._today)
        assert found.balance == amount >= 0
        assert found.owed == owed == self.book.owed >= 0
        assert usable == self.book.total
        assert all(rest >= 0 for rest, _, _ in lots)
        assert not (usable and found.owed), "what is owed is paid as soon as there is something"

    def teardown(self) -> None:
        """Everything is taken back: nothing stays but what was corrected by hand."""
        if not hasattr(self, "account"):
            return
        with self._gate() as gate:
            for source in [*self.book.earned, *self.book.used]:
                reverse(gate, source)
            booked = select(Entry.kind, func.sum(Entry.amount)).where(Entry.account == self.account)
            sums = dict(gate.rows(booked.group_by(Entry.kind)))
            assert sums.get(Kind.burn, ZERO) + sums.get(Kind.back, ZERO) == 0, "what was used has come back"
            account = gate.get(Account, self.account)
            corrected = sums.get(Kind.adjust, ZERO)
            assert account.balance - account.owed == corrected, "points stayed behind, or were taken twice"

    def _some(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from([*self.book.earned, *self.book.used]))

    def _next(self) -> str:
        self.number += 1
        # A bill belongs to one customer: one of an earlier run would be taken back along with this.
        return f"till:{self.account}:{self.number}"

    @property
    def _today(self) -> dt.date:
        return self.clock.now.date()

    def _gate(self) -> Any:
        return self.crm.home.house("a till", durable=False)

    def _do(self, step: Callable[[Gate], object]) -> None:
        with self._gate() as gate:
            step(gate)
            lot = func.coalesce(Entry.lot, Entry.id)
            columns = (func.sum(Entry.amount), func.sum(Entry.owed), func.max(Entry.expires_on))
            # Straight from the tables: what is tested is what stands there.
            lots = select(*columns).where(Entry.account == self.account).group_by(lot)
            balances = select(Account.balance, Account.owed).where(Account.id == self.account)
            found, rows = (list(gate.tx.run(asked, why="test")) for asked in (balances, lots))
            self.read = (found[0], [tuple(row) for row in rows])

    def _at_once(self, steps: list[Callable[[Gate], object]]) -> None:
        """As many tills as steps, all of them at the same moment. Refusals are part of the game, anything else is not."""
        start, failures = threading.Barrier(len(steps)), []

        def come(step: Callable[[Gate], object]) -> None:
            start.wait()
            try:
                with self._gate() as gate:
                    step(gate)
            except Invalid:
                pass
            except Exception as error:  # noqa: BLE001  # whatever it is, it is what the run has to show
                failures.append(repr(error))

        threads = [threading.Thread(target=come, args=(step,)) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures, failures
        self.read = None
        self._count("tills at once", len(steps))

    def _in_order(self, kind: Kind, sources: list[str]) -> list[str]:
        """Which of these were booked, in their order."""
        found = select(Entry.source, func.min(Entry.id)).where(
            Entry.account == self.account, Entry.kind == kind, Entry.source.in_(sources)
        )
        with self._gate() as gate:
            rows = sorted(gate.tx.run(found.group_by(Entry.source), why="test"), key=lambda row: row[1])
        return [source for source, _ in rows]

    def _count(self, what: str, by: int = 1) -> None:
        self.counted[what] = self.counted.get(what, 0) + by


def test_the_ledger_stays_as_it_should_be_whatever_tills_do(crm: Crm, clock: Clock) -> None:
    machine = type("Steps", (LedgerSteps,), {"crm": crm, "clock": clock, "counted": {}})
    few = settings(
        max_examples=4,
        stateful_step_count=20,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
            HealthCheck.function_scoped_fixture,
        ],
    )
    run_state_machine_as_test(machine, settings=few)
