"""Relations: typed ties between any two records, readable from both ends."""

from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.kernel.entity import Catalog, Entity
from hookline.kernel.fields import any_record, ref, text


class RelationKind(Catalog, plugin=core, icon="link", plural="Kinds of relation"):
    """A kind of tie, named from either end: "works for" and "employs"."""

    name: Mapped[str] = text("Name", max_length=80, unique=True, list=True)
    inverse: Mapped[str] = text("From the other end", max_length=80, list=True)


class Relation(Entity, plugin=core, icon="link", title="note"):
    """One record's tie to another. It is seen by those who see the record it is about."""

    about: Mapped[str] = any_record("From")
    kind: Mapped[int] = ref("relation_kind", "Kind", list=True)
    other: Mapped[str] = any_record("To", list=True)
    note: Mapped[str | None] = text("As what", max_length=200, list=True)
