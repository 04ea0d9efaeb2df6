"""`Writing`: the words with which a plugin takes part in a save beyond judging it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from hookline.errors import PluginError
from hookline.kernel.plugins.contributions import Contribution, Declaring
from hookline.kernel.plugins.handlers import R

if TYPE_CHECKING:
    from hookline.kernel.entity import FieldGroup
    from hookline.kernel.gate import Gate
    from hookline.kernel.rules import Alike, Draft, Write


class Writing(Declaring):
    """How a new record starts, and what stands around a save."""

    def default(
        self, entity: type[R | FieldGroup], field: str, *, order: int = 100
    ) -> Callable[[Callable[[Draft[Any], Gate], Any]], Callable[[Draft[Any], Gate], Any]]:
        """Say with what a field starts: `def start(draft: Draft, gate: Gate) -> value`; None leaves it empty.

        An empty form shows it; API, imports and bulk get it when they leave the field out. `entity` is a record type or one
        of the plugin's field groups, `draft.values` what has been given so far. When several say something of one field,
        the first by `order` counts. A failure refuses the save and is shown as this plugin's fault; a form opens without.
        """
        target: Any = getattr(entity, "target", entity)
        name = field if target is entity else getattr(entity, "plugin").prefix + field  # noqa: B009  # only groups have it
        here = getattr(entity, "__annotations__", {}) if target is not entity else dir(entity)
        if field not in here:
            place = f"default {entity.__name__}.{field}"
            raise PluginError(self.name, place, f"{entity.__name__} has no field {field!r}")

        def keep(call: Callable[[Draft[Any], Gate], Any]) -> Callable[[Draft[Any], Gate], Any]:
            options = {"field": name, "order": order}
            made = Contribution(
                self.name, "default", target.__tablename__, call.__name__, call.__name__, call, options
            )
            self.contributions.append(made)
            return call

        return keep

    def similar(
        self, entity: type[R], *, fields: tuple[str, ...]
    ) -> Callable[
        [Callable[[Sequence[Draft[R]], Gate], Iterable[Alike]]],
        Callable[[Sequence[Draft[R]], Gate], Iterable[Alike]],
    ]:
        """Say which records may be the same as others: `def same(drafts: Sequence[Draft[Lot]], gate: Gate) -> Iterator[Alike]`.

            @plugin.similar(Lot, fields=("number",))
            def same(drafts: Sequence[Draft[Lot]], gate: Gate) -> Iterator[Alike]:
                for place, draft in enumerate(drafts):
                    for id in find(gate, draft.values.get("number")):
                        yield Alike(place, id, Text("Same number"))

        A warning, never a refusal: beside the form, where it is asked again when one of these `fields` changes, after saving,
        where records are merged, and in the check of an import, which asks for many drafts at once: answer them with one
        statement. The draft itself may be among what is found. A failure is left out.
        """
        return self._add("similar", entity, fields=fields)

    def around_write(
        self, entity: type[R]
    ) -> Callable[[Callable[[Write[R], Gate], Iterator[None]]], Callable[[Write[R], Gate], Iterator[None]]]:
        """Stand around every write of these records, in its transaction: `def around(write: Write, gate) -> Iterator[None]`.

        A generator that yields once: before it nothing is written yet, after it the rows, their history and their news are,
        and `write.records` have their ids. Rules have been asked before. An exception of the write comes out of the `yield`;
        it is raised again whatever the generator does. One of its own refuses the save and rolls everything back.
        """
        return self._add("around_write", entity)
