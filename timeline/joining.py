"""Claims joined with the prices of their exchange: every reading of each, with its evidence.

Where an article was written late, the windows that it leaves open may end earlier, on a day that its own claims fix
(`ends`); readings to such an end come after those to the literal one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from events.bars import day_of
from events.model import AnyClaim, Drawdown, Extreme, Level, MarketValue, Move, Streak
from timeline.bounds import Bounds
from timeline.columns import Figures, day_of_claim, move_figures, window_rows
from timeline.ends import YEAR, SharedEnd, chance_without_history, shared_end
from timeline.explain import number
from timeline.extremes import rankings
from timeline.measures import SUPPORTED, Trial, trials, verdict_codes
from timeline.prices import Panel, PriceHistory
from timeline.ranks import drawdown_readings, extreme_readings, streak_readings
from timeline.readings import default_start
from timeline.series import Series
from timeline.verdict import ORDER, Facts, Reading, StatedClaim, stated_of
from timeline.windows import (
    ABSENT,
    PART,
    Flags,
    Integers,
    Rows,
    last_session,
    last_whole_period,
    next_session,
    open_end,
    window_end,
)

Readings = list[Reading]


def joined(
    stated: Sequence[StatedClaim], bounds: Bounds, panel: Panel, prices: PriceHistory, facts: Facts
) -> list[Readings]:
    """Return the readings of claims that have a window on one exchange, shared ends included.

    `bounds` are what their figures accept, in the same order.
    """
    symbols = np.array([prices.where(one.claim.symbol, day_of_claim(one))[1] for one in stated])  # type: ignore[index]
    rows = window_rows(stated, panel.calendar, facts)
    found = _literal(stated, bounds, panel, symbols, rows, prices, facts)
    unproved = np.array([ORDER.index(_best(readings)) > SUPPORTED for readings in found], dtype=bool)
    for members, shared in _shared_ends(stated, bounds, panel, symbols, rows, prices, facts, unproved):
        late = [index for index in members if unproved[index]]
        moved = rows.take(np.array(late, dtype=np.int64))
        again = _literal(
            [stated[index] for index in late],
            bounds.take(late),
            panel,
            symbols[late],
            moved.ending(moved.literal - shared.earlier),
            prices,
            facts,
        )
        for index, more in zip(late, again, strict=True):
            found[index] = [*found[index], *(_shared(reading, shared) for reading in more)]
    return found


def _shared(reading: Reading, shared: SharedEnd) -> Reading:
    name = f"{reading.name}, to an end that {number(shared.claims)} claims of the article share"
    return replace(reading, name=name)


def _best(readings: Readings) -> Any:
    return min((reading.verdict for reading in readings), key=ORDER.index, default="unchecked")


def _literal(
    stated: Sequence[StatedClaim],
    bounds: Bounds,
    panel: Panel,
    symbols: Integers,
    rows: Rows,
    prices: PriceHistory,
    facts: Facts,
) -> list[Readings]:
    """Return the readings of claims whose windows end where `rows` say."""
    found: list[Readings] = [[] for _ in stated]
    moves = np.array([isinstance(one.claim, Move | Level | MarketValue) for one in stated], dtype=bool)
    if moves.any():
        index = np.flatnonzero(moves)
        some, who, chosen = [stated[int(i)] for i in index], symbols[index], rows.take(index)
        figures = move_figures(some, bounds.take(index), prices, facts)
        for trial in trials(prices, panel, who, chosen, figures):
            for place, row in enumerate(trial.rows):
                found[index[row]].append(_reading(trial, place, some[row], panel, int(who[row]), figures, int(row)))
    if not moves.all():
        ends, lasts = window_end(rows, panel.calendar), last_session(rows, panel.calendar)
        answered, _, after_news = next_session(rows, panel.calendar)
        ends[answered] = after_news
        superlatives = {row: one.claim for row, one in enumerate(stated) if isinstance(one.claim, Extreme)}
        places = np.array(list(superlatives), dtype=np.int64)
        ranked = rankings(list(superlatives.values()), panel, symbols[places], ends[places])
        ranked_at = dict(zip(superlatives, ranked, strict=True))
        for row in map(int, np.flatnonzero(~moves)):
            claim, series = stated[row].claim, Series.of(panel, int(symbols[row]))
            match claim:
                case Extreme():
                    end = int(ends[row])
                    traded = prices.as_traded_factor(series.symbol, np.array([end])) if end >= 0 else (1.0,)
                    found[row] = extreme_readings(claim, series, end, ranked_at[row], float(traded[0]))
                case Streak():
                    found[row] = _streaks(claim, series, rows.take(np.array([row])), panel)
                case Drawdown():
                    known = int(rows.literal[row])  # nobody tells what came after the publication
                    end = min(int(lasts[row]), known) if known != ABSENT else int(lasts[row])
                    found[row] = drawdown_readings(claim, series, end)
    return found


def _streaks(claim: Streak, series: Series, row: Rows, panel: Panel) -> Readings:
    """Return the readings of a streak: one told while a session runs may count that session, or not."""
    if claim.per != "session":
        return streak_readings(claim, series, int(last_whole_period(row, panel.calendar, claim.per)[0]))
    found = streak_readings(claim, series, int(last_session(row, panel.calendar)[0]))
    if row.running[0] == ABSENT or row.end_day[0] != ABSENT or row.part[0] == PART["close"]:
        return found
    for reading in streak_readings(claim, series, int(row.running[0])):
        name = f"{reading.name}, with the session that ran"
        found.append(
            replace(reading, name=name, verdict="consistent" if reading.verdict == "supported" else reading.verdict)
        )
    return found


def _reading(
    trial: Trial, place: int, one: StatedClaim, panel: Panel, symbol: int, figures: Figures, row: int
) -> Reading:
    """Return one row of a trial as a reading with its evidence."""
    start, end = int(trial.start[place]), int(trial.end[place])
    verdict = ORDER[int(trial.code[place])]
    actual = float(trial.actual[place])
    window = one.claim.window  # type: ignore[union-attr]  # only claims with a window reach a trial
    side = "highest" if figures.side[row] > 0 else "lowest"
    name = trial.rule.name.format(n=number(window.count), span=window.span, extreme=side)
    column = {"extreme": "high" if figures.side[row] > 0 else "low", "extreme-close": "close"}.get(
        trial.column, trial.column
    )
    missing = _missing(one, verdict, actual, panel, symbol, (start, end), column, float(figures.scale[row]))
    if np.isnan(actual):
        return Reading(name, verdict, missing=missing, start=_date(panel, start), end=_date(panel, end))
    sessions = 0 if isinstance(one.claim, Level) else end - start
    evidence = _evidence(one.claim, panel, symbol, start, end, column)
    note = _range(panel, symbol, end) if verdict == "consistent" and column == "close" and trial.gap(place) > 0 else ""
    return Reading(
        name,
        verdict,
        actual,
        None if np.isnan(gap := trial.gap(place)) else gap,
        _date(panel, end if isinstance(one.claim, Level) else start),
        _date(panel, end),
        evidence,
        missing,
        note,
        sessions,
    )


def _range(panel: Panel, symbol: int, session: int) -> str:
    """Say what the day's range was, which holds a figure that the close does not give."""
    place = panel.offset[symbol] + session
    low, high = (float(panel.columns[name][place]) if name in panel.columns else np.nan for name in ("low", "high"))
    return "" if np.isnan(low) or np.isnan(high) else f"the day ranged from {low:,.2f} to {high:,.2f}"


def _date(panel: Panel, session: int) -> Any:
    return day_of(panel.calendar.days[session]) if 0 <= session < len(panel.calendar.days) else None


def _evidence(
    claim: AnyClaim, panel: Panel, symbol: int, start: int, end: int, column: str
) -> tuple[dict[str, Any], ...]:
    bars: list[tuple[int, str]] = [(end, column)]
    alone = isinstance(claim, Level) or (isinstance(claim, MarketValue) and claim.sense == "level")
    if not alone:
        bars.insert(0, (start, "close"))
    return tuple(
        {
            "date": day_of(panel.calendar.days[session]).isoformat(),
            name: round(float(panel.columns[name][panel.offset[symbol] + session]), 6),
        }
        for session, name in bars
    )


def _missing(
    one: StatedClaim,
    verdict: str,
    actual: float,
    panel: Panel,
    symbol: int,
    window: tuple[int, int],
    column: str,
    scale: float,
) -> str:
    """Say what a reading lacks: a figure, a date, prices before or after those held, a column, shares."""
    if verdict not in ("unchecked", "pending"):
        return ""
    name, (start, end) = panel.symbols[symbol], window
    first, last = int(panel.first[symbol]), int(panel.last[symbol])
    if stated_of(one.claim) is None:
        return "a figure: the text gives none"
    if one.claim.window.span in ("since", "between") and not (one.claim.window.start or one.claim.window.event):  # type: ignore[union-attr]
        return "the date that the move is counted from"
    if end != ABSENT and not np.isnan(actual) and not (one.said is None and one.claim.window.end is None):  # type: ignore[union-attr]
        return f"the highs and lows of {name}: daily closes do not hold what was reached in between"
    if end == ABSENT or not np.isnan(actual):
        if one.said is None and one.claim.window.end is None:  # type: ignore[union-attr]
            return "a publication date, or an end that the text names"
        return "a session: the exchange was closed on the day named"
    if np.isnan(scale):
        return f"the shares outstanding of {name}"
    if verdict == "pending":
        return f"prices of {name} after {_date(panel, last)}"
    if start < first:
        return f"prices of {name} before {_date(panel, first)}"
    if column != "close":
        return f"the daily {column} of {name}: daily closes hold no other price"
    return f"a close of {name} on {_date(panel, start)} and {_date(panel, min(end, last))}"


def _shared_ends(
    stated: Sequence[StatedClaim],
    bounds: Bounds,
    panel: Panel,
    symbols: Integers,
    rows: Rows,
    prices: PriceHistory,
    facts: Facts,
    unproved: Flags,
) -> list[tuple[list[int], SharedEnd]]:
    """Return, for each article whose open windows ended earlier than it was published, those claims and the end.

    An article whose open claims all hold at the literal end (`unproved` is false for them) is not asked again.
    """
    articles: dict[str, list[int]] = {}
    is_open = open_end(rows) & (rows.literal != ABSENT)
    for index in map(int, np.flatnonzero(is_open)):
        if stated[index].article:
            articles.setdefault(stated[index].article, []).append(index)
    found = []
    for members in articles.values():
        agreeing = [
            i for i in members if isinstance(stated[i].claim, Move | MarketValue) and stated_of(stated[i].claim)
        ]
        if len(agreeing) < 2 or not unproved[members].any():
            continue
        some, who = [stated[i] for i in agreeing], symbols[agreeing]
        held, accepts = rows.take(np.array(agreeing)), bounds.take(agreeing)
        supported, windows = _supported_by_end(some, accepts, who, held, panel, prices, facts)
        year = panel.first[who] <= held.literal - YEAR
        floor = np.where(year, 1.0 / (1 + YEAR), chance_without_history(accepts.low, accepts.high))
        if (shared := shared_end(supported, windows, floor)) is not None:
            found.append((members, shared))
    return found


def _supported_by_end(
    stated: Sequence[StatedClaim],
    bounds: Bounds,
    symbols: Integers,
    rows: Rows,
    panel: Panel,
    prices: PriceHistory,
    facts: Facts,
) -> tuple[Flags, Integers]:
    """Return what `shared_end` asks: supported when the window ends k sessions earlier, and which move that is."""
    count, ends = len(stated), 1 + YEAR
    index = np.repeat(np.arange(count), ends)
    repeated = rows.take(index)
    earlier = repeated.ending(np.maximum(repeated.literal - np.tile(np.arange(ends), count), 0))
    many = move_figures(stated, bounds, prices, facts).take(index)
    codes = verdict_codes(prices, panel, symbols[index], earlier, many)
    starts = symbols[index].astype(np.int64) * len(panel.calendar) + default_start(earlier, panel.calendar)
    return (codes == SUPPORTED).reshape(count, ends), starts.reshape(count, ends)
