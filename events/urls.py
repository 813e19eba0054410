"""The URL of a log -> its database; a driver is imported only where its database is meant."""

from __future__ import annotations

from pathlib import Path

from events.databases import Database
from events.errors import InvalidValueError
from events.sqlite import Sqlite

URLS = "sqlite:///PATH (sqlite:////PATH from the root) or postgresql://USER@HOST/DATABASE"


def database_at(url: str, create: bool) -> Database:
    """Return the database that a URL names. Raises InvalidValueError for a URL of another form."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return Sqlite(Path(rest[1:]), create)
    if separator and scheme in ("postgresql", "postgresql+psycopg") and rest:
        from events.postgresql import Postgresql

        return Postgresql(url)
    raise InvalidValueError("the URL of a log", repr(url), URLS)
