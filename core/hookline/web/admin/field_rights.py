"""/settings/roles/7/fields/deal: which fields of one kind of record a role sees, and which it may change."""

from typing import Final

from hookline.crm.access.rights import limit_fields, rights_of
from hookline.errors import Text
from hookline.kernel.actor import FieldRight
from hookline.kernel.schema import EntityInfo
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.records.controls import section_of
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = "admin.roles"
_RIGHTS: Final = {
    FieldRight.write: Text("See and change"),
    FieldRight.read: Text("See"),
    FieldRight.hidden: Text("Hidden"),
}


@door("GET", "/settings/roles/{id:int}/fields/{entity:str}", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """The fields with what the role may do with each."""
    info, rights = _info(visit), rights_of(visit.gate, visit.path_id)
    rows = [
        {
            "name": spec.name,
            "label": visit.say(spec.label),
            "section": section_of(visit, info, spec),
            "required": spec.required,
            "value": str(int(rights.fields.get((info.name, spec.name), FieldRight.write))),
            "read_only": spec.read_only,
        }
        for spec in info.fields.values()
        if not spec.hidden
    ]
    title = Text("%(role)s: fields of %(what)s", role=rights.name, what=Text(info.cls.plural))
    return visit.page(
        "admin/field_rights.html",
        page_title=visit.say(title),
        role=visit.path_id,
        entity=info.name,
        rows=rows,
        choices=[(str(int(right)), visit.say(text)) for right, text in _RIGHTS.items()],
        crumbs=trail(
            visit, (visit.say("Roles"), "/settings/roles"), (rights.name, f"/settings/roles/{visit.path_id}")
        ),
    )


@door("POST", "/settings/roles/{id:int}/fields/{entity:str}", needs=NEEDS)
def change(visit: Visit) -> Answer:
    """Save them. They hold for everybody from the next request on."""
    info = _info(visit)
    sent = {name: visit.value(f"field.{name}") for name, spec in info.fields.items() if not spec.hidden}
    known = {str(int(right)): right for right in FieldRight}
    limit_fields(
        visit.gate,
        visit.path_id,
        info.name,
        {name: known.get(value, FieldRight.write) for name, value in sent.items()},
    )
    return visit.see(f"/settings/roles/{visit.path_id}", done=Text("Saved. It holds from now on."))


def _info(visit: Visit) -> EntityInfo:
    return visit.gate.schema[str(visit.request.path_params["entity"])]
