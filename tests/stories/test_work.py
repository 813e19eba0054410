"""The work over days and deaths: thirty days on a clock of the test's own, leaders killed, and a stop in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from events.bars import from_bytes
from events.model import BarsObserved
from events.sqllog import SqlLog
from jobs.app import picture
from jobs.lease import Lease
from jobs.operations import Operations
from jobs.schedule import jobs
from jobs.work import Worker
from tests.desk import Clock, Desk, claims, day_move
from tests.house import HOUSE
from tests.sources import Shelf
from tests.yahoo_server import listing, serving

START = datetime(2025, 3, 3, 6, tzinfo=UTC)
END = START + timedelta(days=30)
SYMBOLS = ("AMZN", "META", "SPY", "0700.HK", "2800.HK")


class Month:
    """Thirty days: a shelf of prices, claims about days to come, and a worker whose runs come when triggers say."""

    def __init__(self, url):
        self.clock, self.lines = Clock(START), []
        self.shelf = Shelf("AMZN", "META", "SPY")
        for seed, symbol in enumerate(("0700.HK", "2800.HK"), 7):
            facts = {"exchange": "XHKG", "currency": "HKD", "zone": "Asia/Hong_Kong"}
            self.shelf.listings[symbol] = listing(date(2025, 1, 2), date(2025, 6, 30), seed=seed, **facts)
        self.desk = Desk(url, self.clock, [self.shelf])
        self.worker = Worker(
            self.desk.log, self.desk.operations, [self.shelf], self.clock.now,
            lease=Lease(self.desk.operations, 30), tell=self.told, pause=self.clock.pause,
        )  # fmt: skip
        self.ahead = {}

    def told(self, line):
        self.lines.append((self.clock.at, line))

    def state_a_claim(self, symbol, day):
        """A true claim about a day that has not come, dated that evening by a paper that knows."""
        rows = self.shelf.listings[symbol].rows
        before = max(held for held in rows if held < day)
        move = round((rows[day][3] / rows[before][3] - 1) * 100, 2)
        claim = day_move(symbol, day, move, f"{symbol} on {day}")
        self.ahead[claim.text] = day
        evening = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
        self.desk.log.append(claims(claim, said=day, at=self.clock.at, told=evening))

    def run(self, until):
        triggers = [job.trigger for job in jobs(self.worker.symbols())][
            :-1
        ]  # the frequent one: every two hours is enough
        while self.clock.at < until:
            fires = [trigger.get_next_fire_time(None, self.clock.at + timedelta(seconds=1)) for trigger in triggers]
            later = self.clock.at.replace(minute=0, second=0) + timedelta(hours=2)
            self.clock.at = min(*fires, later).astimezone(UTC)
            self.turn()

    def turn(self):
        self.worker.lead()
        self.worker.turn()

    def final(self, symbol):
        """The sessions of a symbol that are over, with their closes."""
        return {day: row[3] for day, row in self.shelf.listings[symbol].rows.items() if day < self.clock.at.date()}


@pytest.fixture
def month(desk_url):
    made = Month(desk_url)
    yield made
    made.desk.close()


def counted(log):
    """How often each session of each symbol stands in the log."""
    found = Counter()
    for record in log.read():
        if isinstance(record.event, BarsObserved):
            bars = from_bytes(log.columns(record.event.columns))
            found.update((record.event.symbol, day) for day in bars.dates.tolist())
    return found


@pytest.mark.slow
def test_thirty_days_bring_every_session_once_settle_what_was_pending_and_ask_no_more_than_needed(month):
    for day in (date(2025, 3, 5), date(2025, 3, 14), date(2025, 3, 31)):
        month.state_a_claim("META", day)
    month.state_a_claim("AMZN", date(2025, 3, 20))
    month.state_a_claim("0700.HK", date(2025, 3, 12))
    month.run(END)
    assert set(counted(month.desk.log).values()) == {1}
    for symbol in SYMBOLS:
        assert month.desk.closes(symbol) == month.final(symbol)
    sessions = {symbol: [day for day in month.final(symbol) if day >= START.date()] for symbol in SYMBOLS}
    asked = Counter(symbol for symbol, _ in month.shelf.asked)
    assert asked == {symbol: 1 + len(days) for symbol, days in sessions.items()}
    settled = {
        text: at for at, line in month.lines for text in month.ahead if "pending -> supported" in line and text in line
    }
    assert sorted(settled) == sorted(month.ahead)
    for text, at in settled.items():
        hour = (8, 30) if "HK" in text else (21, 30) if month.ahead[text] < date(2025, 3, 9) else (20, 30)
        assert at == datetime.combine(month.ahead[text], datetime.min.time(), UTC) + timedelta(
            hours=hour[0], minutes=hour[1]
        )
    words = {entry.verdict.verdict for entry in picture(month.desk.log).entries}
    assert words == {"supported"}


def test_a_laptop_that_slept_for_a_week_makes_up_for_it_with_one_request_a_symbol(month):
    month.state_a_claim("META", date(2025, 3, 5))
    month.run(START + timedelta(days=4))
    month.shelf.asked.clear()
    month.clock.at += timedelta(days=9)
    month.turn()
    assert Counter(symbol for symbol, _ in month.shelf.asked) == {"META": 1, "SPY": 1}
    assert month.desk.closes("META") == month.final("META")
    assert set(counted(month.desk.log).values()) == {1}


def test_an_outage_of_two_days_costs_few_requests_and_loses_nothing(month):
    from jobs.sources.contract import UnreachableError

    month.state_a_claim("META", date(2025, 3, 5))
    month.run(START + timedelta(days=2))
    month.shelf.asked.clear()
    month.shelf.error = UnreachableError("no line")
    month.run(START + timedelta(days=4))
    assert len(month.shelf.asked) < 40
    month.shelf.error = None
    month.run(START + timedelta(days=6))
    assert month.desk.closes("META") == month.final("META")
    assert set(counted(month.desk.log).values()) == {1}


def test_a_process_that_does_not_lead_asks_for_nothing(month):
    month.state_a_claim("META", date(2025, 3, 5))
    rival = Lease(month.desk.operations, 30)
    assert rival.acquire(month.clock.at)
    month.turn()
    assert month.shelf.asked == []
    if rival._lock is not None:  # on PostgreSQL its lock goes with its connection
        rival._lock.close()
    month.clock.at += timedelta(seconds=31)
    month.turn()
    assert {symbol for symbol, _ in month.shelf.asked} == {"META", "SPY"}


# processes


def started(market, kind, url, *words):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.worker_process", market.url, kind, "--database", url, *words],
        cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited for too long"
        time.sleep(0.02)
    return found


def watching(url, names):
    """A log whose watch list has some names; the market has sixty days of each up to today."""
    with SqlLog.open(url), Operations.open(url) as operations:
        for name in names:
            operations.watch(name, "added", datetime.now(UTC))
        operations.watch("SPY", "muted", datetime.now(UTC))


def listed(market, names):
    today = datetime.now(UTC).date()
    for seed, name in enumerate(names):
        market.listings[name] = listing(today - timedelta(days=60), today, seed=seed)


@pytest.mark.slow
def test_leaders_killed_ten_times_lose_no_session_and_store_none_twice(desk_url):
    names = [f"K{first}{second}" for first in "ABCDEF" for second in "ABCDEFGHIJ"]
    url, killed = desk_url, []
    watching(url, names)
    with serving() as market, SqlLog.open(url) as log, Operations.open(url) as operations:
        listed(market, names)
        market.fault("slow", 0.1, times=None)  # so that a kill falls into a request
        processes = [started(market, "local", url, "--lease", "1") for _ in range(2)]

        def leader():
            found = Lease(operations).leader()
            pid = int(found[0].split(":")[1]) if found and found[1] > datetime.now(UTC) else None
            return next((one for one in processes if one.pid == pid and one.poll() is None), None)

        while len(killed) < 10:
            leads, before = wait_for(leader), len(market.requests)
            wait_for(lambda before=before: len(market.requests) > before + 1 or not left(log, names))
            leads.send_signal(signal.SIGKILL)
            killed.append(time.monotonic())
            leads.wait()
            processes.remove(leads)
            processes.append(started(market, "local", url, "--lease", "1"))
        wait_for(lambda: not left(log, names), 60)
        for process in processes:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(5) for process in processes] == [0, 0]
        log.verify()
        found = counted(log)
        assert set(found.values()) == {1}
        per_symbol = Counter(symbol for symbol, _ in found)
        assert set(per_symbol) == set(names)
        assert len(set(per_symbol.values())) == 1
        asked = Counter(market.histories())
        [(reigns,)] = operations.select("SELECT token FROM leases")
        assert reigns > len(killed)
        assert sum(asked.values()) <= len(names) + reigns  # of each reign what was in the air at its end, no more


def left(log, names):
    return set(names) - {record.event.symbol for record in log.read() if isinstance(record.event, BarsObserved)}


@pytest.mark.slow
def test_a_stop_in_the_middle_of_a_refresh_is_done_within_five_seconds(desk_url):
    url = desk_url
    watching(url, ["AAA", "BBB", "CCC"])
    with serving() as market:
        listed(market, ["AAA", "BBB", "CCC"])
        market.fault("slow", 0, times=2)  # the zone and the history of the first symbol
        market.fault("slow", 20, times=None)
        process = started(market, "yahoo", url)
        wait_for(lambda: ("BBB", "zone") in market.requests, 60)
        time.sleep(0.3)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=10)
        assert time.monotonic() - asked < 5
        assert process.returncode == 0, out
        assert "Traceback" not in out
        assert "stopped in the middle" in out
        with SqlLog.open(url) as log, Operations.open(url) as operations:
            log.verify()
            assert left(log, ["AAA", "BBB", "CCC"]) == {"BBB", "CCC"}
            assert operations.attempts().keys() == {"AAA"}
            assert Lease(operations).acquire(datetime.now(UTC))  # it was let go


@pytest.mark.slow
def test_a_stop_between_two_runs_is_done_at_once(desk_url):
    url = desk_url
    watching(url, ["AAA"])
    with serving() as market:
        listed(market, ["AAA"])
        process = started(market, "local", url)
        with SqlLog.open(url) as log:
            wait_for(lambda: not left(log, ["AAA"]))
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        out, _ = process.communicate(timeout=5)
        assert process.returncode == 0, out
        assert "AAA: " in out
        assert out.rstrip().endswith("stopped")
