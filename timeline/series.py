"""One symbol's prices, cut out of a panel: what asks history itself counts places in it, not sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from events.bars import day_of
from timeline.columns import EPOCH, Floats
from timeline.prices import Panel
from timeline.windows import Integers


@dataclass(frozen=True, slots=True)
class Series:
    """One symbol's prices as known: `days` since 1970-01-01 and columns of one length, NaN for gaps.

    `before` is the day of the exchange's last session before the first one held.
    """

    symbol: str
    days: Integers
    close: Floats
    high: Floats
    low: Floats
    first: int
    before: int

    @classmethod
    def of(cls, panel: Panel, symbol: int) -> Series:
        """Cut one symbol out of a panel."""
        first, last, offset = (int(column[symbol]) for column in (panel.first, panel.last, panel.offset))
        held = slice(offset + first, offset + last + 1)
        nothing = np.full(last - first + 1, np.nan)
        close, high, low = (
            panel.columns[name][held] if name in panel.columns else nothing for name in ("close", "high", "low")
        )
        days = panel.calendar.days[first : last + 1].astype(np.int64)
        # before the first day of sessions that are only observed lies nobody knows what: a week without is allowed for
        before = int(panel.calendar.days[first - 1]) if first else int(days[0]) - 7
        return cls(panel.symbols[symbol], days, close, high, low, first, before)

    def holds(self, day: date) -> bool:
        """Tell whether the sessions from a day on are held."""
        return self.before < day.toordinal() - EPOCH

    def place(self, day: date, *, after: bool = False) -> int:
        """Return the place of the last session on or before a day (-1: none), or of the first one after it."""
        return int(np.searchsorted(self.days, day.toordinal() - EPOCH, side="right")) - (0 if after else 1)

    def date(self, place: int) -> date:
        """Return the date of a place."""
        return day_of(self.days[place])

    def bar(self, place: int, *columns: str) -> dict[str, Any]:
        """Return a bar as evidence shows it."""
        return {"date": self.date(place).isoformat()} | {
            name: float(getattr(self, name)[place]) for name in columns or ("close",)
        }
