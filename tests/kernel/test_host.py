"""The plugin host: who may run, in which order, and what becomes of a plugin that fails."""

import types
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hookline.errors import Invalid, PluginError
from hookline.kernel.actor import house
from hookline.kernel.entity import Base, Catalog, Fields, discard
from hookline.kernel.fields import Choices, choice, integer, ref, references, sequence, text
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.host import Failure, PluginHost
from hookline.kernel.plugins.plugin import Plugin, hookimpl
from hookline.kernel.plugins.watching.breaker import FAILURES, PAUSE, Breaker
from hookline.kernel.rules import BeforeSave, Change, Judgement
from hookline.kernel.screens import Act
from sqlalchemy.orm import Mapped

yard = Plugin("yard")


class Sort(Choices):
    """What pushes a cart."""

    hand = "hand"
    horse = "horse"


class Cart(Catalog, plugin=yard):
    """What plugins of these tests add to."""

    name: Mapped[str] = text("Name")
    drawn_by: Mapped[str | None] = choice("Drawn by", Sort)


def host_of(*plugins: Plugin, strict: bool = False) -> PluginHost:
    host = PluginHost(strict=strict)
    host.load([Plugin("core"), yard, *plugins])
    return host


def boom(*_: Any, **__: Any) -> Any:
    raise ZeroDivisionError("on purpose")


def test_plugins_run_after_those_they_need_and_else_by_name() -> None:
    host = host_of(Plugin("alpha", needs=("zeta",)), Plugin("zeta"), Plugin("beta"))
    assert list(host.plugins) == ["core", "beta", "yard", "zeta", "alpha"]


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [
        (Plugin("yard"), "another plugin is called yard too"),
        (Plugin("lonely", needs=("nobody",)), "it needs nobody, which does not run"),
        (Plugin("modern", api=99), "API level 99"),
    ],
)
def test_a_plugin_that_cannot_run_says_why(plugin: Plugin, reason: str) -> None:
    host = host_of(plugin)
    assert reason in host.broken[plugin.name]
    assert host.plugins["yard"].plugin is yard


def test_two_that_need_each_other_are_both_off() -> None:
    host = host_of(Plugin("hen", needs=("egg",)), Plugin("egg", needs=("hen",)))
    assert set(host.broken) == {"hen", "egg"}


def test_a_handler_with_the_wrong_arguments_is_refused_with_its_place() -> None:
    plugin = Plugin("sloppy")

    @plugin.panel(Cart, "Wheels")  # type: ignore[arg-type]  # the mistake that is refused
    def wheels(record: object) -> None:
        """Takes no gate."""

    reason = host_of(plugin).broken["sloppy"]
    assert "panel wheels must take (record, gate) (test_host.py:" in reason


def test_columns_of_a_plugin_appear_when_it_runs_and_not_before() -> None:
    plugin = Plugin("paint", needs=("brush",))

    class Coat(Fields[Cart], plugin=plugin):
        colour: Mapped[str | None] = text("Colour")

    host = host_of(plugin)
    assert "paint_colour" not in Cart.__table__.c
    assert "paint_colour" not in host.schema()["yard_cart"].fields
    ready = host_of(plugin, Plugin("brush"))
    assert "paint_colour" in Cart.__table__.c
    assert ready.schema()["yard_cart"].fields["paint_colour"].owner == "paint"
    assert str(Coat.colour == "red") == "yard_cart.paint_colour = :paint_colour_1"
    assert Cart(name="a", paint_colour="red")[Coat].colour == "red"
    assert "paint_colour" not in host_of().schema()["yard_cart"].fields


def test_a_plugin_taken_out_again_leaves_no_field_and_no_contribution() -> None:
    plugin = Plugin("rope")

    class Knot(Fields[Cart], plugin=plugin):
        length: Mapped[int | None] = integer("Length")

    plugin.before_save(Cart)(boom)
    host = host_of(plugin)
    assert host.judges("before_save", "yard_cart")
    host.switch_off("rope", "its tables are old")
    assert "rope_length" not in host.schema()["yard_cart"].fields
    assert not host.judges("before_save", "yard_cart")
    assert host.broken == {"rope": "its tables are old"}


def test_a_field_that_is_there_already_refuses_the_plugin_whole() -> None:
    first, second = Plugin("a"), Plugin("a_b")

    class One(Fields[Cart], plugin=first):
        b_c: Mapped[int | None] = integer("One")

    class Two(Fields[Cart], plugin=second):
        d: Mapped[int | None] = integer("Two")
        c: Mapped[int | None] = integer("Clash")

    host = host_of(first, second)
    assert "has a field a_b_c already" in host.broken["a_b"]
    assert "a_b_d" not in Cart.__table__.c


def test_a_reference_to_nobody_is_refused_before_it_can_stop_a_migration() -> None:
    plugin, early = Plugin("astray", needs=("yard",)), Plugin("early")

    class Ghost(Catalog, plugin=plugin):
        name: Mapped[str] = text("Name")
        cart: Mapped[int | None] = ref("yard_carf", "Cart")

    class Wheel(Catalog, plugin=early):
        name: Mapped[str] = text("Name")
        cart: Mapped[int | None] = ref("yard_cart", "Cart")

    host = host_of(plugin, early)
    assert "Write needs=('yard',)" in host.broken["early"]
    assert (
        host.broken["astray"]
        == "Ghost.cart: it refers to 'yard_carf', which nobody declares. Did you mean 'yard_cart'?"
    )
    assert "astray_ghost" not in Base.metadata.tables


def test_an_entity_whose_title_is_no_text_is_refused_with_its_line_and_what_to_do() -> None:
    counted, unnamed, sound = Plugin("counted"), Plugin("unnamed"), Plugin("rightly_counted")

    class Lot(Catalog, plugin=counted, title="number"):
        number: Mapped[int] = integer("Number")

    class Heap(Catalog, plugin=unnamed):
        weight: Mapped[int] = integer("Weight")

    class Parcel(Catalog, plugin=sound, title="number"):
        number: Mapped[str] = sequence("Number", "P-{n:05}")

    host = host_of(counted, unnamed, sound)
    discard(sound)
    assert "rightly_counted" in host.plugins
    said = host.broken["counted"]
    assert "entity Lot (test_host.py, line " in said
    assert "its title 'number' is of the kind integer, which is no text" in said
    assert 'sequence("Number", "LOT-{n:05}")' in said
    assert "it has no field 'name' for its title" in host.broken["unnamed"]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ('state = "taken"', "when: There is no field state"),
        ('load = "hay', "when: "),
        ('drawn_by = "hnad"', "when: 'hnad' is no choice of drawn_by"),
    ],
)
def test_an_action_for_records_in_no_state_of_theirs_is_refused(when: str, said: str) -> None:
    plugin = Plugin("pusher")

    @plugin.action(Cart, "Push", when=when)
    def push(act: Act[Cart], gate: Gate) -> None:
        """Never done."""

    assert said in host_of(plugin).broken["pusher"]


def test_what_a_group_cannot_hold_is_refused_where_it_is_written() -> None:
    plugin = Plugin("greedy")
    with pytest.raises(PluginError, match="many references"):

        class Many(Fields[Cart], plugin=plugin):
            others = references("yard_cart", "Others")

    with pytest.raises(PluginError, match="groups need themselves"):

        class Reserved(Fields[Cart], plugin=plugin):
            names: Mapped[str | None] = text("Names")  # type: ignore[assignment, misc]  # the mistake


def test_all_judges_are_asked_and_one_that_fails_refuses_by_name() -> None:
    heard: list[str] = []
    broken, sound = Plugin("broken"), Plugin("sound")
    broken.before_save(Cart)(boom)
    sound.before_save(Cart)(lambda event: heard.append(event.entity))
    host = host_of(broken, sound)
    event: BeforeSave[Any] = BeforeSave("yard_cart", Cart(), None, {}, None)  # type: ignore[arg-type]  # nobody looks at the gate
    host.judge("before_save", "yard_cart", event)
    assert heard == ["yard_cart"]
    assert [str(p.text) for p in event.problems] == [
        "The plugin broken failed, so this was not saved. An administrator sees why."
    ]
    assert [(f.plugin, f.place) for f in host.failures] == [("broken", "before_save boom")]
    assert "ZeroDivisionError: on purpose" in host.failures[0].error


def test_what_follows_a_save_and_fails_refuses_it() -> None:
    plugin = Plugin("limping")
    plugin.follow(Cart)(boom)
    plugin.forget(Cart)(boom)
    host = host_of(plugin)
    for follow in (*host.followers("yard_cart"), *host.erasers("yard_cart")):
        with pytest.raises(Invalid, match="limping"):
            follow(None, None, "created", [])
    assert len(host.failures) == 2


def test_a_restriction_that_fails_hides_everything() -> None:
    plugin = Plugin("shy")
    plugin.restrict(Cart)(boom)
    ((owner, restrict),) = host_of(plugin).restrictions("yard_cart")
    assert owner == "shy"
    asked = SimpleNamespace(actor=house("test"))
    assert str(restrict(asked, Cart.__table__)) == "false"  # type: ignore[arg-type]  # a table, and as much of a gate as is asked


def test_sys_exit_in_a_plugin_is_a_failure_like_any_other() -> None:
    plugin = Plugin("leaver")

    @plugin.column(Cart, "Weight")
    def weight(rows: object, gate: object) -> dict[int, str]:
        raise SystemExit(1)

    host = host_of(plugin)
    (column,) = host.contributions("column", "yard_cart")
    failure = host.ask(column, [], None)
    assert isinstance(failure, Failure)
    assert (failure.plugin, failure.place) == ("leaver", "column weight")
    with pytest.raises(RuntimeError, match=r"it called sys.exit\(1\)"):
        column.call([], None)


def test_in_development_a_failure_is_raised() -> None:
    plugin = Plugin("loud")
    plugin.column(Cart, "Weight")(boom)
    host = host_of(plugin, strict=True)
    with pytest.raises(ZeroDivisionError):
        host.ask(host.all()[0], [], None)
    with pytest.raises(PluginError, match="API level 99"):
        host_of(Plugin("new", api=99), strict=True)


def test_what_keeps_failing_is_paused_then_tried_once_more() -> None:
    now = [100.0]
    breaker = Breaker(clock=lambda: now[0])
    for _ in range(FAILURES - 1):
        breaker.failed("a")
    assert not breaker.paused("a")
    breaker.failed("a")
    assert breaker.paused("a")
    assert not breaker.paused("b")
    now[0] += PAUSE
    assert not breaker.paused("a")
    breaker.failed("a")
    assert breaker.paused("a")
    now[0] += PAUSE
    breaker.succeeded("a")
    breaker.failed("a")
    assert not breaker.paused("a")


def test_failures_far_apart_pause_nothing() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    for _ in range(20):
        breaker.failed("a")
        now[0] += 30
    assert not breaker.paused("a")


def test_paused_contributions_are_left_out() -> None:
    plugin = Plugin("weak")
    plugin.column(Cart, "Weight")(boom)
    host = host_of(plugin)
    for _ in range(FAILURES):
        host.ask(host.contributions("column", "yard_cart")[0], [], None)
    assert list(host.contributions("column", "yard_cart")) == []
    assert host.paused(host.all()[0])


def raw(name: str, **functions: Any) -> Plugin:
    """A plugin whose module has hooks of its own."""
    plugin = Plugin(name)
    plugin.module = types.ModuleType(name)
    for hook, function in functions.items():
        setattr(plugin.module, hook, hookimpl(function))
    return plugin


def test_a_module_may_implement_hooks_for_every_entity() -> None:
    heard: list[object] = []
    changes: list[object] = []

    def before_save(event: BeforeSave[Any]) -> None:
        heard.append(event.entity)

    def after_commit(gate: object, event: Change) -> None:
        changes.append((event.name, gate))

    host = host_of(raw("ears", before_save=before_save, after_commit=after_commit))
    assert host.broken == {}
    host.judge("before_save", "yard_cart", BeforeSave("yard_cart", Cart(), None, {}, None))  # type: ignore[arg-type]  # nobody looks at the gate
    assert heard == ["yard_cart"]
    (subscriber,) = host.subscribers("yard_cart")
    told = Change(1, "yard_cart.created", "yard_cart", 1, datetime(2026, 1, 1, tzinfo=UTC), None, {})
    subscriber.call(told, "the gate")
    assert (subscriber.key, changes) == ("ears.after_commit", [("yard_cart.created", "the gate")])


def test_a_misspelt_hook_is_refused_with_the_name_that_was_meant() -> None:
    host = host_of(raw("typo", before_sav=lambda: None))
    assert "Did you mean before_save?" in host.broken["typo"]
    assert "yard" in host.plugins


def test_a_hook_with_an_argument_that_does_not_exist_is_refused() -> None:
    host = host_of(raw("wrong", before_save=lambda record: record))
    assert "record" in host.broken["wrong"]


def test_calls_are_told_when_somebody_traces_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOOKLINE_TRACE_HOOKS", "1")
    plugin = Plugin("heard")
    plugin.before_save(Cart)(boom)
    host = host_of(plugin)
    host.judge("before_save", "yard_cart", Judgement())
    assert "hook before_save yard_cart heard.boom raised " in capsys.readouterr().err
