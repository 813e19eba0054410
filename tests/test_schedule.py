"""When runs come: after each close by the exchange's calendar and clock, late ones once, misses counted."""

import threading
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobs.exchanges import calendar_of
from jobs.schedule import EVENTS, EVERY, GRACE, AfterClose, Schedule, jobs
from jobs.screening import DELAY

NEW_YORK = ZoneInfo("America/New_York")


def after_close(symbol="META", zone="America/New_York"):
    return AfterClose(calendar_of(symbol), ZoneInfo(zone))


def fires(trigger, start, count):
    found, previous = [], None
    for _ in range(count):
        previous = trigger.get_next_fire_time(previous, start if previous is None else previous)
        found.append(previous)
    return found


def shown(found, zone=NEW_YORK):
    return [f"{fire.astimezone(zone):%Y-%m-%d %H:%M}" for fire in found]


def test_it_fires_half_an_hour_after_each_close_on_the_exchanges_clock():
    found = fires(after_close(), datetime(2025, 3, 6, 12, tzinfo=UTC), 4)
    assert shown(found) == ["2025-03-06 16:30", "2025-03-07 16:30", "2025-03-10 16:30", "2025-03-11 16:30"]
    assert found[1].astimezone(UTC).hour == 21
    assert found[2].astimezone(UTC).hour == 20  # summer time began on the Sunday between


def test_half_days_fire_early_and_holidays_not_at_all():
    found = fires(after_close(), datetime(2024, 11, 27, 12, tzinfo=UTC), 3)
    assert shown(found) == ["2024-11-27 16:30", "2024-11-29 13:30", "2024-12-02 16:30"]
    assert shown(fires(after_close(), datetime(2025, 1, 8, 12, tzinfo=UTC), 2))[1] == "2025-01-10 16:30"


def test_each_exchange_has_its_own_clock():
    found = fires(after_close("0700.HK", "Asia/Hong_Kong"), datetime(2025, 1, 27, 12, tzinfo=UTC), 3)
    assert shown(found, ZoneInfo("Asia/Hong_Kong")) == ["2025-01-28 12:30", "2025-02-03 16:30", "2025-02-04 16:30"]


@pytest.mark.parametrize(
    ("symbol", "zone", "since"),
    [
        ("META", "America/New_York", 2024),
        ("VOD.L", "Europe/London", 2024),
        ("0700.HK", "Asia/Hong_Kong", 2024),
        ("7203.T", "Asia/Tokyo", 2025),  # it closes half an hour later since the end of 2024
    ],
)
def test_every_close_of_some_years_is_followed_by_one_run(symbol, zone, since):
    """Summer time begins and ends on other days in London than in New York, and never in Hong Kong and Tokyo."""
    calendar = calendar_of(symbol)
    low, high = (calendar.last_closed(datetime(year, 1, 1, tzinfo=UTC)) + 1 for year in (since, 2027))
    found = fires(after_close(symbol, zone), datetime(since, 1, 1, tzinfo=UTC), high - low)
    assert [int((fire - DELAY).timestamp()) for fire in found] == calendar.closes[low:high].tolist()


def test_after_the_calendars_end_it_goes_on_on_weekdays():
    calendar = calendar_of("META")
    end = datetime.combine(calendar.day(len(calendar) - 1), datetime.min.time(), UTC) + timedelta(days=3)
    found = fires(after_close(), end, 6)
    assert {fire.strftime("%H:%M") for fire in found} == {"16:30"}
    assert max(fire.weekday() for fire in found) < 5


def test_the_jobs_follow_from_the_symbols():
    names = [job.name for job in jobs(["META", "AMZN", "0700.HK", "USDCNY"])]
    assert names[:2] == ["after the close of XHKG", "after the close of XNYS"]
    assert len(names) == 4
    assert [job.name for job in jobs([])] == names[2:]


@pytest.fixture
def schedule():
    ran, counted = threading.Event(), []
    made = Schedule(ran.set, lambda name, error: counted.append((name, error)))
    made.ran, made.counted = ran, counted
    yield made
    if made._scheduler.running:
        made.stop()


def test_it_runs_at_start_for_whatever_was_missed_and_takes_in_new_exchanges(schedule):
    schedule.start(["META"])
    assert schedule.ran.wait(5)
    schedule.follow(["META", "0700.HK"])
    schedule.follow(["0700.HK"])
    assert sorted(schedule.names()) == sorted(job.name for job in jobs(["META", "0700.HK"]))


def test_jobs_are_coalesced_have_hours_of_grace_and_run_one_at_a_time(schedule):
    schedule.start(["META"])
    for job in schedule._scheduler.get_jobs():
        assert job.coalesce
        assert job.max_instances == 1
        assert job.misfire_grace_time == GRACE.total_seconds()
    assert timedelta(hours=2) <= GRACE
    assert timedelta(minutes=10) > EVERY


def test_a_job_that_was_late_by_many_turns_runs_once(schedule):
    """As after a sleep: the firings of three hours that nobody was awake for are one run."""
    runs, again = [], threading.Event()
    schedule.start([])
    assert schedule.ran.wait(5)
    slept = datetime.now(UTC) - timedelta(hours=3)
    schedule._scheduler.add_job(
        lambda: (runs.append(1), again.set()), "interval", minutes=5, id="slept", next_run_time=slept
    )
    assert again.wait(5)
    time.sleep(0.3)
    assert (runs, schedule.counted) == ([1], [])
    following = schedule._scheduler.get_job("slept").next_run_time
    assert timedelta(0) < following - datetime.now(UTC) <= timedelta(minutes=5)


def test_it_stops_at_any_moment_without_a_fault(monkeypatch):
    faults = []
    monkeypatch.setattr(threading, "excepthook", faults.append)
    for pause in range(60):
        made = Schedule(lambda: None, lambda *_: None)
        made.start(["META"])
        made.now()
        time.sleep(pause * 1e-5)
        made.stop()
    assert faults == []


def test_what_fails_and_what_is_missed_is_counted(schedule):
    def fail():
        raise RuntimeError("no")

    schedule._run = fail
    schedule.start([])
    deadline = time.monotonic() + 5
    while not schedule.counted and time.monotonic() < deadline:
        time.sleep(0.01)
    [(name, error)] = schedule.counted
    assert (name, str(error)) == ("runs failed", "no")
    long_ago = datetime.now(UTC) - 2 * GRACE
    schedule._scheduler.add_job(schedule.ran.set, "date", run_date=long_ago, id="late")
    deadline = time.monotonic() + 5
    while len(schedule.counted) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert schedule.counted[1] == ("runs missed", None)
    assert not schedule.ran.is_set()
    assert set(EVENTS.values()) >= {"runs missed", "runs failed"}
