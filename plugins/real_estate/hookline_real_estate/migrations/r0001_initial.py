"""Initial."""

import sqlalchemy as sa
from alembic import op
from hookline_sdk.migrations import alter_table
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "real_estate_district",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("within", sa.BigInteger(), nullable=True),
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
            ["within"],
            ["real_estate_district.id"],
            name=op.f("fk_real_estate_district_within"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_district")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_district_sort", "real_estate_district", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(op.f("ix_real_estate_district_within"), "real_estate_district", ["within"], unique=False)
    op.create_table(
        "real_estate_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("price_from", sa.BigInteger(), nullable=True),
        sa.Column("price_to", sa.BigInteger(), nullable=True),
        sa.Column("area_from", sa.BigInteger(), nullable=True),
        sa.Column("area_to", sa.BigInteger(), nullable=True),
        sa.Column("rooms_from", sa.BigInteger(), nullable=True),
        sa.Column("rooms_to", sa.BigInteger(), nullable=True),
        sa.Column("floor_from", sa.BigInteger(), nullable=True),
        sa.Column("floor_to", sa.BigInteger(), nullable=True),
        sa.Column("strict", sa.Text(), nullable=False),
        sa.Column("must_have", sa.Text(), nullable=False),
        sa.Column("nice_to_have", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("price_least", sa.BigInteger(), nullable=True),
        sa.Column("price_most", sa.BigInteger(), nullable=True),
        sa.Column("area_least", sa.BigInteger(), nullable=True),
        sa.Column("area_most", sa.BigInteger(), nullable=True),
        sa.Column("within", sa.Text(), nullable=True),
        sa.Column("around", sa.Text(), nullable=True),
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
            ["contact"], ["contact.id"], name=op.f("fk_real_estate_request_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_request_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_request_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_request")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_request_contact",
        "real_estate_request",
        ["contact", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_request_owner",
        "real_estate_request",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_request_price_to",
        "real_estate_request",
        ["price_to", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_request_sort", "real_estate_request", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_request_state",
        "real_estate_request",
        ["state", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_request_team",
        "real_estate_request",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_commission_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=True),
        sa.Column("flat", sa.BigInteger(), nullable=True),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("desk_fee", sa.BigInteger(), nullable=True),
        sa.Column("insurance", sa.BigInteger(), nullable=True),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_commission_plan_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_commission_plan_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_commission_plan")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_commission_plan_owner",
        "real_estate_commission_plan",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_plan_sort",
        "real_estate_commission_plan",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_plan_team",
        "real_estate_commission_plan",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "uq_real_estate_commission_plan_owner_starts_on",
        "real_estate_commission_plan",
        ["owner", "starts_on"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_table(
        "real_estate_requirement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stage", sa.BigInteger(), nullable=False),
        sa.Column("pipeline", sa.BigInteger(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
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
            ["pipeline"],
            ["pipeline.id"],
            name=op.f("fk_real_estate_requirement_pipeline"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["stage"], ["stage.id"], name=op.f("fk_real_estate_requirement_stage"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_requirement")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_requirement_pipeline",
        "real_estate_requirement",
        ["pipeline", "position", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_requirement_position",
        "real_estate_requirement",
        ["position", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_requirement_sort",
        "real_estate_requirement",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_requirement_stage",
        "real_estate_requirement",
        ["stage", "position", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_partner",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
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
            ["company"], ["company.id"], name=op.f("fk_real_estate_partner_company"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_partner_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_partner_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_partner")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_partner_company",
        "real_estate_partner",
        ["company", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_partner_owner",
        "real_estate_partner",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_partner_sort", "real_estate_partner", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_partner_team",
        "real_estate_partner",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_property",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("district", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("area", sa.BigInteger(), nullable=True),
        sa.Column("price_per_m2", sa.BigInteger(), nullable=True),
        sa.Column("land_area", sa.BigInteger(), nullable=True),
        sa.Column("house_kind", sa.String(length=60), nullable=True),
        sa.Column("land_use", sa.String(length=60), nullable=True),
        sa.Column("garage_kind", sa.String(length=60), nullable=True),
        sa.Column("commercial_kind", sa.String(length=60), nullable=True),
        sa.Column("rooms", sa.BigInteger(), nullable=True),
        sa.Column("living_area", sa.BigInteger(), nullable=True),
        sa.Column("kitchen_area", sa.BigInteger(), nullable=True),
        sa.Column("ceiling", sa.BigInteger(), nullable=True),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("floors", sa.BigInteger(), nullable=True),
        sa.Column("year_built", sa.BigInteger(), nullable=True),
        sa.Column("condition", sa.String(length=60), nullable=True),
        sa.Column("heating", sa.String(length=60), nullable=True),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("deposit", sa.BigInteger(), nullable=True),
        sa.Column("utilities_included", sa.Boolean(), nullable=False),
        sa.Column("pets", sa.Boolean(), nullable=False),
        sa.Column("children", sa.Boolean(), nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("min_months", sa.BigInteger(), nullable=True),
        sa.Column("seller", sa.BigInteger(), nullable=True),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("map", sa.Text(), nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("market_days", sa.BigInteger(), nullable=True),
        sa.Column("cover", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("address_key", sa.Text(), nullable=True),
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
        sa.Column("real_estate_photos", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district"],
            ["real_estate_district.id"],
            name=op.f("fk_real_estate_property_district"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_property_owner")),
        sa.ForeignKeyConstraint(
            ["seller"], ["contact.id"], name=op.f("fk_real_estate_property_seller"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_property_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_property")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_real_estate_property_address_key"), "real_estate_property", ["address_key"], unique=False
    )
    op.create_index(
        "ix_real_estate_property_district",
        "real_estate_property",
        ["district", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_property_owner",
        "real_estate_property",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_property_price", "real_estate_property", ["price", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_property_purpose",
        "real_estate_property",
        ["purpose", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_property_seller",
        "real_estate_property",
        ["seller", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_property_sort", "real_estate_property", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_property_status",
        "real_estate_property",
        ["status", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_property_team",
        "real_estate_property",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_complex",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("developer", sa.BigInteger(), nullable=True),
        sa.Column("district", sa.BigInteger(), nullable=True),
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
        sa.Column("real_estate_yandex_complex", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["developer"], ["company.id"], name=op.f("fk_real_estate_complex_developer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["district"],
            ["real_estate_district.id"],
            name=op.f("fk_real_estate_complex_district"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_complex")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_complex_developer",
        "real_estate_complex",
        ["developer", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_complex_district",
        "real_estate_complex",
        ["district", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_complex_sort", "real_estate_complex", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "real_estate_request_districts_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"],
            ["real_estate_request.id"],
            name=op.f("fk_real_estate_request_districts_link_record"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target"],
            ["real_estate_district.id"],
            name=op.f("fk_real_estate_request_districts_link_target"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_real_estate_request_districts_link")),
    )
    op.create_index(
        op.f("ix_real_estate_request_districts_link_target"),
        "real_estate_request_districts_link",
        ["target"],
        unique=False,
    )
    op.create_table(
        "real_estate_commission",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("deal", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=True),
        sa.Column("fixed", sa.BigInteger(), nullable=True),
        sa.Column("gross", sa.BigInteger(), nullable=True),
        sa.Column("left", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("corrects", sa.BigInteger(), nullable=True),
        sa.Column("turn", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
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
            ["corrects"],
            ["real_estate_commission.id"],
            name=op.f("fk_real_estate_commission_corrects"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["deal"], ["deal.id"], name=op.f("fk_real_estate_commission_deal"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_commission_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_commission_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_commission")),
        sa.UniqueConstraint("number", name=op.f("uq_real_estate_commission_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_commission_corrects",
        "real_estate_commission",
        ["corrects", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_deal",
        "real_estate_commission",
        ["deal", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_owner",
        "real_estate_commission",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_sort",
        "real_estate_commission",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_state",
        "real_estate_commission",
        ["state", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_team",
        "real_estate_commission",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "uq_real_estate_commission_corrects",
        "real_estate_commission",
        ["corrects"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_index(
        "uq_real_estate_commission_deal_turn",
        "real_estate_commission",
        ["deal", "turn"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_table(
        "real_estate_commission_level",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("plan", sa.BigInteger(), nullable=False),
        sa.Column("above", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_commission_level_owner")),
        sa.ForeignKeyConstraint(
            ["plan"],
            ["real_estate_commission_plan.id"],
            name=op.f("fk_real_estate_commission_level_plan"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_commission_level_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_commission_level")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_commission_level_owner",
        "real_estate_commission_level",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_real_estate_commission_level_plan"), "real_estate_commission_level", ["plan"], unique=False
    )
    op.create_index(
        "ix_real_estate_commission_level_sort",
        "real_estate_commission_level",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_level_team",
        "real_estate_commission_level",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "uq_real_estate_commission_level_plan_above",
        "real_estate_commission_level",
        ["plan", "above"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_table(
        "real_estate_mortgage",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("deal", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=True),
        sa.Column("months", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
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
            ["deal"], ["deal.id"], name=op.f("fk_real_estate_mortgage_deal"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_mortgage_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_mortgage_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_mortgage")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_mortgage_deal",
        "real_estate_mortgage",
        ["deal", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_mortgage_owner",
        "real_estate_mortgage",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_mortgage_sort", "real_estate_mortgage", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_mortgage_team",
        "real_estate_mortgage",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "uq_real_estate_mortgage_deal_state",
        "real_estate_mortgage",
        ["deal"],
        unique=True,
        sqlite_where=sa.text("state IN ('chosen') AND trashed_at IS NULL"),
        postgresql_where=sa.text("state IN ('chosen') AND trashed_at IS NULL"),
    )
    op.create_table(
        "real_estate_instalment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("deal", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("task", sa.BigInteger(), nullable=True),
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
            ["deal"], ["deal.id"], name=op.f("fk_real_estate_instalment_deal"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_instalment_owner")),
        sa.ForeignKeyConstraint(
            ["task"], ["activity.id"], name=op.f("fk_real_estate_instalment_task"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_instalment_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_instalment")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_instalment_deal",
        "real_estate_instalment",
        ["deal", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_instalment_due_on",
        "real_estate_instalment",
        ["due_on", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_instalment_owner",
        "real_estate_instalment",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_instalment_sort",
        "real_estate_instalment",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_instalment_state",
        "real_estate_instalment",
        ["state", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(op.f("ix_real_estate_instalment_task"), "real_estate_instalment", ["task"], unique=False)
    op.create_index(
        "ix_real_estate_instalment_team",
        "real_estate_instalment",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_payment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("deal", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
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
            ["deal"], ["deal.id"], name=op.f("fk_real_estate_payment_deal"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_payment_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_payment_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_real_estate_payment_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_payment_deal",
        "real_estate_payment",
        ["deal", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_payment_owner",
        "real_estate_payment",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_payment_sort", "real_estate_payment", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_payment_team",
        "real_estate_payment",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("deal", sa.BigInteger(), nullable=False),
        sa.Column("requirement", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.BigInteger(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("file", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
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
            ["deal"], ["deal.id"], name=op.f("fk_real_estate_document_deal"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["user.id"], name=op.f("fk_real_estate_document_done_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_document_owner")),
        sa.ForeignKeyConstraint(
            ["requirement"],
            ["real_estate_requirement.id"],
            name=op.f("fk_real_estate_document_requirement"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["stage"], ["stage.id"], name=op.f("fk_real_estate_document_stage"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_document_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_document")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_document_deal",
        "real_estate_document",
        ["deal", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_real_estate_document_done_by"), "real_estate_document", ["done_by"], unique=False
    )
    op.create_index(
        "ix_real_estate_document_owner",
        "real_estate_document",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_real_estate_document_requirement"), "real_estate_document", ["requirement"], unique=False
    )
    op.create_index(
        "ix_real_estate_document_sort", "real_estate_document", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(op.f("ix_real_estate_document_stage"), "real_estate_document", ["stage"], unique=False)
    op.create_index(
        "ix_real_estate_document_team",
        "real_estate_document",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_property_owners_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"],
            ["real_estate_property.id"],
            name=op.f("fk_real_estate_property_owners_link_record"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target"],
            ["contact.id"],
            name=op.f("fk_real_estate_property_owners_link_target"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_real_estate_property_owners_link")),
    )
    op.create_index(
        op.f("ix_real_estate_property_owners_link_target"),
        "real_estate_property_owners_link",
        ["target"],
        unique=False,
    )
    op.create_table(
        "real_estate_price_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("property", sa.BigInteger(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("was", sa.BigInteger(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
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
            ["by"], ["user.id"], name=op.f("fk_real_estate_price_change_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_price_change_owner")),
        sa.ForeignKeyConstraint(
            ["property"],
            ["real_estate_property.id"],
            name=op.f("fk_real_estate_price_change_property"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_price_change_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_price_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_real_estate_price_change_by"), "real_estate_price_change", ["by"], unique=False)
    op.create_index(
        "ix_real_estate_price_change_owner",
        "real_estate_price_change",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_real_estate_price_change_property"), "real_estate_price_change", ["property"], unique=False
    )
    op.create_index(
        "ix_real_estate_price_change_sort",
        "real_estate_price_change",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_price_change_team",
        "real_estate_price_change",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_status_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("property", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was", sa.String(length=60), nullable=True),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
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
            ["by"], ["user.id"], name=op.f("fk_real_estate_status_change_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_status_change_owner")),
        sa.ForeignKeyConstraint(
            ["property"],
            ["real_estate_property.id"],
            name=op.f("fk_real_estate_status_change_property"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_status_change_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_status_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_real_estate_status_change_by"), "real_estate_status_change", ["by"], unique=False
    )
    op.create_index(
        "ix_real_estate_status_change_owner",
        "real_estate_status_change",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_real_estate_status_change_property"), "real_estate_status_change", ["property"], unique=False
    )
    op.create_index(
        "ix_real_estate_status_change_sort",
        "real_estate_status_change",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_status_change_team",
        "real_estate_status_change",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_mandate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("property", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("commission", sa.BigInteger(), nullable=True),
        sa.Column("warned", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_mandate_owner")),
        sa.ForeignKeyConstraint(
            ["property"],
            ["real_estate_property.id"],
            name=op.f("fk_real_estate_mandate_property"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_mandate_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_mandate")),
        sa.UniqueConstraint("number", name=op.f("uq_real_estate_mandate_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_mandate_ends_on", "real_estate_mandate", ["ends_on", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_mandate_owner",
        "real_estate_mandate",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_real_estate_mandate_property"), "real_estate_mandate", ["property"], unique=False
    )
    op.create_index(
        "ix_real_estate_mandate_sort", "real_estate_mandate", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_mandate_team",
        "real_estate_mandate",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_building",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("complex", sa.BigInteger(), nullable=False),
        sa.Column("ready_on", sa.Date(), nullable=True),
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
        sa.Column("real_estate_yandex_house", sa.BigInteger(), nullable=True),
        sa.Column("real_estate_portal_place", sa.Text(), nullable=True),
        sa.Column("real_estate_portal_picture", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["complex"],
            ["real_estate_complex.id"],
            name=op.f("fk_real_estate_building_complex"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_building")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_building_complex",
        "real_estate_building",
        ["complex", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_building_sort", "real_estate_building", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "real_estate_layout",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("complex", sa.BigInteger(), nullable=False),
        sa.Column("rooms", sa.BigInteger(), nullable=True),
        sa.Column("area", sa.BigInteger(), nullable=True),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("plan", sa.BigInteger(), nullable=True),
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
            ["complex"],
            ["real_estate_complex.id"],
            name=op.f("fk_real_estate_layout_complex"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_layout")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_layout_complex",
        "real_estate_layout",
        ["complex", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_layout_sort", "real_estate_layout", ["sort_key", "id", "trashed_at"], unique=False
    )
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
        sa.Column("cancelled_because", sa.Text(), nullable=True),
        sa.Column("task", sa.BigInteger(), nullable=True),
        sa.Column("buyer_reminded", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["task"], ["activity.id"], name=op.f("fk_real_estate_viewing_task"), ondelete="RESTRICT"
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
    op.create_index(op.f("ix_real_estate_viewing_task"), "real_estate_viewing", ["task"], unique=False)
    op.create_index(
        "ix_real_estate_viewing_team",
        "real_estate_viewing",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_promotion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("complex", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("floor_from", sa.BigInteger(), nullable=True),
        sa.Column("floor_to", sa.BigInteger(), nullable=True),
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
            ["complex"],
            ["real_estate_complex.id"],
            name=op.f("fk_real_estate_promotion_complex"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_promotion")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_promotion_complex",
        "real_estate_promotion",
        ["complex", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_promotion_sort",
        "real_estate_promotion",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_repricing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("complex", sa.BigInteger(), nullable=False),
        sa.Column("rooms", sa.BigInteger(), nullable=True),
        sa.Column("floor_from", sa.BigInteger(), nullable=True),
        sa.Column("floor_to", sa.BigInteger(), nullable=True),
        sa.Column("views", sa.Text(), nullable=False),
        sa.Column("statuses", sa.Text(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=True),
        sa.Column("per_m2", sa.BigInteger(), nullable=True),
        sa.Column("rounding", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
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
            ["complex"],
            ["real_estate_complex.id"],
            name=op.f("fk_real_estate_repricing_complex"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_repricing")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_repricing_complex",
        "real_estate_repricing",
        ["complex", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_repricing_sort",
        "real_estate_repricing",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_commission_split",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("commission", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=True),
        sa.Column("of", sa.String(length=60), nullable=False),
        sa.Column("flat", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
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
            ["commission"],
            ["real_estate_commission.id"],
            name=op.f("fk_real_estate_commission_split_commission"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_commission_split_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_commission_split_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_commission_split")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_real_estate_commission_split_commission"),
        "real_estate_commission_split",
        ["commission"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_split_owner",
        "real_estate_commission_split",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_split_sort",
        "real_estate_commission_split",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_split_team",
        "real_estate_commission_split",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_commission_share",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("commission", sa.BigInteger(), nullable=False),
        sa.Column("deal", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=True),
        sa.Column("earned_on", sa.Date(), nullable=True),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("volume_share", sa.BigInteger(), nullable=True),
        sa.Column("units", sa.BigInteger(), nullable=True),
        sa.Column("volume", sa.BigInteger(), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("part", sa.BigInteger(), nullable=True),
        sa.Column("capped", sa.BigInteger(), nullable=True),
        sa.Column("kept", sa.BigInteger(), nullable=True),
        sa.Column("desk_fee", sa.BigInteger(), nullable=True),
        sa.Column("insurance", sa.BigInteger(), nullable=True),
        sa.Column("net", sa.BigInteger(), nullable=True),
        sa.Column("slices", sa.Text(), nullable=True),
        sa.Column("plan", sa.BigInteger(), nullable=True),
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
            ["commission"],
            ["real_estate_commission.id"],
            name=op.f("fk_real_estate_commission_share_commission"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["deal"], ["deal.id"], name=op.f("fk_real_estate_commission_share_deal"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_commission_share_owner")),
        sa.ForeignKeyConstraint(
            ["plan"],
            ["real_estate_commission_plan.id"],
            name=op.f("fk_real_estate_commission_share_plan"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_commission_share_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_commission_share")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_real_estate_commission_share_commission"),
        "real_estate_commission_share",
        ["commission"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_share_deal",
        "real_estate_commission_share",
        ["deal", "earned_on", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_share_earned_on",
        "real_estate_commission_share",
        ["earned_on", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_share_owner",
        "real_estate_commission_share",
        ["owner", "earned_on", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_real_estate_commission_share_plan"), "real_estate_commission_share", ["plan"], unique=False
    )
    op.create_index(
        "ix_real_estate_commission_share_sort",
        "real_estate_commission_share",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_share_state",
        "real_estate_commission_share",
        ["state", "earned_on", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_commission_share_team",
        "real_estate_commission_share",
        ["team", "earned_on", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "uq_real_estate_commission_share_commission_owner",
        "real_estate_commission_share",
        ["commission", "owner"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_table(
        "real_estate_fixation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("partner", sa.BigInteger(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("complex", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact", sa.BigInteger(), nullable=True),
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
            ["complex"],
            ["real_estate_complex.id"],
            name=op.f("fk_real_estate_fixation_complex"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["contact"], ["contact.id"], name=op.f("fk_real_estate_fixation_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_fixation_owner")),
        sa.ForeignKeyConstraint(
            ["partner"],
            ["real_estate_partner.id"],
            name=op.f("fk_real_estate_fixation_partner"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_fixation_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_fixation")),
        sa.UniqueConstraint("number", name=op.f("uq_real_estate_fixation_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_fixation_complex",
        "real_estate_fixation",
        ["complex", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_real_estate_fixation_contact"), "real_estate_fixation", ["contact"], unique=False
    )
    op.create_index(
        "ix_real_estate_fixation_owner",
        "real_estate_fixation",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_fixation_partner",
        "real_estate_fixation",
        ["partner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(op.f("ix_real_estate_fixation_phone"), "real_estate_fixation", ["phone"], unique=False)
    op.create_index(
        "ix_real_estate_fixation_sort", "real_estate_fixation", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_fixation_state",
        "real_estate_fixation",
        ["state", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_fixation_team",
        "real_estate_fixation",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_fixation_until", "real_estate_fixation", ["until", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "uq_real_estate_fixation_phone_state",
        "real_estate_fixation",
        ["phone"],
        unique=True,
        sqlite_where=sa.text("state IN ('valid') AND trashed_at IS NULL"),
        postgresql_where=sa.text("state IN ('valid') AND trashed_at IS NULL"),
    )
    op.create_table(
        "real_estate_section",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("building", sa.BigInteger(), nullable=False),
        sa.Column("floors", sa.BigInteger(), nullable=False),
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
            ["building"],
            ["real_estate_building.id"],
            name=op.f("fk_real_estate_section_building"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_section")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_section_building",
        "real_estate_section",
        ["building", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_section_sort", "real_estate_section", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "real_estate_promotion_layouts_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"],
            ["real_estate_promotion.id"],
            name=op.f("fk_real_estate_promotion_layouts_link_record"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target"],
            ["real_estate_layout.id"],
            name=op.f("fk_real_estate_promotion_layouts_link_target"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_real_estate_promotion_layouts_link")),
    )
    op.create_index(
        op.f("ix_real_estate_promotion_layouts_link_target"),
        "real_estate_promotion_layouts_link",
        ["target"],
        unique=False,
    )
    op.create_table(
        "real_estate_repricing_layouts_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"],
            ["real_estate_repricing.id"],
            name=op.f("fk_real_estate_repricing_layouts_link_record"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target"],
            ["real_estate_layout.id"],
            name=op.f("fk_real_estate_repricing_layouts_link_target"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_real_estate_repricing_layouts_link")),
    )
    op.create_index(
        op.f("ix_real_estate_repricing_layouts_link_target"),
        "real_estate_repricing_layouts_link",
        ["target"],
        unique=False,
    )
    op.create_table(
        "real_estate_sales_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("layout", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
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
            ["layout"],
            ["real_estate_layout.id"],
            name=op.f("fk_real_estate_sales_plan_layout"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_sales_plan")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_sales_plan_layout",
        "real_estate_sales_plan",
        ["layout", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_sales_plan_sort",
        "real_estate_sales_plan",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "uq_real_estate_sales_plan_layout_month",
        "real_estate_sales_plan",
        ["layout", "month"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_table(
        "real_estate_unit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("section", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=False),
        sa.Column("layout", sa.BigInteger(), nullable=True),
        sa.Column("rooms", sa.BigInteger(), nullable=True),
        sa.Column("area", sa.BigInteger(), nullable=True),
        sa.Column("views", sa.Text(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("to_pay", sa.BigInteger(), nullable=True),
        sa.Column("price_per_m2", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=True),
        sa.Column("repricing", sa.BigInteger(), nullable=True),
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
        sa.Column("real_estate_living", sa.BigInteger(), nullable=True),
        sa.Column("real_estate_plan", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["layout"],
            ["real_estate_layout.id"],
            name=op.f("fk_real_estate_unit_layout"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["repricing"],
            ["real_estate_repricing.id"],
            name=op.f("fk_real_estate_unit_repricing"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["section"],
            ["real_estate_section.id"],
            name=op.f("fk_real_estate_unit_section"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_unit")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_unit_layout",
        "real_estate_unit",
        ["layout", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_unit_repricing",
        "real_estate_unit",
        ["repricing", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_unit_section",
        "real_estate_unit",
        ["section", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_unit_sold_on", "real_estate_unit", ["sold_on", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_unit_sort", "real_estate_unit", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_unit_status",
        "real_estate_unit",
        ["status", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("deposit", sa.BigInteger(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sold_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned", sa.Boolean(), nullable=False),
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
            ["contact"], ["contact.id"], name=op.f("fk_real_estate_hold_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_hold_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_hold_team")),
        sa.ForeignKeyConstraint(
            ["unit"], ["real_estate_unit.id"], name=op.f("fk_real_estate_hold_unit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_hold")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_hold_contact",
        "real_estate_hold",
        ["contact", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_hold_owner",
        "real_estate_hold",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_hold_sort", "real_estate_hold", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_hold_state",
        "real_estate_hold",
        ["state", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_hold_team", "real_estate_hold", ["team", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_hold_unit", "real_estate_hold", ["unit", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_hold_until", "real_estate_hold", ["until", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "uq_real_estate_hold_unit_state",
        "real_estate_hold",
        ["unit"],
        unique=True,
        sqlite_where=sa.text("state IN ('active', 'sold') AND trashed_at IS NULL"),
        postgresql_where=sa.text("state IN ('active', 'sold') AND trashed_at IS NULL"),
    )
    op.create_table(
        "real_estate_hold_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("hold", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
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
            ["by"], ["user.id"], name=op.f("fk_real_estate_hold_step_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit"], ["real_estate_unit.id"], name=op.f("fk_real_estate_hold_step_unit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_hold_step")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_hold_step_by",
        "real_estate_hold_step",
        ["by", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(op.f("ix_real_estate_hold_step_hold"), "real_estate_hold_step", ["hold"], unique=False)
    op.create_index(
        "ix_real_estate_hold_step_sort",
        "real_estate_hold_step",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_hold_step_unit",
        "real_estate_hold_step",
        ["unit", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_table(
        "real_estate_match",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("request", sa.BigInteger(), nullable=False),
        sa.Column("property", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("news", sa.String(length=60), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_real_estate_match_owner")),
        sa.ForeignKeyConstraint(
            ["property"],
            ["real_estate_property.id"],
            name=op.f("fk_real_estate_match_property"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["request"],
            ["real_estate_request.id"],
            name=op.f("fk_real_estate_match_request"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_real_estate_match_team")),
        sa.ForeignKeyConstraint(
            ["unit"], ["real_estate_unit.id"], name=op.f("fk_real_estate_match_unit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_match")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_match_owner",
        "real_estate_match",
        ["owner", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_match_property",
        "real_estate_match",
        ["property", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_match_request",
        "real_estate_match",
        ["request", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_match_sort", "real_estate_match", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(
        "ix_real_estate_match_state",
        "real_estate_match",
        ["state", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_match_team",
        "real_estate_match",
        ["team", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_match_unit",
        "real_estate_match",
        ["unit", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "uq_real_estate_match_request_property",
        "real_estate_match",
        ["request", "property"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_index(
        "uq_real_estate_match_request_unit",
        "real_estate_match",
        ["request", "unit"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_table(
        "real_estate_unit_price",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("repricing", sa.BigInteger(), nullable=True),
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
            ["changed_by"],
            ["user.id"],
            name=op.f("fk_real_estate_unit_price_changed_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["repricing"],
            ["real_estate_repricing.id"],
            name=op.f("fk_real_estate_unit_price_repricing"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["real_estate_unit.id"],
            name=op.f("fk_real_estate_unit_price_unit"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_real_estate_unit_price")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_real_estate_unit_price_changed_by",
        "real_estate_unit_price",
        ["changed_by", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_unit_price_repricing",
        "real_estate_unit_price",
        ["repricing", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_unit_price_sort",
        "real_estate_unit_price",
        ["sort_key", "id", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_real_estate_unit_price_unit",
        "real_estate_unit_price",
        ["unit", "sort_key", "id", "trashed_at"],
        unique=False,
    )
    with alter_table("deal") as batch_op:
        batch_op.add_column(sa.Column("real_estate_property", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_unit", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_buyer", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_seller", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_our_sides", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_price", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_deposit", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_deposit_due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_deposit_paid_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_registration_number", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_registered_on", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_deal_real_estate_buyer"), ["real_estate_buyer"], unique=False)
        batch_op.create_index(
            "ix_deal_real_estate_deposit_paid_on",
            ["real_estate_deposit_paid_on", "id", "trashed_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_deal_real_estate_property",
            ["real_estate_property", "sort_key", "id", "trashed_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_deal_real_estate_seller"), ["real_estate_seller"], unique=False)
        batch_op.create_index(
            "ix_deal_real_estate_unit", ["real_estate_unit", "sort_key", "id", "trashed_at"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_deal_real_estate_buyer"),
            "contact",
            ["real_estate_buyer"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_deal_real_estate_property"),
            "real_estate_property",
            ["real_estate_property"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_deal_real_estate_seller"),
            "contact",
            ["real_estate_seller"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_deal_real_estate_unit"),
            "real_estate_unit",
            ["real_estate_unit"],
            ["id"],
            ondelete="RESTRICT",
        )

    with alter_table("file") as batch_op:
        batch_op.add_column(sa.Column("real_estate_position", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_plan", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("real_estate_private", sa.Boolean(), nullable=True))
