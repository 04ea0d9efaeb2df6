"""The doors of every entity's list: the list, its filters and views, and what is done with many records at once."""

from collections.abc import Callable, Sequence
from typing import Final

from hookline.web.records import bulk, cell_edits, exports, filters, habits, lists, menus, views
from hookline.web.visit import Answer, Visit

LIST_DOORS: Final[Sequence[tuple[str, str, Callable[[Visit, str], Answer]]]] = (
    ("GET", "", lists.show),
    ("GET", "/filter", filters.apply),
    ("GET", "/{id:int}/menu", menus.show),
    ("GET", "/{id:int}/cell/{field:str}", cell_edits.edit),
    ("POST", "/{id:int}/cell/{field:str}", cell_edits.update),
    ("GET", "/views/new", views.new),
    ("POST", "/views", views.create),
    ("GET", "/views/counts", views.count),
    ("POST", "/views/first", habits.set_first),
    ("POST", "/views/order", habits.move_tab),
    ("POST", "/columns", habits.set_columns),
    ("GET", "/views/{id:int}/edit", views.edit),
    ("POST", "/views/{id:int}", views.update),
    ("POST", "/views/{id:int}/contents", views.replace),
    ("POST", "/views/{id:int}/deletion", views.delete),
    ("POST", "/bulk/edit", bulk.edit),
    ("POST", "/bulk/owner", bulk.assign),
    ("POST", "/bulk/stage", bulk.move),
    ("POST", "/bulk/tags", bulk.mark),
    ("POST", "/bulk/action/{plugin:str}/{name:str}", bulk.act),
    ("POST", "/bulk/trash", bulk.trash),
    ("POST", "/bulk/restore", bulk.restore),
    ("GET", "/bulk/{id:int}", bulk.progress),
    # The export itself stands with the doors of an entity: it is prepared.
    ("POST", "/export/choice", exports.choose),
)
