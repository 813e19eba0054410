"""Yahoo Finance through the yfinance package: the only module that imports it, and only when it is asked.

`Ticker.history` with neither adjustment, never `download`: that one answers a rate limit with an empty frame. yfinance
hides most of its errors unless told otherwise, never waits after "too many requests", and remembers the answers that it
was given, faults included: here it raises, forgets, and what went over the wire is looked at. Yahoo's figures went
through 32-bit floats (627.3200073242188); they are handed out as the shortest figure that such a float stands for.
Yahoo's terms allow personal use.
"""

from __future__ import annotations

import json
import logging
import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from events.bars import SLACK, Bars, Floats, first_fault
from events.errors import LogError
from jobs.sources.contract import (
    BadAnswerError,
    Dividend,
    Fetched,
    NoDataError,
    RateLimitedError,
    ShareCount,
    SourceError,
    Split,
    UnreachableError,
    freely,
)
from timeline.symbols import is_currency_pair

FACTS = ("symbol", "currency", "exchangeName", "exchangeTimezoneName")
TIMEOUT = 10.0  # seconds that Yahoo has for an answer
SHARES_SPAN = timedelta(days=200)  # a count is filed every quarter

# Our suffix -> Yahoo's.
SUFFIXES = {"US": "", "SH": "SS", "UK": "L", "JP": "T"}
INDICES = {"^SPX": "^GSPC", "VNINDEX": "^VNINDEX.VN", "^VNINDEX": "^VNINDEX.VN"}


def yahoo_symbol(symbol: str) -> str:
    """Return a symbol as Yahoo writes it: USDCNY=X, BRK-B, 600519.SS."""
    if symbol in INDICES:
        return INDICES[symbol]
    if is_currency_pair(symbol):
        return symbol if symbol.endswith("=X") else f"{symbol}=X"
    stem, dot, suffix = symbol.rpartition(".")
    if not dot:
        return symbol
    if len(suffix) == 1 and suffix not in "TLF":  # a share class of New York
        return f"{stem}-{suffix}"
    told = SUFFIXES.get(suffix, suffix)
    return f"{stem}.{told}" if told else stem


class Yahoo:
    """Yahoo Finance; every request over the wire is counted, those for cookies too."""

    name = "yahoo"
    remote = True

    def __init__(self, cache: Path, timeout: float = TIMEOUT) -> None:
        """Take a folder for what yfinance remembers (time zones, a cookie), made when first needed."""
        self._cache, self._timeout = cache, timeout
        self.spend: Callable[[], None] = freely
        self._library: Any = None
        self._session: Any = None
        self._lock = Lock()  # yfinance shares one session, and one setting, among all callers
        self._statuses: list[int] = []
        self._chart = b""  # the last answer about prices

    def history(self, symbol: str, start: date | None, now: datetime) -> Fetched:
        """Return daily bars with their splits and dividends. Raises SourceError."""
        asked = yahoo_symbol(symbol)
        with self._lock:
            ticker = self._ticker(asked)
            # No `end`: yfinance would keep the answers about a past span, faults included, as long as it lives.
            span = {"period": "max"} if start is None else {"start": start.isoformat()}
            wanted = {"interval": "1d", "auto_adjust": False, "actions": True, "timeout": self._timeout}
            frame = self._told(asked, lambda: ticker.history(**span, **wanted))
            told = self._told(asked, lambda: ticker.history_metadata or {})
            meta = {key: told.get(key) for key in FACTS}  # by name: to list them all is another request
        if frame is None or not len(frame):
            raise NoDataError(f"Yahoo gave an empty answer for {asked}")
        return _fetched(asked, frame, meta, now, _foreign(self._chart))

    def shares(self, symbol: str, now: datetime) -> ShareCount | None:
        """Return the latest count of shares outstanding. Raises SourceError."""
        asked = yahoo_symbol(symbol)
        with self._lock:
            ticker = self._ticker(asked)
            start = (now - SHARES_SPAN).date().isoformat()
            series = self._told(asked, lambda: ticker.get_shares_full(start=start))
        if series is not None:
            series = series[series > 0]  # an empty or a zero count is none
        if series is None or not len(series):
            return None
        return ShareCount(series.index[-1].date(), int(series.iloc[-1]))

    def _ticker(self, asked: str) -> Any:
        if self._library is None:
            self._library, self._session = self._opened()
        # The zone of a symbol is asked for once and kept with its fault; without this an outage would last for ever.
        self._library.data.YfData.cache_get.cache_clear()
        self._statuses.clear()
        return self._library.Ticker(asked, session=self._session)

    def _opened(self) -> tuple[Any, Any]:
        import yfinance

        self._cache.mkdir(parents=True, exist_ok=True)
        yfinance.set_tz_cache_location(str(self._cache))
        yfinance.config.debug.hide_exceptions = False
        warnings.filterwarnings("ignore", module="yfinance")  # what it uses of pandas is between the two of them
        logging.getLogger("yfinance").setLevel(logging.CRITICAL)  # what it tells there, it raises here
        session = yfinance.data.new_session()
        through = session.request

        def request(*words: Any, **named: Any) -> Any:
            self.spend()
            named["timeout"] = min(named.get("timeout") or self._timeout, self._timeout)  # its own are longer
            answer = through(*words, **named)
            if "/v8/finance/chart/" in str(named.get("url", words)) or answer.status_code == 429:
                self._statuses.append(answer.status_code)
                self._chart = answer.content
            return answer

        session.request = request
        return yfinance, session

    def _told(self, asked: str, ask: Callable[[], Any]) -> Any:
        """Return what yfinance answers; its errors, and what is none of its own, in our words."""
        try:
            return ask()
        except (SourceError, LogError):
            raise
        except Exception as error:
            raise self._refusal(asked, error) from error

    def _refusal(self, asked: str, error: Exception) -> SourceError:
        told = (str(error) or type(error).__name__).partition(". See https://curl.se")[0]
        status = self._statuses[-1] if self._statuses else 0
        if isinstance(error, self._library.exceptions.YFRateLimitError) or status == 429:
            return RateLimitedError("Yahoo says that it was asked too often (429)")
        if status >= 500:
            return UnreachableError(f"Yahoo has a fault of its own (HTTP {status})")
        if status == 404 or isinstance(error, self._library.exceptions.YFTickerMissingError):
            return NoDataError(f"Yahoo has no prices of {asked}: {told}")
        if isinstance(error, json.JSONDecodeError):
            return BadAnswerError(f"Yahoo answered what is no JSON: {told}")
        if isinstance(error, OSError):
            return UnreachableError(f"Yahoo cannot be reached: {told}")
        return BadAnswerError(f"Yahoo's answer for {asked} cannot be read ({type(error).__name__}: {told})")


def _foreign(chart: bytes) -> dict[date, str]:
    """Return the days of dividends that are told in a currency other than the prices': yfinance drops which it is."""
    try:
        [told] = json.loads(chart)["chart"]["result"]
        zone = ZoneInfo(told["meta"]["exchangeTimezoneName"])
        paid = told["events"]["dividends"].values()
        own = told["meta"]["currency"]
        days = {datetime.fromtimestamp(one["date"], zone).date(): one.get("currency") for one in paid}
    except (KeyError, TypeError, ValueError, ZoneInfoNotFoundError, AttributeError, OverflowError, OSError):
        return {}  # nothing of the kind is told
    return {day: str(currency) for day, currency in days.items() if currency and currency != own}


def _fetched(asked: str, frame: Any, meta: dict[str, Any], now: datetime, foreign: Mapping[date, str]) -> Fetched:
    if not {"Open", "High", "Low", "Close", "Volume"} <= set(frame.columns):
        raise BadAnswerError(f"Yahoo's answer has the columns {', '.join(map(str, frame.columns))}")
    actions, frame = frame, frame[~frame["Close"].isna()]  # a split may stand on a day of its own, without prices
    days = np.array([moment.date() for moment in frame.index], dtype="datetime64[D]").astype(np.int32)
    columns = {name: _column(frame, name) for name in ("Close", "Open", "High", "Low", "Volume")}
    if not columns["Volume"].any():  # an index or a currency pair: nothing is counted
        columns.pop("Volume")
    impossible = _without_impossible(columns)
    bars = Bars(days, **{name.lower(): column for name, column in columns.items()}).at(slice(None))
    if (fault := first_fault(bars)) is not None:
        _, what, came, wanted = fault
        raise BadAnswerError(f"Yahoo's prices cannot be: {what}: got {came}, wanted {wanted}")
    notes = [f"open, high and low of {impossible} sessions cannot be, left out"] if impossible else []
    dividends = [Dividend(day, amount) for day, amount in _actions(actions, "Dividends") if math.isfinite(amount)]
    if other := sorted({foreign[one.on] for one in dividends if one.on in foreign}):
        notes.append(f"dividends in {', '.join(other)} left out: the prices are in {meta.get('currency')}")
    return Fetched(
        "yahoo",
        bars,
        now.astimezone(UTC).date(),
        asked=asked,
        symbol=str(meta.get("symbol") or ""),
        currency=str(meta.get("currency") or ""),
        exchange=str(meta.get("exchangeName") or ""),
        zone=str(meta.get("exchangeTimezoneName") or ""),
        splits=tuple(_splits(actions)),
        notes=tuple(notes),
        dividends=tuple(one for one in dividends if one.on not in foreign),
    )


def _column(frame: Any, name: str) -> Floats:
    """Return a column; where it went through 32 bits, the shortest figures that give the same 32 bits."""
    column = frame[name].to_numpy(dtype=np.float64)
    with np.errstate(over="ignore"):
        narrow = column.astype(np.float32)
    if name == "Volume" or not np.array_equal(narrow.astype(np.float64), column, equal_nan=True):
        return np.asarray(column)
    return np.array([float(str(figure)) for figure in narrow])


def _without_impossible(columns: dict[str, Floats]) -> int:
    """Empty the open, high and low of sessions where they contradict each other; return how many sessions those are.

    Yahoo has opens of zero for old sessions; a close is never touched.
    """
    opened, high, low, close = (columns[name] for name in ("Open", "High", "Low", "Close"))
    top, bottom = np.fmax(opened, close), np.fmin(opened, close)
    bad = (opened <= 0) | (low <= 0) | (high < top * (1 - SLACK)) | (low * (1 - SLACK) > bottom)
    for name in ("Open", "High", "Low"):
        columns[name] = np.where(bad, np.nan, columns[name])
    return int(np.count_nonzero(bad))


def _splits(frame: Any) -> Iterator[Split]:
    for day, ratio in _actions(frame, "Stock Splits"):
        exact = Fraction(ratio).limit_denominator(1000) if math.isfinite(ratio) else Fraction(0)
        if not exact:  # no split that can be; if the prices were divided for it, they are held back for the jump
            continue
        yield Split(day, float(exact.numerator), float(exact.denominator))


def _actions(frame: Any, name: str) -> Iterator[tuple[date, float]]:
    if name in frame.columns:
        column = frame[name]
        for moment, figure in column[column > 0].items():
            yield moment.date(), float(figure)
