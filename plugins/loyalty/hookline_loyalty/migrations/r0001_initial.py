"""Initial."""

import sqlalchemy as sa
from alembic import op
from hookline_sdk.migrations import alter_table
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "loyalty_programme",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("worth", sa.BigInteger(), nullable=True),
        sa.Column("rounding", sa.String(length=60), nullable=False),
        sa.Column("lifetime", sa.BigInteger(), nullable=True),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("excluded_categories", sa.Text(), nullable=True),
        sa.Column("excluded_products", sa.Text(), nullable=True),
        sa.Column("birthday", sa.BigInteger(), nullable=True),
        sa.Column("referrer", sa.BigInteger(), nullable=True),
        sa.Column("referred", sa.BigInteger(), nullable=True),
        sa.Column("every", sa.BigInteger(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=True),
        sa.Column("products", sa.Text(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_programme")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_programme_sort", "loyalty_programme", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "uq_loyalty_programme_kind_kind_state",
        "loyalty_programme",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("kind IN ('points') AND state IN ('active') AND trashed_at IS NULL"),
        postgresql_where=sa.text("kind IN ('points') AND state IN ('active') AND trashed_at IS NULL"),
    )
    op.create_table(
        "loyalty_tier",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("from_amount", sa.BigInteger(), nullable=False),
        sa.Column("from_points", sa.BigInteger(), nullable=True),
        sa.Column("keep_amount", sa.BigInteger(), nullable=True),
        sa.Column("keep_points", sa.BigInteger(), nullable=True),
        sa.Column("multiplier", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("benefits", sa.Text(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_tier")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_tier_from_amount", "loyalty_tier", ["from_amount", "id", "trashed_at"], unique=False
    )
    op.create_index("ix_loyalty_tier_sort", "loyalty_tier", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index(
        "uq_loyalty_tier_from_amount",
        "loyalty_tier",
        ["from_amount"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_table(
        "loyalty_coupon",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("codes", sa.String(length=60), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("benefit", sa.String(length=60), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("on", sa.String(length=60), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=True),
        sa.Column("products", sa.Text(), nullable=True),
        sa.Column("minimum", sa.BigInteger(), nullable=True),
        sa.Column("limit", sa.BigInteger(), nullable=True),
        sa.Column("own_limit", sa.BigInteger(), nullable=True),
        sa.Column("combines", sa.Boolean(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_coupon")),
        sa.UniqueConstraint("code", name=op.f("uq_loyalty_coupon_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_coupon_sort", "loyalty_coupon", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_segment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("of", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("missing", sa.Text(), nullable=True),
        sa.Column("timed", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_segment_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_segment_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_segment")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_segment_owner", "loyalty_segment", ["owner", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_segment_sort", "loyalty_segment", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_segment_team", "loyalty_segment", ["team", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_concerned",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("who", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_concerned")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_concerned_sort", "loyalty_concerned", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_forecast",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("family", sa.String(length=60), nullable=False),
        sa.Column("usable", sa.Boolean(), nullable=False),
        sa.Column("doubts", sa.Text(), nullable=True),
        sa.Column("customers", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("r", sa.BigInteger(), nullable=True),
        sa.Column("alpha", sa.BigInteger(), nullable=True),
        sa.Column("a", sa.BigInteger(), nullable=True),
        sa.Column("b", sa.BigInteger(), nullable=True),
        sa.Column("likelihood", sa.BigInteger(), nullable=True),
        sa.Column("other_likelihood", sa.BigInteger(), nullable=True),
        sa.Column("p", sa.BigInteger(), nullable=True),
        sa.Column("q", sa.BigInteger(), nullable=True),
        sa.Column("gamma", sa.BigInteger(), nullable=True),
        sa.Column("correlation", sa.BigInteger(), nullable=True),
        sa.Column("tested", sa.Text(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_forecast")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_forecast_fitted_at", "loyalty_forecast", ["fitted_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_forecast_sort", "loyalty_forecast", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_survey",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("scale", sa.String(length=60), nullable=False),
        sa.Column("after", sa.String(length=60), nullable=False),
        sa.Column("delay", sa.BigInteger(), nullable=False),
        sa.Column("pause", sa.BigInteger(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("question_ru", sa.Text(), nullable=True),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_survey_owner")),
        sa.ForeignKeyConstraint(
            ["purpose"], ["consent_purpose.id"], name=op.f("fk_loyalty_survey_purpose"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_survey_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_survey")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_survey_owner", "loyalty_survey", ["owner", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(op.f("ix_loyalty_survey_purpose"), "loyalty_survey", ["purpose"], unique=False)
    op.create_index(
        "ix_loyalty_survey_sort", "loyalty_survey", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_survey_team", "loyalty_survey", ["team", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_till",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_till_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_till_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_till")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_till_owner", "loyalty_till", ["owner", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index("ix_loyalty_till_sort", "loyalty_till", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index(
        "ix_loyalty_till_team", "loyalty_till", ["team", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("next_amount", sa.BigInteger(), nullable=True),
        sa.Column("joined", sa.BigInteger(), nullable=True),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
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
        sa.CheckConstraint("balance >= 0", name="ck_loyalty_account_balance"),
        sa.CheckConstraint("owed >= 0", name="ck_loyalty_account_owed"),
        sa.ForeignKeyConstraint(
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_account_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_account_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_account_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_account")),
        sa.UniqueConstraint("key", name=op.f("uq_loyalty_account_key")),
        sa.UniqueConstraint("number", name=op.f("uq_loyalty_account_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_account_balance", "loyalty_account", ["balance", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_account_contact",
        "loyalty_account",
        ["contact", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_account_next_on", "loyalty_account", ["next_on", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_account_owner", "loyalty_account", ["owner", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_account_sort", "loyalty_account", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_account_team", "loyalty_account", ["team", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_earn_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("programme", sa.BigInteger(), nullable=False),
        sa.Column("per", sa.String(length=60), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("each", sa.BigInteger(), nullable=True),
        sa.Column("minimum", sa.BigInteger(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=True),
        sa.Column("products", sa.Text(), nullable=True),
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
            ["programme"],
            ["loyalty_programme.id"],
            name=op.f("fk_loyalty_earn_rule_programme"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_earn_rule")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_earn_rule_programme",
        "loyalty_earn_rule",
        ["programme", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_earn_rule_sort", "loyalty_earn_rule", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_multiplier",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("programme", sa.BigInteger(), nullable=False),
        sa.Column("factor", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("from_hour", sa.BigInteger(), nullable=True),
        sa.Column("to_hour", sa.BigInteger(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=True),
        sa.Column("products", sa.Text(), nullable=True),
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
            ["programme"],
            ["loyalty_programme.id"],
            name=op.f("fk_loyalty_multiplier_programme"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_multiplier")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_multiplier_programme",
        "loyalty_multiplier",
        ["programme", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_multiplier_sort", "loyalty_multiplier", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_tier_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=True),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
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
            ["after"], ["loyalty_tier.id"], name=op.f("fk_loyalty_tier_change_after"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["before"], ["loyalty_tier.id"], name=op.f("fk_loyalty_tier_change_before"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_tier_change_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_tier_change_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_tier_change_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_tier_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_tier_change_after",
        "loyalty_tier_change",
        ["after", "changed_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(op.f("ix_loyalty_tier_change_before"), "loyalty_tier_change", ["before"], unique=False)
    op.create_index(
        "ix_loyalty_tier_change_changed_at",
        "loyalty_tier_change",
        ["changed_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_tier_change_contact",
        "loyalty_tier_change",
        ["contact", "changed_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_tier_change_owner",
        "loyalty_tier_change",
        ["owner", "changed_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_tier_change_sort", "loyalty_tier_change", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_tier_change_team",
        "loyalty_tier_change",
        ["team", "changed_at", "id", "trashed_at"],
        unique=False,
    )
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
        "ix_loyalty_receipt_company_bought",
        "loyalty_receipt",
        ["company", "bought_at", "reversed", "trashed_at", "amount", "currency", "id"],
        unique=False,
        sqlite_where=sa.text("company IS NOT NULL"),
        postgresql_where=sa.text("company IS NOT NULL"),
    )
    op.create_index(
        "ix_loyalty_receipt_contact",
        "loyalty_receipt",
        ["contact", "bought_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_receipt_contact_bought",
        "loyalty_receipt",
        ["contact", "bought_at", "reversed", "trashed_at", "amount", "currency", "id"],
        unique=False,
        sqlite_where=sa.text("contact IS NOT NULL"),
        postgresql_where=sa.text("contact IS NOT NULL"),
    )
    op.create_index(
        "ix_loyalty_receipt_lately",
        "loyalty_receipt",
        ["bought_at", "contact", "company", "reversed", "trashed_at"],
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
        "loyalty_coupon_tiers_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"],
            ["loyalty_coupon.id"],
            name=op.f("fk_loyalty_coupon_tiers_link_record"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target"],
            ["loyalty_tier.id"],
            name=op.f("fk_loyalty_coupon_tiers_link_target"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_loyalty_coupon_tiers_link")),
    )
    op.create_index(
        op.f("ix_loyalty_coupon_tiers_link_target"), "loyalty_coupon_tiers_link", ["target"], unique=False
    )
    op.create_table(
        "loyalty_coupon_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("coupon", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.Boolean(), nullable=False),
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
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_coupon_code_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["coupon"], ["loyalty_coupon.id"], name=op.f("fk_loyalty_coupon_code_coupon"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_coupon_code")),
        sa.UniqueConstraint("code", name=op.f("uq_loyalty_coupon_code_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_coupon_code_contact",
        "loyalty_coupon_code",
        ["contact", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_coupon_code_coupon",
        "loyalty_coupon_code",
        ["coupon", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_coupon_code_sort", "loyalty_coupon_code", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_referral",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("referrer", sa.BigInteger(), nullable=False),
        sa.Column("referred", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("rewards", sa.BigInteger(), nullable=False),
        sa.Column("rewarded_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_referral_owner")),
        sa.ForeignKeyConstraint(
            ["referred"], ["contact.id"], name=op.f("fk_loyalty_referral_referred"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["referrer"], ["contact.id"], name=op.f("fk_loyalty_referral_referrer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_referral_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_referral")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_referral_owner",
        "loyalty_referral",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_referral_referred",
        "loyalty_referral",
        ["referred", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_referral_referrer",
        "loyalty_referral",
        ["referrer", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_referral_sort", "loyalty_referral", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(op.f("ix_loyalty_referral_source"), "loyalty_referral", ["source"], unique=False)
    op.create_index(
        "ix_loyalty_referral_team", "loyalty_referral", ["team", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "uq_loyalty_referral_referred",
        "loyalty_referral",
        ["referred"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_table(
        "loyalty_campaign",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("segment", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.BigInteger(), nullable=False),
        sa.Column("control", sa.BigInteger(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("cost_each", sa.BigInteger(), nullable=False),
        sa.Column("margin", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("subject_ru", sa.Text(), nullable=True),
        sa.Column("said_ru", sa.Text(), nullable=True),
        sa.Column("launched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("runner", sa.BigInteger(), nullable=True),
        sa.Column("left_out", sa.Text(), nullable=True),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_campaign_owner")),
        sa.ForeignKeyConstraint(
            ["purpose"], ["consent_purpose.id"], name=op.f("fk_loyalty_campaign_purpose"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["segment"], ["loyalty_segment.id"], name=op.f("fk_loyalty_campaign_segment"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_campaign_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_campaign")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_campaign_created_at", "loyalty_campaign", ["created_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_campaign_owner",
        "loyalty_campaign",
        ["owner", "created_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_campaign_purpose",
        "loyalty_campaign",
        ["purpose", "created_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_campaign_segment",
        "loyalty_campaign",
        ["segment", "created_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_campaign_sort", "loyalty_campaign", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_campaign_state",
        "loyalty_campaign",
        ["state", "created_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_campaign_team",
        "loyalty_campaign",
        ["team", "created_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "loyalty_suppression",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=60), nullable=False),
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
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_suppression_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_suppression_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_suppression_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_suppression")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_loyalty_suppression_address"), "loyalty_suppression", ["address"], unique=False)
    op.create_index(
        "ix_loyalty_suppression_contact",
        "loyalty_suppression",
        ["contact", "created_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_suppression_created_at",
        "loyalty_suppression",
        ["created_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_suppression_owner",
        "loyalty_suppression",
        ["owner", "created_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_suppression_sort", "loyalty_suppression", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_suppression_team",
        "loyalty_suppression",
        ["team", "created_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "uq_loyalty_suppression_address",
        "loyalty_suppression",
        ["address"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_table(
        "loyalty_segment_use",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("brought_by", sa.Text(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=True),
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
            ["segment"],
            ["loyalty_segment.id"],
            name=op.f("fk_loyalty_segment_use_segment"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_segment_use")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_loyalty_segment_use_entity"), "loyalty_segment_use", ["entity"], unique=False)
    op.create_index(op.f("ix_loyalty_segment_use_other"), "loyalty_segment_use", ["other"], unique=False)
    op.create_index(op.f("ix_loyalty_segment_use_segment"), "loyalty_segment_use", ["segment"], unique=False)
    op.create_index(
        "ix_loyalty_segment_use_sort", "loyalty_segment_use", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("company", sa.BigInteger(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_why", sa.Text(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_why", sa.Text(), nullable=True),
        sa.Column("is_in", sa.String(length=60), nullable=False),
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
            ["company"], ["company.id"], name=op.f("fk_loyalty_member_company"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_member_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["segment"], ["loyalty_segment.id"], name=op.f("fk_loyalty_member_segment"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_member")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_member_company",
        "loyalty_member",
        ["company", "entered_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_member_contact",
        "loyalty_member",
        ["contact", "entered_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_member_entered_at", "loyalty_member", ["entered_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_member_segment",
        "loyalty_member",
        ["segment", "entered_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_member_sort", "loyalty_member", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "uq_loyalty_member_segment_company_is_in",
        "loyalty_member",
        ["segment", "company"],
        unique=True,
        sqlite_where=sa.text("is_in IN ('yes') AND trashed_at IS NULL"),
        postgresql_where=sa.text("is_in IN ('yes') AND trashed_at IS NULL"),
    )
    op.create_index(
        "uq_loyalty_member_segment_contact_is_in",
        "loyalty_member",
        ["segment", "contact"],
        unique=True,
        sqlite_where=sa.text("is_in IN ('yes') AND trashed_at IS NULL"),
        postgresql_where=sa.text("is_in IN ('yes') AND trashed_at IS NULL"),
    )
    op.create_table(
        "loyalty_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("survey", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
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
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_answer_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_answer_owner")),
        sa.ForeignKeyConstraint(
            ["survey"], ["loyalty_survey.id"], name=op.f("fk_loyalty_answer_survey"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_answer_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_answer")),
        sa.UniqueConstraint("key", name=op.f("uq_loyalty_answer_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_answer_answered_at", "loyalty_answer", ["answered_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_answer_contact", "loyalty_answer", ["contact", "due_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_answer_due_at", "loyalty_answer", ["due_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_answer_owner", "loyalty_answer", ["owner", "due_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_answer_sent_at", "loyalty_answer", ["sent_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_answer_sort", "loyalty_answer", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_answer_step", "loyalty_answer", ["step", "due_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_answer_survey", "loyalty_answer", ["survey", "due_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_answer_team", "loyalty_answer", ["team", "due_at", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
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
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_card_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_card_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_card_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_card")),
        sa.UniqueConstraint("number", name=op.f("uq_loyalty_card_number")),
        sa.UniqueConstraint("secret", name=op.f("uq_loyalty_card_secret")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_card_contact", "loyalty_card", ["contact", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_card_owner", "loyalty_card", ["owner", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index("ix_loyalty_card_sort", "loyalty_card", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index(
        "ix_loyalty_card_team", "loyalty_card", ["team", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_month_end",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("value_group", sa.String(length=60), nullable=False),
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
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_month_end_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_month_end_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_month_end_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_month_end")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_loyalty_month_end_contact"), "loyalty_month_end", ["contact"], unique=False)
    op.create_index(op.f("ix_loyalty_month_end_month"), "loyalty_month_end", ["month"], unique=False)
    op.create_index(
        "ix_loyalty_month_end_owner",
        "loyalty_month_end",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_month_end_sort", "loyalty_month_end", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_month_end_team",
        "loyalty_month_end",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "uq_loyalty_month_end_contact_month",
        "loyalty_month_end",
        ["contact", "month"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_table(
        "loyalty_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.BigInteger(), nullable=True),
        sa.Column("lot", sa.BigInteger(), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
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
            ["account"], ["loyalty_account.id"], name=op.f("fk_loyalty_entry_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["by"], ["user.id"], name=op.f("fk_loyalty_entry_by"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["lot"], ["loyalty_entry.id"], name=op.f("fk_loyalty_entry_lot"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_entry_owner")),
        sa.ForeignKeyConstraint(
            ["receipt"], ["loyalty_receipt.id"], name=op.f("fk_loyalty_entry_receipt"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reverses"], ["loyalty_entry.id"], name=op.f("fk_loyalty_entry_reverses"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_entry_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_loyalty_entry_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_entry_account", "loyalty_entry", ["account", "at", "id", "trashed_at"], unique=False
    )
    op.create_index("ix_loyalty_entry_at", "loyalty_entry", ["at", "id", "trashed_at"], unique=False)
    op.create_index("ix_loyalty_entry_by", "loyalty_entry", ["by", "at", "id", "trashed_at"], unique=False)
    op.create_index(op.f("ix_loyalty_entry_lot"), "loyalty_entry", ["lot"], unique=False)
    op.create_index(
        "ix_loyalty_entry_owner", "loyalty_entry", ["owner", "at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_entry_receipt", "loyalty_entry", ["receipt", "at", "id", "trashed_at"], unique=False
    )
    op.create_index(op.f("ix_loyalty_entry_reverses"), "loyalty_entry", ["reverses"], unique=False)
    op.create_index("ix_loyalty_entry_sort", "loyalty_entry", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index(op.f("ix_loyalty_entry_source"), "loyalty_entry", ["source"], unique=False)
    op.create_index(
        "ix_loyalty_entry_team", "loyalty_entry", ["team", "at", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "loyalty_settlement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.BigInteger(), nullable=True),
        sa.Column("programme", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("points_used", sa.BigInteger(), nullable=False),
        sa.Column("points_worth", sa.BigInteger(), nullable=False),
        sa.Column("cards", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("earned", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.BigInteger(), nullable=False),
        sa.Column("back", sa.BigInteger(), nullable=False),
        sa.Column("reversed", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Text(), nullable=True),
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
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_settlement_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_settlement_owner")),
        sa.ForeignKeyConstraint(
            ["programme"],
            ["loyalty_programme.id"],
            name=op.f("fk_loyalty_settlement_programme"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["receipt"],
            ["loyalty_receipt.id"],
            name=op.f("fk_loyalty_settlement_receipt"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_settlement_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_settlement")),
        sa.UniqueConstraint("source", name=op.f("uq_loyalty_settlement_source")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_settlement_contact",
        "loyalty_settlement",
        ["contact", "settled_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_settlement_owner",
        "loyalty_settlement",
        ["owner", "settled_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_settlement_programme",
        "loyalty_settlement",
        ["programme", "settled_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(op.f("ix_loyalty_settlement_receipt"), "loyalty_settlement", ["receipt"], unique=False)
    op.create_index(
        "ix_loyalty_settlement_settled_at",
        "loyalty_settlement",
        ["settled_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_settlement_settled_on",
        "loyalty_settlement",
        ["settled_on", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_settlement_sort", "loyalty_settlement", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_settlement_team",
        "loyalty_settlement",
        ["team", "settled_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "loyalty_gift_card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("account", sa.BigInteger(), nullable=True),
        sa.Column("blocked", sa.Boolean(), nullable=False),
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
            ["account"],
            ["loyalty_account.id"],
            name=op.f("fk_loyalty_gift_card_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_gift_card_contact"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_gift_card")),
        sa.UniqueConstraint("code", name=op.f("uq_loyalty_gift_card_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_loyalty_gift_card_account"), "loyalty_gift_card", ["account"], unique=False)
    op.create_index(
        "ix_loyalty_gift_card_contact",
        "loyalty_gift_card",
        ["contact", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_gift_card_sort", "loyalty_gift_card", ["sort_key", "id", "trashed_at"], unique=False
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
    op.create_table(
        "loyalty_recipient",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("campaign", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.String(length=60), nullable=False),
        sa.Column("fate", sa.String(length=60), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
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
            ["campaign"],
            ["loyalty_campaign.id"],
            name=op.f("fk_loyalty_recipient_campaign"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_recipient_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_recipient_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_recipient_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_recipient")),
        sa.UniqueConstraint("key", name=op.f("uq_loyalty_recipient_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_recipient_campaign",
        "loyalty_recipient",
        ["campaign", "joined_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_recipient_contact",
        "loyalty_recipient",
        ["contact", "joined_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(op.f("ix_loyalty_recipient_due_at"), "loyalty_recipient", ["due_at"], unique=False)
    op.create_index(
        "ix_loyalty_recipient_fate",
        "loyalty_recipient",
        ["fate", "joined_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_recipient_gone_at", "loyalty_recipient", ["gone_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_recipient_joined_at", "loyalty_recipient", ["joined_at", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_recipient_owner",
        "loyalty_recipient",
        ["owner", "joined_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_recipient_sort", "loyalty_recipient", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_recipient_team",
        "loyalty_recipient",
        ["team", "joined_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "loyalty_redemption",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("coupon", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("settlement", sa.BigInteger(), nullable=True),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
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
            ["contact"], ["contact.id"], name=op.f("fk_loyalty_redemption_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["coupon"], ["loyalty_coupon.id"], name=op.f("fk_loyalty_redemption_coupon"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_loyalty_redemption_owner")),
        sa.ForeignKeyConstraint(
            ["settlement"],
            ["loyalty_settlement.id"],
            name=op.f("fk_loyalty_redemption_settlement"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_loyalty_redemption_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_redemption")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_redemption_contact",
        "loyalty_redemption",
        ["contact", "redeemed_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_redemption_coupon",
        "loyalty_redemption",
        ["coupon", "redeemed_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_redemption_owner",
        "loyalty_redemption",
        ["owner", "redeemed_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_redemption_redeemed_at",
        "loyalty_redemption",
        ["redeemed_at", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_loyalty_redemption_settlement"), "loyalty_redemption", ["settlement"], unique=False
    )
    op.create_index(
        "ix_loyalty_redemption_sort", "loyalty_redemption", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_loyalty_redemption_team",
        "loyalty_redemption",
        ["team", "redeemed_at", "id", "trashed_at"],
        unique=False,
    )
    with alter_table("contact") as batch_op:
        batch_op.add_column(sa.Column("loyalty_tier", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_tier_since", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_tier_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_purchases", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_spent", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_first_bought", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_last_bought", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_language", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("loyalty_chance", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_expected", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_purchase_value", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_lifetime_value", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_leaving_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_rhythm", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_warned_of", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_nps", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_nps_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("loyalty_value_group", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("loyalty_recency", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_frequency", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("loyalty_spend", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_contact_loyalty_nps", ["loyalty_nps", "id", "trashed_at"], unique=False)
        batch_op.create_index(
            "ix_contact_loyalty_tier", ["loyalty_tier", "sort_key", "id", "trashed_at"], unique=False
        )
        batch_op.create_index(
            "ix_contact_loyalty_tier_until", ["loyalty_tier_until", "id", "trashed_at"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_contact_loyalty_tier"),
            "loyalty_tier",
            ["loyalty_tier"],
            ["id"],
            ondelete="RESTRICT",
        )
