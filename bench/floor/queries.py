"""The floor's statements, built once: one a page, two for a deal."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Executable, bindparam, func, select

from bench.floor.tables import activities, companies, contact_search, contacts, deals

PAGE_SIZE = 50

_by_name = (contacts.c.last_name, contacts.c.first_name, contacts.c.id)
_contact_rows = (
    select(
        contacts.c.id,
        contacts.c.first_name,
        contacts.c.last_name,
        contacts.c.email,
        contacts.c.phone,
        contacts.c.city,
        contacts.c.job_title,
        contacts.c.company_id,
        contacts.c.created_at,
        companies.c.name.label("company"),
    )
    .join_from(contacts, companies, companies.c.id == contacts.c.company_id)
    .order_by(*_by_name)
)

first_page = _contact_rows.limit(PAGE_SIZE)

# The offset walks the index alone; only the 50 rows of the page are fetched and joined.
_page_ids = select(contacts.c.id).order_by(*_by_name).limit(PAGE_SIZE).offset(bindparam("offset")).cte("page")
page_at_offset = _contact_rows.join(_page_ids, _page_ids.c.id == contacts.c.id)

deal = (
    select(deals, companies.c.name.label("company"), contacts.c.first_name, contacts.c.last_name)
    .join_from(deals, companies, companies.c.id == deals.c.company_id)
    .join(contacts, contacts.c.id == deals.c.contact_id)
    .where(deals.c.id == bindparam("deal_id"))
)

timeline = (
    select(activities.c.id, activities.c.kind, activities.c.subject, activities.c.at)
    .where(activities.c.deal_id == bindparam("deal_id"))
    .order_by(activities.c.at.desc())
    .limit(30)
)

stages = (
    select(deals.c.stage, func.count().label("deals"), func.sum(deals.c.amount).label("amount"))
    .group_by(deals.c.stage)
    .order_by(deals.c.stage)
)


def search_page(dialect: str) -> Executable:
    """Contacts with one job title whose name or e-mail holds a word, through the engine's trigram index."""
    # Materialised: else the planner walks the sort index and tests every row until fifty match.
    found = select(contacts.c.id).where(contacts.c.job_title == bindparam("job_title"), _holds_word(dialect))
    matched = found.cte("matched").prefix_with("MATERIALIZED")
    return _contact_rows.join(matched, matched.c.id == contacts.c.id).limit(PAGE_SIZE)


def _holds_word(dialect: str) -> ColumnElement[bool]:
    if dialect == "sqlite":
        rows = select(contact_search.c.rowid).where(contact_search.c.search.op("MATCH")(bindparam("word")))
        return contacts.c.id.in_(rows)
    return contacts.c.search.like(bindparam("word"))
