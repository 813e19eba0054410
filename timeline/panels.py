"""Prices laid out for checking: one calendar for a group of symbols, one offset for a symbol, gaps as NaN.

A symbol belongs to the panel of its exchange. Days of its data before or after all that the exchange's calendar knows
extend the calendar; a day inside that is no session is bad data, left out and told as a Problem. A symbol of whose
days more than one in a hundred (and more than one) are no sessions is not traded by that calendar at all: it gets a
panel of its own days, as do symbols without a known exchange. Symbols with the very same days share such a panel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from events.bars import COLUMNS, Bars, Days, Floats, day_of, scaled
from events.errors import InvalidValueError, NotHeldError, Problem
from timeline.sessions import Calendar, exchange_calendar, observed_calendar
from timeline.symbols import OBSERVED, calendar_for, observed_hours


@dataclass(frozen=True, eq=False)
class Panel:
    """The prices of the symbols that keep one calendar.

    The value of symbol s in session i is `columns[name][offset[s] + i]`, for first[s] <= i <= last[s] only: other
    cells belong to other symbols. `offset` is int64[S], `first` and `last` int32[S]; the columns are flat float64,
    "close" always, NaN where a session has no value.
    """

    calendar: Calendar
    symbols: tuple[str, ...]
    offset: npt.NDArray[np.int64]
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    columns: Mapping[str, Floats]

    def series(self, s: int, name: str = "close") -> Floats:
        """Return a column of one symbol from session first[s] to last[s], all NaN where it is not held (a view)."""
        start, stop = self.offset[s] + self.first[s], self.offset[s] + self.last[s] + 1
        return self.columns[name][start:stop] if name in self.columns else np.full(stop - start, np.nan)

    def days(self, s: int) -> Days:
        """Return the days of the sessions from first[s] to last[s]."""
        return self.calendar.days[self.first[s] : self.last[s] + 1]


def inverse(panel: Panel, s: int, symbol: str) -> Panel:
    """Return the panel of one symbol whose prices are one over those of symbol `s`; its high is one over the low."""
    turned = {"high": "low", "low": "high"}
    first, last = panel.first[s : s + 1], panel.last[s : s + 1]
    columns = {name: 1.0 / panel.series(s, turned.get(name, name)) for name in panel.columns if name != "volume"}
    return Panel(panel.calendar, (symbol,), -first.astype(np.int64), first, last, columns)


class Split(NamedTuple):
    """From day `on` (since 1970-01-01) a share is `ratio` shares."""

    on: int
    ratio: float


class Observation(NamedTuple):
    """Bars of one symbol on their way into a panel: the days they span, how far adjusted, and how to get them."""

    symbol: str
    first: int
    last: int
    adjusted_through: int
    load: Callable[[], Bars]


def restated(bars: Bars, splits: Iterable[Split], adjusted_through: int) -> Bars:
    """Return bars adjusted through a day in the terms after all `splits`: sessions before a later split are divided."""
    missing = [split for split in splits if split.on > adjusted_through]
    return scaled(bars, factors(bars.dates, missing)) if missing else bars


def factors(days: npt.NDArray[Any], splits: Iterable[Split]) -> Floats:
    """Return for each day the product of the ratios of the splits after it: one share then is so many now."""
    product = np.ones(np.shape(days))
    for split in splits:
        product[days < split.on] *= split.ratio
    return product


def build_panels(
    observations: Iterable[Observation], splits: Mapping[str, Sequence[Split]]
) -> tuple[tuple[Panel, ...], tuple[Problem, ...]]:
    """Return the panels of some observations, and the days that were left out.

    Where two observations hold a value of a session, the later in the given order wins. `splits` are those known, by
    symbol. Panels come in the order of their exchanges' names, then the observed ones by their first symbol.
    """
    series: dict[str, list[Observation]] = {}
    for observation in observations:
        series.setdefault(observation.symbol, []).append(observation)
    exchanges: dict[str, list[str]] = {}
    for symbol in sorted(series):
        exchanges.setdefault(calendar_for(symbol), []).append(symbol)
    observed = exchanges.pop(OBSERVED, [])
    panels: list[Panel] = []
    problems: list[Problem] = []
    for exchange, symbols in sorted(exchanges.items()):
        calendar = _calendar_over(exchange, [one for symbol in symbols for one in series[symbol]])
        if calendar is None:
            observed += symbols
            continue
        filler = _Filler(calendar, {symbol: series[symbol] for symbol in symbols}, splits)
        panels += [filler.panel()] if filler.symbols else []
        problems += filler.problems
        observed += filler.misfits
    for group in _alike({symbol: series[symbol] for symbol in sorted(observed)}):
        filler = _Filler(group.calendar, group.series, splits)
        panels.append(filler.panel())
    return tuple(panels), tuple(problems)


class _Group(NamedTuple):
    calendar: Calendar
    series: dict[str, list[Observation]]


def _calendar_over(exchange: str, observations: list[Observation]) -> Calendar | None:
    """Return an exchange's calendar, extended by the days observed outside of it; None for an unknown exchange."""
    try:
        calendar = exchange_calendar(exchange)
    except NotHeldError:  # a code of our table that this version of exchange_calendars does not have
        return None
    low, high = int(calendar.days[0]), int(calendar.days[-1])
    outside = [one.load().dates for one in observations if one.first < low or one.last > high]
    return (calendar.extended(np.concatenate(outside)) if outside else calendar).continued()


def _alike(series: Mapping[str, list[Observation]]) -> list[_Group]:
    """Return the symbols that keep their own days, those with the same days and hours together."""
    groups: dict[tuple[bytes, tuple[int, int]], _Group] = {}
    for symbol, observations in series.items():
        days = np.unique(np.concatenate([one.load().dates for one in observations]))
        hours = observed_hours(symbol)
        key = days.tobytes(), hours
        if key not in groups:
            groups[key] = _Group(observed_calendar(f"days observed for {symbol}", days, hours).continued(), {})
        groups[key].series[symbol] = observations
    return list(groups.values())


class _Filler:
    """Lays the series of one calendar one after the other into flat columns."""

    def __init__(
        self,
        calendar: Calendar,
        series: Mapping[str, list[Observation]],
        splits: Mapping[str, Sequence[Split]],
    ) -> None:
        self.calendar = calendar
        self.symbols: list[str] = []
        self.misfits: list[str] = []
        self.problems: list[Problem] = []
        self._offset: list[int] = []
        self._bounds: list[tuple[int, int]] = []
        self._used = 0
        bounds = self._spanned(series)
        self._capacity = int(np.maximum(bounds[:, 1] - bounds[:, 0] + 1, 0).sum())
        self._columns: dict[str, Floats] = {"close": np.empty(self._capacity)}
        for (symbol, observations), (first, last) in zip(series.items(), bounds.tolist(), strict=True):
            self._place(symbol, observations, splits.get(symbol, ()), (first, last))

    def panel(self) -> Panel:
        """Return what was laid out."""
        columns = {name: self._columns[name][: self._used] for name in COLUMNS if name in self._columns}
        bounds = np.array(self._bounds, dtype=np.int32).reshape(-1, 2)
        arrays = (np.array(self._offset, dtype=np.int64), bounds[:, 0].copy(), bounds[:, 1].copy())
        for column in columns.values():
            column.setflags(write=False)
        for array in arrays:
            array.setflags(write=False)
        return Panel(self.calendar, tuple(self.symbols), *arrays, columns)

    def _spanned(self, series: Mapping[str, list[Observation]]) -> npt.NDArray[np.int64]:
        """Return the first and last session that each symbol can have: int64[S, 2]."""
        days = [(min(one.first for one in held) - 1, max(one.last for one in held)) for held in series.values()]
        found = self.calendar.at_or_before_many(np.array(days, dtype=np.int64).reshape(-1, 2))
        found[:, 0] += 1
        return found

    def _place(
        self, symbol: str, observations: list[Observation], splits: Sequence[Split], bounds: tuple[int, int]
    ) -> None:
        """Fill the next cells with a symbol; take it back where its days are not those of the calendar."""
        first, last = bounds
        start = self._used
        stop = start + max(last - first + 1, 0)
        parts = []
        for observation in observations:
            bars = restated(observation.load(), splits, observation.adjusted_through)
            _check_span(observation, bars)
            parts.append((bars, *self._cells(bars, start - first)))
        whole = len(parts) == 1 and isinstance(parts[0][1], slice) and len(parts[0][0]) == stop - start
        for name, column in self._columns.items():
            if not (whole and name == "close"):
                column[start:stop] = np.nan
        for bars, cells, keep in parts:
            self._write(bars, cells, keep)
        if not whole and not self._fits(symbol, (start, stop), [(bars, keep) for bars, _, keep in parts]):
            return
        self.symbols.append(symbol)
        self._offset.append(start - first)
        self._bounds.append(bounds)
        self._used = stop

    def _cells(self, bars: Bars, offset: int) -> tuple[Any, Any]:
        """Return the cells that some bars go to, and the rows that go there: slices where they follow the calendar."""
        days = self.calendar.days
        row = int(np.searchsorted(days, bars.dates[0])) if len(bars) else 0
        if np.array_equal(days[row : row + len(bars)], bars.dates):
            return slice(offset + row, offset + row + len(bars)), slice(None)
        rows = self.calendar.index_many(bars.dates)
        keep = rows >= 0
        return offset + rows[keep], keep

    def _write(self, bars: Bars, cells: Any, keep: Any) -> None:
        """Write bars over what stands in their cells, except where they hold no value."""
        for name, column in bars.columns():
            target = self._columns.get(name)
            if target is None:
                target = self._columns[name] = np.full(self._capacity, np.nan)
            given = column[keep]
            missing = np.isnan(given) if name != "close" else np.False_
            target[cells] = np.where(missing, target[cells], given) if missing.any() else given

    def _fits(self, symbol: str, cells: tuple[int, int], parts: list[tuple[Bars, Any]]) -> bool:
        """Tell whether a symbol keeps this calendar, and note the days that it does not keep."""
        odd = [bars.dates[~keep] for bars, keep in parts if not isinstance(keep, slice)]
        off = np.unique(np.concatenate(odd)) if odd else np.array([])
        held = int(np.count_nonzero(~np.isnan(self._columns["close"][slice(*cells)])))
        if not held or (len(off) > 1 and len(off) * 100 > held + len(off)):
            self.misfits.append(symbol)
            self.problems.append(self._misfit(symbol, off, held))
            return False
        self.problems += [self._left_out(symbol, day) for day in off]
        return True

    def _left_out(self, symbol: str, day: int) -> Problem:
        return Problem(
            f"{symbol}: {day_of(day)} is no session of {self.calendar.name}; its bar is left out", source=symbol
        )

    def _misfit(self, symbol: str, off: Days, held: int) -> Problem:
        return Problem(
            f"{symbol}: {len(off)} of its {held + len(off)} days (the first {day_of(off[0])}) are no sessions of "
            f"{self.calendar.name}; its sessions are taken as its data has them",
            source=symbol,
        )


def _check_span(observation: Observation, bars: Bars) -> None:
    if len(bars) and not (observation.first <= bars.dates[0] and bars.dates[-1] <= observation.last):
        raise InvalidValueError(
            f"the bars of {observation.symbol}",
            f"{bars.first} to {bars.last}",
            f"days within {day_of(observation.first)} to {day_of(observation.last)}, as their event says",
        )
