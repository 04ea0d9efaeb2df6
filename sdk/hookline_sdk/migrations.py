"""What the revisions of a plugin import, beside Alembic and SQLAlchemy."""

from hookline.kernel.migrations.revisions import alter_table

__all__ = ["alter_table"]
