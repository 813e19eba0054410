"""What a command gets: the arguments, the clock, the environment and the folder that it was called in."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from jobs.settings import companies_files, database_url


class Order(NamedTuple):
    """One call of the command line."""

    given: argparse.Namespace
    clock: Callable[[], datetime]
    environment: Mapping[str, str]
    folder: Path

    @property
    def database(self) -> str:
        """The URL of the log that the user means."""
        return database_url(self.given.database, self.environment, self.folder)

    @property
    def companies(self) -> tuple[Path, ...]:
        """The user's own tables of companies. Raises DataError where one is wrong."""
        return companies_files(self.given.companies, self.environment, self.folder)


def a_day(name: str, given: str | None) -> date | None:
    """Return the day that an option names, None where it was not given. Raises InvalidValueError."""
    from events.errors import InvalidValueError

    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InvalidValueError(name, repr(given), "a day such as 2025-11-07") from None


def takes_database(command: argparse.ArgumentParser) -> None:
    """Let --database stand after the subcommand too; left out there, it does not hide the one before."""
    command.add_argument(
        "--database", metavar="URL", default=argparse.SUPPRESS, help="the log, such as sqlite:///var/timeline.db"
    )


def takes_companies(command: argparse.ArgumentParser) -> None:
    """Add --companies."""
    command.add_argument(
        "--companies",
        action="append",
        metavar="FILE",
        help="companies of your own, a CSV table; may be given again (else those that TIMELINE_COMPANIES names)",
    )


def takes_json(command: argparse.ArgumentParser) -> None:
    """Add --json."""
    command.add_argument("--json", action="store_true", help="print one JSON object for a program to read")


def takes_as_of(command: argparse.ArgumentParser) -> None:
    """Add --as-of."""
    command.add_argument(
        "--as-of", metavar="T", help="as known at an instant (2025-02-07T06:30:00Z), or at the end of a day in UTC"
    )
