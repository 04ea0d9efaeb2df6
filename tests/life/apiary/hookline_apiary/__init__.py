"""Hives and who looks after them."""

from hookline_sdk import Contact, Entity, Fields, Gate, JobRun, Mapped, Panel, Plugin, integer, ref, text

plugin = Plugin("apiary", version="2.0", label="Apiary")


class Hive(Entity, plugin=plugin, menu="Sales"):
    """A hive."""

    name: Mapped[str] = text("Name", search=True, list=True)
    weight: Mapped[int | None] = integer("Weight, kg", list=True)
    keeper: Mapped[int | None] = ref(Contact, "Keeper", list=True)


class Keeper(Fields[Contact], plugin=plugin, label="Keeper"):
    """What is known of a keeper."""

    hives: Mapped[int | None] = integer("Hives", filter=True, index=True)
    favourite: Mapped[int | None] = ref(Hive, "Favourite hive")


plugin.permission("smoke", "Smoke hives", "Calm the bees.")


@plugin.panel(Contact, "Hives")
def hives(contact: Contact, gate: Gate) -> Panel:
    """How many hives."""
    return Panel(facts={"Hives": contact[Keeper].hives or 0})


@plugin.job(cron="30 6 * * *")
def count_bees(run: JobRun) -> None:
    """Nothing is counted here."""
