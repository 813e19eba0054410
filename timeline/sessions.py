"""Exchange calendars as plain arrays: which days are sessions, and when each opens and closes.

The sessions come from the exchange_calendars package, asked for explicit bounds because its default end moves with the
clock. It takes seconds to import and to answer, so those of the main exchanges ship with the package (`shipped`), and
any other is kept in memory and in a small file of the user's cache folder. The file carries the package's version in
its name and its own hash inside: whatever is wrong with it, or with the folder, the calendar is worked out again.

After the last session that a calendar knows (Shanghai publishes its holidays a year at a time) it has no answer. Before
and after its bounds, `Calendar.extended` takes the days that the data holds, and `Calendar.continued` expects a session
on every weekday after them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from events.bars import Days, day_of, number_of
from events.errors import InvalidValueError, NotHeldError
from timeline.shipped import shipped
from timeline.symbols import calendar_for

__all__ = ["Calendar", "calendar_for", "exchange_calendar", "observed_calendar", "seconds_of"]

Seconds = npt.NDArray[np.int64]

FIRST = date(1970, 1, 1)
LAST = date(2030, 12, 31)
DAY = 86_400


@dataclass(frozen=True, eq=False)
class Calendar:
    """The sessions of an exchange: `days` int32[N] since 1970-01-01, `opens` and `closes` int64[N] UTC seconds.

    `observed` says that the days are those seen in data, from 00:00:00 to 23:59:59 UTC where nothing better is known.
    Methods take one day or instant; those named `*_many` take arrays of days since 1970-01-01, or of UTC seconds, and
    answer int64 arrays.
    """

    name: str
    days: Days
    opens: Seconds
    closes: Seconds
    observed: bool = field(default=False)

    def __len__(self) -> int:
        return len(self.days)

    def day(self, index: int) -> date:
        """Return the date of a session. Raises IndexError outside of the calendar."""
        if not 0 <= index < len(self.days):
            raise IndexError(f"session {index} of {self.name or 'this calendar'}: it has 0 to {len(self.days) - 1}")
        return day_of(self.days[index])

    def index(self, day: date) -> int | None:
        """Return the index of the session on a day, None if there is none."""
        found = self.at_or_before(day)
        return found if found >= 0 and self.days[found] == number_of(day) else None

    def at_or_before(self, day: date) -> int:
        """Return the index of the last session on or before a day, -1 if there is none."""
        return int(np.searchsorted(self.days, number_of(day), side="right")) - 1

    def last_closed(self, instant: datetime) -> int:
        """Return the index of the last session that had closed by an instant, -1 if none had."""
        return int(np.searchsorted(self.closes, seconds_of(instant), side="right")) - 1

    def in_session(self, instant: datetime) -> int | None:
        """Return the index of the session open at an instant (its open included, its close not), or None.

        A midday break belongs to the session.
        """
        following, second = self.last_closed(instant) + 1, seconds_of(instant)
        return following if following < len(self.days) and self.opens[following] <= second else None

    def index_many(self, days: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Return the index of the session on each day, -1 where there is none."""
        found = self.at_or_before_many(days)
        if not len(self.days):
            return found
        return np.where((found >= 0) & (self.days[np.maximum(found, 0)] == days), found, -1)

    def at_or_before_many(self, days: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Return the index of the last session on or before each day, -1 where there is none."""
        if not len(self.days):
            return np.full(np.shape(days), -1, dtype=np.int64)
        start, table = self._table
        return table.take(np.asarray(days, dtype=np.int64) - start, mode="clip")

    def last_closed_many(self, seconds: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Return the index of the last session closed by each instant, -1 where none had."""
        return np.searchsorted(self.closes, seconds, side="right").astype(np.int64) - 1

    def extended(self, days: npt.NDArray[Any]) -> Calendar:
        """Return this calendar with the days of the data that lie before its first or after its last session.

        They open and close as its nearest session does, by universal time.
        """
        outside = np.unique(days[(days < self.days[0]) | (days > self.days[-1])]) if len(self.days) else np.unique(days)
        if not len(outside):
            return self
        more = observed_calendar(self.name, outside)
        if len(self.days):
            nearest = np.where(outside < self.days[0], 0, len(self.days) - 1)
            midnight = outside.astype(np.int64) * DAY
            opens, closes = (midnight + instants[nearest] % DAY for instants in (self.opens, self.closes))
            more = Calendar(self.name, more.days, opens, closes)
        order = np.argsort(np.concatenate([self.days, more.days]), kind="stable")
        parts = ((self.days, more.days), (self.opens, more.opens), (self.closes, more.closes))
        all_days, opens, closes = (_read_only(np.concatenate(part)[order]) for part in parts)
        return Calendar(self.name, all_days, opens, closes, observed=self.observed)

    def continued(self) -> Calendar:
        """Return this calendar with every weekday after its last session up to the end of 2030.

        A claim about days after all that is known must not fall back on the last day that is: its prices are not in
        yet. A holiday among those weekdays is found out when the data goes past it.
        """
        if not len(self.days) or number_of(LAST) - int(self.days[-1]) < 7:
            return self
        days = np.arange(int(self.days[-1]) + 1, number_of(LAST) + 1)
        return self.extended(days[(days + 3) % 7 < 5])  # 1970-01-01 was a Thursday

    @cached_property
    def _table(self) -> tuple[int, npt.NDArray[np.int64]]:
        """The day before the first session, and for it and each day up to the last one the session at or before."""
        start = int(self.days[0]) - 1
        span = np.arange(start, int(self.days[-1]) + 1)
        return start, np.searchsorted(self.days, span, side="right").astype(np.int64) - 1


def seconds_of(instant: datetime) -> int:
    """Return the whole UTC seconds since 1970 of an aware instant. Raises InvalidValueError without a zone."""
    if instant.tzinfo is None:
        raise InvalidValueError("an instant", instant.isoformat(), "one with a zone, such as 2025-02-07T21:00:00Z")
    return int(instant.timestamp() // 1)


def observed_calendar(
    name: str, days: npt.NDArray[Any] | Iterable[date], hours: tuple[int, int] = (0, DAY - 1)
) -> Calendar:
    """Return a calendar of the days observed in data (dates, or days since 1970-01-01), doubles taken once.

    `hours` are the seconds of the day, in universal time, at which its sessions open and close.
    """
    given = days if isinstance(days, np.ndarray) else np.array([number_of(day) for day in days], dtype=np.int32)
    unique = np.unique(given).astype(np.int32)
    opens, closes = (unique.astype(np.int64) * DAY + hour for hour in hours)
    return Calendar(name, _read_only(unique), _read_only(opens), _read_only(closes), observed=True)


@cache
def exchange_calendar(name: str) -> Calendar:
    """Return the calendar of an exchange ("XNYS") from 1970, or as far as it is known, to the end of 2030.

    Raises NotHeldError for a name that exchange_calendars does not know.
    """
    if (ready := shipped(name, made_by())) is not None:
        return _calendar(name, ready)
    path = _cache_path(name)
    if path and (held := _load(path)) is not None:
        return _calendar(name, held)
    table = worked_out(name)
    if path:
        _store(path, table)
    return _calendar(name, table)


def made_by() -> str:
    """Return what a table of sessions comes from: the library, its version, and the bounds asked of it."""
    from importlib.metadata import version

    return f"{FIRST:%Y%m%d}-{LAST:%Y%m%d}-exchange_calendars-{version('exchange_calendars')}"


def _calendar(name: str, table: npt.NDArray[np.int64]) -> Calendar:
    days, opens, closes = table
    return Calendar(name, _read_only(days.astype(np.int32)), _read_only(opens.copy()), _read_only(closes.copy()))


def worked_out(name: str) -> npt.NDArray[np.int64]:
    """Return int64[3, N] from the library: days since 1970-01-01, opening and closing UTC seconds.

    Raises NotHeldError for a name that it does not know.
    """
    import exchange_calendars
    import pandas

    try:
        with warnings.catch_warnings():  # what it uses of pandas is between the two of them
            warnings.simplefilter("ignore", DeprecationWarning)
            schedule = _bounded(exchange_calendars, pandas, name).schedule
    except exchange_calendars.errors.InvalidCalendarName as error:
        raise NotHeldError(
            f"no calendar for the exchange {name!r}: exchange_calendars knows market identifier codes such as XNYS"
        ) from error
    # Casting to whole seconds first makes the answer the same whatever unit this version of pandas keeps.
    opens, closes = (
        schedule[column].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
        for column in ("open", "close")
    )
    days = schedule.index.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    return np.stack([days, opens, closes])


def _bounded(library: Any, pandas: Any, name: str) -> Any:
    first, last = pandas.Timestamp(FIRST), pandas.Timestamp(LAST)
    try:
        return library.get_calendar(name, start=first, end=last)
    except ValueError:  # it is not known so far back or forward: an instance made with its own bounds tells how far
        kind = type(library.get_calendar(name))
        low, high = kind.bound_min(), kind.bound_max()
        return library.get_calendar(name, start=max(first, low or first), end=min(last, high or last))


def _cache_path(name: str) -> Path | None:
    try:
        from platformdirs import user_cache_path

        safe = "".join(letter if letter.isalnum() else "_" for letter in name)
        return user_cache_path("market-timeline", appauthor=False) / "sessions" / f"{safe}-{made_by()}.v1"
    except (OSError, RuntimeError):  # no home folder
        return None


def _load(path: Path) -> npt.NDArray[np.int64] | None:
    """Return the table that a cache file holds, None if there is no such file or it is not whole."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    checksum, body = content[:32], content[32:]
    if hashlib.sha256(path.name.encode() + body).digest() != checksum or len(body) % 24:
        return None
    return np.frombuffer(body, "<i8").astype(np.int64).reshape(3, -1)


def _store(path: Path, table: npt.NDArray[np.int64]) -> None:
    """Write a cache file under another name and move it into place; a folder that refuses is no one's trouble."""
    body = table.astype("<i8").tobytes()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".sessions-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(path.name.encode() + body).digest() + body)
            Path(draft).replace(path)
        except OSError:
            Path(draft).unlink(missing_ok=True)


def _read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.flags.writeable = False
    return array
