"""Its part of the demo: the groups of the guests, and how they stood in the months before."""

from hookline_sdk import Contact, Gate, Story

from hookline_loyalty.customers.histories import histories
from hookline_loyalty.plugin import plugin
from hookline_loyalty.value.rating import fields_of, keep_standing, months_over, standing_at_end, worth_of
from hookline_loyalty.value.rfm import scored

_MONTHS = 3


@plugin.demo
def groups(story: Story, gate: Gate) -> None:
    """Everybody's scores as of today, and three months of migration."""
    known = [each for portion in histories(gate) for each in portion]
    scores = scored(worth_of(known, story.today).values())
    gate.derive(Contact, {id: fields_of(score) for id, score in scores.items()})
    for month in months_over(story.today)[-_MONTHS:]:
        keep_standing(gate, month, standing_at_end(known, month))
