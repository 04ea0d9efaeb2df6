"""Whom the demo's house sells to: companies, some part of others, and two people in each."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.demo.lines import lines
from hookline.crm.demo.play import Play
from hookline.crm.demo.spelling import handle, phone_of
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Address


class Customer(NamedTuple):
    """A company and its people, "First Last, job title"."""

    key: str
    name: str
    industry: str
    city: str
    country: str
    employees: int
    people: tuple[str, str]
    part_of: str

    @property
    def speaks(self) -> str:
        """The language in which one writes to it."""
        return "ru" if self.country == "RU" else "en"


@cache
def customers() -> Mapping[str, Customer]:
    """All of them by key."""
    return {row["key"]: _customer(row) for row in lines("customers")}


def meet_customers(play: Play) -> None:
    """Companies and people, known for a year or more; `play.ids` has the company by key and people by "key 0", "key 1"."""
    for place, customer in enumerate(customers().values()):
        who = "Дарья" if customer.speaks == "ru" else ("Tom", "Priya")[place % 2]
        play.do(play.at(420 - 3 * place, 9 + place % 8), who, _meeting(play, customer, place))


def _customer(row: Mapping[str, str]) -> Customer:
    people = (row["first_person"], row["second_person"])
    employees = int(row["employees"])
    return Customer(
        row["key"],
        row["name"],
        row["industry"],
        row["city"],
        row["country"],
        employees,
        people,
        row["part_of"],
    )


def _meeting(play: Play, customer: Customer, place: int) -> Any:
    def meet(gate: Gate) -> None:
        company = gate.create(Company, _company(play, customer, place))
        play.ids[customer.key] = company
        for number, said in enumerate(customer.people):
            play.ids[f"{customer.key} {number}"] = gate.create(
                Contact, _contact(customer, company, 2 * place + number, said)
            )

    return meet


def _company(play: Play, customer: Customer, place: int) -> dict[str, Any]:
    site = handle(customer.key)
    return {
        "name": customer.name, "industry": customer.industry, "employees": customer.employees,
        "phone": phone_of(customer.country, 200 + place), "email": f"office@{site}.example", "website": f"https://{site}.example",
        "revenue": Decimal(customer.employees * 90_000), "currency": "EUR", "parent": play.ids.get(customer.part_of),
        "address": Address(city=customer.city, country=customer.country),
    }  # fmt: skip


def _contact(customer: Customer, company: int, place: int, said: str) -> dict[str, Any]:
    name, _, title = said.partition(", ")
    words = name.split()
    # "Ingrid de Wit": a small word begins the family's name.
    family = next((place for place, word in enumerate(words) if word.islower()), len(words) - 1)
    return {
        "first_name": " ".join(words[:family]), "last_name": " ".join(words[family:]), "job_title": title, "company": company, "city": customer.city,
        "email": f"{handle(words[-1])}@{handle(customer.key)}.example", "phone": phone_of(customer.country, 400 + place),
    }  # fmt: skip
