"""When prices are refreshed: the only module that imports APScheduler.

Its jobs are defined here and kept nowhere: what must be done is worked out from the log and the attempts each time, so
a run that was missed (a laptop that slept, a process that was down) is made up by the next one. After every close of an
exchange, by its calendar and in its zone, comes a run; besides, one every few minutes for what failed, for new claims,
and for whatever was missed. APScheduler 3 gives a job one second of grace and UTC unless told otherwise: it is told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from jobs.exchanges import calendar_of, zone_of
from jobs.screening import DELAY
from timeline.sessions import Calendar

GRACE = timedelta(hours=12)
EVERY = timedelta(minutes=5)
RECENT = 1500  # sessions from whose closes the hours of closing are read

EVENTS = {
    EVENT_JOB_MISSED: "runs missed",
    EVENT_JOB_ERROR: "runs failed",
    EVENT_JOB_MAX_INSTANCES: "runs skipped, one was going on",
}


class Job(NamedTuple):
    """A run and when it comes."""

    name: str
    trigger: Any


class AfterClose(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires DELAY after each close of an exchange.

    A cron trigger in the exchange's zone for each hour at which it closes, kept to those firings that follow a close
    of its calendar: half days and holidays are known. After the calendar's end it fires on weekdays at the latest hour.
    """

    def __init__(self, calendar: Calendar, zone: ZoneInfo) -> None:
        self.calendar = calendar
        closes = (datetime.fromtimestamp(second, zone) + DELAY for second in calendar.closes[-RECENT:].tolist())
        hours = sorted({(close.hour, close.minute) for close in closes})
        self.crons = [CronTrigger(hour=hour, minute=minute, timezone=zone) for hour, minute in hours]

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """Return the first instant after the previous one, and not before now."""
        start = now if previous_fire_time is None else max(now, previous_fire_time + timedelta(seconds=1))
        closes, second = self.calendar.closes, math.ceil((start - DELAY).timestamp())
        place = int(np.searchsorted(closes, second))
        if place == len(closes):
            return self._beyond(start)
        following = datetime.fromtimestamp(int(closes[place]), UTC) + DELAY
        return min(cron.get_next_fire_time(None, following) for cron in self.crons)  # type: ignore[no-any-return]

    def _beyond(self, start: datetime) -> datetime | None:
        """Return the first weekday after the calendar's end, at the latest hour of closing."""
        fire: datetime | None = self.crons[-1].get_next_fire_time(None, start)
        while fire is not None and fire.weekday() >= 5:
            fire = self.crons[-1].get_next_fire_time(None, fire + timedelta(seconds=1))
        return fire

    def __str__(self) -> str:
        return f"after each close of {self.calendar.name}"


def jobs(symbols: Iterable[str]) -> list[Job]:
    """Return the runs that some symbols want: after the closes of each exchange, after days that end, and often."""
    found: dict[str, Job] = {}
    for symbol in symbols:
        calendar = calendar_of(symbol)
        zone = zone_of(calendar.name) if calendar else None
        if calendar and zone and calendar.name not in found:
            found[calendar.name] = Job(f"after the close of {calendar.name}", AfterClose(calendar, ZoneInfo(zone)))
    days = CronTrigger(day_of_week="tue-sat", hour=0, minute=int(DELAY.total_seconds() // 60), timezone=UTC)
    often = IntervalTrigger(seconds=int(EVERY.total_seconds()), timezone=UTC)
    exchanges = [found[name] for name in sorted(found)]
    return [
        *exchanges,
        Job("after the end of a day, for what keeps no exchange's hours", days),
        Job("every few minutes", often),
    ]


class Schedule:
    """APScheduler with our jobs: one at a time, late ones run once, and every miss and error is told to `count`."""

    def __init__(self, run: Callable[[], object], count: Callable[[str, BaseException | None], None]) -> None:
        self._run, self._count = run, count
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={
                "coalesce": True,
                "max_instances": 1,
                "misfire_grace_time": int(GRACE.total_seconds()),
            },
        )
        self._scheduler.add_listener(self._happened, EVENT_JOB_MISSED | EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES)

    def start(self, symbols: Iterable[str]) -> None:
        """Start, and run once at once for whatever was missed."""
        self._scheduler.start()
        self.follow(symbols)
        self.now()

    def follow(self, symbols: Iterable[str]) -> None:
        """Take in the exchanges of some symbols; those that are followed already stay as they are."""
        for job in jobs(symbols):
            if self._scheduler.get_job(job.name) is None:
                self._scheduler.add_job(self._run, job.trigger, id=job.name, name=job.name)

    def now(self) -> None:
        """Run once, as soon as no other run is going on."""
        self._scheduler.add_job(self._run, id="at once", name="at once", replace_existing=True)

    def names(self) -> list[str]:
        """Return the names of the jobs, in the order of their next runs."""
        return [job.name for job in self._scheduler.get_jobs()]

    def stop(self) -> None:
        """Start nothing more; a run that is going on is not waited for."""
        self._scheduler.pause()
        self._scheduler.remove_all_jobs()  # else one that is just due is missed by the thread that takes it away
        self._scheduler.shutdown(wait=False)

    def _happened(self, event: Any) -> None:
        self._count(EVENTS[event.code], getattr(event, "exception", None))
