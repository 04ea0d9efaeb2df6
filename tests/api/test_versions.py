"""Versions: nobody's change is lost, and whoever comes second sees both values."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.api.client import Api, Caller

pytestmark = pytest.mark.usefixtures("every_core")

RACES = 200


@pytest.mark.parametrize(
    ("body", "headers", "status"), [({"version": 1}, {}, 409), ({}, {"if_match": '"1"'}, 412)]
)
def test_a_newer_version_is_not_overwritten(
    api: Api, ada: Caller, body: dict[str, int], headers: dict[str, str], status: int
) -> None:
    address = f"/deals/{api.town.ids['scanners']}"
    ada.patch(address, {"amount": "90000", "competitor": "Rival"})
    answer = ada.patch(
        address, {"amount": "1.5", "competitor": "Rival", "name": "Scanners", **body}, **headers
    )
    assert answer.status_code == status
    assert (answer.json()["version"], answer.json()["differences"]) == (
        2, [{"field": "amount", "theirs": "90000.00", "yours": "1.50"}],
    )  # fmt: skip
    assert ada.get(address).json()["amount"] == "90000.00"


def test_the_version_that_stands_is_taken(api: Api, ada: Caller) -> None:
    address = f"/deals/{api.town.ids['scanners']}"
    assert ada.patch(address, {"name": "A"}, if_match='"1"').json()["version"] == 2
    assert ada.patch(address, {"name": "B", "version": 2}).json()["version"] == 3
    assert ada.patch(address, {"name": "C", "version": 3}, if_match='"3"').json()["version"] == 4
    assert ada.patch(address, {"name": "D"}, if_match="*").json()["version"] == 5
    assert ada.patch(address, {"name": "D"}).json()["version"] == 5


def test_a_tag_of_no_version_is_stale(api: Api, ada: Caller) -> None:
    for tag in (
        '"0"', '"x"', 'W/"1"', "1", '""', '"1", "2"', '"99999999999999999999"',
    ):  # fmt: skip
        address = f"/deals/{api.town.ids['scanners']}"
        assert ada.patch(address, {"name": "A"}, if_match=tag).status_code == 412
        assert ada.delete(address, if_match=tag).status_code == 412


def test_a_version_that_is_none_is_refused(api: Api, ada: Caller) -> None:
    sent: tuple[object, ...] = (0, -1, True, "1", 1.5, 2**31, [1], {})
    for version in sent:
        answer = ada.patch(f"/deals/{api.town.ids['scanners']}", {"name": "A", "version": version})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "version")


def test_body_and_header_must_agree(api: Api, ada: Caller) -> None:
    answer = ada.patch(f"/deals/{api.town.ids['scanners']}", {"name": "A", "version": 1}, if_match='"2"')
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "version")


def test_what_changed_since_is_not_trashed(api: Api, ada: Caller) -> None:
    address = f"/deals/{api.town.ids['scanners']}"
    ada.patch(address, {"name": "A"})
    assert ada.delete(address, if_match='"1"').json()["version"] == 2
    assert ada.delete(address, if_match='"2"').status_code == 204


def test_of_two_who_save_at_once_exactly_one_wins(api: Api) -> None:
    """Each race: both read version n, both send their own amount. The loser is shown the winner's."""
    address = f"/deals/{api.town.ids['scanners']}"
    people = [api.caller("ada"), api.caller("boris")]
    start = Barrier(2)

    def save(race: int, place: int) -> tuple[int, dict[str, object]]:
        start.wait()
        answer = people[place].patch(address, {"amount": f"{race}.{place + 1}0", "version": race})
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(2) as pool:
        for race in range(1, RACES + 1):
            answers = [found.result() for found in [pool.submit(save, race, place) for place in (0, 1)]]
            assert sorted(status for status, _ in answers) == [200, 409], answers
            won, lost = sorted(answers, key=lambda a: a[0])
            theirs, yours = won[1]["amount"], f"{race}.{answers.index(lost) + 1}0"
            assert won[1]["version"] == lost[1]["version"] == race + 1
            assert lost[1]["differences"] == [{"field": "amount", "theirs": theirs, "yours": yours}]
    with api.town.as_("ada") as gate:
        from hookline.kernel.history import list_entries

        entries = list_entries(gate, gate.schema["deal"], api.town.ids["scanners"], limit=RACES + 10)
    assert sum(entry.action == "changed" for entry in entries) == RACES
