"""`Entity`, `Catalog` and `Fields`: the bases from which record types and their extensions are declared."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)  # fmt: skip
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

from hookline.errors import Label, PluginError
from hookline.kernel.fields import INFO, Field, Many, field_of, settle
from hookline.kernel.lists.indexes import index_orders, index_words
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.types import Moment, json_type

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
# A wide integer that SQLite still numbers by itself.
Id = BigInteger().with_variant(Integer(), "sqlite")
# Sorted by code point on both engines, so that pages follow each other the same way.
Sortable = String(200, collation="C").with_variant(String(200), "sqlite")

G = TypeVar("G", bound="FieldGroup")
R = TypeVar("R", bound="Record")


class Base(DeclarativeBase):
    """All tables of one installation."""

    metadata = MetaData(naming_convention=_NAMING)


def _house(kind: str, label: str, **how: Any) -> dict[str, Field]:
    return {INFO: Field(kind=kind, label=label, read_only=True, **how)}


class Record(Base):
    """What every record has. Declare with `Entity` (it belongs to somebody) or `Catalog` (it belongs to the house)."""

    __abstract__ = True

    plugin: ClassVar[Plugin]
    label: ClassVar[str]
    plural: ClassVar[str]
    slug: ClassVar[str]
    icon: ClassVar[str]
    title: ClassVar[str]
    menu: ClassVar[str | None]
    menu_order: ClassVar[int]
    sort: ClassVar[str]
    # The attachment that is the record's picture in lists and on cards; "" for none.
    cover_field: ClassVar[str] = ""
    # The reference to the record of the same entity that this one lies in; "" for records that do not lie in each other.
    tree_field: ClassVar[str] = ""
    owned: ClassVar[bool] = False
    # Records that only a door of their own can make, as an upload makes a file.
    own_door: ClassVar[bool] = False
    # Records that code alone writes, through the house's gate; people read them.
    by_house: ClassVar[bool] = False
    many: ClassVar[dict[str, Many]]

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=_house("integer", "Number"), sort_order=-10)
    created_at: Mapped[datetime] = mapped_column(
        Moment(), info=_house("datetime", "Created", section="System"), sort_order=90
    )
    created_by: Mapped[int | None] = mapped_column(
        BigInteger(), info=_house("user", "Created by", target="user", section="System"), sort_order=91
    )
    updated_at: Mapped[datetime] = mapped_column(
        Moment(), info=_house("datetime", "Changed", section="System"), sort_order=92
    )
    updated_by: Mapped[int | None] = mapped_column(
        BigInteger(), info=_house("user", "Changed by", target="user", section="System"), sort_order=93
    )
    version: Mapped[int] = mapped_column(
        # As much as the column holds: PostgreSQL compares it with nothing larger.
        Integer(),
        info=_house("integer", "Version", hidden=True, minimum=1, maximum=2**31 - 1),
        sort_order=94,
    )
    trashed_at: Mapped[datetime | None] = mapped_column(
        Moment(), info=_house("datetime", "Trashed", hidden=True), sort_order=95
    )
    custom: Mapped[dict[str, Any] | None] = mapped_column(json_type(), sort_order=96)
    sort_key: Mapped[str] = mapped_column(Sortable, sort_order=97)
    search: Mapped[str] = mapped_column(Text(), sort_order=98)

    def __init_subclass__(
        cls, *, plugin: Plugin | None = None, label: str = "", plural: str = "", slug: str = "", icon: str = "box",
        title: str = "name", menu: str | None = None, menu_order: int = 100, sort: str = "", cover: str = "", tree: str = "",
        by_house: bool = False, **kw: Any,
    ) -> None:  # fmt: skip
        if plugin is None:
            super().__init_subclass__(**kw)
            return
        snake = _snake(cls.__name__)
        cls.plugin, cls.icon, cls.title, cls.menu = plugin, icon, title, menu
        cls.menu_order, cls.by_house = menu_order, by_house
        cls.__tablename__ = plugin.prefix + snake
        cls.label = Label.of(plugin.name, label or snake.replace("_", " ").capitalize())
        cls.plural = Label.of(plugin.name, plural or cls.label + "s")
        cls.slug = (f"{plugin.name}/" if plugin.prefix else "") + (
            slug or cls.plural.lower().replace(" ", "-")
        )
        cls.sort, cls.cover_field, cls.tree_field = sort or title, cover, tree
        cls.many = {name: value for name, value in vars(cls).items() if isinstance(value, Many)}
        cls.__table_args__ = {"sqlite_autoincrement": True, "info": {"owner": plugin.name}}
        super().__init_subclass__(**kw)
        table = cast(Table, cls.__table__)
        _settle_columns(table, plugin.name)
        index_words(table)
        index_orders(table, cls.sort, cls.title)
        for name, many in cls.many.items():
            _link_table(table, name, many, plugin.name)
        plugin.entities.append(cls)

    def __getitem__(self, group: Callable[[Self], G]) -> G:
        """This record as seen through a plugin's field group: `contact[Buyer].budget`."""
        return group(self)


class Entity(Record):
    """A record that belongs to somebody: it has an owner and a team, from which rights follow."""

    __abstract__ = True
    owned = True

    owner: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("user.id"), index=True, info={INFO: Field(kind="user", label="Owner", target="user", list=True, filter=True)}, sort_order=80
    )  # fmt: skip
    team: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("team.id"), index=True, info={INFO: Field(kind="team", label="Team", target="team", filter=True)}, sort_order=81
    )  # fmt: skip


class Catalog(Record):
    """A record that belongs to the house: seen and changed by those whose role says so, owned by nobody."""

    __abstract__ = True


class FieldGroup:
    """Base of `Fields[...]`: fields that one plugin adds to another's entity, as prefixed columns on its table."""

    target: ClassVar[type[Record]]
    group_label: ClassVar[str]
    plugin: ClassVar[Plugin]
    names: ClassVar[dict[str, str]]

    def __init__(self, record: Record) -> None:
        object.__setattr__(self, "_record", record)

    def __init_subclass__(cls, *, plugin: Plugin | None = None, label: str = "", **kw: Any) -> None:
        super().__init_subclass__(**kw)
        if plugin is None:
            return
        _refuse_others(cls, plugin)
        cls.plugin, cls.group_label, cls.names = plugin, Label.of(plugin.name, label or plugin.label), {}
        cls.target = _target_of(cls, plugin)
        plugin.groups.append(cls)

    if not TYPE_CHECKING:  # else a checker would take any name for a field

        def __getattribute__(self, name: str) -> Any:
            names = type(self).names
            if name in names:
                return getattr(object.__getattribute__(self, "_record"), names[name])
            return object.__getattribute__(self, name)

        def __setattr__(self, name: str, value: object) -> None:
            if name not in type(self).names:
                raise AttributeError(f"{type(self).__name__} has no field {name!r}")
            setattr(object.__getattribute__(self, "_record"), type(self).names[name], value)


class Fields(FieldGroup, Generic[R]):
    """Fields added to another's entity: `class Buyer(Fields[Contact], plugin=plugin, label="Buyer profile"): ...`."""

    if TYPE_CHECKING:  # so that a group is taken only of a record that has these fields

        def __init__(self, record: R) -> None: ...

    def __class_getitem__(cls, target: type[Record]) -> type[FieldGroup]:
        return type(f"Fields[{target.__name__}]", (FieldGroup,), {"target": target})


def graft(plugin: Plugin) -> None:
    """Make the fields of a plugin's groups columns of the tables they extend: all of them, or (PluginError) none.

    Not before the plugin is known to run: a column that nobody migrates would break every page of that entity.
    """
    fresh = [group for group in plugin.groups if not group.names]
    waiting = [(group, name, declared) for group in fresh for name, declared in _declared(group).items()]
    seen: set[tuple[str, str]] = set()
    for group, name, _ in waiting:
        full, table = plugin.prefix + name, cast(Table, group.target.__table__)
        if full in table.columns or hasattr(group.target, full) or (table.name, full) in seen:
            raise PluginError(
                plugin.name,
                f"{group.__name__}.{name}",
                f"{table.name} has a field {full} already",
                "Rename it.",
            )
        seen.add((table.name, full))
    for group, name, declared in waiting:
        _graft(group, name, declared)


def grafted(group: type[FieldGroup]) -> list[Column[Any]]:
    """The columns that a group adds, be they on their table yet or not."""
    table = cast(Table, group.target.__table__)
    return [table.c[full] for full in group.names.values()] or [m.column for m in _declared(group).values()]


def names_of_group(group: type[FieldGroup]) -> list[str]:
    """What the columns of `grafted` are called on their table, in the same order."""
    return [*group.names.values()] or [group.plugin.prefix + name for name in _declared(group)]


def discard(plugin: Plugin) -> None:
    """Forget the tables of a plugin that does not run."""
    own = [cast(Table, cls.__table__) for cls in plugin.entities]
    links = [link_table(cls.__tablename__, name) for cls in plugin.entities for name in cls.many]
    discard_tables({table.name for table in (*own, *links) if Base.metadata.tables.get(table.name) is table})


def discard_tables(names: Collection[str]) -> None:
    """Forget tables that were declared and are not to be made."""
    for name in names:
        Base.metadata.remove(Base.metadata.tables[name])


def link_table(entity: str, field: str) -> Table:
    """The table that holds one many-references field."""
    return Base.metadata.tables[f"{entity}_{field}_link"]


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def _settle_columns(table: Table, owner: str) -> None:
    for column in table.columns:
        spec = field_of(column)
        if spec is None:
            continue
        settled = settle(spec, name=column.name, entity=table.name, owner=owner, required=not column.nullable)
        column.info = {INFO: settled, "owner": owner}
        if settled.unique:
            column.unique = True


def _link_table(table: Table, name: str, many: Many, owner: str) -> None:
    Table(
        f"{table.name}_{name}_link",
        table.metadata,
        Column("record", BigInteger(), ForeignKey(f"{table.name}.id", ondelete="CASCADE"), primary_key=True),
        Column(
            "target",
            BigInteger(),
            ForeignKey(f"{many.target}.id", ondelete="CASCADE"),
            primary_key=True,
            index=True,
        ),
        info={"owner": owner},
    )


def _target_of(group: type[FieldGroup], plugin: Plugin) -> type[Record]:
    target = getattr(group, "target", None)
    if target is None:
        raise PluginError(
            plugin.name, group.__name__, "it does not say whose fields these are", "Write Fields[Contact]."
        )
    return cast(type[Record], target)


def _refuse_others(group: type[FieldGroup], plugin: Plugin) -> None:
    """What a group cannot hold is refused where it is written."""
    for name, value in vars(group).items():
        place = f"{group.__name__}.{name}"
        if isinstance(value, Many):
            raise PluginError(
                plugin.name,
                place,
                "many references cannot be added to another's entity",
                "Declare an entity of your own for them.",
            )
        if isinstance(value, MappedColumn) and field_of(value.column) is None:
            raise PluginError(
                plugin.name, place, "is not a field", "Use the field functions, such as text() or money()."
            )
        if isinstance(value, MappedColumn) and name in ("group_label", "names", "plugin", "target"):
            raise PluginError(plugin.name, place, "is a name that groups need themselves", "Rename it.")


def _declared(group: type[FieldGroup]) -> dict[str, MappedColumn[Any]]:
    return {name: value for name, value in vars(group).items() if isinstance(value, MappedColumn)}


def _graft(group: type[FieldGroup], name: str, declared: MappedColumn[Any]) -> None:
    """Make one field of a group a real column of the table it extends."""
    full = group.plugin.prefix + name
    table, column = cast(Table, group.target.__table__), declared.column
    spec = cast(Field, field_of(column))
    column.name = column.key = full
    column.nullable = True
    # Never required: other plugins and the core create these records without knowing this one.
    settled = settle(spec, name=full, entity=table.name, owner=group.plugin.name, required=False)
    column.info = {INFO: settled, "owner": group.plugin.name}
    setattr(group.target, full, declared)
    setattr(group, name, getattr(group.target, full))
    group.names[name] = full
    index_orders(table, group.target.sort, group.target.title)
