"""Cells that are written straight from the row say what a described cell, drawn, would say."""

import pytest
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.web.records import columns

from tests.web.visitor import Doors

NASTY = '<b>"O\'Hara" & Söhne</b>'


def test_written_cells_are_those_that_would_be_drawn(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.town.as_("ada") as gate:
        company = gate.create(Company, {"name": NASTY})
        gate.create(Contact, {"first_name": "", "last_name": NASTY, "job_title": NASTY, "company": company})
        gate.create(Contact, {"last_name": "Лебедев", "email": "o'x@mail.example", "phone": "+442071838750"})
        entities = list(gate.schema.entities.values())
        every = {
            info.cls.slug: [f.name for f in gate.readable(info) if not f.hidden][:25]
            for info in entities
            if info.cls.menu
        }
    ada = doors.enter("ada")
    paths = [f"/{slug}?{'&'.join(f'column={name}' for name in names)}" for slug, names in every.items()]
    paths += [f"{path}&trash=1" for path in paths]
    written = [ada.see(path).select_one("#records tbody") for path in paths]
    monkeypatch.setattr(columns, "writer", lambda *_given, **_more: None)
    drawn = [ada.see(path).select_one("#records tbody") for path in paths]
    assert any("O'Hara" in str(rows) for rows in written)
    assert [str(rows) for rows in written] == [str(rows) for rows in drawn]
