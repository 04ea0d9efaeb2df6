"""Pipelines are designed under rules that keep every record standing somewhere."""

import pytest
from hookline.crm import pipeline_design as design
from hookline.crm.deals import Deal
from hookline.crm.pipelines import Pipeline, Stage, pipelines
from hookline.crm.stages import move
from hookline.errors import Forbidden, Invalid, Refused
from hookline.kernel.gate import Gate
from sqlalchemy import select

from tests.town import Town


def names(gate: Gate, line: int) -> list[str]:
    return [s.name for s in pipelines(gate).by_id[line].stages]


def refused(call: object, *args: object, **how: object) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **how)  # type: ignore[operator]  # any verb
    return str(caught.value)


@pytest.mark.parametrize("template", design.TEMPLATES, ids=lambda t: t.name)
def test_each_template_makes_a_whole_pipeline(town: Town, template: design.Template) -> None:
    with town.as_("ada") as gate:
        line = design.create_pipeline(gate, "Renewals", "deal", template.stages)
        assert names(gate, line) == [s.name for s in template.stages]
        assert design.lacking(pipelines(gate).by_id[line]) == []
        assert [p.id for p in pipelines(gate).of("deal")][-1] == line


def test_a_head_may_design_and_a_seller_may_not(town: Town) -> None:
    with town.as_("vera") as gate:
        design.rename_pipeline(gate, town.ids["sales"], "Sales of the town")
    with town.as_("boris") as gate, pytest.raises(Forbidden):
        design.rename_pipeline(gate, town.ids["sales"], "Mine")
    with town.as_("boris") as gate, pytest.raises(Forbidden):
        gate.update(Pipeline, town.ids["sales"], {"name": "Mine"})
    with town.as_("max") as gate, pytest.raises(Forbidden):
        design.remove_stage(gate, town.ids["delivery"])


@pytest.mark.parametrize(
    ("drafts", "said"),
    [
        ([], "between 2 and 100"),
        ([design.StageDraft(str(n)) for n in range(101)], "between 2 and 100"),
        ([design.StageDraft("A"), design.StageDraft("B", "won")], "what is lost"),
        ([design.StageDraft("A"), design.StageDraft("B", "lost")], "what is won"),
        ([design.StageDraft("A", "won"), design.StageDraft("B", "lost")], "one open stage"),
        (
            [design.StageDraft("A"), design.StageDraft("a ", "won"), design.StageDraft("B", "lost")],
            "of this name",
        ),
    ],
)
def test_a_pipeline_that_could_not_be_walked_is_not_made(
    town: Town, drafts: list[design.StageDraft], said: str
) -> None:
    with town.as_("ada") as gate:
        assert said in refused(design.create_pipeline, gate, "Odd", "deal", drafts)
        assert not any(p.name == "Odd" for p in pipelines(gate).by_id.values())


def test_only_entities_with_stages_have_pipelines_and_names_are_their_own(town: Town) -> None:
    with town.as_("ada") as gate:
        short = design.TEMPLATES[0].stages
        assert "not one of the choices" in refused(design.create_pipeline, gate, "People", "contact", short)
        assert "not one of the choices" in refused(design.create_pipeline, gate, "People", "no_such", short)
        assert "of this name" in refused(design.create_pipeline, gate, " TOWN SALES ", "deal", short)


def test_a_new_stage_stands_behind_the_last_of_its_kind(town: Town) -> None:
    with town.as_("ada") as gate:
        line = town.ids["sales"]
        design.create_stage(gate, line, {"name": "Contract"})
        design.create_stage(gate, line, {"name": "Feedback", "kind": "after"})
        design.create_stage(gate, line, {"name": "No answer", "kind": "lost"})
        assert names(gate, line) == [
            "New",
            "Qualified",
            "Offer",
            "Contract",
            "Won",
            "Delivery",
            "Feedback",
            "Lost",
            "No answer",
        ]


def test_stages_are_put_at_their_place(town: Town) -> None:
    with town.as_("ada") as gate:
        line = town.ids["sales"]
        design.place_stage(gate, town.ids["offer"], 0)
        assert names(gate, line)[:3] == ["Offer", "New", "Qualified"]
        design.place_stage(gate, town.ids["offer"], 99)
        assert names(gate, line)[-1] == "Offer"
        before = gate.get(Stage, town.ids["new"]).version
        design.place_stage(gate, town.ids["offer"], 99)
        assert gate.get(Stage, town.ids["new"]).version == before


def test_certain_stages_have_a_certain_probability(town: Town) -> None:
    with town.as_("ada") as gate:
        design.create_stage(gate, town.ids["sales"], {"name": "Signed", "kind": "won", "probability": 40})
        design.change_stage(gate, town.ids["lost"], {"probability": 30})
        chances = {s.name: s.probability for s in pipelines(gate).by_id[town.ids["sales"]].stages}
        assert (chances["Signed"], chances["Lost"]) == (100, 0)


def test_a_stage_must_fit_its_pipeline(town: Town) -> None:
    with town.as_("ada") as gate:
        other = design.create_pipeline(gate, "Other", "deal", design.TEMPLATES[0].stages)
        foreign = pipelines(gate).by_id[other].stages[0].id
        offer = town.ids["offer"]
        assert "of this name" in refused(design.change_stage, gate, offer, {"name": "NEW"})
        assert "same pipeline" in refused(design.change_stage, gate, offer, {"next_stages": (foreign,)})
        assert "no field shoe_size" in refused(
            design.change_stage, gate, offer, {"required_fields": ("amount", "shoe_size")}
        )
        assert "no field stage_since" in refused(
            design.change_stage, gate, offer, {"required_fields": ("stage_since",)}
        )
        assert "is not one of the choices" in refused(
            design.change_stage, gate, offer, {"required_kinds": ("meeting", "seance")}
        )
        assert "stays in its pipeline" in refused(design.change_stage, gate, offer, {"pipeline": other})
        assert "what is won" in refused(design.change_stage, gate, town.ids["won"], {"kind": "open"})
        assert "at most 100" in refused(design.change_stage, gate, offer, {"probability": 101})
        design.change_stage(
            gate, offer, {"next_stages": (town.ids["won"], town.ids["lost"]), "required_fields": ("amount",)}
        )


def test_the_last_stage_of_a_kind_and_the_last_pipeline_stay(town: Town) -> None:
    with town.as_("ada") as gate:
        for kind in ("won", "lost"):
            assert f"what is {kind}" in refused(design.remove_stage, gate, town.ids[kind])
        for line in list(pipelines(gate).of("deal"))[1:]:
            design.retire_pipeline(gate, line.id)
        assert "last pipeline" in refused(design.retire_pipeline, gate, town.ids["sales"])


def test_a_stage_in_which_records_stand_goes_when_they_are_moved(town: Town) -> None:
    with town.as_("ada") as gate:
        new, qualified = town.ids["new"], town.ids["qualified"]
        assert "stand in this stage: 2" in refused(design.remove_stage, gate, new)
        assert "another stage" in refused(design.remove_stage, gate, new, to=new)
        assert design.remove_stage(gate, new, to=qualified) == 2
        assert "New" not in names(gate, town.ids["sales"])
        assert {stage for (stage,) in gate.rows(select(Deal.stage))} == {qualified}


def test_what_the_other_stage_asks_is_asked_of_each(town: Town) -> None:
    with town.as_("ada") as gate:
        design.change_stage(gate, town.ids["offer"], {"required_fields": ("expected_close",)})
        said = refused(design.remove_stage, gate, town.ids["new"], to=town.ids["offer"])
        assert "Scanners cannot go there" in said
        assert "Offer asks for this" in said


def test_records_out_of_reach_are_not_moved(town: Town) -> None:
    with town.as_("ada") as gate:
        outside = gate.create(
            Deal, {"name": "Far away", "owner": town.ids["ada"], "team": None, "stage": town.ids["new"]}
        )
        gate.update(Deal, outside, {"team": None})
    with town.as_("vera") as gate:
        assert "may not change: 1" in refused(
            design.remove_stage, gate, town.ids["new"], to=town.ids["qualified"]
        )
        assert design.count_standing(gate, "deal")[town.ids["new"]] == 3


def test_a_restored_record_whose_stage_is_gone_begins_again(town: Town) -> None:
    with town.as_("ada") as gate:
        move(gate, Deal, town.ids["flour"], town.ids["qualified"])
        gate.trash(Deal, town.ids["flour"])
        design.remove_stage(gate, town.ids["qualified"])
        gate.restore(Deal, town.ids["flour"])
        assert gate.get(Deal, town.ids["flour"]).stage == town.ids["new"]


def test_an_empty_pipeline_goes_with_its_stages_and_a_walked_one_stays(town: Town) -> None:
    with town.as_("ada") as gate:
        assert "stand in this pipeline: 2" in refused(design.remove_pipeline, gate, town.ids["sales"])
        line = design.create_pipeline(gate, "Trial", "deal", design.TEMPLATES[0].stages)
        design.remove_pipeline(gate, line)
        assert line not in pipelines(gate).by_id
        assert gate.scalar(select(Stage.id).where(Stage.pipeline == line)) is None


def test_pipelines_are_put_in_order_and_copied(town: Town) -> None:
    with town.as_("ada") as gate:
        line = design.create_pipeline(
            gate, "Copy", "deal", design.copied(pipelines(gate).by_id[town.ids["sales"]])
        )
        assert names(gate, line) == ["New", "Qualified", "Offer", "Won", "Delivery", "Lost"]
        design.place_pipeline(gate, line, 0)
        assert pipelines(gate).of("deal")[0].id == line


def test_an_unknown_stage_is_nowhere(town: Town) -> None:
    with town.as_("ada") as gate, pytest.raises(Refused):
        design.place_stage(gate, 10**12, 0)
    with town.as_("ada") as gate, pytest.raises(Invalid):
        design.remove_stage(gate, town.ids["new"])
