"""The prices of a symbol as rows: a session, its bar, what went off on that day, and who told it.

Bars and dividends are in the terms after every known split, so that they can be compared; `split` is the ratio of a
split on that day, and the source is that of the close as it stands: the last that told it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import numpy as np

from events.bars import COLUMNS, Floats, day_of, from_bytes, number_of
from timeline.prices import PriceHistory
from timeline.replay import State
from timeline.symbols import resolve

FIELDS = ("symbol", "date", *COLUMNS, "dividend", "split", "source")

Row = dict[str, Any]


def price_rows(
    state: State,
    prices: PriceHistory,
    symbol: str,
    load: Callable[[str], bytes],
    start: date | None = None,
    end: date | None = None,
) -> list[Row]:
    """Return the sessions of a symbol from `start` to `end` as rows with the keys of FIELDS, None where nothing is.

    Empty for a symbol that is not held; `load` is that of State.prices. A dividend or split on a day without a bar has
    no row.
    """
    if (bars := prices.known(symbol)) is None:
        return []
    first = number_of(start) if start else int(bars.dates[0])
    last = number_of(end) if end else int(bars.dates[-1])
    sources = _sources(state, resolve(symbol), load)
    paid = {one.on: one.amount for one in prices.dividends(symbol)}
    splits = {one.on: one.ratio for one in prices.splits(symbol)}
    columns = dict(bars.columns())
    rows = []
    for place in np.flatnonzero((bars.dates >= first) & (bars.dates <= last)).tolist():
        day = int(bars.dates[place])
        held = {name: _figure(columns.get(name), place) for name in COLUMNS}
        gone = {"dividend": paid.get(day), "split": splits.get(day), "source": sources.get(day, "")}
        rows.append({"symbol": symbol, "date": day_of(day), **held, **gone})
    return rows


def csv_text(rows: Iterable[Row]) -> str:
    """Return rows as CSV that `timeline prices import` reads again."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_plain(row) for row in rows)
    return out.getvalue()


def _sources(state: State, symbol: str, load: Callable[[str], bytes]) -> dict[int, str]:
    """Return the source of each session's close: of several observations the last recorded."""
    found: dict[int, str] = {}
    for event, _ in sorted(state.bars, key=lambda pair: pair[1]):
        if event.count and resolve(event.symbol, event.last) == symbol:
            found.update(dict.fromkeys(from_bytes(load(event.columns)).dates.tolist(), event.source))
    return found


def _figure(column: Floats | None, place: int) -> float | None:
    return None if column is None or np.isnan(column[place]) else float(column[place])


def _plain(row: Row) -> Row:
    """Return a row without a cell that a spreadsheet would run as a formula: a source is named by a file."""
    source = row["source"]
    return {**row, "source": f"'{source}" if source[:1] in ("=", "+", "-", "@") else source}
