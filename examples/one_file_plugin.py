"""A whole plugin in one file: a margin on deals, with a panel, a list column and a report."""
# fmt: off
from hookline_sdk import Deal, Fields, Gate, Mapped, Panel, Percent, Plugin, Report, Value, integer, select
plugin = Plugin("margins")
class Margin(Fields[Deal], plugin=plugin, label="Margin"):
    margin: Mapped[int | None] = integer("Margin, %", minimum=-100, maximum=100, filter=True)
@plugin.panel(Deal, "Margin")
def margin_panel(deal: Deal, gate: Gate) -> Panel:
    return Panel(facts={"Margin": Percent(deal[Margin].margin or 0), "Before the sale": deal.outcome == "open"})
@plugin.column(Deal, "Margin kept", fields=("margins_margin",))
def kept(rows: list[dict[str, int]], gate: Gate) -> dict[int, Value]:
    return {row["id"]: Percent(row["margins_margin"] or 0) for row in rows}
@plugin.report("Best margins")
def best_margins(gate: Gate) -> Report:
    return Report(("Deal", "Margin"), gate.rows(select(Deal.name, Margin.margin).where(Margin.margin > 0).order_by(Margin.margin.desc())))
