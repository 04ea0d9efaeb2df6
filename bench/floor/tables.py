"""The floor's tables: plain columns, and the indexes that any of these pages would ask for."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    column,
    table,
)

metadata = MetaData()

companies = Table(
    "companies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
)
contacts = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("first_name", String, nullable=False),
    Column("last_name", String, nullable=False),
    Column("email", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("city", String, nullable=False),
    Column("job_title", String, nullable=False),
    Column("company_id", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("search", String, nullable=False),
)
deals = Table(
    "deals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("company_id", Integer, nullable=False),
    Column("contact_id", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
activities = Table(
    "activities",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("deal_id", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
# SQLite's trigram index, kept by a trigger; PostgreSQL has its own on contacts.search.
contact_search = table("contact_search", column("rowid"), column("search"))

Index("contacts_by_name", contacts.c.last_name, contacts.c.first_name, contacts.c.id)
Index("contacts_by_job_title", contacts.c.job_title)
Index("activities_by_deal", activities.c.deal_id, activities.c.at)

SEARCH_INDEXES = {
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE INDEX contacts_by_search ON contacts USING gin (search gin_trgm_ops)",
    ),
    "sqlite": (
        "CREATE VIRTUAL TABLE contact_search USING fts5(search, content='', tokenize='trigram')",
        """CREATE TRIGGER contact_search_insert AFTER INSERT ON contacts BEGIN
        INSERT INTO contact_search (rowid, search) VALUES (new.id, new.search); END""",
    ),
}
