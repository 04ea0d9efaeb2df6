"""Own events: told with the change they belong to, heard by who declared it, whatever is missing or too much."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hookline.errors import PluginError
from hookline.kernel.background import outbox
from hookline.kernel.background.events import MAX_DEPTH
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.own_events import Event
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.shown import Money

from tests.kernel.mill import Clock, Sack, open_mill

cafe = Plugin("cafe")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class SaleRecorded(Event, plugin=cafe):
    """Somebody has paid."""

    guest: int
    total: Money
    at_noon: datetime
    cups: tuple[str, ...] = ()


def sale(guest: int = 7) -> SaleRecorded:
    return SaleRecorded(guest=guest, total=Money(Decimal("4.20"), "EUR"), at_noon=NOON, cups=("tea", "milk"))


def deliver_all(home: Installation) -> int:
    count = 0
    while outbox.deliver_next(home):
        count += 1
    return count


def test_who_listens_hears_an_event_as_it_was_told_and_by_one_number(mill_url: str) -> None:
    bonus, heard = Plugin("bonus"), list[SaleRecorded]()

    @bonus.on(SaleRecorded)
    def count(event: SaleRecorded, gate: Gate) -> None:
        heard.append(event)
        gate.create(Sack, {"name": f"for {event.guest}"})
        if len(heard) == 1:
            raise RuntimeError("the till was locked")

    clock = Clock()
    with open_mill(mill_url, cafe, bonus, clock=clock) as home:
        with home.house("selling") as gate:
            gate.emit(sale(7), sale(8))
        deliver_all(home)
        clock.pass_(minutes=1)
        assert deliver_all(home) == 1
        with home.house("looking") as gate:
            names = [row.name for row in gate.rows(Sack.__table__.select())]
    assert heard == [sale(7), sale(8), sale(7)]
    assert heard[0].id == heard[2].id < heard[1].id
    assert (heard[0].at, heard[0].user, heard[0].cause) == (Clock().now, None, "")
    # What the failed attempt wrote is undone.
    assert sorted(names) == ["for 7", "for 8"]


def test_nothing_is_told_of_what_was_rolled_back(mill_url: str) -> None:
    bonus = Plugin("bonus")
    bonus.on(SaleRecorded)(_must_not_be_called)
    with open_mill(mill_url, cafe, bonus) as home:
        with pytest.raises(KeyError), home.house("selling") as gate:
            _sell_and_fail(gate)
        assert deliver_all(home) == 0


def test_another_plugins_event_is_heard_without_importing_it(mill_url: str) -> None:
    bonus, heard = Plugin("bonus"), list[tuple[int, Decimal | int, str]]()

    class Sale(Event, of="cafe.sale_recorded"):
        guest: int
        total: Money
        room: str = "anywhere"

    @bonus.on(Sale)
    def count(event: Sale, gate: Gate) -> None:
        heard.append((event.guest, event.total.amount, event.room))

    with open_mill(mill_url, cafe, bonus) as home:
        assert home.host.notes == {}
        with home.house("selling") as gate:
            gate.emit(sale())
            with pytest.raises(PluginError, match="only cafe tells"):
                gate.emit(Sale(guest=1, total=Money(1)))
        assert deliver_all(home) == 1
    # The café is away: nothing is amiss, and nothing comes.
    with open_mill(mill_url, bonus) as home:
        assert home.host.notes == {}
        assert deliver_all(home) == 0
    assert heard == [(7, Decimal("4.20"), "anywhere")]


def test_news_wait_for_a_plugin_that_is_away(mill_url: str) -> None:
    bonus, heard = Plugin("bonus"), list[int]()

    @bonus.on(SaleRecorded)
    def count(event: SaleRecorded, gate: Gate) -> None:
        heard.append(event.guest)

    with open_mill(mill_url, cafe, bonus) as home, home.house("selling") as gate:
        gate.emit(sale())
    with open_mill(mill_url, cafe) as home:
        assert deliver_all(home) == 0
    # Even without the plugin that told of it.
    with open_mill(mill_url, bonus) as home:
        assert deliver_all(home) == 1
    assert heard == [7]


def test_an_event_that_lacks_what_a_hearer_needs_is_parked_with_the_field_and_can_be_replayed(
    mill_url: str,
) -> None:
    bonus, clock = Plugin("bonus"), Clock()

    class Sale(Event, of="cafe.sale_recorded"):
        guest: int
        waiter: str

    bonus.on(Sale)(_must_not_be_called)
    with open_mill(mill_url, cafe, bonus, clock=clock) as home:
        (said,) = home.host.notes["bonus"]
        assert "needs waiter of cafe.sale_recorded" in said
        with home.house("selling") as gate:
            gate.emit(sale(), about="mill_sack:3")
        for _ in range(outbox.ATTEMPTS):
            deliver_all(home)
            clock.pass_(hours=1)
        with home.database.write() as tx:
            (parked,) = outbox.list_parked(tx)
            assert (parked["name"], parked["entity"], parked["record"]) == (
                "cafe.sale_recorded",
                "mill_sack",
                3,
            )
            assert "`waiter`" in parked["error"]
            assert outbox.replay(tx, parked["event"], parked["subscriber"], clock())
        assert deliver_all(home) == 1


def test_handlers_that_answer_each_other_are_stopped(mill_url: str) -> None:
    bonus, causes = Plugin("bonus"), list[str]()

    @bonus.on(SaleRecorded)
    def again(event: SaleRecorded, gate: Gate) -> None:
        causes.append(event.cause)
        gate.emit(sale())

    with open_mill(mill_url, cafe, bonus) as home:
        with home.house("selling") as gate:
            gate.emit(sale())
        deliver_all(home)
    assert len(causes) == MAX_DEPTH + 1
    assert causes[0] == ""
    assert causes[1].endswith(":bonus.again")


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"guest": "seven"}, "Expected `int`"),
        ({"at_noon": NOON.replace(tzinfo=None)}, "a time without a zone"),
        ({"cups": (object(),)}, "object"),
    ],
)
def test_what_an_annotation_does_not_allow_is_refused_where_it_is_told(
    mill_url: str, wrong: dict[str, object], says: str
) -> None:
    given = {"guest": 7, "total": Money(1), "at_noon": NOON, **wrong}
    with (
        open_mill(mill_url, cafe) as home,
        home.house("selling") as gate,
        pytest.raises(PluginError, match=says),
    ):
        gate.emit(SaleRecorded(**given))  # type: ignore[arg-type]  # on purpose


def test_an_event_says_whose_it_is_and_takes_no_name_of_ours() -> None:
    with pytest.raises(PluginError, match="must say whose it is"):
        type("Sale", (Event,), {"__annotations__": {}})
    with pytest.raises(PluginError, match="Rename it"):

        class Sale(Event, plugin=Plugin("shop")):
            id: int  # pyright: ignore[reportIncompatibleMethodOverride]  # that is what is refused


def test_fields_that_no_outbox_could_carry_are_refused_at_load() -> None:
    shop = Plugin("shop")

    class Sale(Event, plugin=shop):
        sack: Sack

    host = PluginHost()
    host.load([Plugin("core"), shop])
    assert "Sale.sack" in host.broken["shop"]


def test_a_misspelt_event_of_a_plugin_that_runs_is_said_at_load() -> None:
    bonus = Plugin("bonus")

    class Sale(Event, of="cafe.sale_recordet"):
        guest: int

    bonus.on(Sale)(_must_not_be_called)
    host = PluginHost()
    host.load([Plugin("core"), cafe, bonus])
    assert host.notes["bonus"] == [
        "_must_not_be_called hears cafe.sale_recordet, which cafe does not tell; did you mean cafe.sale_recorded?"
    ]
    with pytest.raises(PluginError, match="did you mean cafe"):
        PluginHost(strict=True).load([Plugin("core"), cafe, bonus])


def _sell_and_fail(gate: Gate) -> None:
    gate.emit(sale())
    raise KeyError("till")


def _must_not_be_called(event: Event, gate: Gate) -> None:
    raise AssertionError("nothing can have been heard")
