"""Tags at the doors: columns and filters of lists, many records at once, made in place, kept in the settings."""

import pytest
from hookline.crm.deals import Deal
from hookline.crm.tags import Tag, tags, tags_for
from hookline.errors import Invalid
from hookline_sdk.testing.elements import read_html

from tests.town import Town
from tests.web.test_lists import chips, names, text
from tests.web.visitor import Doors


@pytest.fixture
def kept(town: Town) -> dict[str, int]:
    """Two tags for everything and one for companies only."""
    with town.house() as gate:
        return {
            name: gate.create(Tag, {"name": name, "tone": tone, **only})
            for name, tone, only in (
                ("Fair", "violet", {}),
                ("Pilot", "blue", {}),
                ("Supplier", "teal", {"only_for": "company"}),
            )
        }


def tags_of(town: Town, deal: str) -> set[int]:
    with town.house() as gate:
        return set(gate.linked(gate.schema[Deal], [town.ids[deal]])[town.ids[deal]]["tags"])


def test_a_list_shows_tags_in_their_colours_and_is_filtered_by_them(
    doors: Doors, kept: dict[str, int]
) -> None:
    town, ada = doors.town, doors.enter("ada")
    with town.house() as gate:
        gate.update(Deal, town.ids["scanners"], {"tags": (kept["Pilot"], kept["Fair"])})
    page = ada.see(f"/deals?column=tags&tags={kept['Fair']}")
    assert names(page) == ["Scanners"]
    assert chips(page) == ["Tags is Fair"]
    badges = page.select("tbody .k-tags .badge")
    assert [(text(b), b.classes) for b in badges] == [
        ("Fair", ["badge", "tone-violet"]),
        ("Pilot", ["badge", "tone-blue"]),
    ]
    assert names(ada.see(f"/deals?tags.not={kept['Fair']}")) == ["Мука, 40 тонн"]
    assert ada.statements("/deals?column=tags") <= 5


def test_many_records_are_tagged_and_freed_at_once(doors: Doors, kept: dict[str, int]) -> None:
    town, ada = doors.town, doors.enter("ada")
    ids = [str(town.ids["scanners"]), str(town.ids["flour"])]
    with town.house() as gate:
        gate.update(Deal, town.ids["flour"], {"tags": (kept["Pilot"],)})
    ada.walk("/deals/bulk/tags", {"id": ids, "go": "1", "way": "tag", "tags": str(kept["Fair"])})
    assert (tags_of(town, "scanners"), tags_of(town, "flour")) == (
        {kept["Fair"]},
        {kept["Fair"], kept["Pilot"]},
    )
    ada.walk("/deals/bulk/tags", {"id": ids, "go": "1", "way": "untag", "tags": str(kept["Fair"])})
    assert (tags_of(town, "scanners"), tags_of(town, "flour")) == (set(), {kept["Pilot"]})


@pytest.mark.one_engine
def test_tagging_asks_for_a_tag(doors: Doors, kept: dict[str, int]) -> None:
    ada, id = doors.enter("ada"), str(doors.town.ids["scanners"])
    refused = ada.post("/deals/bulk/tags", {"id": id, "go": "1", "way": "tag"})
    assert refused.status_code == 422
    offered = [text(o) for o in read_html(refused.text).select("select[name=tags] option")]
    assert offered == ["Fair", "Pilot"]


def test_a_tag_for_companies_is_given_to_no_deal(town: Town, kept: dict[str, int]) -> None:
    with town.as_("ada") as gate:
        assert [tag.name for tag in tags_for(gate, "company")] == ["Fair", "Pilot", "Supplier"]
        with pytest.raises(Invalid):
            gate.update(Deal, town.ids["scanners"], {"tags": (kept["Supplier"],)})
    with town.as_("ada") as gate, pytest.raises(Invalid):
        gate.create(Tag, {"name": "one, two"})


@pytest.mark.one_engine
def test_a_tag_is_made_in_place_by_who_may(doors: Doors) -> None:
    ada, boris = doors.enter("ada"), doors.enter("boris")
    made = ada.post("/lookup/tag?for=deal", {"name": "Urgent"})
    assert 'data-label="Urgent"' in made.text
    with doors.town.house() as gate:
        assert [(tag.name, tag.only_for) for tag in tags_for(gate, "deal")] == [("Urgent", "deal")]
    assert boris.post("/lookup/tag?for=deal", {"name": "Mine"}).status_code == 403
    assert ada.see("/deals/new").select_one(".combobox[data-create='/lookup/tag?for=deal']")
    assert boris.see("/deals/new").select_one(".combobox[data-create^='/lookup/tag']") is None


@pytest.mark.one_engine
def test_tags_are_kept_in_the_settings(doors: Doors) -> None:
    ada = doors.enter("ada")
    ada.walk("/settings/lists/tag", {"name": "Fair", "tone": "violet", "only_for": "lead"})
    page = ada.see("/settings/lists/tag")
    assert text(page.select_one(".entries .badge.tone-violet")) == "Fair"
    with doors.town.house() as gate:
        id = next(iter(tags(gate)))
        gate.update(Tag, id, {"tone": None})
        assert tags(gate)[id].tone == "gray"
