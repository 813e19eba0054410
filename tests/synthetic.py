"""Prices that never were, for tests: random walks with fat tails on New York's sessions, the same for a seed."""

from datetime import date

import numpy as np
import pandas as pd

from timeline.sessions import exchange_calendar

START = date(2021, 1, 4)


def walks(symbols=("AAA", "BBB", "CCC", "DDD", "SPY"), sessions=700, seed=11, rate=True):
    """Return daily bars in long form: open, high, low and close in cents; with `rate` a currency pair beside them."""
    generator = np.random.default_rng(seed)
    calendar = exchange_calendar("XNYS")
    first = calendar.at_or_before(START)
    days = calendar.days[first : first + sessions].astype("datetime64[D]").astype("datetime64[s]")
    market = 0.008 * generator.standard_t(4, sessions)
    frames = []
    for symbol in symbols:
        own = 0.0 if symbol == "SPY" else 0.012 * generator.standard_t(4, sessions)
        close = np.round(generator.uniform(40, 400) * np.exp(np.cumsum(market + own - 0.0001)), 2)
        opened = np.round(np.concatenate([close[:1], close[:-1]]) * np.exp(0.004 * generator.normal(size=sessions)), 2)
        top, bottom = np.maximum(close, opened), np.minimum(close, opened)
        high = np.round(top * np.exp(np.abs(0.006 * generator.normal(size=sessions))), 2)
        low = np.round(bottom * np.exp(-np.abs(0.006 * generator.normal(size=sessions))), 2)
        columns = {"open": opened, "high": high, "low": low, "close": close}
        frames.append(pd.DataFrame({"date": days, "symbol": symbol, **columns}))
    if rate:
        close = np.round(7.1 * np.exp(np.cumsum(0.002 * generator.normal(size=sessions))), 4)
        frames.append(pd.DataFrame({"date": days, "symbol": "USDCNY", "close": close}))
    return pd.concat(frames, ignore_index=True)
