"""The lease: one leader, replaced when it is gone, and a sleeper that wakes up stores nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from events.sqllog import SqlLog
from jobs.gate import Gate
from jobs.lease import Lease
from jobs.operations import Operations
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
