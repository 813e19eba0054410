"""Daily price bars as columns, and the bytes that stand for them in the log.

A session has a close; open, high, low and volume may be missing as whole columns (None) or for a session (NaN). Dates
are days since 1970-01-01. The bytes are little-endian and laid out so that reading is a view, not a copy:

    offset 0   b"MTB1"                      magic and version of the layout
           4   uint32                       columns that follow the dates: bit 0 close, 1 open, 2 high, 3 low, 4 volume
           8   uint64                       n, the number of sessions
          16   int32[n]                     dates, padded with zeros to a multiple of 8
           .   float64[n] for each column   in the order of the bits
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from events.errors import InvalidValueError

Days = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

COLUMNS = ("close", "open", "high", "low", "volume")
PRICES = ("close", "open", "high", "low")
EPOCH = date(1970, 1, 1)
SLACK = 1e-6  # vendors hand out prices that went through 32-bit floats: a close may pass its high by a rounding

_HEADER = struct.Struct("<4sIQ")
_MAGIC = b"MTB1"


@dataclass(frozen=True, eq=False, slots=True)
class Bars:
    """Daily bars of one symbol: `dates` int32[n] sorted and unique, the columns float64[n], all read-only.

    Equal by content, NaN equal to NaN. Build one with `bars_of`, which checks what it is given.
    """

    dates: Days
    close: Floats
    open: Floats | None = None
    high: Floats | None = None
    low: Floats | None = None
    volume: Floats | None = None

    def __len__(self) -> int:
        return len(self.dates)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Bars):
            return NotImplemented
        return np.array_equal(self.dates, other.dates) and all(
            _same_column(getattr(self, name), getattr(other, name)) for name in COLUMNS
        )

    def __hash__(self) -> int:
        return hash((self.dates.tobytes(), self.close.tobytes()))

    @property
    def first(self) -> date:
        """The first session. Raises InvalidValueError for bars without any."""
        return day_of(self.dates[self._some()])

    @property
    def last(self) -> date:
        """The last session. Raises InvalidValueError for bars without any."""
        return day_of(self.dates[self._some() - 1])

    def columns(self) -> Iterator[tuple[str, Floats]]:
        """Yield the columns that are held, by name, the close first."""
        for name in COLUMNS:
            if (column := getattr(self, name)) is not None:
                yield name, column

    def at(self, rows: npt.NDArray[Any] | slice) -> Bars:
        """Return the bars at some rows: a mask, ascending positions, or a slice."""
        return Bars(_frozen(self.dates[rows]), **{name: _frozen(column[rows]) for name, column in self.columns()})

    def _some(self) -> int:
        if not len(self):
            raise InvalidValueError("bars", "no session", "at least one")
        return 0


def day_of(number: int | np.integer[Any]) -> date:
    """Return the date of a number of days since 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


def number_of(day: date) -> int:
    """Return the days since 1970-01-01 of a date."""
    return (day - EPOCH).days


def bars_of(
    dates: Any,
    close: Any,
    *,
    open: Any = None,
    high: Any = None,
    low: Any = None,
    volume: Any = None,
) -> Bars:
    """Return checked bars from dates (dates, datetime64, or days since 1970-01-01) and columns.

    Raises InvalidValueError, with the first session at fault, unless: dates are sorted and unique, closes are finite
    and above zero, the other prices are so or NaN, low <= open, close <= high (to a millionth), volume is not negative.
    """
    given = {"close": close, "open": open, "high": high, "low": low, "volume": volume}
    days = _days(dates)
    held = {name: _column(name, column, len(days)) for name, column in given.items() if column is not None}
    bars = Bars(days, **held)
    if (fault := first_fault(bars)) is not None:
        raise InvalidValueError(*fault[1:])
    return bars


def first_fault(bars: Bars) -> tuple[int, str, str, str] | None:
    """Return the first row at fault as (row, what, what came, what was wanted), None where there is none."""
    faults = []
    for found in (_date_fault(bars.dates), *(_value_fault(name, column) for name, column in bars.columns())):
        faults += [found] if found else []
    if not faults:
        faults = _order_faults(bars)
    if not faults:
        return None
    row, what, came, wanted = min(faults, key=lambda fault: fault[0])
    return row, f"{what} of {day_of(bars.dates[row])}", came, wanted


def diff(known: Bars, new: Bars) -> Bars:
    """Return the sessions of `new` that `known` lacks, or holds with another value in a column that `new` holds."""
    rows, there = _found(known.dates, new.dates)
    differs = ~there
    for name, column in new.columns():
        before = getattr(known, name)
        if before is None:
            differs |= ~np.isnan(column)
        elif len(before):
            differs |= there & ~np.isnan(column) & (before[rows] != column)
    return new.at(differs)


def merge(known: Bars, new: Bars) -> Bars:
    """Return both together; where both hold a value of a session, the one of `new`.

    Column by column: a later file of closes alone does not forget the highs that an earlier one brought.
    """
    days = np.union1d(known.dates, new.dates).astype(np.int32)
    held: dict[str, Floats] = {}
    for name in COLUMNS:
        if getattr(known, name) is None and getattr(new, name) is None:
            continue
        column = np.full(len(days), np.nan)
        for bars in (known, new):
            if (given := getattr(bars, name)) is not None:
                there = ~np.isnan(given)
                column[np.searchsorted(days, bars.dates[there])] = given[there]
        held[name] = _frozen(column)
    return Bars(_frozen(days), **held)


def scaled(bars: Bars, factor: Floats) -> Bars:
    """Return the bars with prices divided and volume multiplied by `factor` (float64[n]): a split, restated."""
    changed = {name: _frozen(column / factor) for name, column in bars.columns() if name in PRICES}
    if bars.volume is not None:
        changed["volume"] = _frozen(bars.volume * factor)
    return replace(bars, **changed)


def to_bytes(bars: Bars) -> bytes:
    """Return the bytes of some bars, the same for the same content."""
    held = [(COLUMNS.index(name), column) for name, column in bars.columns()]
    flags = sum(1 << bit for bit, _ in held)
    dates = bars.dates.astype("<i4").tobytes()
    columns = (np.where(np.isnan(column), np.nan, column).astype("<f8").tobytes() for _, column in held)
    return b"".join([_HEADER.pack(_MAGIC, flags, len(bars)), dates, bytes(-len(dates) % 8), *columns])


def from_bytes(data: bytes) -> Bars:
    """Return the bars that some bytes hold, as views of them. Raises InvalidValueError for other bytes."""
    if len(data) < _HEADER.size or data[:4] != _MAGIC:
        raise InvalidValueError("price columns", f"{len(data)} bytes that begin with {data[:4]!r}", repr(_MAGIC))
    _, flags, count = _HEADER.unpack_from(data)
    names = [name for bit, name in enumerate(COLUMNS) if flags >> bit & 1]
    start = _HEADER.size + count * 4 + (count * 4) % 8
    if (size := start + len(names) * count * 8) != len(data) or "close" not in names or flags >> len(COLUMNS):
        raise InvalidValueError("price columns", f"{len(data)} bytes, columns {names}", f"{size} bytes with a close")
    dates = np.frombuffer(data, "<i4", count, _HEADER.size)
    columns = {name: np.frombuffer(data, "<f8", count, start + place * count * 8) for place, name in enumerate(names)}
    return Bars(dates, **columns)


def digest(data: bytes) -> str:
    """Return the SHA-256 (hexadecimal) under which the log keeps these bytes."""
    return hashlib.sha256(data).hexdigest()


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    owned = array.copy() if array.base is not None else array
    owned.flags.writeable = False
    return owned


def _same_column(one: Floats | None, other: Floats | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other, equal_nan=True)


def _days(dates: Any) -> Days:
    array = np.asarray(dates)
    if array.dtype == object or array.dtype.kind in "MU":
        array = array.astype("datetime64[D]").astype(np.int64)
    if array.ndim != 1 or (len(array) and array.dtype.kind not in "iu"):
        raise InvalidValueError("the dates of bars", f"{array.dtype} of shape {array.shape}", "one list of dates")
    return _frozen(array.astype(np.int32))


def _column(name: str, column: Any, count: int) -> Floats:
    array = np.array(column, dtype=np.float64)
    if array.shape != (count,):
        raise InvalidValueError(f"the column {name}", f"shape {array.shape}", f"one value for each of {count} dates")
    return _frozen(array)


def _date_fault(dates: Days) -> tuple[int, str, str, str] | None:
    if not len(wrong := np.flatnonzero(np.diff(dates) <= 0)):
        return None
    row = int(wrong[0]) + 1
    before, here = day_of(dates[row - 1]), day_of(dates[row])
    if before == here:
        return row, "the bar", "a second one of this day", "one bar a session"
    return row, "the bar", f"after that of {before}", "dates in ascending order"


def _value_fault(name: str, column: Floats) -> tuple[int, str, str, str] | None:
    bad = ~(column >= 0) if name == "volume" else ~(column > 0)
    bad |= np.isinf(column)
    if name != "close":
        bad &= ~np.isnan(column)
    if not bad.any():
        return None
    row = int(np.argmax(bad))
    wanted = "a finite number, zero or more" if name == "volume" else "a finite number above zero"
    return row, f"the {name}", f"{column[row]:g}", wanted


def _order_faults(bars: Bars) -> list[tuple[int, str, str, str]]:
    faults = []
    pairs = (("high", "low"), ("high", "close"), ("close", "low"), ("high", "open"), ("open", "low"))
    for upper, lower in pairs:
        above, below = getattr(bars, upper), getattr(bars, lower)
        if above is None or below is None:
            continue
        bad = above < below * (1 - SLACK)
        if bad.any():
            row = int(np.argmax(bad))
            faults.append((row, f"the {upper}", f"{above[row]:.10g}", f"at least its {lower}, {below[row]:.10g}"))
    return faults


def _found(known: Days, wanted: Days) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Return, for each wanted day, a row of `known` (clipped) and whether it is that day."""
    rows = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    if not len(known):
        return rows, np.zeros(len(wanted), dtype=np.bool_)
    return rows, known[rows] == wanted
