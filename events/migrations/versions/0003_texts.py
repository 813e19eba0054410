"""Texts beside the log under their hash, what of them was erased, and a writer's few rights on PostgreSQL."""

from alembic import op

from events.migrations.guards import (
    POSTGRESQL_MOVE_HEAD,
    POSTGRESQL_TEXTS,
    POSTGRESQL_TEXTS_FUNCTIONS,
    SQLITE_TEXTS,
)

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables and their guards."""
    bind = op.get_bind()
    statements = [
        "CREATE TABLE erasures (digest TEXT NOT NULL, event TEXT NOT NULL, PRIMARY KEY (digest))",
    ]
    if bind.dialect.name == "postgresql":
        (schema,) = bind.exec_driver_sql("SELECT quote_ident(current_schema())").one()
        statements += [
            "CREATE TABLE texts (digest TEXT NOT NULL, content BYTEA NOT NULL, PRIMARY KEY (digest))",
            *POSTGRESQL_TEXTS_FUNCTIONS,
            *POSTGRESQL_TEXTS.values(),
            POSTGRESQL_MOVE_HEAD.format(schema=schema),
            "REVOKE ALL ON FUNCTION log_move_head(bigint, bytea, text) FROM PUBLIC",
        ]
    else:
        statements += [
            "CREATE TABLE texts (digest TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (digest))",
            *SQLITE_TEXTS.values(),
        ]
    for statement in statements:
        bind.exec_driver_sql(statement)
