"""Relations: ties between any two records, seen from both ends."""

import pytest
from hookline.crm.related import read_related
from hookline.crm.relations import RelationKind, relate, relation_kinds
from hookline.errors import Invalid
from hookline.kernel.gate import Gate
from hookline.kernel.whole import read_whole
from sqlalchemy import select

from tests.town import Town


def _kind(gate: Gate, name: str = "works for") -> int:
    return int(gate.scalar(select(RelationKind.id).where(RelationKind.name == name)))


def _ties(town: Town, who: str, entity: str, name: str) -> list[tuple[str, str, str]]:
    with town.as_(who) as gate:
        record = read_whole(gate, gate.schema[entity], town.ids[name])
        kinds = relation_kinds(gate)
        ties = read_related(gate, record).ties
        return [(kinds[t.kind].inverse if t.inverse else kinds[t.kind].name, t.other, t.note) for t in ties]


def test_a_relation_reads_right_from_both_ends(town: Town) -> None:
    helen, mill = f"contact:{town.ids['helen']}", f"company:{town.ids['the_mill']}"
    with town.as_("boris") as gate:
        relate(gate, mill, _kind(gate), helen, "as adviser", inverse=True)
    assert _ties(town, "boris", "contact", "helen") == [("works for", mill, "as adviser")]
    assert _ties(town, "boris", "company", "the_mill") == [("employs", helen, "as adviser")]


def test_the_same_twice_and_with_itself_are_refused(town: Town) -> None:
    helen, ivan = f"contact:{town.ids['helen']}", f"contact:{town.ids['ivan']}"
    with town.as_("boris") as gate:
        kind = _kind(gate)
        relate(gate, helen, kind, ivan)
        for first, second, inverse in ((helen, ivan, False), (ivan, helen, True), (helen, helen, False)):
            with pytest.raises(Invalid) as refusal:
                relate(gate, first, kind, second, inverse=inverse)
            assert [p.field for p in refusal.value.problems] == ["other"]


def test_nobody_is_tied_to_what_the_person_may_not_see(town: Town) -> None:
    flour = f"deal:{town.ids['flour']}"
    with town.as_("boris") as gate, pytest.raises(Invalid):
        relate(gate, f"contact:{town.ids['helen']}", _kind(gate), flour)
    with town.as_("clara") as gate:
        relate(gate, flour, _kind(gate), f"contact:{town.ids['helen']}")
    assert _ties(town, "boris", "contact", "helen") == []
    assert len(_ties(town, "clara", "contact", "helen")) == 1


def test_a_new_kind_is_known_at_once(town: Town) -> None:
    with town.house() as gate:
        id = gate.create(RelationKind, {"name": "grinds for", "inverse": "has its corn ground by"})
        assert relation_kinds(gate)[id].inverse == "has its corn ground by"
        assert not relation_kinds(gate)[id].is_mutual
