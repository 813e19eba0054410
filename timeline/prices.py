"""Price history as known: columns for checking, rows for evidence, factors back to as-traded prices.

Closes are split-adjusted for every split that is known, and not dividend-adjusted. What was known at an instant is
decided by what is passed in: bars and splits recorded later do not reach a history built from those before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from events.bars import COLUMNS, Bars, Floats, day_of, from_bytes, number_of
from events.errors import NotHeldError, Problem
from events.model import BarsObserved, DividendObserved, SplitObserved
from timeline.dividends import Dividend, dividends_by_symbol
from timeline.panels import Observation, Panel, Split, build_panels, factors, inverse
from timeline.symbols import canonical, is_currency_pair, resolve

if TYPE_CHECKING:
    import pandas

__all__ = ["Panel", "PriceHistory", "splits_by_symbol"]

ALWAYS = number_of(date.max)


class PriceHistory:
    """The prices of many symbols, in panels (see timeline.panels); `problems` are the bars that were left out."""

    def __init__(
        self,
        panels: Sequence[Panel] = (),
        splits: Mapping[str, Sequence[Split]] | None = None,
        problems: Iterable[Problem] = (),
        dividends: Mapping[str, tuple[Dividend, ...]] | None = None,
        *,
        prove: Callable[[Panel, int], None] | None = None,
    ) -> None:
        self.panels = tuple(panels)
        self.problems = tuple(problems)
        self._splits = {symbol: tuple(known) for symbol, known in (splits or {}).items()}
        self._dividends = dict(dividends or {})
        self._prove = prove  # asked before a symbol's prices are handed out
        self._turned: dict[str, tuple[Panel, int]] = {}
        self._places = {symbol: (panel, s) for panel in self.panels for s, symbol in enumerate(panel.symbols)}

    @classmethod
    def from_observations(
        cls,
        observations: Iterable[tuple[BarsObserved, datetime]],
        splits: Iterable[tuple[SplitObserved, datetime]] = (),
        dividends: Iterable[tuple[DividendObserved, datetime]] = (),
        *,
        load: Callable[[str], bytes],
    ) -> PriceHistory:
        """Return the history that observed bars, splits and dividends, each with its recorded instant, add up to.

        `load` returns price columns by their hash (EventLog.columns). Of two observations of a session the later
        recorded wins; prices adjusted only through a day before a split are restated in the terms after it.
        """
        ordered = sorted(observations, key=lambda pair: pair[1])
        known = splits_by_symbol(splits)
        panels, problems = build_panels((_observation(event, load) for event, _ in ordered if event.count), known)
        return cls(panels, known, problems, dividends_by_symbol(dividends, known))

    @classmethod
    def from_panels(
        cls,
        panels: Sequence[Panel],
        splits: Iterable[tuple[SplitObserved, datetime]],
        dividends: Iterable[tuple[DividendObserved, datetime]],
        problems: Iterable[Problem],
        *,
        prove: Callable[[Panel, int], None],
    ) -> PriceHistory:
        """Return the history in panels that are laid out; `prove` is asked before a symbol's prices are handed out."""
        known = splits_by_symbol(splits)
        return cls(panels, known, problems, dividends_by_symbol(dividends, known), prove=prove)

    @classmethod
    def from_bars(cls, bars: Mapping[str, Bars]) -> PriceHistory:
        """Return the history of bars already in the terms of today, by symbol."""
        observations = [
            Observation(
                resolve(symbol, held.last), number_of(held.first), number_of(held.last), ALWAYS, partial(_same, held)
            )
            for symbol, held in bars.items()
            if len(held)
        ]
        panels, problems = build_panels(observations, {})
        return cls(panels, {}, problems)

    @classmethod
    def from_frame(cls, frame: pandas.DataFrame, symbol: str = "") -> PriceHistory:
        """Return the history that a DataFrame holds, taken as split-adjusted.

        Three shapes: an index of dates and a column of closes for each symbol; rows with the columns date (or an index
        of dates), symbol, close and where held open, high, low, volume; or, with `symbol`, the bars of that one symbol.
        Empty cells are gaps. Raises InvalidValueError for prices that cannot be, naming symbol and session.
        """
        from timeline.frames import bars_from_frame

        return cls.from_bars(bars_from_frame(frame, symbol))

    def symbols(self) -> tuple[str, ...]:
        """Return the symbols that are held, sorted."""
        return tuple(sorted(self._places))

    def where(self, symbol: str, day: date | None = None) -> tuple[Panel, int] | None:
        """Return the panel and the number in it of what was called `symbol` on a day, None if it is not held."""
        return self.held(symbol, day) or self._inverse(canonical(symbol))

    def held(self, symbol: str, day: date | None = None) -> tuple[Panel, int] | None:
        """Return the same for what is held under its own name only: no currency pair turned round."""
        name = resolve(symbol, day)
        return self._proved(name if name in self._places else canonical(symbol))

    def _proved(self, name: str) -> tuple[Panel, int] | None:
        place = self._places.get(name)
        if place is not None and self._prove is not None:
            self._prove(*place)
        return place

    def _inverse(self, symbol: str) -> tuple[Panel, int] | None:
        """Return a currency pair (CNYUSD) out of the one that is held (USDCNY): one over each price, high for low."""
        if len(symbol) != 6 or not is_currency_pair(symbol):
            return None
        if symbol not in self._turned and (place := self.held(symbol[3:] + symbol[:3])) is not None:
            self._turned[symbol] = inverse(*place, symbol), 0
        return self._turned.get(symbol)

    def bars(
        self, symbol: str, start: date, end: date, columns: Sequence[str] = ("close",)
    ) -> list[dict[str, str | float]]:
        """Return the sessions from `start` to `end` as rows of evidence: date (ISO 8601) and the columns that are held.

        Empty for a symbol that is not held; sessions without a close are left out.
        """
        if (place := self.where(symbol)) is None:
            return []
        panel, s = place
        low = max(panel.calendar.at_or_before(start) + (panel.calendar.index(start) is None), int(panel.first[s]))
        high = min(panel.calendar.at_or_before(end), int(panel.last[s]))
        return [row for i in range(low, high + 1) if (row := _row(panel, s, i, columns))]

    def known(self, symbol: str) -> Bars | None:
        """Return all bars of a symbol, split-adjusted, None if it is not held."""
        if (place := self.where(symbol)) is None:
            return None
        panel, s = place
        there = ~np.isnan(panel.series(s))
        held = {name: panel.series(s, name)[there] for name in panel.columns}
        kept = {name: column for name, column in held.items() if name == "close" or not np.isnan(column).all()}
        return Bars(panel.days(s)[there], **kept)

    def splits(self, symbol: str) -> tuple[Split, ...]:
        """Return the splits that are known of a symbol, by their day."""
        return self._splits.get(resolve(symbol), ()) or self._splits.get(canonical(symbol), ())

    def dividends(self, symbol: str) -> tuple[Dividend, ...]:
        """Return the dividends that are known of a symbol, by their day, in the terms after every known split."""
        return self._dividends.get(resolve(symbol), ()) or self._dividends.get(canonical(symbol), ())

    @property
    def pays(self) -> bool:
        """Whether any dividend is known."""
        return bool(self._dividends)

    def as_traded_factor(self, symbol: str, sessions: npt.NDArray[Any]) -> Floats:
        """Return, for session numbers of the symbol's calendar, what to multiply an adjusted price with.

        The product is the price in the currency in which it traded that day. Raises NotHeldError for a symbol that is
        not held, IndexError for a session outside of its calendar.
        """
        if (place := self.where(symbol)) is None:
            raise NotHeldError(f"no prices of {symbol} are held")
        return factors(place[0].calendar.days[np.asarray(sessions)], self.splits(symbol))

    def __iter__(self) -> Iterator[tuple[str, Panel, int]]:
        for symbol in self.symbols():
            if (place := self._proved(symbol)) is not None:
                yield symbol, *place

    def __len__(self) -> int:
        return len(self._places)


def splits_by_symbol(splits: Iterable[tuple[SplitObserved, datetime]]) -> dict[str, tuple[Split, ...]]:
    """Return the splits of each symbol by their day; of two for one day (two sources) the later recorded."""
    found: dict[str, dict[int, Split]] = {}
    for event, _ in sorted(splits, key=lambda pair: pair[1]):
        day = number_of(event.on)
        found.setdefault(resolve(event.symbol, event.on), {})[day] = Split(day, event.new / event.old)
    return {symbol: tuple(split for _, split in sorted(of.items())) for symbol, of in found.items()}


def _observation(event: BarsObserved, load: Callable[[str], bytes]) -> Observation:
    return Observation(
        resolve(event.symbol, event.last),
        number_of(event.first),
        number_of(event.last),
        number_of(event.adjusted_through),
        lambda: from_bytes(load(event.columns)),
    )


def _same(bars: Bars) -> Bars:
    return bars


def _row(panel: Panel, s: int, i: int, columns: Sequence[str]) -> dict[str, str | float]:
    cell = panel.offset[s] + i
    values = {
        name: float(panel.columns[name][cell])
        for name in COLUMNS
        if name in panel.columns and (name in columns or name == "close")
    }
    if np.isnan(values["close"]):
        return {}
    return {
        "date": day_of(panel.calendar.days[i]).isoformat(),
        **{name: value for name, value in values.items() if name in columns and not np.isnan(value)},
    }
