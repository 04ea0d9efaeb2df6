"""A segment over a field of real estate and a tier of loyalty, while one of the two is switched off and comes back.

    python -m tests.plugins.segments_walk DATABASE_URL FOLDER STAGE...

Which plugins run is settled when a process begins, so each stage is a process of its own, split off from one that has imported
none of them. What a stage must show is in its function.
"""

import importlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from hookline.start import begin_again
from hookline_sdk import Contact
from hookline_sdk.testing.crm import Crm, settle_in
from hookline_sdk.testing.running import Jobs
from hookline_sdk.testing.sources import import_all, make_importable, offered_by

from tests.house.tracked import ROOT

BOTH: Final = ("real_estate", "loyalty")
SEGMENT: Final = "Gold tenants"


def begin(crm: Crm) -> None:
    """Both run: who looks for something to rent and is Gold belongs, who is one of the two does not."""
    requests, tree = _module("real_estate.requests.data"), _module("loyalty.segments.tree")
    gold = crm.make(_module("loyalty.tiers.data").Tier, name="Gold", from_amount=1000)
    for name, is_gold, looks in (
        ("Ann", True, True), ("Bob", True, False), ("Cid", False, True), ("Dan", True, True),
    ):  # fmt: skip
        person = crm.make(Contact, first_name=name, last_name=None)
        if looks:
            crm.make(requests.Request, contact=person.id, purpose="rent", state="open")
        _make_gold(crm, person.id, gold.id if is_gold else None)
    wanted = tree.Related(
        "real_estate_request", "contact", 1, (tree.OfField("purpose", {"purpose": "rent"}),)
    )
    tier = tree.OfField("loyalty_tier", {"loyalty_tier": str(gold.id)})
    with crm.writing("administrator") as gate:
        gate.create(_segment(), {"name": SEGMENT, "rule": tree.written(tree.Group("all", (wanted, tier)))})
    Jobs(crm).run()
    assert _members(crm) == ["Ann", "Dan"]


def without_real_estate(crm: Crm) -> None:
    """The segment says what is missing and who brings it. Who belonged belongs, whatever changes meanwhile."""
    page = _panel(crm)
    assert "real_estate" in page, page
    assert "Requests" in page, page
    assert "the plugin real_estate brings, which does not run" in page, page
    assert "Nobody is put in or out until it is back." in page, page
    crm.client().get(f"/loyalty/segments/{_id(crm)}")
    builder = crm.client().request("GET", f"/x/loyalty/build/{_id(crm)}")
    assert (builder.status_code, "the plugin real_estate brings" in builder.text) == (403, True)
    _make_gold(crm, _person(crm, "Cid"), _gold(crm))
    _make_gold(crm, _person(crm, "Dan"), None)
    Jobs(crm).run()
    crm.clock.move(days=2)
    Jobs(crm).run()
    assert _members(crm) == ["Ann", "Dan"]
    assert {"Ann", "Dan"} == _listed(crm)


def with_real_estate_again(crm: Crm) -> None:
    """It goes on by itself: who has come to fulfil it enters, who no longer does leaves, and both are said."""
    Jobs(crm).run()
    assert _members(crm) == ["Ann", "Cid"]
    assert "Paused" not in _panel(crm)


def without_loyalty(crm: Crm) -> None:
    """There is no segment; what leads to one says which plugin is switched off. Real estate goes on."""
    away = "The plugin loyalty is switched off, so this cannot be shown."
    for path, said in (
        ("/contacts?id.among=loyalty.segment:1", away),
        ("/x/loyalty/build/1", away),
        ("/loyalty/segments/1", away),
    ):
        assert said in crm.client().request("GET", path).text, path
    requests = _module("real_estate.requests.data")
    bob = _person(crm, "Bob")
    crm.make(requests.Request, contact=bob, purpose="rent", state="open")
    crm.client().get("/real_estate/requests")


def with_loyalty_again(crm: Crm) -> None:
    """Who belonged belongs, and what has changed meanwhile is made up for."""
    assert _members(crm) == ["Ann", "Cid"]
    Jobs(crm).run()
    assert _members(crm) == ["Ann", "Bob", "Cid"]


STAGES: Final[dict[str, tuple[Callable[[Crm], None], Sequence[str]]]] = {
    "begin": (begin, BOTH),
    "without_real_estate": (without_real_estate, ("loyalty",)),
    "with_real_estate_again": (with_real_estate_again, BOTH),
    "without_loyalty": (without_loyalty, ("real_estate",)),
    "with_loyalty_again": (with_loyalty_again, BOTH),
}


def _module(name: str) -> Any:
    return importlib.import_module(f"hookline_{name}")


def _segment() -> Any:
    return _module("loyalty.segments.data").Segment


def _id(crm: Crm) -> int:
    with crm.house() as gate:
        return int(gate.scalar(_select(_segment().id)) or 0)


def _select(*columns: Any) -> Any:
    return importlib.import_module("hookline_sdk").select(*columns)


def _person(crm: Crm, name: str) -> int:
    with crm.house() as gate:
        return int(gate.scalar(_select(Contact.id).where(Contact.first_name == name)) or 0)


def _gold(crm: Crm) -> int:
    with crm.house() as gate:
        return int(gate.scalar(_select(_module("loyalty.tiers.data").Tier.id)) or 0)


def _make_gold(crm: Crm, contact: int, tier: int | None) -> None:
    with crm.house() as gate:
        gate.carry(Contact, {contact: {"loyalty_tier": tier}}, what="changed")


def _members(crm: Crm) -> list[str]:
    inside = _module("loyalty.segments.people").people_in(_id(crm))
    with crm.house() as gate:
        return sorted(
            name for (name,) in gate.rows(_select(Contact.first_name).where(Contact.id.in_(inside)))
        )


def _listed(crm: Crm) -> set[str]:
    page = crm.client().get(f"/contacts?id.among=loyalty.segment:{_id(crm)}")
    return {name for name in ("Ann", "Bob", "Cid", "Dan") if name in page.text}


def _panel(crm: Crm) -> str:
    return str(crm.client().get(f"/loyalty/segments/{_id(crm)}/panel/loyalty/who_belongs").text)


@contextmanager
def _started(url: str, folder: Path, names: Sequence[str], *, first: bool) -> Iterator[Crm]:
    """A process of the house, as it is after its start."""
    for name in names:
        make_importable(ROOT / "plugins" / name)
    plugins = import_all([source for name in names for source in offered_by(ROOT / "plugins" / name)])
    with closing(Crm(url, folder, plugins)) as crm:
        crm.home.host.disabled = {name: "for a while" for name in BOTH if name not in names}
        if first:
            settle_in(crm)
        else:
            begin_again(crm.home)
        yield crm


def main(url: str, folder: str, *names: str) -> None:
    """Each of these stages in a child of this process, up to the first that fails."""
    for name in names:
        stage, plugins = STAGES[name]
        if (child := os.fork()) == 0:
            try:
                with _started(url, Path(folder), plugins, first=name == "begin") as crm:
                    stage(crm)
            except BaseException:  # noqa: BLE001  # this process ends here, whatever it was
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            raise SystemExit(f"{name} failed")


if __name__ == "__main__":
    main(*sys.argv[1:])
