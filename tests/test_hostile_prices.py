"""Prices from the hostile side: files that are no files, names that steer terminals, and answers that make no sense."""

import json
import os
import random
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from events.errors import StorageError
from events.model import BarsObserved, SplitObserved
from events.sqllog import SqlLog
from jobs.refresh import Outcome
from jobs.sources.encoding import LARGEST
from jobs.sources.folder import Folder
from jobs.sources.yahoo import Yahoo
from tests.desk import Clock, Desk
from tests.sources import Shelf
from tests.yahoo_server import listing, redirected, serving

FRIDAY = datetime(2025, 3, 7, 22, tzinfo=UTC)
MONDAY = datetime(2025, 3, 10, 22, tzinfo=UTC)
STEERING = "\x1b\x07\x08\x9b\N{RIGHT-TO-LEFT OVERRIDE}"


# Files


def test_a_file_of_a_gigabyte_is_refused_unread_and_nothing_is_stored(timeline, own_url, tmp_path):
    (tmp_path / "AMZN.csv").write_text("date,close\n2025-01-08,222\n")
    with (tmp_path / "META.csv").open("wb") as file:
        file.write(b"date,close\n")
        os.truncate(file.fileno(), 10**9)
    said = timeline("prices", "import", "AMZN.csv", "META.csv", "--database", own_url)
    assert said.code == 1
    assert (
        said.err == "META.csv: the file is larger than 200 MB; wanted up to 200 MB: split it, for instance by symbols\n"
    )
    with SqlLog.open(own_url) as log:
        assert log.head().position == 0


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device that never ends")
def test_a_device_that_never_ends_is_refused(timeline, own_url):
    said = timeline("prices", "import", "/dev/zero", "--database", own_url)
    assert (said.code, "larger than" in said.err) == (1, True)
    assert LARGEST < 10**9


@pytest.mark.parametrize("name", [f"META{STEERING}.csv", "META\n.csv", "ME\u200bTA.csv"], ids=ascii)
def test_a_files_name_steers_no_terminal(timeline, own_url, tmp_path, name):
    (tmp_path / name).write_text("date,close\n2025-01-08,x\n")
    (tmp_path / f"{name} of many.csv").write_text("symbol,date,close\nMETA,2025-01-08,610\n")
    refused = timeline("prices", "import", name, "--database", own_url)
    taken = timeline("prices", "import", f"{name} of many.csv", "--database", own_url)
    shown = timeline("prices", "show", "META", "--database", own_url)
    assert (refused.code, taken.code, shown.code) == (1, 0, 0)
    for said in (refused, taken, shown):
        assert not set(STEERING) & set(said.out + said.err)


def test_a_folder_gives_no_file_outside_of_it_and_no_look_alike(tmp_path):
    (tmp_path / "secret.csv").write_text("date,close\n2025-01-08,1\n")
    inside = tmp_path / "prices"
    inside.mkdir()
    (inside / "МЕТА.csv").write_text("date,close\n2025-01-08,1\n")  # Cyrillic letters
    desk = Desk(f"sqlite:///{tmp_path}/log.db", Clock(FRIDAY), [Folder(inside)])
    for symbol in ("../secret", "..\\secret", "/etc/passwd", "META", "secret", "\0", "."):
        outcome = desk.one(symbol)
        assert (outcome.word, "holds no file" in outcome.reason) == ("failed", True)
    assert desk.events() == []
    desk.close()


# Sources


def test_whatever_a_source_trips_over_is_its_failure_and_the_others_go_on(desk_url):
    shelf, clock = Shelf("AMZN", "META"), Clock(FRIDAY)
    desk, told = Desk(desk_url, clock, [shelf]), shelf.history

    def history(symbol, start, now):
        if symbol == "META":
            raise ValueError("NUL \0 and \ud800 and " + "x" * 100_000)
        return told(symbol, start, now)

    shelf.history = history
    first, second = desk.refresh("META", "AMZN")
    assert (first.word, second.word) == ("failed", "stored")
    assert "the answer cannot be used (ValueError" in first.reason
    kept = desk.attempt("META").error
    assert len(kept) == 2_000
    assert not {"\0", "\ud800"} & set(kept)
    desk.one("META")
    assert "NUL ? and ? and x" in desk.operations.circuits()["shelf"].reason
    desk.close()


def test_a_database_that_is_away_is_no_fault_of_the_source(tmp_path):
    shelf = Shelf("META")
    desk = Desk(f"sqlite:///{tmp_path}/log.db", Clock(FRIDAY), [shelf])

    def spend():
        raise StorageError("gone")

    shelf.spend = spend
    with pytest.raises(StorageError):
        desk.one("META")
    assert desk.operations.circuits() == {}
    desk.close()


@pytest.fixture
def market(monkeypatch):
    with serving() as served:
        redirected(monkeypatch, served.url)
        served.listings["META"] = listing(date(2025, 1, 2), date(2025, 4, 30))
        served.listings["AMZN"] = listing(date(2025, 1, 2), date(2025, 4, 30), seed=2)
        yield served


@pytest.fixture
def desk(market, desk_url, tmp_path):
    clock = Clock(FRIDAY)
    market.now = clock.now
    opened = Desk(desk_url, clock, [Yahoo(tmp_path / "yfinance", timeout=2.0)], per_hour=10_000, failures=10_000)
    yield opened
    opened.close()


WILD = [
    None, True, 0, -1, 1e308, -1e308, 10**30, float("nan"), float("inf"), "", "x", "\0", "\ud800", STEERING,
    [], {}, [None], {"x": 1}, [[1]], "2025-03-07", 253402300800, -62135596801, "<script>",
]  # fmt: skip


def mutated(document, chance):
    """A document with one to three of its values exchanged, dropped, repeated or put in another order."""
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(list(places(document)))
        what = chance.choice(["put", "put", "drop", "double", "shuffle"])
        if what == "put":
            holder[key] = chance.choice(WILD)
        elif what == "drop":
            del holder[key]
        elif isinstance(holder[key], list):
            if what == "double":
                holder[key] += holder[key][-2:]
            else:
                chance.shuffle(holder[key])
    return document


def places(document):
    """Every (holder, key) in a document; of long lists the ends, so that the rest of it is met as often."""
    found = (
        document.items()
        if isinstance(document, dict)
        else list(enumerate(document))[:2] + list(enumerate(document))[-2:]
    )
    for key, value in list(found):
        yield document, key
        if isinstance(value, dict | list):
            yield from places(value)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24))
def test_any_answer_of_yahoos_is_stored_whole_or_refused_and_the_next_symbol_comes(desk, market, seed):
    market.listings["META"].dividends[date(2025, 2, 4)] = 0.5
    market.listings["META"].splits[date(2025, 2, 6)] = (4.0, 1.0)
    chance = random.Random(seed)
    _, body = market.chart("META", {"period1": ["0"]})
    answer = json.dumps(mutated(json.loads(body), chance)).encode()
    true = {day: row[3] for day, row in market.listings["META"].rows.items() if day <= FRIDAY.date()}
    plain = market.chart
    market.chart = lambda symbol, query: (200, answer) if symbol == "META" else plain(symbol, query)
    outcome, other = desk.refresh("META", "AMZN")
    assert isinstance(outcome, Outcome) and other.word == "stored"
    held = desk.closes()
    assert bool(held) == (outcome.word in ("stored", "not yet"))
    assert all(np.isfinite(close) and close > 0 for close in held.values())
    wrong = {day for day, close in held.items() if true.get(day) != close}
    assert len(wrong) <= 3  # the values that were exchanged themselves, where they can be prices
    assert max(held, default=FRIDAY.date()) <= FRIDAY.date()
    assert all(event.new > 0 and event.old > 0 for event in desk.events() if isinstance(event, SplitObserved))
    market.chart, desk.clock.at = plain, MONDAY
    assert desk.one("META").word in ("stored", "held back")
    assert {event.symbol for event in desk.events() if isinstance(event, BarsObserved)} <= {"META", "AMZN"}
