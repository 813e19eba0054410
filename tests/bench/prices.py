"""Opening the prices: 25.2 million bars from the log, beside raw blobs in SQLite and Parquet, in one run."""

import os
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from events.bars import Bars, day_of, from_bytes, to_bytes
from events.sqllog import SqlLog
from jobs import pricecache
from jobs.importing import observe
from timeline.replay import fold
from timeline.sessions import exchange_calendar

SESSIONS = 5040
RECORDED = datetime(2024, 10, 5, tzinfo=UTC)


def rows(quick: bool):
    """Return what was measured, one dict a row: what, value, unit, and where there are any ratio and bound."""
    symbols, times = (250, 3) if quick else (5000, 3)
    with tempfile.TemporaryDirectory() as folder:
        bars = dict(_bars(symbols))
        with SqlLog.open(f"sqlite:///{folder}/log.db") as log:
            began = time.perf_counter()
            observe(log, ((name, held, "bench") for name, held in bars.items()), recorded=RECORDED)
            stored = time.perf_counter() - began
            ours = _median(lambda: fold(log.read()).prices(log.columns), times)
            opened = fold(log.read()).prices(log.columns)
            mapped, all_proved = _from_the_cache(log, folder, opened, times)
        blobs = _median(_blobs(Path(folder) / "blobs.db", bars), times)
        parquet = _median(_parquet(Path(folder) / "bars.parquet", bars), times)
    cells = sum(panel.columns["close"].size for panel in opened.panels)
    assert cells == symbols * SESSIONS
    name = f"{cells / 1e6:.1f} million bars"
    bound = 2.5 * cells / 25.2e6
    return [
        {"what": f"open {name} from the log", "value": ours, "unit": "s", "ratio": ours / blobs, "bound": bound},
        {"what": "  the same from the cache, mapped", "value": mapped, "unit": "s", "bound": 0.05},
        {"what": "  and every symbol of it proved", "value": all_proved, "unit": "s"},
        {"what": "  raw blobs in SQLite, unpacked", "value": blobs, "unit": "s"},
        {"what": "  Parquet, read", "value": parquet, "unit": "s", "ratio": parquet / ours},
        {"what": f"  import of {name} into the log", "value": stored, "unit": "s"},
    ]


def _from_the_cache(log, folder, opened, times):
    """Return the seconds to open the prices that were laid out before, and to prove all of them besides."""
    before, least = os.environ.get("XDG_CACHE_HOME"), pricecache.LEAST
    os.environ["XDG_CACHE_HOME"], pricecache.LEAST = str(folder), 0
    state = fold(log.read())
    try:
        assert len(pricecache.prices_of(log, state)) == len(opened)
        mapped = _median(lambda: pricecache.prices_of(log, state), times)
        return mapped, _median(lambda: list(pricecache.prices_of(log, state)), times)
    finally:
        pricecache.LEAST = least
        os.environ.pop("XDG_CACHE_HOME")
        if before is not None:
            os.environ["XDG_CACHE_HOME"] = before


def _bars(symbols):
    generator = np.random.default_rng(5)
    calendar = exchange_calendar("XNYS")
    last = calendar.at_or_before(day_of(20_000))
    days = calendar.days[last - SESSIONS + 1 : last + 1]
    for number in range(symbols):
        yield _ticker(number), Bars(days, 100 * np.exp(np.cumsum(0.005 * generator.standard_normal(SESSIONS))))


def _ticker(number):
    """Return a name of four letters that begins with Q, as no real one needs to be meant."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "Q" + letters[number // 676 % 26] + letters[number // 26 % 26] + letters[number % 26]


def _blobs(path, bars):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bars (symbol TEXT PRIMARY KEY, content BLOB) WITHOUT ROWID")
        connection.executemany(
            "INSERT INTO bars VALUES (?, ?)", ((name, to_bytes(held)) for name, held in bars.items())
        )
    connection.close()

    def read():
        flat, start = np.empty(sum(map(len, bars.values()))), 0
        reader = sqlite3.connect(path)
        for (content,) in reader.execute("SELECT content FROM bars ORDER BY symbol"):
            held = from_bytes(content)
            flat[start : start + len(held)] = held.close
            start += len(held)
        reader.close()

    return read


def _parquet(path, bars):
    names = sorted(bars)
    with pq.ParquetWriter(
        path, pa.schema([("symbol", pa.string()), ("date", pa.int32()), ("close", pa.float64())])
    ) as to:
        for name in names:
            held = bars[name]
            symbol = pa.DictionaryArray.from_arrays(np.zeros(len(held), dtype=np.int32), [name]).cast(pa.string())
            to.write_batch(pa.record_batch([symbol, pa.array(held.dates), pa.array(held.close)], schema=to.schema))

    def read():
        table = pq.read_table(path, columns=["date", "close"])
        return table["date"].to_numpy(), table["close"].to_numpy()

    return read


def _median(call, times):
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)
