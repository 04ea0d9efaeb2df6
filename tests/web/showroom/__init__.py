"""A plugin as people write them, with folders of its own: pages, links, actions and settings over the town's deals."""

from decimal import Decimal

from hookline_sdk import (
    Company,
    Deal,
    Figure,
    Gate,
    Invalid,
    Page,
    PageRequest,
    Panel,
    Plugin,
    Problem,
    Redirect,
    Report,
    Text,
    select,
)

plugin = Plugin("showroom", label="Showroom")
plugin.file = __file__

KEEPS = plugin.permission("keys", "Hold the keys", "May open the vault of the showroom.")


@plugin.page("Unit grid", menu="Sales", icon="layers", order=20)
def grid(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """Deals as tiles; a form renames one."""
    if asked.is_post:
        deal = gate.get(Deal, int(asked.form["deal"]))
        if asked.form["name"] == "nothing":
            gate.update(Deal, deal.id, {"name": "written before the refusal"})
            raise Invalid([Problem("name", Text("Nothing is no name."))])
        gate.update(Deal, deal.id, {"name": asked.form["name"]})
        return Redirect("", Text("Renamed."))
    deals = gate.rows(select(Deal.id, Deal.name).order_by(Deal.name))
    title = f"Floor {asked.rest}" if asked.rest else ""
    return Page("grid.html", {"deals": deals, "wanted": asked.query.get("q", "")}, title=title)


@plugin.page("Figures", order=30)
def figures(_asked: PageRequest, gate: Gate) -> list[Figure | Panel | Report]:
    """Values without a template."""
    names = gate.rows(select(Deal.name, Deal.amount).order_by(Deal.name))
    return [
        Figure(len(names), note="deals"),
        Panel(facts={"First": names[0][0]}),
        Report(("Deal", "Amount"), names),
    ]


@plugin.page("Vault", menu="Treasures", needs=KEEPS)
def vault(_asked: PageRequest, _gate: Gate) -> Panel:
    """Only for those who have the key."""
    return Panel(facts={"Gold": Decimal(7)})


@plugin.page("Broken", menu="")
def broken(asked: PageRequest, gate: Gate) -> Page:
    """Fails in the ways in which pages fail."""
    if asked.is_post:
        gate.update(Deal, int(asked.form["deal"]), {"name": "written before the failure"})
    return Page({"none": "missing.html", "word": "typo.html"}.get(asked.rest, "grid.html"))


plugin.menu("Companies by size", to="/companies?sort=-employees", section="People")
plugin.menu("All companies", to=Company, section="People", order=10)
