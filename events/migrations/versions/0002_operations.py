"""What the scheduler keeps beside the log: who leads, what is watched, attempts, requests, circuits and counters.

None of it is history: these rows change and may be deleted, and the log stays as it is.
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    whole = "BIGINT" if postgresql else "INTEGER"
    for statement in (
        f"""CREATE TABLE leases (
            name TEXT NOT NULL,
            holder TEXT NOT NULL,
            token {whole} NOT NULL,
            expires TEXT NOT NULL,
            PRIMARY KEY (name)
        )""",
        """CREATE TABLE watches (
            symbol TEXT NOT NULL,
            state TEXT NOT NULL,
            since TEXT NOT NULL,
            PRIMARY KEY (symbol),
            CONSTRAINT watches_state CHECK (state IN ('added', 'muted'))
        )""",
        f"""CREATE TABLE attempts (
            symbol TEXT NOT NULL,
            source TEXT NOT NULL,
            attempted TEXT NOT NULL,
            succeeded TEXT NOT NULL,
            error TEXT NOT NULL,
            failures {whole} NOT NULL,
            due TEXT NOT NULL,
            asked TEXT NOT NULL,
            PRIMARY KEY (symbol)
        )""",
        f"""CREATE TABLE requests (
            source TEXT NOT NULL,
            minute TEXT NOT NULL,
            count {whole} NOT NULL,
            PRIMARY KEY (source, minute)
        )""",
        f"""CREATE TABLE circuits (
            source TEXT NOT NULL,
            failures {whole} NOT NULL,
            openings {whole} NOT NULL,
            open_until TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (source)
        )""",
        f"""CREATE TABLE counters (
            name TEXT NOT NULL,
            count {whole} NOT NULL,
            latest TEXT NOT NULL,
            PRIMARY KEY (name)
        )""",
    ):
        op.get_bind().exec_driver_sql(statement)
