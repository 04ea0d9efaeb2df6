"""Initial."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_record", "change", ["entity", "record", "id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("user", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_at", "event", ["at"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("args", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("unique_key", sa.String(length=200), nullable=True),
        sa.Column("user", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_job_unique_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_job_name", "job", ["name", "state"], unique=False)
    op.create_table(
        "sequence",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "period", name=op.f("pk_sequence")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "custom_field",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("options", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_field")),
        sa.UniqueConstraint("entity", "name", name="uq_custom_field_entity_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "configuration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_configuration")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "settled_tables",
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_settled_tables")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "plugin_switch",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_plugin_switch")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "share",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("user", sa.BigInteger(), nullable=True),
        sa.Column("team", sa.BigInteger(), nullable=True),
        sa.Column("right", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_share_record", "share", ["entity", "record"], unique=False)
    op.create_index("ix_share_team", "share", ["team", "entity"], unique=False)
    op.create_index("ix_share_user", "share", ["user", "entity"], unique=False)
    op.create_table(
        "layout",
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("entity", name=op.f("pk_layout")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "role",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_role_sort", "role", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.BigInteger(), nullable=True),
        sa.Column("manager", sa.BigInteger(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
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
        sa.ForeignKeyConstraint(["parent"], ["team.id"], name=op.f("fk_team_parent"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_team_manager"), "team", ["manager"], unique=False)
    op.create_index(op.f("ix_team_parent"), "team", ["parent"], unique=False)
    op.create_index("ix_team_sort", "team", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=True),
        sa.Column("seen_as", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("address_salt", sa.String(length=32), nullable=True),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
        sqlite_autoincrement=False,
    )
    op.create_index("ix_audit_about", "audit", ["about", "number"], unique=False)
    op.create_index("ix_audit_actor", "audit", ["actor", "number"], unique=False)
    op.create_index("ix_audit_at", "audit", ["at", "number"], unique=False)
    op.create_index("ix_audit_what", "audit", ["what", "number"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_failed_sign_in_account", "failed_sign_in", ["account", "at"], unique=False)
    op.create_index("ix_failed_sign_in_address", "failed_sign_in", ["address", "at"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("shared_with", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("team", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_saved_view_entity", "saved_view", ["entity"], unique=False)
    op.create_table(
        "pipeline",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pipeline_sort", "pipeline", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "stage_interval",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("pipeline", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_interval")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stage_interval_record", "stage_interval", ["entity", "record", "id"], unique=False)
    op.create_index("ix_stage_interval_stage", "stage_interval", ["stage", "entered_at"], unique=False)
    op.create_table(
        "tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tone", sa.String(length=60), nullable=False),
        sa.Column("only_for", sa.String(length=60), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tag_sort", "tag", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "source",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_source_sort", "source", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "lost_reason",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lost_reason")),
        sa.UniqueConstraint("name", name=op.f("uq_lost_reason_name")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lost_reason_sort", "lost_reason", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("name", name=op.f("uq_product_name")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_product_sort", "product", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "consent_purpose",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_purpose")),
        sa.UniqueConstraint("name", name=op.f("uq_consent_purpose_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_consent_purpose_sort", "consent_purpose", ["sort_key", "id", "trashed_at"], unique=False
    )
    op.create_table(
        "dashboard",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("shared_with", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("team", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dashboard")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dashboard_owner", "dashboard", ["owner"], unique=False)
    op.create_table(
        "import_mapping",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("shared_with", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=True),
        sa.Column("mapping", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_mapping_entity", "import_mapping", ["entity"], unique=False)
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("user", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("opening", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("columns", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("mapping", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("preview", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_run_user", "import_run", ["user", "id"], unique=False)
    op.create_table(
        "relation_kind",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("inverse", sa.Text(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation_kind")),
        sa.UniqueConstraint("name", name=op.f("uq_relation_kind_name")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_relation_kind_sort", "relation_kind", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "merged",
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("into", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "record", name=op.f("pk_merged")),
        sqlite_autoincrement=False,
    )
    op.create_index(op.f("ix_merged_into"), "merged", ["into"], unique=False)
    op.create_table(
        "plugin_pause",
        sa.Column("key", sa.String(length=240), nullable=False),
        sa.Column("why", sa.String(length=10), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.Column("begun", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_plugin_pause")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "retention_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("since", sa.String(length=100), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("people", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("cleaned", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erasure_record", "erasure", ["entity", "record"], unique=False)
    op.create_table(
        "laid_seed",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("laid_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_laid_seed")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "delivery",
        sa.Column("event", sa.BigInteger(), nullable=False),
        sa.Column("subscriber", sa.String(length=200), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["event.id"], name=op.f("fk_delivery_event"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event", "subscriber", name=op.f("pk_delivery")),
        sqlite_autoincrement=False,
    )
    op.create_index(
        "ix_delivery_claimed",
        "delivery",
        ["event"],
        unique=False,
        sqlite_where=sa.text("claimed_at IS NOT NULL"),
        postgresql_where=sa.text("claimed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_open",
        "delivery",
        ["event"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_parked",
        "delivery",
        ["event"],
        unique=False,
        sqlite_where=sa.text("due_at IS NULL AND done_at IS NULL"),
        postgresql_where=sa.text("due_at IS NULL AND done_at IS NULL"),
    )
    op.create_table(
        "grant",
        sa.Column("role", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role"], ["role.id"], name=op.f("fk_grant_role"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("role", "entity", "action", name=op.f("pk_grant")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "field_right",
        sa.Column("role", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role"], ["role.id"], name=op.f("fk_field_right_role"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("role", "entity", "field", name=op.f("pk_field_right")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "permission",
        sa.Column("role", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["role"], ["role.id"], name=op.f("fk_permission_role"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("role", "name", name=op.f("pk_permission")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "restriction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("operator", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["role"], ["role.id"], name=op.f("fk_restriction_role"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_restriction_role", "restriction", ["role"], unique=False)
    op.create_table(
        "user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("team", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=60), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("density", sa.String(length=60), nullable=False),
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
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_user_team"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_user_sort", "user", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_user_team", "user", ["team", "sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "stage",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pipeline", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("probability", sa.BigInteger(), nullable=False),
        sa.Column("expected_days", sa.BigInteger(), nullable=True),
        sa.Column("tone", sa.String(length=60), nullable=False),
        sa.Column("hint", sa.Text(), nullable=True),
        sa.Column("required_fields", sa.Text(), nullable=False),
        sa.Column("required_tasks", sa.Text(), nullable=True),
        sa.Column("required_kinds", sa.Text(), nullable=False),
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
            ["pipeline"], ["pipeline.id"], name=op.f("fk_stage_pipeline"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_stage_pipeline"), "stage", ["pipeline"], unique=False)
    op.create_index("ix_stage_position", "stage", ["position", "id", "trashed_at"], unique=False)
    op.create_index("ix_stage_sort", "stage", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "import_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("undone", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.ForeignKeyConstraint(
            ["run"], ["import_run.id"], name=op.f("fk_import_row_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_row_run", "import_row", ["run", "result", "id"], unique=False)
    op.create_table(
        "user_roles_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["user.id"], name=op.f("fk_user_roles_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["role.id"], name=op.f("fk_user_roles_link_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_user_roles_link")),
    )
    op.create_index(op.f("ix_user_roles_link_target"), "user_roles_link", ["target"], unique=False)
    op.create_table(
        "calendar_feed",
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user"], ["user.id"], name=op.f("fk_calendar_feed_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("hash", name=op.f("uq_calendar_feed_hash")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "challenge",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_challenge_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_challenge_user"), "challenge", ["user"], unique=False)
    op.create_table(
        "credential",
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_credential_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_credential")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "one_use_link",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("bound", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_one_use_link_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_use_link")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_one_use_link_user"), "one_use_link", ["user"], unique=False)
    op.create_table(
        "arrangement",
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page", sa.String(length=120), nullable=False),
        sa.Column("state", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_arrangement_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", "page", name=op.f("pk_arrangement")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "favourite",
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_favourite_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", "entity", "record", name=op.f("pk_favourite")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "recent_record",
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user"], ["user.id"], name=op.f("fk_recent_record_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user", "entity", "record", name=op.f("pk_recent_record")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.BigInteger(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.String(length=10), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_notification_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notification_record", "notification", ["entity", "record"], unique=False)
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["user", "kind", "entity", "record"],
        unique=True,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index("ix_notification_user", "notification", ["user", "at"], unique=False)
    op.create_table(
        "notification_choice",
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user"], ["user.id"], name=op.f("fk_notification_choice_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_notification_choice")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "totp",
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed", sa.String(length=200), nullable=False),
        sa.Column("on_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_totp_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_totp")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user"], ["user.id"], name=op.f("fk_recovery_code_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_recovery_code_user"), "recovery_code", ["user"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("viewing", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_session_user"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["viewing"], ["user.id"], name=op.f("fk_session_viewing"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_session_user"), "session", ["user"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("about", sa.String(length=100), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_api_token_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_token_hash", "api_token", ["hash"], unique=False)
    op.create_index(op.f("ix_api_token_user"), "api_token", ["user"], unique=False)
    op.create_table(
        "stage_next_stages_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["stage.id"], name=op.f("fk_stage_next_stages_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["stage.id"], name=op.f("fk_stage_next_stages_link_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_stage_next_stages_link")),
    )
    op.create_index(
        op.f("ix_stage_next_stages_link_target"), "stage_next_stages_link", ["target"], unique=False
    )
    op.create_table(
        "stage_movers_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["stage.id"], name=op.f("fk_stage_movers_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["role.id"], name=op.f("fk_stage_movers_link_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_stage_movers_link")),
    )
    op.create_index(op.f("ix_stage_movers_link_target"), "stage_movers_link", ["target"], unique=False)
    op.create_table(
        "company",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("parent", sa.BigInteger(), nullable=True),
        sa.Column("employees", sa.BigInteger(), nullable=True),
        sa.Column("revenue", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("founded", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_company_owner")),
        sa.ForeignKeyConstraint(
            ["parent"], ["company.id"], name=op.f("fk_company_parent"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_company_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_company_email"), "company", ["email"], unique=False)
    op.create_index(
        "ix_company_industry", "company", ["industry", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index("ix_company_owner", "company", ["owner", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_company_parent", "company", ["parent", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index(op.f("ix_company_phone"), "company", ["phone"], unique=False)
    op.create_index("ix_company_sort", "company", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_company_team", "company", ["team", "sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.String(length=60), nullable=False),
        sa.Column("basis", sa.String(length=60), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_consent_owner")),
        sa.ForeignKeyConstraint(
            ["purpose"], ["consent_purpose.id"], name=op.f("fk_consent_purpose"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_consent_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_consent_about"), "consent", ["about"], unique=False)
    op.create_index("ix_consent_owner", "consent", ["owner", "said_at", "id", "trashed_at"], unique=False)
    op.create_index("ix_consent_purpose", "consent", ["purpose", "said_at", "id", "trashed_at"], unique=False)
    op.create_index("ix_consent_said_at", "consent", ["said_at", "id", "trashed_at"], unique=False)
    op.create_index("ix_consent_sort", "consent", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_consent_team", "consent", ["team", "said_at", "id", "trashed_at"], unique=False)
    op.create_table(
        "desk",
        sa.Column("user", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=True),
        sa.Column("favourites", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_desk_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_desk")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "export_feed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("exporter", sa.String(length=200), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_export_feed_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_feed")),
        sa.UniqueConstraint("hash", name=op.f("uq_export_feed_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_export_feed_user"), "export_feed", ["user"], unique=False)
    op.create_table(
        "file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
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
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_file_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_file_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
        sa.UniqueConstraint("key", name=op.f("uq_file_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_file_about"), "file", ["about"], unique=False)
    op.create_index("ix_file_owner", "file", ["owner", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_file_sort", "file", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_file_team", "file", ["team", "sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "kept_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_kept_answer_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answer")),
        sa.UniqueConstraint("user", "key", name="uq_kept_answer_user_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_kept_answer_expires_at", "kept_answer", ["expires_at"], unique=False)
    op.create_table(
        "webhook",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("events", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("secret", sa.String(length=500), nullable=False),
        sa.Column("paused", sa.String(length=20), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_webhook_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "identity",
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_identity_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "user", name="uq_identity_issuer_user"),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "relation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.String(length=80), nullable=False),
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
            ["kind"], ["relation_kind.id"], name=op.f("fk_relation_kind"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_relation_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_relation_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_relation_about"), "relation", ["about"], unique=False)
    op.create_index(op.f("ix_relation_kind"), "relation", ["kind"], unique=False)
    op.create_index(op.f("ix_relation_other"), "relation", ["other"], unique=False)
    op.create_index("ix_relation_owner", "relation", ["owner", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_relation_sort", "relation", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_relation_team", "relation", ["team", "sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.String(length=200), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("every", sa.String(length=10), nullable=False),
        sa.Column("on", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("recipients", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("results", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["user.id"], name=op.f("fk_report_schedule_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedule")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_schedule_due", "report_schedule", ["due_at"], unique=False)
    op.create_index("ix_report_schedule_owner", "report_schedule", ["owner"], unique=False)
    op.create_table(
        "company_tags_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["company.id"], name=op.f("fk_company_tags_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["tag.id"], name=op.f("fk_company_tags_link_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_company_tags_link")),
    )
    op.create_index(op.f("ix_company_tags_link_target"), "company_tags_link", ["target"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("company", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("mobile", sa.String(length=40), nullable=True),
        sa.Column("telegram", sa.Text(), nullable=True),
        sa.Column("whatsapp", sa.String(length=40), nullable=True),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
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
            ["company"], ["company.id"], name=op.f("fk_contact_company"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_contact_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_contact_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_contact_company", "contact", ["company", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(op.f("ix_contact_email"), "contact", ["email"], unique=False)
    op.create_index(
        "ix_contact_job_title", "contact", ["job_title", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index(op.f("ix_contact_mobile"), "contact", ["mobile"], unique=False)
    op.create_index("ix_contact_owner", "contact", ["owner", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index(op.f("ix_contact_phone"), "contact", ["phone"], unique=False)
    op.create_index("ix_contact_sort", "contact", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_contact_team", "contact", ["team", "sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("webhook", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("entity", sa.String(length=100), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("took", sa.Integer(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("sent", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_webhook_delivery_due",
        "webhook_delivery",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_webhook_delivery_record", "webhook_delivery", ["entity", "record"], unique=False)
    op.create_index("ix_webhook_delivery_webhook", "webhook_delivery", ["webhook", "id"], unique=False)
    op.create_table(
        "activity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=True),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("company", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("direction", sa.String(length=60), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("duration", sa.BigInteger(), nullable=True),
        sa.Column("recording", sa.Text(), nullable=True),
        sa.Column("reminder_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repeat", sa.Text(), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
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
            ["company"], ["company.id"], name=op.f("fk_activity_company"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contact"], ["contact.id"], name=op.f("fk_activity_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_activity_owner")),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_activity_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_activity_about"), "activity", ["about"], unique=False)
    op.create_index(op.f("ix_activity_company"), "activity", ["company"], unique=False)
    op.create_index(op.f("ix_activity_contact"), "activity", ["contact"], unique=False)
    op.create_index("ix_activity_done_at", "activity", ["done_at", "id", "trashed_at"], unique=False)
    op.create_index("ix_activity_due_at", "activity", ["due_at", "id", "trashed_at"], unique=False)
    op.create_index(
        "ix_activity_incoming",
        "activity",
        ["owner", "done_at"],
        unique=False,
        sqlite_where=sa.text("direction = 'incoming'"),
        postgresql_where=sa.text("direction = 'incoming'"),
    )
    op.create_index(
        "ix_activity_open",
        "activity",
        ["owner", "due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index("ix_activity_owner", "activity", ["owner", "due_at", "id", "trashed_at"], unique=False)
    op.create_index("ix_activity_sort", "activity", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_activity_team", "activity", ["team", "due_at", "id", "trashed_at"], unique=False)
    op.create_table(
        "contact_companies_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["contact.id"], name=op.f("fk_contact_companies_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["company.id"], name=op.f("fk_contact_companies_link_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_contact_companies_link")),
    )
    op.create_index(
        op.f("ix_contact_companies_link_target"), "contact_companies_link", ["target"], unique=False
    )
    op.create_table(
        "contact_tags_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["contact.id"], name=op.f("fk_contact_tags_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["tag.id"], name=op.f("fk_contact_tags_link_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_contact_tags_link")),
    )
    op.create_index(op.f("ix_contact_tags_link_target"), "contact_tags_link", ["target"], unique=False)
    op.create_table(
        "contact_consents_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["contact.id"], name=op.f("fk_contact_consents_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"],
            ["consent_purpose.id"],
            name=op.f("fk_contact_consents_link_target"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_contact_consents_link")),
    )
    op.create_index(
        op.f("ix_contact_consents_link_target"), "contact_consents_link", ["target"], unique=False
    )
    op.create_table(
        "deal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company", sa.BigInteger(), nullable=True),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("pipeline", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("probability", sa.BigInteger(), nullable=True),
        sa.Column("weighted", sa.BigInteger(), nullable=True),
        sa.Column("product", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.BigInteger(), nullable=True),
        sa.Column("expected_close", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("lost_reason", sa.BigInteger(), nullable=True),
        sa.Column("competitor", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_activity", sa.DateTime(timezone=True), nullable=True),
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
            ["company"], ["company.id"], name=op.f("fk_deal_company"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contact"], ["contact.id"], name=op.f("fk_deal_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lost_reason"], ["lost_reason.id"], name=op.f("fk_deal_lost_reason"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_deal_owner")),
        sa.ForeignKeyConstraint(
            ["pipeline"], ["pipeline.id"], name=op.f("fk_deal_pipeline"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["product"], ["product.id"], name=op.f("fk_deal_product"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_deal_source"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["stage"], ["stage.id"], name=op.f("fk_deal_stage"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_deal_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deal_amount", "deal", ["amount", "id", "trashed_at"], unique=False)
    op.create_index("ix_deal_board", "deal", ["stage", "stage_since", "id", "trashed_at"], unique=False)
    op.create_index("ix_deal_company", "deal", ["company", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index(op.f("ix_deal_contact"), "deal", ["contact"], unique=False)
    op.create_index(
        "ix_deal_figures",
        "deal",
        ["pipeline", "stage", "currency", "amount", "weighted", "team", "owner", "trashed_at"],
        unique=False,
    )
    op.create_index(
        "ix_deal_lost_reason", "deal", ["lost_reason", "sort_key", "id", "trashed_at"], unique=False
    )
    op.create_index("ix_deal_next_activity", "deal", ["next_activity", "id", "trashed_at"], unique=False)
    op.create_index(op.f("ix_deal_number"), "deal", ["number"], unique=False)
    op.create_index("ix_deal_outcome", "deal", ["outcome", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_deal_owner", "deal", ["owner", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_deal_pipeline", "deal", ["pipeline", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_deal_product", "deal", ["product", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_deal_sort", "deal", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_deal_source", "deal", ["source", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_deal_stage", "deal", ["stage", "sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_deal_team", "deal", ["team", "sort_key", "id", "trashed_at"], unique=False)
    op.create_table(
        "activity_mentions_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["activity.id"], name=op.f("fk_activity_mentions_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["user.id"], name=op.f("fk_activity_mentions_link_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_activity_mentions_link")),
    )
    op.create_index(
        op.f("ix_activity_mentions_link_target"), "activity_mentions_link", ["target"], unique=False
    )
    op.create_table(
        "deal_contacts_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["deal.id"], name=op.f("fk_deal_contacts_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["contact.id"], name=op.f("fk_deal_contacts_link_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_deal_contacts_link")),
    )
    op.create_index(op.f("ix_deal_contacts_link_target"), "deal_contacts_link", ["target"], unique=False)
    op.create_table(
        "deal_tags_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["deal.id"], name=op.f("fk_deal_tags_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["tag.id"], name=op.f("fk_deal_tags_link_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_deal_tags_link")),
    )
    op.create_index(op.f("ix_deal_tags_link_target"), "deal_tags_link", ["target"], unique=False)
    op.create_table(
        "lead",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("company_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("source", sa.BigInteger(), nullable=True),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(length=60), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("reason", sa.BigInteger(), nullable=True),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("company", sa.BigInteger(), nullable=True),
        sa.Column("deal", sa.BigInteger(), nullable=True),
        sa.Column("converted_at", sa.DateTime(timezone=True), nullable=True),
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
            ["company"], ["company.id"], name=op.f("fk_lead_company"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contact"], ["contact.id"], name=op.f("fk_lead_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["deal"], ["deal.id"], name=op.f("fk_lead_deal"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["owner"], ["user.id"], name=op.f("fk_lead_owner")),
        sa.ForeignKeyConstraint(
            ["reason"], ["lost_reason.id"], name=op.f("fk_lead_reason"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_lead_source"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_lead_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_lead_company"), "lead", ["company"], unique=False)
    op.create_index(op.f("ix_lead_contact"), "lead", ["contact"], unique=False)
    op.create_index("ix_lead_created_at", "lead", ["created_at", "id", "trashed_at"], unique=False)
    op.create_index(op.f("ix_lead_deal"), "lead", ["deal"], unique=False)
    op.create_index(op.f("ix_lead_email"), "lead", ["email"], unique=False)
    op.create_index("ix_lead_owner", "lead", ["owner", "created_at", "id", "trashed_at"], unique=False)
    op.create_index(op.f("ix_lead_phone"), "lead", ["phone"], unique=False)
    op.create_index("ix_lead_reason", "lead", ["reason", "created_at", "id", "trashed_at"], unique=False)
    op.create_index("ix_lead_sort", "lead", ["sort_key", "id", "trashed_at"], unique=False)
    op.create_index("ix_lead_source", "lead", ["source", "created_at", "id", "trashed_at"], unique=False)
    op.create_index("ix_lead_status", "lead", ["status", "created_at", "id", "trashed_at"], unique=False)
    op.create_index("ix_lead_team", "lead", ["team", "created_at", "id", "trashed_at"], unique=False)
    op.create_table(
        "lead_tags_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["lead.id"], name=op.f("fk_lead_tags_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["tag.id"], name=op.f("fk_lead_tags_link_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_lead_tags_link")),
    )
    op.create_index(op.f("ix_lead_tags_link_target"), "lead_tags_link", ["target"], unique=False)
    op.create_table(
        "lead_consents_link",
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["lead.id"], name=op.f("fk_lead_consents_link_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["consent_purpose.id"], name=op.f("fk_lead_consents_link_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_lead_consents_link")),
    )
    op.create_index(op.f("ix_lead_consents_link_target"), "lead_consents_link", ["target"], unique=False)
