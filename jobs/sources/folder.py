"""A folder of CSV files as a source of prices: META.csv holds the bars of META, as `timeline prices import` takes them.

A file is read when its symbol is asked for, so whatever fills the folder need not tell anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from events.bars import number_of
from events.errors import InvalidValueError
from jobs.sources.contract import BadAnswerError, Fetched, NoDataError, ShareCount, freely
from jobs.sources.files import read_price_file
from timeline.symbols import canonical


class Folder:
    """The CSV files of one folder."""

    name = "files"
    remote = False

    def __init__(self, path: Path) -> None:
        """Take a folder. Raises InvalidValueError where there is none."""
        if not path.is_dir():
            raise InvalidValueError("a folder of price files", str(path), "a folder that exists, such as files:prices")
        self.path = path
        self.spend: Callable[[], None] = freely

    def history(self, symbol: str, start: date | None, now: datetime) -> Fetched:
        """Return the bars of a symbol's file. Raises NoDataError without a file, BadAnswerError for a faulty one."""
        files = [path for path in sorted(self.path.iterdir()) if _names(path, symbol)]
        if not files:
            raise NoDataError(f"{self.path} holds no file {symbol}.csv")
        today = now.astimezone(UTC).date()
        read = read_price_file(files[0], today=today)
        if read.problems:
            raise BadAnswerError(str(read.problems[0]))
        if (bars := read.bars.get(symbol)) is None:
            raise NoDataError(f"{files[0]} holds no bars of {symbol}")
        if start is not None:
            bars = bars.at(np.flatnonzero(bars.dates >= number_of(start)))
        return Fetched(self.name, bars, today)

    def shares(self, symbol: str, now: datetime) -> ShareCount | None:
        """Return None: price files say nothing of shares."""
        return None


def _names(path: Path, symbol: str) -> bool:
    return path.suffix.lower() == ".csv" and canonical(path.stem) == symbol
