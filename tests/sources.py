"""Sources of prices that stand in for the real ones: a shelf of bars, and one behind a local address."""

import json
import urllib.error
import urllib.request
from datetime import UTC, date

import numpy as np

from events.bars import bars_of, number_of
from jobs.sources.contract import Fetched, NoDataError, SourceError, Split, UnreachableError, freely
from tests.yahoo_server import listing


class Shelf:
    """A source that holds listings and says what it was asked for."""

    def __init__(self, *symbols, name="shelf", first=date(2025, 1, 2), last=date(2025, 6, 30), remote=True):
        self.name, self.remote, self.spend = name, remote, freely
        self.listings = {symbol: listing(first, last, seed=seed) for seed, symbol in enumerate(symbols, 1)}
        self.asked: list[tuple[str, date | None]] = []
        self.error: SourceError | None = None

    def history(self, symbol, start, now):
        self.spend()
        self.asked.append((symbol, start))
        if self.error is not None:
            raise self.error
        if symbol not in self.listings:
            raise NoDataError(f"{self.name} has nothing of {symbol}")
        told = self.listings[symbol]
        today = now.astimezone(UTC).date()
        days = [day for day in sorted(told.rows) if (start is None or day >= start) and day <= today]
        names = ("open", "high", "low", "close", "volume")
        columns = {name: [told.rows[day][place] for day in days] for place, name in enumerate(names)}
        splits = tuple(Split(day, new, old) for day, (new, old) in told.splits.items() if day in days)
        bars = bars_of(days, columns.pop("close"), **columns)
        return Fetched(self.name, bars, today, currency=told.currency, splits=splits)

    def shares(self, symbol, now):
        return None


class Local:
    """A source behind the local server, without yfinance: processes that live for a second start quicker so."""

    name, remote = "local", True

    def __init__(self, url):
        self.url, self.spend = url, freely

    def history(self, symbol, start, now):
        self.spend()
        begin = (number_of(start) if start else 0) * 86_400
        try:
            with urllib.request.urlopen(f"{self.url}/v8/finance/chart/{symbol}?period1={begin}", timeout=20) as answer:
                told = json.load(answer)["chart"]["result"][0]
        except (OSError, urllib.error.URLError) as error:
            raise UnreachableError(str(error)) from error
        quote = told["indicators"]["quote"][0]
        days = np.array(told["timestamp"]) // 86_400
        return Fetched(self.name, bars_of(days, quote["close"]), now.date())

    def shares(self, symbol, now):
        return None
