"""What plugins that run say of each other and is not so: an event or a point of another that it does not have."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hookline.kernel.own_events import missing_fields
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.plugin import Plugin


def misunderstandings(
    plugins: Mapping[str, Plugin], contributions: Sequence[Contribution]
) -> Iterator[tuple[str, str]]:
    """Each with the name of the plugin that says it. Of plugins that do not run anything may be said: they may come back."""
    events = {event.name: event for plugin in plugins.values() for event in plugin.events}
    points = {c.key for c in contributions if c.kind == "point"}
    for one in contributions:
        meant = one.entity or ""
        owner = meant.partition(".")[0]
        if one.kind == "provides" and owner in plugins and meant not in points:
            yield one.plugin, f"{one.name} answers {meant}, which {owner} does not ask{_near(meant, points)}"
        elif one.kind == "on" and owner in plugins and meant not in events:
            yield one.plugin, f"{one.name} hears {meant}, which {owner} does not tell{_near(meant, events)}"
        elif one.kind == "on" and meant in events:
            missing = missing_fields(one.options["event"], events[meant])
            if missing:
                names = " and ".join(missing)
                yield (
                    one.plugin,
                    f"{one.name} needs {names} of {meant}, which does not have it; give it a default",
                )


def _near(meant: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(meant, list(known), 1)
    return f"; did you mean {near[0]}?" if near else ""
