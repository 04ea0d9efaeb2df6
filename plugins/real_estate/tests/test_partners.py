"""Clients of partner agencies: asked by a program with a token of its own, or by us; one valid fixation for each phone."""

import datetime as dt
import re
from pathlib import Path

import pytest
from hookline_sdk import Contact, Gate, Invalid, Lead, func, select
from hookline_sdk.testing import AsUser, Client, Clock, Crm, Jobs, Make
from httpx import Response

from hookline_real_estate.buildings.data import Complex
from hookline_real_estate.partners.data import Fixation, FixationState, Partner
from hookline_real_estate.partners.ending import end_fixations

DOOR = "/api/v1/x/real_estate/fixations"
PHONE = "+4942112345"
DOCS = Path(__file__).parents[1] / "docs"


class Robot:
    """The program of a partner, with the token that somebody made on the partner's page."""

    def __init__(self, crm: Crm, client: Client, partner: Partner) -> None:
        self.crm = crm
        client.get(f"/real_estate/partners/{partner.id}/action/real_estate/make_token")
        made = client.form().submit().form("form[action='/me/tokens']").submit(name="Robot", expires="365")
        self.token = made.all("pre code")[0].text

    def ask(self, phone: str = PHONE, key: str = "", **more: object) -> Response:
        headers = {"authorization": f"Bearer {self.token}", **({"idempotency-key": key} if key else {})}
        return self.crm.wire.post(
            DOOR, json={"client": "Ingrid Wit", "phone": phone, **more}, headers=headers
        )

    def told(self, phone: str = PHONE, **more: object) -> str:
        answer = self.ask(phone, "", **more)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["answer"])


def test_the_first_partner_has_the_client_for_a_term(
    crm: Crm, make: Make, client: Client, gate: Gate, clock: Clock, jobs: Jobs
) -> None:
    first, second = make(Partner, name="First"), make(Partner, name="Second", days=5)
    one, two = Robot(crm, client, first), Robot(crm, client, second)
    said = one.ask(key="k").json()
    until = clock.now + dt.timedelta(days=30)
    assert (said["answer"], dt.datetime.fromisoformat(said["until"])) == ("unique", until)
    # Asked again, with the key and without it, it is the same fixation.
    assert one.ask(key="k").json() == one.ask().json() == said
    other = two.ask().json()
    assert (other["answer"], other["number"], other["until"]) == ("taken", None, said["until"])
    assert gate.scalar(select(func.count(Fixation.id))) == 1
    clock.move(days=30)
    jobs.call(end_fixations)
    assert gate.get(Fixation, 1).state == FixationState.expired
    again = two.ask().json()
    assert again["answer"] == "unique"
    assert dt.datetime.fromisoformat(again["until"]) == clock.now + dt.timedelta(days=5)


def test_what_has_run_out_is_in_nobodys_way_before_the_job_comes(
    crm: Crm, make: Make, client: Client, clock: Clock
) -> None:
    one, two = Robot(crm, client, make(Partner)), Robot(crm, client, make(Partner))
    assert one.told() == "unique"
    clock.move(days=30)
    assert two.told() == "unique"
    assert one.told() == "taken"


@pytest.mark.parametrize("where", ["phone", "mobile", "whatsapp"])
def test_of_our_own_clients_nothing_is_told_but_that_they_are_ours(
    crm: Crm, make: Make, client: Client, where: str
) -> None:
    make(Contact, last_name="Secret", owner=crm.people["head"], **{where: PHONE})
    assert Robot(crm, client, make(Partner)).ask().json() == {"answer": "ours", "number": None, "until": None}


def test_a_lead_is_ours_too_and_who_makes_the_token_need_not_see_it(
    crm: Crm, make: Make, as_user: AsUser
) -> None:
    make(Lead, name="Secret", phone=PHONE, owner=crm.people["administrator"])
    mine = make(Partner, owner=crm.people["seller"])
    assert Robot(crm, as_user("seller"), mine).told() == "ours"


def test_a_client_who_came_stays_the_partners_and_is_ours_for_all_others(
    crm: Crm, make: Make, client: Client, gate: Gate
) -> None:
    one, two = Robot(crm, client, make(Partner)), Robot(crm, client, make(Partner))
    number = one.ask().json()["number"]
    client.get("/real_estate/fixations/1/action/real_estate/make_contact")
    client.form().submit()
    fixation = gate.get(Fixation, 1)
    assert fixation.contact is not None
    contact = gate.get(Contact, fixation.contact)
    assert (contact.name, contact.phone, fixation.state) == ("Ingrid Wit", PHONE, FixationState.client)
    assert (one.ask().json()["number"], two.told()) == (number, "ours")


def test_the_same_is_asked_on_the_screen(crm: Crm, make: Make, client: Client, gate: Gate) -> None:
    partner, other = make(Partner, name="Mill & Co"), make(Partner)
    client.get(f"/real_estate/partners/{partner.id}/action/real_estate/fix_client")
    assert "Unique: fixed for this partner." in client.form().submit(client="Wit", phone=PHONE)
    client.get(f"/real_estate/partners/{other.id}/action/real_estate/fix_client")
    assert "Fixed by another partner." in client.form().submit(client="Wit", phone=PHONE)
    client.get("/real_estate/fixations/1/action/real_estate/withdraw")
    client.form().submit()
    assert gate.get(Fixation, 1).state == FixationState.withdrawn
    assert Robot(crm, client, other).told() == "unique"
    panel = client.get(f"/real_estate/partners/{partner.id}/panel/real_estate/brought", htmx=True)
    assert "Withdrawn" in panel


def test_the_list_says_of_fixations_that_end_soon_how_many_days_they_have(
    make: Make, client: Client, clock: Clock
) -> None:
    for name, hours, state in (
        ("Today", 5, "valid"),
        ("Two days", 50, "valid"),
        ("A week", 170, "valid"),
        ("Over", 5, "expired"),
    ):
        until = clock.now + dt.timedelta(hours=hours)
        make(Fixation, client=name, until=until, state=state)
    shown = {row[1]: row[7] for row in client.get("/real_estate/fixations").rows()}
    said = {"Today": "0 d left", "Two days": "2 d left", "A week": "24 Mar 11:30", "Over": "Today 14:30"}
    assert {name: shown[name] for name in said} == said


def test_the_database_has_one_valid_fixation_for_a_phone(make: Make, gate: Gate) -> None:
    make(Fixation, phone=PHONE)
    make(Fixation, phone=PHONE, state=FixationState.expired)
    with pytest.raises(Invalid, match="fixed already"):
        gate.create(Fixation, {"partner": make(Partner).id, "client": "Wit", "phone": PHONE})


def test_a_partner_may_name_a_complex_and_has_to_be_active(
    crm: Crm, make: Make, client: Client, gate: Gate
) -> None:
    partner, whole = make(Partner), make(Complex, name="Harbour Lights")
    robot = Robot(crm, client, partner)
    assert robot.ask(complex="Nowhere").json()["errors"][0]["field"] == "complex"
    assert robot.told(complex="Harbour Lights") == "unique"
    assert gate.get(Fixation, 1).complex == whole.id
    assert robot.ask(phone="0421 1").status_code == 422
    gate.update(Partner, partner.id, {"active": False})
    assert robot.ask().status_code == 403


def test_the_example_of_the_documentation_works(crm: Crm, make: Make, client: Client) -> None:
    robot = Robot(crm, client, make(Partner))
    curl = (DOCS / "partners.md").read_text("utf-8").partition("curl ")[2].partition("```")[0]
    path = re.search(r"https?://[^/]+(/\S+?)'", curl)
    body = re.search(r"-d '(.+?)'", curl, re.DOTALL)
    assert path is not None
    assert body is not None
    sent = dict(re.findall(r"-H [\"']([^:]+): (.+?)[\"'](?: |$)", curl, re.MULTILINE))
    sent["Authorization"] = sent["Authorization"].replace("$TOKEN", robot.token)
    answer = crm.wire.post(path[1], content=body[1], headers=sent)
    assert (answer.status_code, answer.json()["answer"]) == (200, "unique")
