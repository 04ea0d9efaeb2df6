"""The floor answers every case with the right rows, on both engines."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from bench.floor.app import create_app
from bench.floor.target import Floor
from bench.runs import contacts_file
from bench.seed import Contact, Seed

SEED = Seed(1000)
BY_NAME = sorted(SEED.contacts(), key=lambda contact: (contact.last_name, contact.first_name, contact.id))
CASES = {case.id: case for case in Floor().target("http://127.0.0.1:1", SEED).cases}


@pytest.fixture
def client(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient[Litestar]]:
    monkeypatch.setenv("BENCH_FLOOR_URL", database_url)
    Floor().load(database_url, SEED)
    with TestClient(create_app()) as client:
        yield client


def _shown(client: TestClient[Litestar], path: str, kind: str) -> list[int]:
    """The ids of the rows of one kind on a page, from top to bottom."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return [int(found) for found in re.findall(rf'id="{kind}-(\d+)"', answer.text)]


def _ids(contacts: list[Contact]) -> list[int]:
    return [contact.id for contact in contacts]


@pytest.mark.parametrize("case", ["A", "B", "C next", "C jump", "D", "E"])
def test_each_page_carries_its_proof(client: TestClient[Litestar], case: str) -> None:
    page = client.get(CASES[case].path).text
    assert page.count(CASES[case].proof) >= CASES[case].proof_count


def test_the_list_starts_with_the_first_fifty_names(client: TestClient[Litestar]) -> None:
    assert _shown(client, "/contacts", "contact") == _ids(BY_NAME[:50])


def test_a_jump_lands_nine_tenths_down_the_list(client: TestClient[Litestar]) -> None:
    assert _shown(client, CASES["C jump"].path, "contact") == _ids(BY_NAME[900:950])


def test_the_search_finds_what_reading_every_row_finds(client: TestClient[Litestar]) -> None:
    wanted = [one for one in BY_NAME if one.job_title == "Engineer" and "ivan" in one.email]
    assert wanted
    assert _shown(client, CASES["B"].path, "contact") == _ids(wanted)


def test_a_deal_shows_its_timeline_from_the_newest(client: TestClient[Litestar]) -> None:
    timeline = [activity for activity in SEED.activities() if activity.deal_id == SEED.long_deal_id]
    newest = sorted(timeline, key=lambda activity: activity.at, reverse=True)
    assert _shown(client, CASES["D"].path, "activity") == [activity.id for activity in newest]


def test_the_pipeline_adds_up(client: TestClient[Litestar]) -> None:
    amounts: Counter[int] = Counter()
    for deal in SEED.deals():
        amounts[deal.stage] += deal.amount
    page = client.get("/pipeline").text
    for stage, amount in amounts.items():
        assert re.search(rf"<td>Stage {stage}</td><td>\d+</td><td>{amount / 100:.2f}</td>", page)


def test_a_created_contact_can_be_found(client: TestClient[Litestar]) -> None:
    case = CASES["F"]
    assert case.body
    for number in (1, 2):
        answer = client.post(
            case.path,
            content=case.body(number),
            headers={"Content-Type": case.content_type},
            follow_redirects=False,
        )
        assert answer.status_code == case.status
    assert len(_shown(client, "/contacts/search?job_title=Engineer&word=newman", "contact")) == 2


def test_an_import_brings_every_row(client: TestClient[Litestar]) -> None:
    file = contacts_file(SEED, 30, first_number=7_000_000)
    header = {"Content-Type": "text/csv"}
    answer = client.post("/contacts/import", content=file, headers=header, follow_redirects=False)
    assert answer.status_code == 303
    buyers = [one for one in SEED.new_contacts(30, 7_000_000) if one.job_title == "Buyer"]
    assert buyers
    assert len(_shown(client, "/contacts/search?job_title=Buyer&word=.70000", "contact")) == len(buyers)
