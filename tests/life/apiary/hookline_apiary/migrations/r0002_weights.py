"""Weights."""

import sqlalchemy as sa
from hookline_sdk.migrations import alter_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with alter_table("apiary_hive") as batch_op:
        batch_op.add_column(sa.Column("weight", sa.BigInteger(), nullable=True))
