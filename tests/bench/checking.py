"""The check in bulk: a million moves beside two bare gathers, merge_asof and a .loc loop; rank claims; one claim warm.

All in CPU time. Peers that would take minutes are run on a part with the same claims per price, and scaled; their rows
say so.
"""

import statistics
import time
from datetime import timedelta

import numpy as np
import pandas as pd

from events.bars import day_of
from events.model import Extreme, Move, Quantity, Said, Window
from timeline.checking import judge
from timeline.columns import PERCENT, Quantities
from timeline.extremes import Asked, last_as_extreme
from timeline.measures import verdict_codes
from timeline.prices import Panel, PriceHistory
from timeline.sessions import exchange_calendar
from timeline.verdict import StatedClaim
from timeline.windows import ABSENT, SPAN, UNKNOWN_TIME, Rows

SESSIONS = 5040


def rows(quick: bool):
    """Return what was measured, one dict a row: what, value, unit, and where there are any ratio and bound."""
    symbols, claims = (500, 100_000) if quick else (5000, 1_000_000)
    prices, panel = _prices(symbols)
    return [
        *_moves(prices, panel, claims, 3 if quick else 5),
        *_searches(panel, claims // 10),
        *_ranks(prices, 200 if quick else 2000),
        *_one(prices),
    ]


def _prices(symbols):
    generator = np.random.default_rng(2)
    calendar = exchange_calendar("XNYS")
    last = calendar.at_or_before(day_of(20_000))  # 2024-10-04: 5,040 sessions up to it are all held
    first = last - SESSIONS + 1
    close = np.empty((symbols, SESSIONS))
    for row in close:
        row[:] = 100 * np.exp(np.cumsum(0.02 * generator.standard_normal(SESSIONS)))
    number = np.arange(symbols, dtype=np.int64)
    names = (*(f"T{i:04d}" for i in range(symbols - 1)), "SPY")
    held = np.full(symbols, first, dtype=np.int32)
    panel = Panel(calendar, names, number * SESSIONS - first, held, held + SESSIONS - 1, {"close": close.ravel()})
    return PriceHistory([panel]), panel


def _moves(prices, panel, claims, times):
    generator = np.random.default_rng(3)
    symbol = generator.integers(0, len(panel.symbols), claims)
    count = generator.integers(1, 11, claims)
    end = panel.first[0] + generator.integers(10, SESSIONS, claims)
    close, place = panel.columns["close"], panel.offset[symbol] + end
    start_place = place - count
    actual = (close[place] / close[start_place] - 1) * 100
    stated = np.where(generator.random(claims) < 0.5, np.round(actual), np.round(actual + 3))
    nothing, absent = np.zeros(claims, dtype=np.int8), np.full(claims, ABSENT)  # codes are small
    told = Rows(
        span=np.full(claims, SPAN["sessions"], dtype=np.int8),
        count=count,
        part=nothing,
        suffered=nothing.astype(bool),
        start_day=absent,
        end_day=panel.calendar.days[end].astype(np.int64),
        event_day=absent,
        news=np.full(claims, UNKNOWN_TIME, dtype=np.int8),
        literal=end,
        running=absent,
        upcoming=absent,
    )
    unit = np.ones(claims)
    quantities = Quantities(stated, unit, nothing, np.full(claims, PERCENT, dtype=np.int8), unit, nothing.astype(bool))

    def check():
        return verdict_codes(prices, panel, symbol, told, quantities)

    limit = _median(lambda: (close[place], close[start_place]), times)
    ours = _median(check, times)
    asof = _merge_asof(panel, symbol, end, count)
    loop = _loop(panel, symbol, end, count)
    name = f"{claims:,} moves against {len(close) / 1e6:.1f} million closes"
    return [
        {"what": f"check of {name}", "value": ours, "unit": "ms", "ratio": ours / limit, "ceiling": 1.7},
        {"what": "  two random gathers, the limit", "value": limit, "unit": "ms"},
        {
            "what": "  pandas merge_asof (a part, scaled), times ours",
            "value": asof,
            "unit": "ms",
            "ratio": asof / ours,
            "floor": 10,
        },
        {
            "what": "  pandas .loc loop (a part, scaled), times ours",
            "value": loop,
            "unit": "ms",
            "ratio": loop / ours,
            "floor": 1000,
        },
    ]


def _merge_asof(panel, symbol, end, count):
    """Join a fiftieth of the symbols with their share of the claims; the sorting before it is not counted."""
    part = max(1, len(panel.symbols) // 50)
    some = symbol < part
    days = panel.calendar.days[panel.first[0] : panel.last[0] + 1].astype("datetime64[D]").astype("datetime64[s]")
    long = pd.DataFrame(
        {
            "date": np.tile(days, part),
            "symbol": np.repeat(np.arange(part), SESSIONS),
            "close": panel.columns["close"][: part * SESSIONS],
        }
    ).sort_values("date", kind="stable")
    ends, starts = (
        pd.DataFrame({"date": days[at[some] - panel.first[0]], "symbol": symbol[some]}).sort_values("date")
        for at in (end, end - count)
    )
    spent = _median(lambda: [pd.merge_asof(asked, long, on="date", by="symbol") for asked in (ends, starts)], 2)
    return spent * len(symbol) / int(some.sum())


def _loop(panel, symbol, end, count, size=2000):
    first = panel.first[0]
    days = pd.to_datetime(
        panel.calendar.days[first : panel.last[0] + 1].astype("datetime64[D]").astype("datetime64[s]")
    )
    part = 50
    wide = pd.DataFrame(
        panel.columns["close"][: part * SESSIONS].reshape(part, SESSIONS).T, index=days, columns=panel.symbols[:part]
    )
    asked = [
        (days[e - first], days[e - n - first], panel.symbols[s])
        for s, e, n in zip(symbol[:size] % part, end[:size], count[:size], strict=True)
    ]
    spent = _median(lambda: [wide.loc[e, name] / wide.loc[s, name] - 1 for e, s, name in asked], 1)
    return spent * len(symbol) / size


def _searches(panel, size):
    """Search for what decides superlatives, in percent, beside slices of NumPy claim by claim (a part, scaled)."""
    generator = np.random.default_rng(6)
    row = generator.integers(0, len(panel.symbols), size)
    cell = panel.offset[row] + panel.last[row] - generator.integers(0, 1000, size)
    asked = Asked(cell, panel.offset[row] + panel.first[row], generator.integers(1, 6, size), np.full(size, -1))
    close = panel.columns["close"]

    def slices():
        for at, low, span, _ in zip(*(column[: size // 50].tolist() for column in asked), strict=True):
            changes = close[low + span : at + 1] / close[low : at + 1 - span]
            np.flatnonzero(changes[:-1] <= changes[-1])

    spent = _median(lambda: last_as_extreme(close, asked), 3) * 100_000 / size
    sliced = _median(slices, 1) * 50 * 100_000 / size
    return [
        {"what": "100,000 rank claims, the search", "value": spent, "unit": "ms", "bound": 300},
        {"what": "  NumPy slices (a part, scaled)", "value": sliced, "unit": "ms", "ratio": sliced / spent},
    ]


def _ranks(prices, size):
    """Ask for superlatives through the whole check, evidence and explanation included; scaled to 100,000."""
    generator = np.random.default_rng(4)
    panel = prices.panels[0]
    claims = []
    for i in range(size):
        end = day_of(panel.calendar.days[int(panel.last[0]) - int(generator.integers(0, 1000))])
        since = end - timedelta(days=int(generator.integers(100, 4000)))
        window = Window(span="sessions", count=int(generator.integers(1, 6)), end=end)
        name = panel.symbols[int(generator.integers(0, len(panel.symbols)))]
        claim = Extreme(symbol=name, direction="worst", since=since, since_end=since, window=window)
        claims.append(StatedClaim(f"rank-{i}", claim, f"article-{i}", Said(day=end), "en"))
    spent = _median(lambda: judge(claims, prices), 1) * 100_000 / size
    return [{"what": "  the same, whole verdicts with their words (a part, scaled)", "value": spent, "unit": "ms"}]


def _one(prices):
    panel = prices.panels[0]
    day = day_of(panel.calendar.days[int(panel.last[0]) - 300])
    stated = Quantity(value=-3.0, unit="percent", precision=1.0)
    move = Move(symbol="T0001", stated=stated, window=Window(span="sessions", count=4, end=day))
    claim = StatedClaim("one", move, "article", Said(day=day), "en")
    spent = _median(lambda: judge([claim], prices), 100)
    return [{"what": "one claim, warm: verdict, evidence, context, words", "value": spent, "unit": "ms", "bound": 1.0}]


def _median(call, times):
    call()
    measured = []
    for _ in range(times):
        start = time.process_time()
        call()
        measured.append((time.process_time() - start) * 1000)
    return statistics.median(measured)
