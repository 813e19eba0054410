"""Claims that ask more of history than two prices: superlatives, streaks and falls from a high.

Each function answers with every reading tried, best reading first being left to the caller. A session index counts on
the panel's calendar; `series` cuts one symbol's prices to what is held, so that a place in it is session minus first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from events.bars import day_of
from events.model import Drawdown, Extreme, Streak
from timeline.bounds import Bounds, accepted
from timeline.columns import EPOCH, Floats
from timeline.measures import classify
from timeline.prices import Panel
from timeline.verdict import ORDER, Reading, VerdictWord
from timeline.windows import ABSENT, PERIODS, Integers, period_first_day


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


def extreme_readings(claim: Extreme, series: Series, end: int, factor: float = 1.0) -> list[Reading]:
    """Check a superlative over the whole history since its date, ties included.

    Supported: nothing as extreme in the windows that end after the span named, and one as extreme that ended in it.
    Without that one the claim holds but names the wrong date: close. On record (no date), or with sessions missing,
    what is held cannot prove it: consistent at best. A figure told with it must fit too. `end` is the session index at
    which the claim's own window ends, `factor` makes an adjusted price of that day the traded one.
    """
    at = end - series.first
    if end == ABSENT or not 0 <= at < len(series.days):
        return [_outside(_extreme_name(claim, ""), series, end)]
    found = [_ranked(claim, series, at, values, name, factor) for name, values in _scores(claim, series, at)]
    return found or [Reading(_extreme_name(claim, ""), "unchecked", missing=f"daily highs and lows of {series.symbol}")]


def _scores(claim: Extreme, series: Series, at: int) -> list[tuple[str, Floats]]:
    """Return the figure of each session up to `at` by which the claim's one is ranked, for each reading."""
    if claim.measure == "close":
        return [("close", series.close[: at + 1])]
    if claim.measure == "intraday":
        column = (series.low if claim.direction == "worst" else series.high)[: at + 1]
        return [] if np.isnan(column[at]) else [("intraday", column)]
    base = _base_places(claim, series, at)
    known = base >= 0
    start = np.where(known, series.close[np.maximum(base, 0)], np.nan)
    points = np.where(known, series.close[: at + 1] - start, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return [("percent", points / start * 100.0), ("points", points)]


def _base_places(claim: Extreme, series: Series, at: int) -> Integers:
    """Return for each session the place whose close its window starts from, -1 where none is held.

    Sessions overlap; weeks, months and longer periods are whole calendar ones, so only their last sessions count.
    """
    span = claim.window.span
    places = np.arange(at + 1)
    if span not in PERIODS:
        return np.maximum(places - (claim.window.count if span in ("sessions", "days") else 1), -1)
    firsts = period_first_day(series.days[: at + 1], span)
    ends_period = np.append(firsts[1:] != firsts[:-1], True)
    base = np.searchsorted(series.days, firsts, side="left") - 1
    return np.where(ends_period, base, -1)


def _ranked(claim: Extreme, series: Series, at: int, scores: Floats, name: str, factor: float) -> Reading:
    """Rank the claim's window among those since its date; see `extreme_readings` for what each outcome means."""
    own, label = float(scores[at]), _extreme_name(claim, name)
    if np.isnan(own):
        return Reading(label, "unchecked", missing=_before(series))
    sign = -1.0 if claim.direction == "worst" else 1.0
    with np.errstate(invalid="ignore"):
        as_extreme = np.flatnonzero(sign * scores[:at] >= sign * own)
    start = series.date(_window_start(claim, series, at))

    actual = own if claim.measure == "return" else own * factor
    figure = _figure_verdict(claim, series, at, actual, factor)
    unit = "%" if name == "percent" else " points" if name == "points" else ""

    def outcome(verdict: VerdictWord, rival: int | None = None, note: str = "", missing: str = "") -> Reading:
        bars = [series.bar(place, column) for place in (rival, at) if place is not None]
        if rival is not None:
            shown = f"{scores[rival]:+,.2f}{unit}" if unit else f"{scores[rival]:,.2f}"
            note = f"{note} {shown} on {series.date(rival)}"
        evidence = tuple(sorted(bars, key=lambda bar: str(bar["date"])))
        worst = max(verdict, figure, key=ORDER.index)
        return Reading(label, worst, actual, None, start, series.date(at), evidence, missing, note)

    column = {"intraday": "low" if sign < 0 else "high"}.get(claim.measure, "close")
    first, after = _span_places(claim, series)
    rivals, inside = as_extreme[as_extreme >= after], as_extreme[(as_extreme >= first) & (as_extreme < after)]
    if claim.measure == "return" and sign * own <= 0:
        return outcome("contradicted", note="it moved the other way")
    if len(rivals):
        return outcome("contradicted", int(rivals[-1]), "as extreme, and later:")
    if claim.since is None:
        return outcome("consistent", note=f"prices are held since {series.date(0)} only, which proves no record")
    if not series.holds(claim.since):
        return outcome("unchecked", missing=_before(series))
    if claim.since_end is not None and not len(inside):
        if len(as_extreme):
            return outcome("close", int(as_extreme[-1]), "the last as extreme came earlier:")
        return outcome("close", note=f"none as extreme is held since {series.date(0)}")
    rival, note = (int(inside[-1]), "the last as extreme:") if len(inside) else (None, "")
    if gaps := int(np.isnan(getattr(series, column)[max(first - 1, 0) : at]).sum()):
        return outcome(
            "consistent", rival, f"{gaps} session{'s' if gaps > 1 else ''} since not held; {note}".rstrip("; ")
        )
    return outcome("supported", rival, note)


def _span_places(claim: Extreme, series: Series) -> tuple[int, int]:
    """Return the first place of the span named, and the first one after it (from where no rival may stand)."""
    if claim.since is None:
        return 0, 0
    first = series.place(claim.since - timedelta(days=1), after=True)
    return first, first if claim.since_end is None else series.place(claim.since_end, after=True)


def _window_start(claim: Extreme, series: Series, at: int) -> int:
    if claim.measure != "return":
        return at
    return max(int(_base_places(claim, series, at)[at]), 0)


def _figure_verdict(claim: Extreme, series: Series, at: int, actual: float, factor: float) -> VerdictWord:
    """Return how the claim's own figure, where it states one, fits the window: in percent, or as traded."""
    if claim.stated is None:
        return "supported"
    if claim.measure == "return":
        base, last = float(series.close[_window_start(claim, series, at)]), float(series.close[at])
        actual = (last / base - 1) * 100 if claim.stated.unit == "percent" else (last - base) * factor
    return word_of(actual, accepted(claim.stated))


def _extreme_name(claim: Extreme, score: str) -> str:
    what = {"close": "close", "intraday": "intraday price", "points": "change in points"}.get(score, "return")
    return f"{claim.direction} {what} of the history since, ties included"


def word_of(actual: float, bounds: Bounds) -> VerdictWord:
    """Return the verdict of one figure by its bounds."""
    code = classify(np.array([actual]), Bounds(*(np.array([end], dtype=np.float64) for end in bounds)))
    return ORDER[int(code[0])]


def streak_readings(claim: Streak, series: Series, end: int) -> list[Reading]:
    """Count closes in a row with the sign up to the session `end`, from the close before the first.

    Exactly as many are supported; a longer streak holds the words but not the count: close. Where a close is missing
    before the count is known the streak stays unchecked. `end` closes a week or a month where those are counted.
    """
    at = end - series.first
    name = f"{claim.per}s in a row, close to close"
    if end == ABSENT or not 0 <= at < len(series.days):
        return [_outside(name, series, end)]
    places = _period_ends(series, at, claim.per)
    changes = np.diff(series.close[places]) * (1 if claim.direction == "up" else -1)
    broken = np.flatnonzero(~(changes > 0))  # by a change the other way, by none, or by a close that is not held
    length = len(changes) - (int(broken[-1]) + 1 if len(broken) else 0)
    known = len(broken) and not np.isnan(changes[broken[-1]])
    if not known and length <= claim.count:
        after, before = (int(places[-length - k]) for k in (1, 2)) if len(broken) else (0, 0)
        gap = series.date(after if np.isnan(series.close[after]) else before)
        missing = f"a close of {series.symbol} on {gap}" if len(broken) else _before(series)
        return [Reading(name, "unchecked", float(length), missing=missing)]
    shown = places[-(min(length, claim.count + 1) + 2) :] if length else places[-(claim.count + 1) :]
    evidence = tuple(series.bar(int(place)) for place in shown if not np.isnan(series.close[place]))
    verdict: VerdictWord = "supported" if length == claim.count else "close" if length > claim.count else "contradicted"
    start = places[max(len(places) - 1 - max(length, 1), 0)]
    beyond = float(abs(length - claim.count))
    return [Reading(name, verdict, float(length), beyond, series.date(int(start)), series.date(at), evidence)]


def _period_ends(series: Series, at: int, per: str) -> Integers:
    """Return the places of the last sessions of each week or month up to `at`, or of all of them."""
    places = np.arange(at + 1)
    if per == "session":
        return places
    firsts = period_first_day(series.days[places], "week" if per == "week" else "month")
    return np.asarray(places[np.append(firsts[1:] != firsts[:-1], True)])


def drawdown_readings(claim: Drawdown, series: Series, end: int) -> list[Reading]:
    """Measure a fall from the highest price in the span named (a rise from the lowest, for a positive figure).

    To the close at `end`, or with `suffered` to the lowest price in the window after the high. First closes against
    closes, then highs against lows; words such as "at one point" put the intraday pair first, and where that is not
    held closes alone contradict nothing. Without a span for the high the answer is held to what prices are held:
    consistent at best.
    """
    down = claim.stated.value < 0
    pairs = [("close", "close"), ("high", "low") if down else ("low", "high")]
    touched = claim.window.suffered or claim.window.part == "intraday"
    found = [_fallen(claim, series, end, *pair, down=down) for pair in (reversed(pairs) if touched else pairs)]
    if touched and found[0].actual is None and found[1].verdict == "contradicted":
        found[1] = replace(found[1], verdict="unchecked", missing=found[0].missing)
    return found


def _fallen(claim: Drawdown, series: Series, end: int, top: str, bottom: str, *, down: bool) -> Reading:
    kind = "closes" if top == "close" else "intraday prices"
    name = f"{'highest' if down else 'lowest'} to {'lowest' if down else 'highest'}, {kind}"
    if not claim.window.suffered:
        bottom, name = "close", f"{'highest' if down else 'lowest'} of {kind} to the last close"
    at = end - series.first
    if end == ABSENT or not 0 <= at < len(series.days):
        return _outside(name, series, end)
    peaks, ends = getattr(series, top), getattr(series, bottom)
    first = 0 if claim.peak_from is None else series.place(claim.peak_from - timedelta(days=1), after=True)
    last = at if claim.peak_to is None else min(series.place(claim.peak_to), at)
    if claim.peak_from is not None and not series.holds(claim.peak_from):
        return Reading(name, "unchecked", missing=_before(series))
    found = _peak_and_trough(claim, series, (first, last, at), peaks, ends, down=down)
    if found is None:
        return Reading(name, "unchecked", missing=f"daily {kind} of {series.symbol} in the span named")
    peak, trough = found
    actual = float(ends[trough] / peaks[peak] - 1) * 100
    bounds = accepted(claim.stated)
    verdict = word_of(actual, bounds)
    unordered = trough == peak and bottom != "close"  # nobody knows which of a day's high and low came first
    if verdict == "supported" and (claim.peak_from is None or unordered):
        verdict = "consistent"
    evidence = (series.bar(peak, top), series.bar(trough, bottom))
    gap = max(bounds.low - actual, actual - bounds.high, 0.0)
    return Reading(name, verdict, actual, gap, series.date(peak), series.date(trough), evidence)


def _peak_and_trough(
    claim: Drawdown, series: Series, places: tuple[int, int, int], peaks: Floats, ends: Floats, *, down: bool
) -> tuple[int, int] | None:
    first, last, at = places
    span = peaks[first : last + 1]
    if not len(span) or np.isnan(span).all():
        return None
    peak = first + int(np.nanargmax(span) if down else np.nanargmin(span))
    if not claim.window.suffered:
        return None if np.isnan(ends[at]) else (peak, at)
    begin = 0 if claim.window.start is None else series.place(claim.window.start - timedelta(days=1), after=True)
    begin = max(begin, peak + (1 if peak + 1 <= at else 0))
    after = ends[begin : at + 1]
    if not len(after) or np.isnan(after).all():
        return None
    return peak, begin + int(np.nanargmin(after) if down else np.nanargmax(after))


def _outside(name: str, series: Series, end: int) -> Reading:
    if end == ABSENT:
        return Reading(name, "unchecked", missing="a session at which the claim ends")
    if end - series.first >= len(series.days):
        return Reading(name, "pending", missing=f"prices of {series.symbol} after {series.date(len(series.days) - 1)}")
    return Reading(name, "unchecked", missing=_before(series))


def _before(series: Series) -> str:
    return f"prices of {series.symbol} before {series.date(0)}"
