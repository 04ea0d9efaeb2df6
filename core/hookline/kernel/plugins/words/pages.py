"""`Pages`: the words with which a plugin declares pages of its own, and where the menu leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hookline.errors import PluginError
from hookline.kernel.plugins.contributions import Contribution, Declaring
from hookline.kernel.plugins.handlers import Paged

if TYPE_CHECKING:
    from hookline.kernel.entity import Record
    from hookline.kernel.screens import Screen


class Pages(Declaring):
    """Pages of a plugin's own, and links in the menu."""

    def page(
        self,
        label: str,
        *,
        menu: str | None = None,
        icon: str = "file-text",
        order: int = 100,
        needs: str = "",
        public: bool = False,
    ) -> Callable[[Paged], Paged]:
        """Add a page at /x/<plugin>/<function>, and below: `def grid(asked: PageRequest, gate: Gate) -> Page`.

            @plugin.page("Unit grid", menu="Sales", icon="layers")
            def grid(asked: PageRequest, gate: Gate) -> Page:
                return Page("grid.html", {"units": gate.rows(select(Unit.id, Unit.name))})

        It may also answer values that need no template (Panel, Report, Chart, Figure, or several of them), and a Redirect
        after a form was sent. `menu` is the heading of the menu under which it stands, None for nowhere. With `needs`, a
        permission's full name, only for those who have it. What it raises of Hookline's errors is answered as such: after
        Invalid nothing stays of what it wrote, and it is asked once more with `asked.problems`. Any other failure is a small
        error with a reference.

        With `public` it is for people who do not work here, and stands nowhere but behind links that `public_address` makes:
        whoever has one may open it and send its forms. `asked.rest` is then what the link was made for, which nobody can
        change, and `gate` is the house's own: all that the reader learns is the page.
        """
        if public and (menu is not None or needs):
            raise PluginError(
                self.name,
                f"page {label!r}",
                "a public page is in no menu and needs no right",
                "Leave menu and needs out.",
            )

        # A page alone in the menu is one declaration, and two contributions.
        def keep(call: Paged) -> Paged:
            if menu is not None:
                self.menu(
                    label,
                    to=f"/x/{self.name}/{call.__name__}",
                    section=menu,
                    icon=icon,
                    order=order,
                    needs=needs,
                )
            return self._add("page", None, label=label, icon=icon, order=order, needs=needs, public=public)(
                call
            )

        return keep

    def menu(
        self,
        label: str,
        *,
        to: str | type[Record] | Callable[..., Screen],
        section: str = "",
        icon: str = "link",
        order: int = 100,
        needs: str = "",
    ) -> None:
        """Add a link to the menu: `plugin.menu("Open units", to="/real_estate/units?status=free", section="Sales")`.

        `to` is an address of this site, an entity (its list) or a page's function. `section` is the heading under which it
        stands, after the lists there; a new one makes a group of its own; "" stands under the plugin's label. With `needs`
        only for those who have that permission; a link to an entity's list, or into it, only for those who may read it.
        """
        options = {
            "to": _address(self.name, to), "section": section, "icon": icon, "order": order, "needs": needs,
        }  # fmt: skip
        self.contributions.append(
            Contribution(self.name, "menu", None, _plain(label), label, lambda: None, options)
        )


def _address(plugin: str, to: str | type[Record] | Callable[..., Screen]) -> str:
    if isinstance(to, str):
        return to
    slug: str | None = getattr(to, "slug", None)
    return f"/{slug}" if slug is not None else f"/x/{plugin}/{to.__name__}"


def _plain(label: str) -> str:
    return "_".join("".join(c.lower() if c.isalnum() else " " for c in label).split()) or "link"
