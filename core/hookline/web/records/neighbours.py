"""Previous and next in the list one came from; asked for by the browser, which knows that list, when the page stands."""

from typing import TYPE_CHECKING

from hookline.errors import Invalid
from hookline.kernel.lists.neighbours import Neighbours, neighbours
from hookline.web.records.addresses import read_address, read_query

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit


def show(visit: "Visit", entity: str) -> "Answer":
    """The links, for the list that the address describes: /deals/7/neighbours?stage=3&sort=-amount."""
    info = visit.gate.schema[entity]
    found = Neighbours(None, None)
    try:
        query = read_query(visit.gate, info, read_address(visit, info))
        found = neighbours(visit.gate, info, query, visit.reader, visit.path_id)
    except Invalid:
        # A list that can no longer be asked for has no neighbours; the page stands without them.
        pass
    return visit.page(
        "records/neighbours.html", block="neighbours", page_title=visit.say(info.cls.plural),
        previous=f"/{info.cls.slug}/{found.before}" if found.before else "",
        next=f"/{info.cls.slug}/{found.behind}" if found.behind else "",
    )  # fmt: skip
