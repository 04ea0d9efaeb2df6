"""Its part of the demo: what is to be expected of the guests, worked out as each night."""

from hookline_sdk import Gate, Story

from hookline_loyalty.customers.histories import histories
from hookline_loyalty.forecast.data import ForecastTerms
from hookline_loyalty.forecast.fitting import fit
from hookline_loyalty.forecast.telling import keep, tell
from hookline_loyalty.plugin import plugin


@plugin.demo
def outlooks(story: Story, gate: Gate) -> None:
    """A fit over all of them, and the outlook of each."""
    known = [each for portion in histories(gate) for each in portion]
    fitted = fit(ForecastTerms.of(gate).family, known, story.today)
    keep(gate, fitted)
    tell(gate, fitted, known, ForecastTerms.of(gate))
