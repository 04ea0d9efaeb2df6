"""Photos and plans: the pictures among the files of a property, in the order that somebody gives them."""

from collections.abc import Sequence

from hookline_sdk import (
    Act,
    Change,
    Fields,
    File,
    Gate,
    Mapped,
    Panel,
    Picture,
    Record,
    Text,
    integer,
    key_in,
    select,
    yes_no,
)

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property

# What a browser shows by itself.
TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")
_LAST = 1_000_000
_OF_SHOT = ("position", "plan", "private")


class Shot(Fields[File], plugin=plugin, label="Picture of a property"):
    """Where a picture stands among the others, whether it is a plan, and whether it stays in the house."""

    position: Mapped[int | None] = integer("Place among the pictures", minimum=1, maximum=9999)
    plan: Mapped[bool] = yes_no("It is a plan")
    private: Mapped[bool] = yes_no("Not for portals")


@plugin.panel(Property, "Photos and plans", order=10)
def gallery(record: Property, gate: Gate) -> Panel:
    """The pictures among the files of the property; the first one is its cover, plans come last."""
    shown = [
        Picture(file.id, Text("Plan") if file[Shot].plan else file.name) for file in pictures(gate, record.id)
    ]
    return Panel(
        pictures=shown,
        more=f"/files?about={Property.__tablename__}:{record.id}" if shown else "",
        empty=Text("Add pictures under Files: they stand here, the cover first."),
    )


@plugin.action(File, "Put first", icon="arrow-up", order=10)
def put_first(act: Act[File], gate: Gate) -> Text:
    """Make a picture the cover of its property."""
    about = _property(act.record.about)
    if about is None or act.record.content_type not in TYPES:
        return Text("Only a picture of a property can be its cover.")
    others = [file for file in pictures(gate, about) if file.id != act.record.id]
    _number(gate, [act.record, *others])
    return Text("It is the cover now.")


@plugin.action(File, "Not for portals", icon="lock", when="not real_estate_private", order=20)
def keep_private(act: Act[File], gate: Gate) -> Text:
    """A picture stays in the house: portals cannot fetch it any more."""
    gate.update(File, act.record.id, {f"{plugin.prefix}private": True}, version=act.record.version)
    return Text("Portals do not get it any more.")


@plugin.action(File, "For portals", icon="globe", when="real_estate_private", order=20)
def publish(act: Act[File], gate: Gate) -> Text:
    """Portals get a picture again, while what it shows is offered."""
    gate.update(File, act.record.id, {f"{plugin.prefix}private": False}, version=act.record.version)
    return Text("Portals get it while it is offered.")


@plugin.after_commit(File)
def follow_pictures(event: Change, gate: Gate) -> None:
    """The cover of a property is its first picture."""
    about = {key for key in event.changes.get("about", ()) if isinstance(key, str)}
    if file := gate.find(File, event.record, trash=event.name.endswith(".trashed")):
        about.add(file.about or "")
    for key in about:
        id = _property(key)
        if id is not None and (found := gate.find(Property, id)):
            first = next((file.id for file in pictures(gate, found.id)), None)
            if first != found.cover:
                gate.update(Property, found.id, {"cover": first})


def pictures(gate: Gate, id: int) -> Sequence[File]:
    """The pictures of a property in their order: photos before plans, numbered ones first, then as they came."""
    return pictures_of(gate, [id]).get(id, [])


def pictures_of(gate: Gate, ids: Sequence[int], entity: type[Record] = Property) -> dict[int, list[File]]:
    """The same for many records, of whatever entity, with one statement."""
    keys = {f"{entity.__tablename__}:{id}": id for id in ids}
    shot = [getattr(Shot, name).label(name) for name in _OF_SHOT]
    asked = select(
        File.id, File.name, File.about, File.content_type, File.size, File.version, *shot
    ).where(File.about.in_(keys), File.content_type.in_(TYPES))  # fmt: skip
    found: dict[int, list[File]] = {}
    for row in sorted(gate.rows(asked), key=lambda row: (bool(row.plan), row.position or _LAST, row.id)):
        file = File(
            id=row.id, name=row.name, about=row.about, content_type=row.content_type, size=row.size, version=row.version
        )  # fmt: skip
        file[Shot].position, file[Shot].plan, file[Shot].private = (
            row.position,
            bool(row.plan),
            bool(row.private),
        )
        found.setdefault(keys[row.about], []).append(file)
    return found


def _number(gate: Gate, files: Sequence[File]) -> None:
    for place, file in enumerate(files, 1):
        if file[Shot].position != place:
            gate.update(File, file.id, {f"{plugin.prefix}position": place})


def _property(about: str | None) -> int | None:
    """The property that a file is with; None where it is with something else."""
    key = key_in(about)
    return key.id if key and key.entity == Property.__tablename__ else None
