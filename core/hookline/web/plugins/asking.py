"""Filters on pages of plugins: which fields can be asked about, the controls that ask, what was sent, and it in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hookline.crm.access.restrictions import in_nobodys_language
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds import BadValue
from hookline.kernel.lists.filters import SETS, Condition, operators, read_conditions
from hookline.kernel.screens import AskableField
from hookline.web.records.addresses import ListAddress
from hookline.web.records.controls import Control, section_of
from hookline.web.records.filters import chosen_values, value_controls
from hookline.web.records.form_values import NAME
from hookline.web.records.phrases import named_records, phrase

if TYPE_CHECKING:
    from hookline.web.visit import Visit


@dataclass(frozen=True)
class Filters:
    """What a page of a plugin is given to ask with, for whoever looks at it: see `kernel.screens.Asking`."""

    visit: "Visit"

    def fields(self, entity: str) -> Sequence[AskableField]:
        """The fields that can be asked about, those that are declared for it first."""
        info = self.visit.gate.schema[entity]
        found = [
            f for f in self.visit.gate.readable(info) if not f.hidden and operators(f) and f.name != "id"
        ]
        first = sorted(found, key=lambda f: (not f.filter, self.visit.say(f.label).casefold()))
        return [
            AskableField(f.name, self.visit.say(f.label), section_of(self.visit, info, f), f.kind)
            for f in first
        ]

    def controls(
        self, entity: str, field: str, filters: Mapping[str, str], prefix: str = ""
    ) -> Sequence[Control]:
        """The controls that ask about one field, for `forms.form_field`; their names begin with `prefix`."""
        info, spec = self.visit.gate.schema[entity], self._field(entity, field)
        made = value_controls(self.visit, info, spec, read_conditions(self.visit.gate, info, filters.items()))
        for control in made:
            control.name = prefix + control.name
            control.typed_name = control.typed_name and prefix + control.typed_name
        return made

    def read(self, entity: str, field: str, prefix: str = "") -> dict[str, str]:
        """What was chosen in these controls, as filters in nobody's language. Invalid when a value cannot be read."""
        spec = self._field(entity, field)
        names = ("op", "value", f"value{NAME}", "since", "until", "range")
        items = [(name, value) for name in names for value in self.visit.values(prefix + name)]
        try:
            chosen = chosen_values(self.visit, spec, ListAddress("", tuple(items)))
        except BadValue as error:
            raise Invalid([Problem(field, error.text)]) from error
        gate, reader = self.visit.gate, self.visit.reader
        return {
            key: in_nobodys_language(gate, spec, key.partition(".")[2] or "is", value, reader)
            for key, value in chosen.items()
        }

    def words(self, entity: str, filters: Mapping[str, str]) -> str:
        """Filters as a list's chips say them: "Tier is Gold"; several are joined by commas."""
        info, visit = self.visit.gate.schema[entity], self.visit
        by_field: dict[str, list[Condition]] = {}
        for each in read_conditions(visit.gate, info, filters.items()):
            by_field.setdefault(each.field, []).append(each)
        asked = [each for found in by_field.values() for each in found if each.operator not in SETS]
        names = {
            (target, id): title
            for target, ids in named_records(info, asked).items()
            if target in visit.gate.schema.entities
            for id, title in visit.gate.titles(target, sorted(ids)).items()
        }
        said = (
            f"{visit.say(info.fields[name].label)} {phrase(visit, info.fields[name], found, names)}"
            for name, found in by_field.items()
        )
        return ", ".join(said)

    def _field(self, entity: str, name: str) -> Field:
        try:
            return self.visit.gate.field(self.visit.gate.schema[entity], name)
        except NotFound as error:
            raise Invalid([Problem("filter", Text("There is no field %(name)s.", name=name[:60]))]) from error
