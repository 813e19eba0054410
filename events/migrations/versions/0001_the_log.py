"""The log: events, its head, the price columns, and the triggers that keep them append-only."""

from alembic import op

from events.migrations.guards import POSTGRESQL, POSTGRESQL_FUNCTIONS, SQLITE

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables, the one row of the head, and the guards."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    position, blob = ("BIGINT", "BYTEA") if postgresql else ("INTEGER", "BLOB")
    nothing = "decode(repeat('00', 32), 'hex')" if postgresql else "zeroblob(32)"
    guards = (*POSTGRESQL_FUNCTIONS, *POSTGRESQL.values()) if postgresql else tuple(SQLITE.values())
    for statement in (
        f"""CREATE TABLE events (
            position {position} NOT NULL,
            id TEXT NOT NULL,
            document {blob} NOT NULL,
            hash {blob} NOT NULL,
            PRIMARY KEY (position),
            UNIQUE (id),
            CONSTRAINT events_position CHECK (position > 0)
        )""",
        f"""CREATE TABLE head (
            one INTEGER NOT NULL,
            position {position} NOT NULL,
            hash {blob} NOT NULL,
            recorded TEXT NOT NULL,
            PRIMARY KEY (one),
            CONSTRAINT head_one CHECK (one = 1)
        )""",
        f"CREATE TABLE columns (digest TEXT NOT NULL, content {blob} NOT NULL, PRIMARY KEY (digest))",
        f"INSERT INTO head VALUES (1, 0, {nothing}, '0001-01-01T00:00:00.000000Z')",  # noqa: S608
        *guards,
    ):
        op.get_bind().exec_driver_sql(statement)
