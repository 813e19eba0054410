"""The lease: one leader, replaced when it is gone, and a sleeper that wakes up stores nothing."""

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


@pytest.fixture
def operations(url):
    with SqlLog.open(url), Operations.open(url) as opened:
        yield opened


def after(seconds):
    return START + timedelta(seconds=seconds)


def test_the_first_leads_and_the_second_waits(operations, url):
    one, two = Lease(operations, 30), Lease(Operations.open(url), 30)
    assert one.acquire(START)
    assert not two.acquire(after(1))
    assert one.held(after(1))
    assert not two.held(after(1))
    assert one.leader() == (one.holder, after(30))


def test_a_renewed_lease_is_kept_and_the_number_of_the_reign_stays(operations, url):
    one, two = Lease(operations, 30), Lease(Operations.open(url), 30)
    for second in range(0, 200, 10):
        assert one.acquire(after(second))
        assert not two.acquire(after(second + 5))
    assert one.token == 1


def test_a_dead_leader_is_replaced_when_its_lease_runs_out_and_not_before(operations, url):
    dead, two = Lease(operations, 30), Lease(Operations.open(url), 30)
    dead.acquire(START)
    assert not two.acquire(after(29.9))
    assert two.acquire(after(30))
    assert two.token == 2


def test_who_slept_past_the_lease_has_lost_it_even_before_anybody_took_it(operations):
    one = Lease(operations, 30)
    one.acquire(START)
    assert not one.held(after(31))
    assert one.acquire(after(31))
    assert one.token == 2


def test_a_sleeper_that_wakes_up_finds_another_reign_and_cannot_renew(operations, url):
    sleeper, two = Lease(operations, 30), Lease(Operations.open(url), 30)
    sleeper.acquire(START)
    two.acquire(after(40))
    assert not sleeper.held(after(41))
    assert not sleeper.acquire(after(41))
    assert two.held(after(41))


def test_a_lease_that_is_let_go_is_free_at_once(operations, url):
    one, two = Lease(operations, 30), Lease(Operations.open(url), 30)
    one.acquire(START)
    one.release(after(1))
    assert not one.held(after(1))
    assert two.acquire(after(1))


def test_of_many_that_want_it_at_once_one_gets_it(operations, url):
    many = [Lease(Operations.open(url), 30) for _ in range(8)]
    for second in (0, 40, 80):
        assert [one.acquire(after(second)) for one in many].count(True) == 1
        assert [one.held(after(second)) for one in many].count(True) == 1


def test_a_leader_that_lost_its_lease_in_the_middle_of_a_fetch_stores_nothing(tmp_path):
    clock = Clock(START)
    desk = Desk(tmp_path, clock, [])
    lease, rival = Lease(desk.operations, 30), Lease(Operations.open(desk.url), 30)
    lease.acquire(START)

    class Slow(Shelf):
        def history(self, symbol, start, now):
            found = super().history(symbol, start, now)
            clock.pause(60)  # asleep, with the answer in hand
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
