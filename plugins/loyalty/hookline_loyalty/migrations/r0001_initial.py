"""Initial."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "loyalty_receipt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("company", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("bought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
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
            ["company"], ["company.id"], name=op.f("fk_loyalty_receipt_company"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_receipt_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_receipt_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_receipt_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_receipt")),
        sa.UniqueConstraint("source", name=op.f("uq_loyalty_receipt_source")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_receipt_bought_at", "loyalty_receipt", ["bought_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_receipt_company",
        "loyalty_receipt",
        ["company", "bought_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_receipt_contact",
        "loyalty_receipt",
        ["contact", "bought_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_receipt_owner",
        "loyalty_receipt",
        ["owner", "bought_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_receipt_sort", "loyalty_receipt", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_receipt_team", "loyalty_receipt", ["team", "bought_at", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_receipt_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("receipt", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_receipt_line_owner")),
        sa.ForeignKeyConstraint(
            ["receipt"],
            ["loyalty_receipt.id"],
            name=op.f("fk_loyalty_receipt_line_receipt"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_receipt_line_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_receipt_line")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_receipt_line_owner",
        "loyalty_receipt_line",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_receipt_line_product",
        "loyalty_receipt_line",
        ["product", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_receipt_line_receipt",
        "loyalty_receipt_line",
        ["receipt", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_receipt_line_sort", "loyalty_receipt_line", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_receipt_line_team",
        "loyalty_receipt_line",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
