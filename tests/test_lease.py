"""The lease: one leader on every database, replaced when it is gone, and a sleeper that wakes up stores nothing."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from events.sqllog import SqlLog
from jobs.gate import Gate
from jobs.lease import Lease
from jobs.operations import Attempt, Circuit, Operations
from jobs.refresh import LeaseLostError, Refresher
from tests.desk import Clock, Desk
from tests.sources import Shelf

START = datetime(2025, 3, 7, 22, tzinfo=UTC)


class Processes:
    """Leases of several processes on one database; `die` does to one what the end of its process does."""

    def __init__(self, url):
        self.url, self.opened = url, []

    def lease(self, seconds=30):
        operations = Operations.open(self.url)
        self.opened.append(operations)
        return Lease(operations, seconds)

    @staticmethod
    def die(lease):
        """On PostgreSQL its connections end with it; on SQLite nobody hears of it."""
        if lease._lock is not None:
            lease._lock.close()


def lent(url):
    made = Processes(url)
    SqlLog.open(url).close()
    yield made
    for one in made.opened:
        one.close()


@pytest.fixture
def processes(stored_url):
    yield from lent(stored_url)


@pytest.fixture
def on_sqlite(url):
    yield from lent(url)


def after(seconds):
    return START + timedelta(seconds=seconds)


def test_the_first_leads_and_the_second_waits(processes):
    one, two = processes.lease(), processes.lease()
    assert one.acquire(START)
    assert not two.acquire(after(1))
    assert one.held(after(1))
    assert not two.held(after(1))
    assert two.leader() == (one.holder, after(30))


def test_a_renewed_lease_is_kept_and_the_number_of_the_reign_stays(processes):
    one, two = processes.lease(), processes.lease()
    for second in range(0, 200, 10):
        assert one.acquire(after(second))
        assert not two.acquire(after(second + 5))
    assert one.token == 1


def test_a_dead_leader_is_replaced_within_a_minute_by_another_reign(processes):
    dead, two = processes.lease(), processes.lease()
    dead.acquire(START)
    processes.die(dead)
    assert two.acquire(after(30))
    assert two.token == 2
    assert not dead.held(after(31))
    assert not dead.acquire(after(31))
    assert two.held(after(31))


def test_a_lease_that_is_let_go_is_free_at_once(processes):
    one, two = processes.lease(), processes.lease()
    one.acquire(START)
    one.release(after(1))
    assert not one.held(after(1))
    assert two.acquire(after(1))


def test_of_many_that_want_it_at_once_one_gets_it(processes):
    many = [processes.lease() for _ in range(8)]
    for second in (0, 40, 80):
        assert [one.acquire(after(second)) for one in many].count(True) == 1
        assert [one.held(after(second)) for one in many].count(True) == 1


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_it_is_never_held_by_two_and_always_had_again_within_a_minute(processes, seed):
    """Processes lead, sleep, die and let go, while the clock runs, stands, and on SQLite jumps back by an hour."""
    chance, now = random.Random(seed), START
    many = [processes.lease() for _ in range(4)]
    reigns = []
    for _ in range(200):
        one = chance.choice(many)
        what = chance.choices(["acquire", "release", "die", "wait", "jump back"], [10, 4, 6, 6, 1])[0]
        if what == "acquire" and one.acquire(now) and (not reigns or reigns[-1][1] != one.token):
            reigns.append((one.holder, one.token))
        elif what == "release":
            one.release(now)
        elif what == "die":
            processes.die(one)
            many[many.index(one)] = processes.lease()
        elif what == "wait":
            now += timedelta(seconds=chance.choice([0.1, 5, 29, 31, 400]))
        elif what == "jump back":
            now -= timedelta(hours=1)
        assert [lease.held(now) for lease in many].count(True) <= 1
    for lease in many:
        lease.release(now)
    assert processes.lease().acquire(now + timedelta(minutes=1))
    tokens = [token for _, token in reigns]
    assert tokens == sorted(set(tokens)) and len(tokens) > 5


# What only the row decides: SQLite


def test_a_dead_leader_is_not_replaced_before_its_lease_runs_out(on_sqlite):
    dead, two = on_sqlite.lease(), on_sqlite.lease()
    dead.acquire(START)
    assert not two.acquire(after(29.9))
    assert two.acquire(after(30))


def test_who_slept_past_the_lease_has_lost_it_even_before_anybody_took_it(on_sqlite):
    one = on_sqlite.lease()
    one.acquire(START)
    assert not one.held(after(31))
    assert one.acquire(after(31))
    assert one.token == 2


def test_a_sleeper_that_wakes_up_finds_another_reign_and_cannot_renew(on_sqlite):
    sleeper, two = on_sqlite.lease(), on_sqlite.lease()
    sleeper.acquire(START)
    two.acquire(after(40))
    assert not sleeper.held(after(41))
    assert not sleeper.acquire(after(41))
    assert two.held(after(41))


def test_a_clock_that_jumped_back_keeps_nobody_waiting_for_a_dead_leader(on_sqlite):
    dead, two = on_sqlite.lease(), on_sqlite.lease()
    dead.acquire(START)
    assert two.acquire(after(-3600))  # its lease would run out in an hour and half a minute: nobody takes so long a one
    assert (two.token, dead.held(after(-3600))) == (2, False)


def test_a_living_leader_keeps_leading_when_the_clock_jumps_back(on_sqlite):
    one, two = on_sqlite.lease(), on_sqlite.lease()
    one.acquire(START)
    assert one.acquire(after(-3600))
    assert not two.acquire(after(-3590))
    assert one.token == 1


# between two appends


def test_a_leader_that_lost_its_lease_in_the_middle_of_a_fetch_stores_nothing(processes):
    clock = Clock(START)
    desk = Desk(processes.url, clock, [])
    lease, rival = Lease(desk.operations, 30), processes.lease()
    lease.acquire(START)

    class Slow(Shelf):
        def history(self, symbol, start, now):
            found = super().history(symbol, start, now)
            clock.pause(60)  # asleep, with the answer in hand
            processes.die(lease)
            assert rival.acquire(clock.now())
            return found

    def check():
        if not lease.held(clock.now()):
            raise LeaseLostError("another leads")

    gate = Gate(Slow("META"), desk.operations, clock.now, clock.pause)
    with pytest.raises(LeaseLostError):
        Refresher(desk.log, desk.operations, [gate], clock.now, check).refresh(["META"])
    assert desk.log.head().position == 0
    desk.close()


def test_on_postgresql_the_lock_goes_with_its_connection_and_not_before(postgres_url):
    with SqlLog.open(postgres_url), Operations.open(postgres_url) as first, Operations.open(postgres_url) as second:
        one, two = Lease(first, 30), Lease(second, 30)
        assert one.acquire(START)
        assert one.acquire(after(10))
        assert not two.acquire(after(1000))  # a clock that runs ahead takes nothing
        assert one.held(after(10))
        one._lock.close()  # as when its process dies
        assert not one.held(after(20))
        assert two.acquire(after(20))
        assert two.token == 2
        assert not one.acquire(after(21))
        two.release(after(22))
        assert one.acquire(after(23))
        one.release(after(24))


def test_what_the_scheduler_remembers_is_the_same_on_every_database(stored_url):
    with SqlLog.open(stored_url), Operations.open(stored_url) as operations:
        kept = Attempt("META", "yahoo", START, after(1), "no line", 3, after(60), START.date())
        for attempt in (Attempt("META"), kept, Attempt("AMZN")):
            operations.set_attempt(attempt)
        assert operations.attempts() == {"AMZN": Attempt("AMZN"), "META": kept}
        operations.watch("META", "added", START)
        operations.watch("META", "muted", START)
        operations.watch("SPY", "added", START)
        operations.watch("SPY", "", START)
        assert operations.watches() == {"META": "muted"}
        for second in (0, 1, 90, 3700):
            operations.spend("yahoo", after(second))
        assert operations.spent("yahoo", after(3700)) == 2
        assert operations.spent("other", after(3700)) == 0
        operations.set_circuit("yahoo", Circuit(2, 1, after(600), "no line"))
        assert operations.circuits() == {"yahoo": Circuit(2, 1, after(600), "no line")}
        for second in (0, 5):
            operations.count("runs missed", after(second))
        assert operations.counters() == {"runs missed": (2, after(5))}
