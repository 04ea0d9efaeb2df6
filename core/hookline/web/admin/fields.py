"""/settings/fields: the custom fields of each kind of record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hookline.crm.custom_fields import (
    TONES,
    NewField,
    add_field,
    change_field,
    count_fields,
    list_fields,
    order_fields,
    retire_field,
)
from hookline.errors import Invalid, NotFound, Text
from hookline.kernel.kinds.keys import number_in
from hookline.kernel.schema import CUSTOM_KINDS, EntityInfo
from hookline.web.admin import forms
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = "admin.fields"
_BLANK_CHOICES: Final = 4
_MOST_CHOICES: Final = 300
_KINDS: Final = {
    "text": Text("One line of text"),
    "long_text": Text("Several lines of text"),
    "choice": Text("Choice of one"),
    "multi_choice": Text("Choice of several"),
    "yes_no": Text("Yes or no"),
    "integer": Text("Whole number"),
    "decimal": Text("Number with decimals"),
    "money": Text("Amount of money"),
    "percent": Text("Percentage"),
    "date": Text("Day"),
    "datetime": Text("Day and time"),
    "duration": Text("Length of time"),
    "email": Text("E-mail address"),
    "phone": Text("Telephone number"),
    "url": Text("Web address"),
}
_COLOURS: Final = {
    "gray": Text("Grey"),
    "blue": Text("Blue"),
    "violet": Text("Violet"),
    "green": Text("Green"),
    "amber": Text("Amber"),
    "orange": Text("Orange"),
    "red": Text("Red"),
}
_MARKS: Final = {"required": Text("Required"), "list": Text("In lists"), "filter": Text("In filters")}


@dataclass(frozen=True)
class Draft:
    """A field as it stands in the form, and what is wrong with it."""

    new: NewField
    errors: Mapping[str, str] = field(default_factory=dict)


@door("GET", "/settings/fields", needs=NEEDS)
def show_all(visit: Visit) -> Answer:
    """Each kind of record with how many custom fields it has."""
    counts = count_fields(visit.gate)
    lines = [
        {
            "label": visit.say(info.cls.plural),
            "icon": info.cls.icon,
            "url": f"/settings/fields/{info.name}",
            "count": counts.get(info.name, 0),
            "main": bool(info.cls.menu),
        }
        for info in visit.gate.schema.entities.values()
    ]
    lines.sort(key=lambda line: (not line["main"], line["label"]))
    return visit.page(
        "admin/fields.html", page_title=visit.say("Custom fields"), crumbs=trail(visit), entities=lines
    )


@door("GET", "/settings/fields/{entity:str}", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """One kind of record's custom fields in their order, and the retired ones."""
    info = _info(visit)
    found = [_line(visit, info, row) for row in list_fields(visit.gate, info.name)]
    return visit.page(
        "admin/entity_fields.html",
        page_title=visit.say(info.cls.plural),
        entity=info.name,
        slug=info.cls.slug,
        fields=[line for line in found if not line["retired"]],
        retired=[line for line in found if line["retired"]],
        crumbs=trail(visit, (visit.say("Custom fields"), "/settings/fields")),
    )


@door("GET", "/settings/fields/{entity:str}/new", needs=NEEDS)
def new(visit: Visit) -> Answer:
    """The form for a new field."""
    return _page(
        visit, _info(visit), None, Draft(NewField(label="", kind=visit.query.get("kind", "text"), list=True))
    )


@door("POST", "/settings/fields/{entity:str}", needs=NEEDS)
def create(visit: Visit) -> Answer:
    """Make a field."""
    info, sent = _info(visit), _sent(visit)
    try:
        add_field(visit.gate, info.name, sent)
    except Invalid as refusal:
        visit.take_back()
        return _page(visit, info, None, Draft(sent, forms.complaints(visit, refusal)))
    return visit.see(f"/settings/fields/{info.name}", done=Text("The field is there."))


@door("GET", "/settings/fields/{entity:str}/{name:str}", needs=NEEDS)
def edit(visit: Visit) -> Answer:
    """The form of one field."""
    info = _info(visit)
    row = _row(visit, info)
    return _page(visit, info, row, Draft(_stored(row)))


@door("POST", "/settings/fields/{entity:str}/{name:str}", needs=NEEDS)
def change(visit: Visit) -> Answer:
    """Change what a field is called, its choices, and where it is offered."""
    info = _info(visit)
    row, sent = _row(visit, info), _sent(visit)
    try:
        change_field(visit.gate, info.name, row["name"], sent)
    except Invalid as refusal:
        visit.take_back()
        return _page(visit, info, row, Draft(sent, forms.complaints(visit, refusal)))
    return visit.see(f"/settings/fields/{info.name}", done=Text("Saved."))


@door("POST", "/settings/fields/{entity:str}/{name:str}/retirement", needs=NEEDS)
def retire(visit: Visit) -> Answer:
    """Take a field away from every screen. Its values are kept."""
    info = _info(visit)
    retire_field(visit.gate, info.name, _row(visit, info)["name"])
    return visit.see(f"/settings/fields/{info.name}", done=Text("The field is retired. Its values are kept."))


@door("POST", "/settings/fields/{entity:str}/{name:str}/return", needs=NEEDS)
def bring_back(visit: Visit) -> Answer:
    """Show a retired field again, with the values it had."""
    info = _info(visit)
    retire_field(visit.gate, info.name, _row(visit, info)["name"], retired=False)
    return visit.see(f"/settings/fields/{info.name}", done=Text("The field is back."))


@door("POST", "/settings/fields/{entity:str}/{name:str}/place", needs=NEEDS)
def move(visit: Visit) -> Answer:
    """Move a field one place up or down among those in use."""
    info = _info(visit)
    names = [row["name"] for row in list_fields(visit.gate, info.name) if not row["retired"]]
    name = _row(visit, info)["name"]
    if name not in names:
        raise NotFound
    here = names.index(name)
    there = max(0, here - 1) if visit.value("to") == "up" else min(len(names) - 1, here + 1)
    names.insert(there, names.pop(here))
    order_fields(visit.gate, info.name, names)
    return visit.see(f"/settings/fields/{info.name}")


def _page(visit: Visit, info: EntityInfo, row: Mapping[str, Any] | None, draft: Draft) -> Answer:
    title = draft.new.label.strip() if row else ""
    known = ("label", "kind", "name", "choices", "help", "places")
    return visit.page(
        "admin/field.html",
        status=422 if draft.errors else 200,
        page_title=title or visit.say("New field"),
        entity=info.name,
        row=row,
        new=draft.new,
        errors=draft.errors,
        loose=[text for name, text in draft.errors.items() if name not in known],
        kinds=[(kind, visit.say(_KINDS[kind])) for kind in _KINDS if kind in CUSTOM_KINDS],
        choices=[*draft.new.choices, *[("", "", "gray")] * _BLANK_CHOICES],
        tones=[(tone, visit.say(_COLOURS[tone])) for tone in TONES],
        crumbs=trail(
            visit,
            (visit.say("Custom fields"), "/settings/fields"),
            (visit.say(info.cls.plural), f"/settings/fields/{info.name}"),
        ),
    )


def _line(visit: Visit, info: EntityInfo, row: Mapping[str, Any]) -> Mapping[str, Any]:
    options = row["options"]
    marks = [visit.say(text) for name, text in _MARKS.items() if options.get(name)]
    return {
        "name": row["name"],
        "label": row["label"],
        "kind": visit.say(_KINDS[row["kind"]]),
        "retired": row["retired"],
        "url": f"/settings/fields/{info.name}/{row['name']}",
        "marks": marks,
        "choices": [c["label"] for c in options.get("choices", ())],
    }


def _sent(visit: Visit) -> NewField:
    values, labels, tones = (
        visit.values(f"choice_{part}")[:_MOST_CHOICES] for part in ("value", "label", "tone")
    )
    choices: Sequence[tuple[str, str, str]] = list(zip(values, labels, tones, strict=False))
    places = number_in(visit.value("places"), most=99)
    return NewField(
        label=visit.value("label"),
        kind=visit.value("kind"),
        name=visit.value("name").strip(),
        required=bool(visit.value("required")),
        list=bool(visit.value("list")),
        filter=bool(visit.value("filter")),
        help=visit.value("help"),
        places=2 if places is None else places,
        choices=[choice for choice in choices if choice[1].strip()],
    )


def _stored(row: Mapping[str, Any]) -> NewField:
    options = row["options"]
    return NewField(
        label=row["label"],
        kind=row["kind"],
        name=row["name"],
        required=options.get("required", False),
        list=options.get("list", False),
        filter=options.get("filter", False),
        places=options.get("places", 2),
        help=options.get("help", ""),
        choices=[(c["value"], c["label"], c.get("tone", "gray")) for c in options.get("choices", ())],
    )


def _info(visit: Visit) -> EntityInfo:
    return visit.gate.schema[str(visit.request.path_params["entity"])]


def _row(visit: Visit, info: EntityInfo) -> Mapping[str, Any]:
    name = str(visit.request.path_params["name"])
    found = next((row for row in list_fields(visit.gate, info.name) if row["name"] == name), None)
    if found is None:
        raise NotFound
    return found
