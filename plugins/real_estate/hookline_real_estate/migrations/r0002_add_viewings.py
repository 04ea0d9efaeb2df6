"""Add viewings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "real_estate_viewing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("property", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("liking", sa.String(length=60), nullable=True),
        sa.Column("buyer_says", sa.Text(), nullable=True),
        sa.Column("seller_says", sa.Text(), nullable=True),
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
            ["contact"], ["contact.id"], name=op.f("fk_real_estate_viewing_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_viewing_owner")),
        sa.ForeignKeyConstraint(
            ["property"],
            ["real_estate_property.id"],
            name=op.f("fk_real_estate_viewing_property"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_viewing_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_viewing")),
        sa.UniqueConstraint("number", name=op.f("uq_real_estate_viewing_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_viewing_contact",
        "real_estate_viewing",
        ["contact", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_viewing_owner",
        "real_estate_viewing",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_viewing_property",
        "real_estate_viewing",
        ["property", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_viewing_sort", "real_estate_viewing", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_viewing_starts_at",
        "real_estate_viewing",
        ["starts_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_viewing_team",
        "real_estate_viewing",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
