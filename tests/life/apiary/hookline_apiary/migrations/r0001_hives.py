"""Hives."""

import sqlalchemy as sa
from alembic import op
from hookline_sdk.migrations import alter_table
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "apiary_hive",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("keeper", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.BigInteger(), nullable=True),
        sa.Column("team", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("custom", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column(
            "sort_key",
            sa.String(length=200, collation="C").with_variant(sa.String(length=200), "sqlite"),
            nullable=False,
        ),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["keeper"], ["contact.id"], name=op.f("fk_apiary_hive_keeper"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_apiary_hive_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_apiary_hive_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apiary_hive")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_apiary_hive_keeper"), "apiary_hive", ["keeper"], unique=False)
    op.create_index(
        "ix_apiary_hive_owner", "apiary_hive", ["owner", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index("ix_apiary_hive_sort", "apiary_hive", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index(
        "ix_apiary_hive_team", "apiary_hive", ["team", "sort_key", "id", "trashed_at"], unique=False
    )
    with alter_table("contact") as batch_op:
        batch_op.add_column(sa.Column("apiary_hives", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("apiary_favourite", sa.BigInteger(), nullable=True))
        batch_op.create_index(batch_op.f("ix_contact_apiary_favourite"), ["apiary_favourite"], unique=False)
        batch_op.create_index("ix_contact_apiary_hives", ["apiary_hives", "id", "trashed_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_contact_apiary_favourite"),
            "apiary_hive",
            ["apiary_favourite"],
            ["id"],
            ondelete="RESTRICT",
        )
