"""The event study: 1,000 events at once beside NumPy's least squares one by one, and the most that SPEED allows."""

import statistics
import time

import numpy as np

from timeline.eventstudy import study

EVENTS, ALLOWED_MS = 1000, 25.0


def rows(quick: bool):
    """Return what was measured, one dict a row: what, value, unit, and where there is one the bound."""
    symbols, sessions = (200, 2520) if quick else (1000, 5040)
    generator = np.random.default_rng(1)
    market = 0.01 * generator.standard_normal(sessions)
    returns = market + 0.02 * generator.standard_normal((symbols, sessions))
    row, at = generator.integers(0, symbols, EVENTS), generator.integers(150, sessions - 6, EVENTS)
    ours = _median(lambda: study(returns, market, row, at, window=(-5, 5)), 3 if quick else 7)
    loop = _median(lambda: [_one(returns, market, s, t) for s, t in zip(row, at, strict=True)], 1 if quick else 3)
    found = study(returns, market, row, at, window=(-5, 5))
    alone = np.array([_one(returns, market, s, t) for s, t in zip(row[:100], at[:100], strict=True)])
    apart = float(np.abs(found.abnormal[:100] - alone).max())
    return [
        {"what": "event study, 1,000 events (p values included)", "value": ours, "unit": "ms", "bound": ALLOWED_MS},
        {"what": "  NumPy least squares one by one", "value": loop, "unit": "ms", "ratio": loop / ours},
        {"what": "  largest difference of an abnormal return", "value": apart, "unit": "", "bound": 1e-12},
    ]


def _one(returns, market, symbol, at):
    before, event = slice(at - 5 - 10 - 120, at - 5 - 10), slice(at - 5, at + 6)
    design = np.column_stack([np.ones(120), market[before]])
    alpha, beta = np.linalg.lstsq(design, returns[symbol, before], rcond=None)[0]
    return returns[symbol, event] - alpha - beta * market[event]


def _median(call, times):
    call()
    measured = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        measured.append((time.perf_counter() - start) * 1000)
    return statistics.median(measured)
