"""`Lists`: the words with which a plugin adds to lists, to the search, and to pages of the house."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from hookline.errors import PluginError
from hookline.kernel.plugins.contributions import NAME, Contribution, Declaring
from hookline.kernel.plugins.handlers import Blocked, Columned, Searched
from hookline.kernel.slots import PAGE_SLOTS

if TYPE_CHECKING:
    from hookline.kernel.entity import FieldGroup, Record
    from hookline.kernel.slots import PageSlot

# What else a list's address may say, and fields that are made by administrators.
NO_FIELDS: Final = ("q", "among", "trash")


class Lists(Declaring):
    """Ready-made views of lists, how a column's values look, what the search finds, blocks on pages of the house."""

    def view(
        self,
        entity: type[Record],
        label: str,
        *,
        filter: Mapping[str, str | Sequence[str]] | None = None,  # what it is called in lists
        sort: str = "",
        group: str = "",
        columns: Sequence[str] = (),
        name: str = "",
        order: int = 100,
        needs: str = "",
    ) -> None:
        """Add a view to an entity's list, as a tab of it and in the palette: nothing but an address under a name.

            plugin.view(Listing, "Free below 500,000", filter={"status": "free", "price.lte": "500000"}, sort="price")

        `filter` holds the parameters that the list's address would have ("owner": "me", "created_at.within": "this_month"),
        `sort` a field's name with "-" in front for the other way round, `group` the field that lines are made of, `columns`
        the columns. Whoever may not see one of the fields is not offered the view. `name` is what it is called in addresses;
        it is made from the label unless given. With `needs` only for those who have that permission.
        """
        given = dict(filter or {}) | ({"sort": sort} if sort else {}) | ({"group": group} if group else {})
        query = urlencode(given | ({"column": list(columns)} if columns else {}), doseq=True, safe=",")
        key = name or "_".join("".join(c if c.isalnum() else " " for c in label.lower()).split())
        asked = (*(filter or {}), *columns, *(each.removeprefix("-") for each in (sort, group) if each))
        fields = tuple(dict.fromkeys(each.removeprefix("any.").partition(".")[0] for each in asked))
        options = {"query": query, "fields": fields, "of": entity, "order": order, "needs": needs}
        self.contributions.append(
            Contribution(self.name, "view", entity.__tablename__, key, label, lambda: None, options)
        )

    def cell(
        self, entity: type[Record], field: str, *, fields: tuple[str, ...] = (), order: int = 100
    ) -> Callable[[Columned], Columned]:
        """Say how the values of a field look in lists: `def price(rows, gate: Gate) -> dict[int, Value]`, by id.

            @plugin.cell(Listing, "price", fields=("status",))
            def price(rows: list[dict[str, Any]], gate: Gate) -> dict[int, Value]:
                return {row["id"]: Badge("Sold") for row in rows if row["status"] == "sold"}

        Called once per page of rows, with "id", the field, and the further `fields`, of which those that the reader may not
        see are None. A row that is left out looks as usual; so do all while it fails. Of several for one field the first
        counts, by order and by the plugin's name. Sorting, filters, files and the API keep to the value itself. The field that records
        are called by stays the link that it is, in these words.
        """
        return self._add("cell", entity, fields=(field, *fields), field=field, order=order)

    def search(
        self, label: str, *, icon: str = "search", order: int = 100, needs: str = ""
    ) -> Callable[[Searched], Searched]:
        """Find what is no record: `def units(asked: SearchRequest, gate: Gate) -> Sequence[SearchHit]`.

            @plugin.search("Land register", icon="map-pin")
            def register(asked: SearchRequest, gate: Gate) -> list[SearchHit]:
                return [SearchHit(entry.title, f"/x/land/register/{entry.id}") for entry in find(asked.words, asked.limit)]

        Its hits stand under the label on the search page and in the palette, where it is asked at each pause in typing: it
        must be quick. Asked with at least two letters. A failure is told on the search page and left out of the palette.
        Records of entities are found without this.
        """
        return self._add("search", None, label=label, icon=icon, order=order, needs=needs)

    def block(
        self,
        slot: PageSlot,
        label: str,
        *,
        entity: type[Record] | None = None,
        order: int = 100,
        needs: str = "",
    ) -> Callable[[Blocked], Blocked]:
        """Show something on a page of the house that is no record's: `def tips(at: Place, gate: Gate) -> Widget`.

            @plugin.block("list.top", "Occupancy", entity=Listing)
            def occupancy(at: Place, gate: Gate) -> Figure:
                return Figure(gate.scalar(select(func.count(Listing.id)).where(Listing.status == Status.let)), note="let")

        `slot` is one of hookline_sdk.SLOTS; "list.top" wants the `entity` on whose list it stands. It is loaded after the page
        itself. `at.query` is the page's own. With `needs` only for those who have that permission.
        """
        if slot not in PAGE_SLOTS:
            there = ", ".join(f'"{each}"' for each in PAGE_SLOTS)
            raise PluginError(
                self.name, f"block {label!r}", f"there is no slot {slot!r}", f"There are {there}."
            )
        if (entity is not None) != (slot == "list.top"):
            hint = "Say whose list: entity=Listing." if entity is None else "Leave the entity out."
            raise PluginError(self.name, f"block {label!r}", f"slot {slot!r}", hint)
        return self._add("block", entity, label=label, slot=slot, order=order, needs=needs)


def check_view(contribution: Contribution, groups: Iterable[type[FieldGroup]]) -> None:
    """A view of fields that nobody has would be offered to nobody. PluginError names them.

    `groups` are those of the plugin, whose fields are not on their tables yet.
    """
    entity, place = contribution.options["of"], f"view {contribution.label!r}"
    coming = [
        f"{group.plugin.prefix}{name}"
        for group in groups
        if group.target is entity
        for name in group.__annotations__
    ]
    known = {*entity.__table__.columns.keys(), *entity.many, *coming, *NO_FIELDS}
    if contribution.plugin != "core" and not NAME.fullmatch(contribution.name):
        hint = 'Give it one: name="free".'
        raise PluginError(
            contribution.plugin, place, f"{contribution.name!r} is no name for an address", hint
        )
    if unknown := [name for name in contribution.options["fields"] if name not in known]:
        near = difflib.get_close_matches(unknown[0], known, 1)
        hint = f"Did you mean {near[0]}?" if near else ""
        raise PluginError(
            contribution.plugin, place, f"{contribution.entity} has no field {', '.join(unknown)}", hint
        )
