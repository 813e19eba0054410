"""The tables of a log brought to today's version when it is opened, or the reason why that cannot be."""

from __future__ import annotations

from events.databases import Connection, Database
from events.errors import LogError, SchemaError, StorageError
from events.migrations import KNOWN, REVISION, upgrade

_TABLES = {"events", "head", "columns"}  # of every version
_TODAY = _TABLES | {"texts", "erasures"}


def settle(database: Database, connection: Connection, create: bool) -> None:
    """Bring the tables to today's version in one transaction; with `create`, in an empty database too.

    Raises SchemaError where the database is newer than this program or holds something else, StorageError where its
    tables cannot be changed; then they are as they were.
    """
    if not _current(database, connection):
        if not create and not connection.execute(database.tables).fetchall():
            raise SchemaError(f"{database.name} holds no log, it is empty")
        _upgrade(database, connection)
    database.settle(connection)


def _upgrade(database: Database, connection: Connection) -> None:
    try:
        with database.engine(connection).connect() as through_sqlalchemy:
            for statement in database.lock:  # not before: SQLAlchemy's first connect rolls back
                through_sqlalchemy.exec_driver_sql(statement)
            if not _current(database, connection):  # or another process was making them just now
                upgrade(through_sqlalchemy)
            through_sqlalchemy.commit()
    except Exception as error:
        origin = getattr(error, "orig", None)
        if isinstance(origin, database.errors):
            raise _refused(database, origin) from error
        raise


def _refused(database: Database, error: Exception) -> LogError:
    refusal = database.refusal(error)
    if type(refusal) is not StorageError:
        return refusal
    return StorageError(f"{refusal}; its tables could not be brought to version {REVISION}, they are as they were")


def _current(database: Database, connection: Connection) -> bool:
    name = database.name
    tables = {table for (table,) in connection.execute(database.tables).fetchall()}
    if not tables:
        return False
    if "alembic_version" not in tables:
        raise SchemaError(f"{name} holds no log but other tables ({', '.join(sorted(tables))}); name another database")
    versions = [version for (version,) in connection.execute("SELECT version_num FROM alembic_version").fetchall()]
    wanted = _TODAY if versions == [REVISION] else _TABLES
    if len(versions) == 1 and versions[0] in KNOWN and tables >= wanted:
        return bool(versions[0] == REVISION)
    if not tables >= wanted:
        raise SchemaError(f"{name} holds no log: of its tables {', '.join(sorted(wanted - tables))} are missing")
    raise SchemaError(
        f"{name} is of version {', '.join(versions) or 'none'}, this program knows {', '.join(KNOWN)}: "
        "it was written by a newer version; update this program"
    )
