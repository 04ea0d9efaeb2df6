"""Ways round that have been tried by hand, each of which found something once, here or elsewhere."""

from pathlib import Path

import pytest
from hookline.crm.access.actors import load_actor
from hookline.crm.imports.mappings import ImportMapping
from hookline.crm.imports.rehearsal import Rehearsal, rehearse
from hookline.errors import Conflict, Invalid
from hookline.kernel.gate import Gate
from hookline.kernel.memory import configuration_version

from tests.access.asking import Asker
from tests.access.oracle import Principal
from tests.access.world import World, word
from tests.town import NOW


def gate_of(world: World, home: Gate, who: Principal) -> Gate:
    """The person's own gate, in the transaction of another."""
    version = configuration_version(home.tx)
    assert who.user is not None
    actor = load_actor(home.tx, world.installation.memory, version, who.user, NOW)
    assert actor is not None
    return world.installation.gate(home.tx, actor, version=version)


def test_a_formula_is_hidden_with_what_it_is_made_of(world: World) -> None:
    with world.house() as gate:
        veiled = gate_of(world, gate, world.principals["veiled"])
        assert "amount" not in veiled.source("deal").c
        assert "weighted" not in veiled.source("deal").c
        assert "weight" not in veiled.source("warden_pass").c


def test_a_sum_over_records_is_for_those_who_see_them_all(world: World) -> None:
    with world.house() as gate:
        shown = {
            name: "warden_passes" in gate_of(world, gate, world.principals[name]).source("contact").c
            for name in ("all", "observer", "leader", "guest", "veiled")
        }
    # The veiled one sees every pass, but not the field that is summed up.
    assert shown == {"all": True, "observer": True, "leader": False, "guest": False, "veiled": False}


def test_a_conflict_tells_nothing_of_hidden_links(world: World) -> None:
    guest = world.principals["guest"]
    own = next(r for r in world.truth.of("contact") if world.truth.sees(guest, r, action="edit"))
    with world.house() as home:
        links = home.linked(home.schema["contact"], [own.id])[own.id]["companies"]
        gate = gate_of(world, home, guest)
        seen = gate.visible("company", list(links))
        assert set(links) - seen, "one of the companies is out of sight"
        with pytest.raises(Conflict) as refused:
            gate.update("contact", own.id, {"companies": ()}, version=99)
    assert [d.theirs for d in refused.value.differences] == [tuple(sorted(seen))]


def test_what_cannot_be_put_back_is_not_named_where_it_is_hidden(world: World) -> None:
    veiled = world.principals["veiled"]
    deal = world.truth.of("deal")[0]
    with world.house() as home:
        before = home.values(home.schema["deal"], deal.id)
        assert before is not None
        version = home.update("deal", deal.id, {"competitor": "Somebody"})
        with pytest.raises(Invalid) as refused:
            gate_of(world, home, veiled).revert("deal", deal.id, version)
        home.update("deal", deal.id, {"competitor": before["competitor"]})
    assert [problem.field for problem in refused.value.problems] == [""]


def test_the_rehearsal_of_an_import_does_not_tell_a_hidden_record_from_none(
    world: World, tmp_path: Path
) -> None:
    guest = world.principals["guest"]
    hidden = [r for r in world.truth.of("contact") if not world.truth.sees(guest, r) and not r.trashed][-1]
    found = [
        _told(world, guest, tmp_path, mail)
        for mail in (f"{word('contact', 'email', hidden.number)}@mail.example", "nobody@mail.example")
    ]
    assert found[0] == found[1]


def test_a_view_of_somebody_else_shows_no_more_than_the_viewer_may_see(world: World, asker: Asker) -> None:
    everything = world.principals["all"]
    form = {
        "name": "Dear deals",
        "shared_with": "team",
        "query": "sort=-amount&amount.min=1&competitor.contains=f",
    }
    asker.post(everything, "/deals/views", form)
    answers = [
        asker.get(world.principals["veiled"], f"/deals?{query}")
        for query in ("sort=-amount&amount.min=1", "sort=-qzqzqz&qzqzqz.min=1")
    ]
    assert {heard.status for heard in answers} == {422}


def _told(world: World, who: Principal, folder: Path, mail: str) -> dict[str, int]:
    path = folder / "people.csv"
    path.write_text(f"Mail,Name\n{mail},Rehearsed\n", "utf-8")
    fields = {"email": "Mail", "first_name": "Name"}
    mapping = ImportMapping(entity="contact", mode="both", key="email", fields=fields)
    rehearsal: Rehearsal = rehearse(world.installation, path, mapping, user=who.user)
    return dict(rehearsal.counts)
