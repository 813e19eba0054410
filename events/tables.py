"""The log's tables, and the scheduler's beside it, as SQLModel classes: for queries of one's own, and as the measure
that the migrations are held to.

`SqlLog` writes and reads through the driver: a SQLModel table model neither validates nor freezes, and costs twenty
times as much. Nothing here is imported on the way to an open log.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Integer, LargeBinary, MetaData, Text
from sqlmodel import Field, SQLModel

# SQLite has keys of its own kind for INTEGER alone; it holds 64 bits as PostgreSQL's BIGINT does.
_POSITION = BigInteger().with_variant(Integer(), "sqlite")


class LogTable(SQLModel):
    """What the tables share: a collection of their own, apart from the tables of anybody else."""

    metadata = MetaData()


class EventRow(LogTable, table=True):
    """One event: its place, its id, its canonical document, and the hash of the chain up to it."""

    __tablename__ = "events"
    __table_args__ = (CheckConstraint("position > 0", name="events_position"),)

    position: int = Field(primary_key=True, sa_type=_POSITION, sa_column_kwargs={"autoincrement": False})
    id: str = Field(unique=True, sa_type=Text)
    document: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)


class HeadRow(LogTable, table=True):
    """Where the log ends: one row, which only grows, so that a tail that was cut off is seen."""

    __tablename__ = "head"
    __table_args__ = (CheckConstraint("one = 1", name="head_one"),)

    one: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(sa_type=_POSITION)
    hash: bytes = Field(sa_type=LargeBinary)
    recorded: str = Field(sa_type=Text)


class TextRow(LogTable, table=True):
    """The text of an article as bytes, under the SHA-256 of those bytes."""

    __tablename__ = "texts"

    digest: str = Field(primary_key=True, sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)


class ErasureRow(LogTable, table=True):
    """A text that was erased and may not come back: its SHA-256, and the id of the event that says why."""

    __tablename__ = "erasures"

    digest: str = Field(primary_key=True, sa_type=Text)
    event: str = Field(sa_type=Text)


class ColumnsRow(LogTable, table=True):
    """Price columns as bytes, under the SHA-256 of those bytes."""

    __tablename__ = "columns"

    digest: str = Field(primary_key=True, sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)


class LeaseRow(LogTable, table=True):
    """Who leads: the holder, the number of its reign (it only grows), and when it must have renewed."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True, sa_type=Text)
    holder: str = Field(sa_type=Text)
    token: int = Field(sa_type=_POSITION)
    expires: str = Field(sa_type=Text)


class WatchRow(LogTable, table=True):
    """A symbol that a user added to the watch list, or muted."""

    __tablename__ = "watches"
    __table_args__ = (CheckConstraint("state IN ('added', 'muted')", name="watches_state"),)

    symbol: str = Field(primary_key=True, sa_type=Text)
    state: str = Field(sa_type=Text)
    since: str = Field(sa_type=Text)


class AttemptRow(LogTable, table=True):
    """The last attempt to refresh a symbol; instants in UTC and days as text, "" for none."""

    __tablename__ = "attempts"

    symbol: str = Field(primary_key=True, sa_type=Text)
    source: str = Field(sa_type=Text)
    attempted: str = Field(sa_type=Text)
    succeeded: str = Field(sa_type=Text)
    error: str = Field(sa_type=Text)
    failures: int = Field(sa_type=_POSITION)
    due: str = Field(sa_type=Text)
    asked: str = Field(sa_type=Text)


class RequestRow(LogTable, table=True):
    """How many requests a source got in one minute."""

    __tablename__ = "requests"

    source: str = Field(primary_key=True, sa_type=Text)
    minute: str = Field(primary_key=True, sa_type=Text)
    count: int = Field(sa_type=_POSITION)


class CircuitRow(LogTable, table=True):
    """Whether a source is left alone: failures in a row, times it was opened since it last answered, until when."""

    __tablename__ = "circuits"

    source: str = Field(primary_key=True, sa_type=Text)
    failures: int = Field(sa_type=_POSITION)
    openings: int = Field(sa_type=_POSITION)
    open_until: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)


class CounterRow(LogTable, table=True):
    """How often something happened (a run missed, an error), and when last."""

    __tablename__ = "counters"

    name: str = Field(primary_key=True, sa_type=Text)
    count: int = Field(sa_type=_POSITION)
    latest: str = Field(sa_type=Text)
