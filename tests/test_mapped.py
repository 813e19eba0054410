"""Prices in a mapped file: those that were laid out, or none; and the cache folder that holds them."""

import errno
import sys
from datetime import UTC, date, datetime
from hashlib import sha256

import numpy as np
import pytest

from events.bars import bars_of, to_bytes
from events.chain import Draft
from events.errors import InvalidValueError, StorageError
from events.log import MemoryLog
from events.model import BarsObserved, SplitObserved
from jobs import pricecache
from jobs.pricecache import prices_of
from timeline.mapped import Mapped, key_of, lay
from timeline.replay import fold

AT = datetime(2025, 3, 1, tzinfo=UTC)
DAYS = [date(2025, 1, day) for day in (2, 3, 6, 7, 8, 10)]


def bars_event(log, symbol, close, *, days=DAYS, source="x", **more):
    bars = bars_of(days, close, **more)
    content = to_bytes(bars)
    digest = sha256(content).hexdigest()
    event = BarsObserved(
        symbol=symbol,
        source=source,
        columns=digest,
        first=days[0],
        last=days[-1],
        count=len(days),
        adjusted_through=days[-1],
    )
    log.append([Draft(event, AT)], columns={digest: content})


@pytest.fixture
def log():
    """Three panels: New York with highs of one symbol only and a split, Hong Kong, and days of nobody's calendar."""
    log = MemoryLog()
    bars_event(log, "AMZN", [10.0, 11, 12, 13, 14, 15])
    bars_event(log, "META", [1.0, 2, 3, 4], days=DAYS[1:5], high=[2.0, 3, float("nan"), 5])
    bars_event(log, "00700.HK", [400.0, 401, 402, 403, 404, 405], low=[399.0] * 6)
    bars_event(log, "WEEKEND", [5.0, 6, 7], days=[date(2025, 1, 4), date(2025, 1, 5), date(2025, 1, 11)])
    bars_event(log, "MSFT", [300.0, 301], days=[date(2025, 1, 8), date(2025, 1, 9)])  # the 9th was no session
    split = SplitObserved(symbol="AMZN", on=date(2025, 1, 20), new=20.0, old=1.0, source="x")
    log.append([Draft(split, AT)])
    return log


def file_of(log):
    state = fold(log.read())
    prices, key, content = state.prices(log.columns), key_of(state.bars, state.splits), bytearray()
    lay(prices.panels, prices.problems, key, content.extend)
    return bytes(content), key


def told(prices):
    """All that a history tells, by symbol, in exact figures."""
    series = []
    for symbol, panel, s in prices:
        columns = {name: panel.series(s, name).tobytes() for name in panel.columns}
        series.append((symbol, panel.calendar.name, panel.calendar.days.tolist(), panel.days(s).tolist(), columns))
    return series, [str(problem) for problem in prices.problems], prices.splits("AMZN")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, into which a log of any number of bars is worth laying out."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(pricecache, "LEAST", 1)
    return tmp_path / "cache" / "market-timeline" / "prices"


def test_what_is_mapped_is_what_was_laid_out(log, cache):
    state = fold(log.read())
    fresh = prices_of(log, state)
    assert len(list(cache.iterdir())) == 1
    log._columns.clear()  # whoever would read the log again fails
    assert told(prices_of(log, state)) == told(fresh)
    with pytest.raises(ValueError, match="read-only"):
        prices_of(log, state).panels[0].columns["close"][0] = 1.0


def test_no_byte_can_be_changed_unseen(log):
    content, key = file_of(log)
    state = fold(log.read())
    expected = told(state.prices(log.columns))[0]
    head = int.from_bytes(content[40:48], sys.byteorder)
    for place in (*range(48), *range(48, 48 + head, 9973), *range(48 + head, len(content))):
        changed = bytearray(content)
        changed[place] ^= 1
        try:
            found = Mapped(memoryview(bytes(changed)), key)
            for panel in found.panels:
                for s in range(len(panel.symbols)):
                    found.prove(panel, s)
        except InvalidValueError:
            continue
        history = type(state.prices(log.columns))(found.panels)  # a byte between the parts, which nobody reads
        assert told(history)[0] == expected


def test_only_the_symbol_whose_prices_were_changed_is_refused(log):
    content, key = file_of(log)
    found = Mapped(memoryview(content[:-1] + b"\1"), key)  # the last cell of the last column of the last panel
    *others, last = [(panel, s) for panel in found.panels for s in range(len(panel.symbols))]
    for place in others:
        found.prove(*place)
    for _ in range(2):
        with pytest.raises(InvalidValueError, match="cached prices"):
            found.prove(*last)


def test_a_file_that_was_cut_off_or_made_of_other_prices_is_not_opened(log):
    content, key = file_of(log)
    for size in (*range(0, len(content), 9973), len(content) - 8, len(content) - 1):
        with pytest.raises(InvalidValueError):
            Mapped(memoryview(content[:size]), key)
    with pytest.raises(InvalidValueError):
        Mapped(memoryview(content), bytes(32))


def test_a_new_bar_and_a_new_split_make_other_prices(log, cache):
    seen = set()
    for change in (
        lambda: None,
        lambda: bars_event(log, "META", [9.0], days=[date(2025, 1, 13)]),
        lambda: log.append(
            [Draft(SplitObserved(symbol="META", on=date(2025, 1, 21), new=2.0, old=1.0, source="x"), AT)]
        ),
    ):
        change()
        state = fold(log.read())
        assert told(prices_of(log, state)) == told(state.prices(log.columns))
        seen |= {file.name for file in cache.iterdir()}
        assert len(list(cache.iterdir())) <= pricecache.KEPT
    assert len(seen) == 3


def test_a_past_is_not_kept(log, cache):
    state = fold(log.read())
    prices_of(log, state, keep=False)
    assert not cache.exists()


def test_prices_that_were_changed_in_the_cache_are_refused_once_and_laid_out_again(log, cache):
    state = fold(log.read())
    fresh = told(prices_of(log, state))
    [file] = cache.iterdir()
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    prices = prices_of(log, state)
    with pytest.raises(StorageError, match="run this again"):
        told(prices)
    assert told(prices_of(log, state)) == fresh


@pytest.mark.parametrize("what", ["emptied", "cut", "a folder"])
def test_a_file_that_cannot_be_believed_is_made_anew(log, cache, what):
    state = fold(log.read())
    fresh = told(prices_of(log, state))
    [file] = cache.iterdir()
    content = file.read_bytes()
    file.unlink()
    file.mkdir() if what == "a folder" else file.write_bytes(content[: {"emptied": 0, "cut": 300}[what]])
    assert told(prices_of(log, state)) == fresh
    assert what == "a folder" or file.read_bytes() == content


def test_a_full_disk_is_no_failure_and_leaves_nothing(log, cache, monkeypatch):
    def full(panels, problems, key, put):
        put(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("timeline.mapped.lay", full)
    state = fold(log.read())
    assert told(prices_of(log, state)) == told(state.prices(log.columns))
    assert list(cache.iterdir()) == []


def test_the_command_answers_the_same_from_mapped_prices(cache, own_url, timeline):
    first = timeline("replay", "--json", "--database", own_url)
    assert len(list(cache.iterdir())) == 1
    assert timeline("replay", "--json", "--database", own_url).out == first.out
    said = ("check", "Meta shares fell 11.3% on October 30, 2025.", "--json", "--database", own_url)
    mapped = timeline(*said)
    [file] = cache.iterdir()
    file.unlink()
    assert timeline(*said) == mapped and '"supported"' in mapped.out


def test_cells_beside_a_symbol_are_not_its_own(log):
    """A symbol is proved with all of its columns: one that only another symbol has is all NaN in its cells."""
    content, key = file_of(log)
    found = Mapped(memoryview(content), key)
    panel = next(panel for panel in found.panels if "META" in panel.symbols)
    assert np.isnan(panel.series(panel.symbols.index("AMZN"), "high")).all()
