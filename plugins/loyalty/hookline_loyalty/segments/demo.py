"""Its part of the demo: segments that tell something, one of them put together by hand."""

from decimal import Decimal

from hookline_sdk import Contact, Gate, Story, select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.data import Segment, SegmentKind
from hookline_loyalty.segments.keeping import KEEPING, differing, put_in, settle
from hookline_loyalty.segments.tree import Bought, Contacted, Group, InSegment, OfField, Part, written

_AT_ONCE = 1_000


@plugin.demo
def segments(story: Story, gate: Gate) -> None:
    """Regulars, those who stay away, newcomers, and who is to be asked to tasting."""
    owner = next(iter(story.people.values()))

    def segment(english: str, russian: str, note: str, note_russian: str, *parts: Part) -> int:
        return gate.create(
            Segment,
            {
                "name": story.say(owner, english, russian), "note": story.say(owner, note, note_russian),
                "rule": written(Group("all", parts)), "owner": owner.id, "team": owner.team,
            },
        )  # fmt: skip

    regulars = segment(
        "Regulars", "Постоянные", "Come at least every other week", "Приходят хотя бы раз в две недели",
        Bought("count", "least", Decimal(6), 90),
    )  # fmt: skip
    away = segment(
        "Stay away", "Перестали приходить", "Bought often, and not for two months", "Покупали часто и пропали на два месяца",
        Bought("count", "least", Decimal(5)), Bought("last", "least", Decimal(60)),
    )  # fmt: skip
    segment(
        "Worth a call", "Пора позвонить", "Regulars with a phone number whom nobody has spoken to",
        "Постоянные с телефоном, с которыми никто не говорил",
        Group("any", (InSegment(regulars), InSegment(away))), OfField("phone", {"phone.filled": "1"}), Contacted(there=False, days=90),
    )  # fmt: skip
    segment(
        "Spent most this quarter", "Больше всех за квартал", "For invitations", "Для приглашений",
        Bought("sum", "least", Decimal(150), 90),
    )  # fmt: skip
    by_hand = gate.create(
        Segment,
        {
            "name": story.say(owner, "Tasting on Friday", "Дегустация в пятницу"), "kind": SegmentKind.static,
            "note": story.say(owner, "Asked in person", "Приглашены лично"), "owner": owner.id, "team": owner.team,
        },
    )  # fmt: skip
    some = [id for (id,) in gate.rows(select(Contact.id).order_by(Contact.id.desc()).limit(14))]
    put_in(gate, gate.get(Segment, by_hand), some)
    _fill(gate)


def _fill(gate: Gate) -> None:
    """Nobody waits for the background here."""
    house = gate.as_house(KEEPING)
    for (id,) in house.rows(
        select(Segment.id).where(Segment.kind == SegmentKind.dynamic).order_by(Segment.id)
    ):
        found = differing(house, house.get(Segment, id))
        for start in range(0, len(found), _AT_ONCE):
            settle(house, id, found[start : start + _AT_ONCE], "rule")
