"""The doors of every entity, at the address its declaration gives: /deals, /deals/7, /deals/board and so on."""

from collections.abc import Callable
from functools import partial

from hookline.kernel.schema import EntityInfo, Schema
from hookline.web.doors import SIGNED_IN, Door
from hookline.web.records import lists
from hookline.web.visit import Answer, Visit


def record_doors(schema: Schema) -> list[Door]:
    """List, board, calendar, form and page of each entity. The gate says what of them somebody sees."""
    return [door for info in schema.entities.values() for door in _doors(info)]


def _doors(info: EntityInfo) -> list[Door]:
    base = f"/{info.cls.slug}"

    def at(method: str, path: str, handler: Callable[[Visit, str], Answer]) -> Door:
        return Door(method, base + path, SIGNED_IN, partial(handler, entity=info.name), name=f"{info.name}_{handler.__name__}")

    return [at("GET", "", lists.show)]
