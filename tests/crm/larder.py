"""Two plugins for tests of taking data out: one adds to the other, and its name begins like the other's."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from hookline.kernel.background.runs import JobRun
from hookline.kernel.entity import Catalog, Entity, Fields
from hookline.kernel.fields import (
    Choices,
    choice,
    integer,
    moment,
    money,
    multi_choice,
    ref,
    references,
    text,
)
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin
from sqlalchemy.orm import Mapped

larder = Plugin("larder", version="1.0")
shelf = Plugin("larder_shelf", needs=("larder",), version="2.1")


class Jar(Entity, plugin=larder):
    """Something kept."""

    name: Mapped[str] = text("Name", search=True)


class Kind(Choices):
    """What a shelf is made of."""

    wood = "wood"
    iron = "iron"


class Board(Catalog, plugin=shelf):
    """A shelf. Its table points at itself, and at jars."""

    name: Mapped[str] = text("Name", search=True, unique=True)
    above: Mapped[int | None] = ref("larder_shelf_board", "Above")
    best: Mapped[int | None] = ref("larder_jar", "Best jar")
    kind: Mapped[str] = choice("Kind", Kind, default=Kind.wood)
    colours: Mapped[tuple[str, ...]] = multi_choice("Colours", Kind)
    price: Mapped[Decimal | None] = money("Price", filter=True)
    built: Mapped[datetime | None] = moment("Built")
    jars: Any = references("larder_jar", "Jars")


class Placed(Fields[Jar], plugin=shelf):
    """Where a jar stands."""

    board: Mapped[int | None] = ref("larder_shelf_board", "Board")
    place: Mapped[int | None] = integer("Place", filter=True, index=True)
    label: Mapped[str | None] = text("Label", unique=True)


shelf.permission("dust", "Dust shelves", "Wipe the shelves.")


@shelf.seed
def lay_boards(gate: Gate) -> None:
    """The first shelf."""
    gate.create(Board, {"name": "lowest"})


@shelf.job()
def dust(run: JobRun) -> None:
    """Nothing that is done here."""
