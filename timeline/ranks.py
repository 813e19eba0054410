"""Claims that ask more of history than two prices: superlatives, streaks and falls from a high.

Each function answers with every reading tried, best reading first being left to the caller. A session index counts on
the panel's calendar; `series` cuts one symbol's prices to what is held, so that a place in it is session minus first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from events.model import Drawdown, Extreme, Streak
from timeline.bounds import Bounds, accepted
from timeline.columns import Floats
from timeline.extremes import NONE, Ranking, base_places, ranked_column, sessions_of, sign_of
from timeline.measures import classify
from timeline.series import Series
from timeline.verdict import ORDER, Reading, VerdictWord
from timeline.windows import ABSENT, PERIODS, Integers, period_first_day


def extreme_readings(
    claim: Extreme, series: Series, end: int, ranked: Sequence[Ranking], factor: float = 1.0
) -> list[Reading]:
    """Check a superlative over the whole history since its date, ties included.

    Supported: nothing as extreme in the windows that end after the span named, and one as extreme that ended in it.
    Without that one the claim holds but names the wrong date: close. On record (no date), or with sessions missing,
    what is held cannot prove it: consistent at best. A figure told with it must fit too. `end` is the session index at
    which the claim's own window ends, `ranked` its `rankings`, `factor` makes an adjusted price of that day the traded
    one.
    """
    at = end - series.first
    if end == ABSENT or not 0 <= at < len(series.days):
        return [_outside(_extreme_name(claim, ""), series, end)]
    found = [_ranked(claim, series, at, ranking, factor) for ranking in ranked]
    return found or [Reading(_extreme_name(claim, ""), "unchecked", missing=f"daily highs and lows of {series.symbol}")]


def _ranked(claim: Extreme, series: Series, at: int, ranking: Ranking, factor: float) -> Reading:
    """Rank the claim's window among those since its date; see `extreme_readings` for what each outcome means."""
    name, own, last, figure_of_last = ranking
    label, sign = _extreme_name(claim, name), sign_of(claim)
    if np.isnan(own):
        return Reading(label, "unchecked", missing=_before(series))
    start = series.date(_window_start(claim, series, at))

    actual = own if claim.measure == "return" else own * factor
    figure = _figure_verdict(claim, series, at, actual, factor)
    unit = "%" if name == "percent" else " points" if name == "points" else ""

    def outcome(verdict: VerdictWord, rival: int | None = None, note: str = "", missing: str = "") -> Reading:
        bars = [series.bar(place, column) for place in (rival, at) if place is not None]
        if rival is not None:
            shown = f"{figure_of_last:+,.2f}{unit}" if unit else f"{figure_of_last:,.2f}"
            note = f"{note} {shown} on {series.date(rival)}"
        evidence = tuple(sorted(bars, key=lambda bar: str(bar["date"])))
        worst = max(verdict, figure, key=ORDER.index)
        return Reading(label, worst, actual, None, start, series.date(at), evidence, missing, note)

    column = ranked_column(claim)
    first, after = _span_places(claim, series)
    if claim.measure == "return" and sign * own <= 0:
        return outcome("contradicted", note="it moved the other way")
    if last != NONE and last >= after:
        return outcome("contradicted", last, "as extreme, and later:")
    if claim.since is None:
        return outcome("consistent", note=f"prices are held since {series.date(0)} only, which proves no record")
    if not series.holds(claim.since):
        return outcome("unchecked", missing=_before(series))
    inside = last != NONE and last >= first
    if claim.since_end is not None and not inside:
        if last != NONE:
            return outcome("close", last, "the last as extreme came earlier:")
        return outcome("close", note=f"none as extreme is held since {series.date(0)}")
    rival, note = (last, "the last as extreme:") if inside else (None, "")
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
    if claim.window.span not in PERIODS:
        return max(at - sessions_of(claim), 0)
    return max(int(base_places(claim, series, at)[at]), 0)


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
