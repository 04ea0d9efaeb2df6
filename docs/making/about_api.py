"""The JSON API: its addresses, the operators of filters, and how values are written."""

import json
from typing import Final

from hookline.crm.nouns import core
from hookline.kernel.plugins.host import PluginHost
from hookline.web.api.doors import api_doors
from hookline.web.api.openapi import SUMMARIES
from hookline.web.api.reference import KINDS
from hookline.web.api.schemas import OPERATORS

from docs.making.markdown import page, section, table

_ABOUT: Final = """
The addresses of one kind of record, here deals; every other one has the same, the entities of plugins too. What a running
installation offers to you, with its own fields, stand at `/api/docs` and, for programs, at `/openapi.json`.
[The JSON API](../api.md) says how to begin, and what holds for every request.
"""
_NAMES: Final = {"given": "shares", "give": "share", "end": "end_share"}


def written() -> str:
    """The page."""
    host = PluginHost(strict=True)
    host.load([core])
    doors = [door for door in api_doors(host.schema([])) if door.name.startswith("api_deal_")]
    addresses = [(f"`{d.method}`", f"`{d.path.replace(':str', '')}`", _summary(d.name)) for d in doors]
    kinds = [
        (kind, str(text), f"`{json.dumps(example, ensure_ascii=False)}`") for kind, text, example in KINDS
    ]
    return page(
        "API", _ABOUT,
        section("Addresses", table(["", "address", "what it does"], addresses)),
        section("Filters", table(["operator", "the field"], [(f"`{o}`", text) for o, text in OPERATORS.items()])),
        section("Values", table(["kind", "how it is written", "example"], kinds)),
    )  # fmt: skip


def _summary(name: str) -> str:
    what = name.removeprefix("api_deal_").partition("_")
    key = _NAMES.get(what[0], what[0]) if what[2] != "given" else "shares"
    return str(SUMMARIES.get("bulk" if name.endswith("change_many") else key, ""))
