"""Addresses that nobody declared, answered with a page like every other refusal."""

from hookline.errors import NotFound
from hookline.web.doors import PUBLIC, Doors
from hookline.web.visit import Answer, Visit

door = Doors()


@door("GET", "/{path:path}", needs=PUBLIC)
def missing(visit: Visit) -> Answer:
    """There is nothing here, or you may not see it; to those who work here, whose plugin is away."""
    owner = visit.request.path_params["path"].strip("/").partition("/")[0]
    raise NotFound(visit.gate.host.away(owner) if visit.signed_in else None)
