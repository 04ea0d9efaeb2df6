"""Whose something is that came of a customer: whoever the customer belongs to."""

from hookline_sdk import Company, Contact, Gate


def belonging(gate: Gate, contact: int | None, company: int | None = None) -> dict[str, int | None]:
    """The owner and team of the contact, else of the company; nothing where neither is there."""
    person = gate.find(Contact, contact) if contact else None
    found = person or (gate.find(Company, company) if company else None)
    return {"owner": found.owner, "team": found.team} if found else {}
