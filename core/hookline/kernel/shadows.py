"""Shadows: copies of a PostgreSQL database's tables that one connection sees in the place of the real ones.

Whoever works on them takes no row from anybody, and leaves nothing behind: they go with their transaction.
"""

from collections.abc import Collection

from sqlalchemy import Connection, text

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
# Without those for search in full texts, which nobody asks for here and which take longest to build.
_INDEXES = """
SELECT x.tablename, x.indexdef FROM pg_indexes x
WHERE x.schemaname = current_schema() AND x.indexdef NOT LIKE '% USING gin %'
"""

# A table of so few rows is read as quickly without an index.
_SMALL = 1_000


def cast_shadows(connection: Connection, *, but: Collection[str] = ()) -> None:
    """Put a temporary copy before every table, until the end of the transaction.

    Ids still come from the real sequences. Tables named in `but` stay as they are: those that are only ever added to.
    """
    quote = connection.dialect.identifier_preparer.quote
    schema = quote(connection.execute(text("SELECT current_schema()")).scalar_one())
    names = [name for name in connection.execute(text(_TABLES)).scalars() if name not in but]
    indexes = connection.execute(text(_INDEXES)).all()
    large = set()
    for name in names:
        own, real = f"pg_temp.{quote(name)}", f"{schema}.{quote(name)}"
        columns = f"(LIKE {real} INCLUDING DEFAULTS)"
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {quote(name)} {columns} ON COMMIT DROP")
        copied = connection.exec_driver_sql(f"INSERT INTO {own} SELECT * FROM {real}")  # noqa: S608  # names of our own tables
        if copied.rowcount > _SMALL:
            large.add(name)
    for name, definition in indexes:
        if name in large or (name in names and definition.startswith("CREATE UNIQUE")):
            connection.exec_driver_sql(definition.replace(f" ON {schema}.", " ON pg_temp.", 1))
    for name in large:
        connection.exec_driver_sql(f"ANALYZE pg_temp.{quote(name)}")
