"""The versions of the log's tables, and the one function that brings a database to today's.

Alembic runs from the program, without an alembic.ini. It is imported only when a database is not up to date, because
it takes a second. A new version is a file under versions/; REVISION and KNOWN move with it, which a test watches.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

REVISION = "0003"
KNOWN = ("0001", "0002", "0003")


def configuration() -> Config:
    """Return Alembic's configuration for the scripts beside this file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def upgrade(connection: Connection, revision: str = REVISION) -> None:
    """Bring the database to today's version (or an earlier one) in the transaction that the connection stands in."""
    from alembic import command

    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
