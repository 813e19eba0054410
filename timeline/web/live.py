"""The log followed live: its head is polled, the next snapshot is built aside, and swapped in when it is whole."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from events.errors import TimelineError
from timeline.web.doors import Doors, Settings
from timeline.web.ready import Ready
from timeline.web.snapshot import Snapshot

KEPT = 4  # snapshots of the past in memory

Made = TypeVar("Made")

logger = logging.getLogger("timeline.web")


class Live:
    """The newest snapshot, those of the past that were asked for, and whoever waits for the next one.

    `fault` is why the log cannot be followed at the moment, "" where it can; the last good snapshot is served on.
    `prepare` makes the documents that must be ready before a snapshot is swapped in; `ready` holds them by their paths.
    """

    def __init__(self, doors: Doors, settings: Settings, prepare: Callable[[Snapshot], dict[str, Ready]]) -> None:
        self.fault = ""
        self.closing = False
        self.build_seconds = 0.0
        self.ready: dict[str, Ready] = {}
        self._doors, self._settings, self._prepare = doors, settings, prepare
        self._snapshot: Snapshot | None = None
        self._past: OrderedDict[str, Snapshot] = OrderedDict()
        self._changed = asyncio.Event()
        self._wanted = asyncio.Event()
        self._work = asyncio.Semaphore(settings.checks_at_once)
        self._replays = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._warming: asyncio.Future[None] | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        assert self._snapshot is not None, "started before it is asked"  # noqa: S101
        return self._snapshot

    async def start(self) -> None:
        """Build the first snapshot and begin to follow. Raises what the log raises."""
        self._snapshot, self.ready = await asyncio.to_thread(self._build)
        self._task = asyncio.create_task(self._follow(), name="follow the log")
        self._warming = asyncio.get_running_loop().run_in_executor(None, self._doors.warm)

    async def stop(self) -> None:
        """Stop following, and let everybody who waits go."""
        self.close()
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def close(self) -> None:
        """End the streams: nobody waits for another snapshot."""
        self.closing = True
        self._changed.set()

    def look_now(self) -> None:
        """Look at the log at once, for something was appended here."""
        self._wanted.set()

    async def beyond(self, position: int, timeout: float) -> bool:
        """Wait until the newest snapshot is beyond a position; False when that took longer than `timeout` seconds."""
        if self.closing or self.snapshot.head.position > position:
            return True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), timeout)
        return self.closing or self.snapshot.head.position > position

    async def at(self, instant: datetime | None = None, position: int | None = None) -> Snapshot:
        """Return the snapshot of an instant or of a position; without either the newest."""
        newest = self.snapshot
        if instant is None and position is None:
            return newest
        if position is not None and position >= newest.head.position:
            return newest
        key = f"{instant} {position}"
        async with self._replays:
            if (found := self._past.get(key)) is None:
                past = await asyncio.wait_for(
                    asyncio.to_thread(self._doors.past, instant, position), self._settings.work_time
                )
                found = Snapshot(past, as_of=instant)
                self._remember(key, found)
            self._past.move_to_end(key)
            return found

    async def work(self, step: Callable[[], Made]) -> Made:
        """Do costly work in a thread, a few pieces at a time. Raises TimeoutError where it takes too long."""
        async with asyncio.timeout(self._settings.work_time), self._work:
            return await asyncio.to_thread(step)

    def _remember(self, key: str, snapshot: Snapshot) -> None:
        self._past[key] = snapshot
        while len(self._past) > KEPT:
            self._past.popitem(last=False)

    async def _follow(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), self._settings.poll)
            self._wanted.clear()
            try:
                head = await asyncio.to_thread(self._doors.head)
                if head.position != self.snapshot.head.position:
                    self._swap(*await asyncio.to_thread(self._build))
                self.fault = ""
            except TimelineError as error:
                if not self.fault:
                    logger.error("the log cannot be followed: %s", error)
                self.fault = str(error)
            except Exception as error:  # a fault of ours must not end the following in silence
                logger.exception("the log cannot be followed")
                self.fault = repr(error)

    def _build(self) -> tuple[Snapshot, dict[str, Ready]]:
        began = time.perf_counter()
        picture = self._doors.latest()
        before = self._snapshot
        changed = picture.state.head.recorded
        if before is not None and changed < before.changed + timedelta(seconds=1):
            # two states within one second would look the same to a reader that only knows Last-Modified
            changed = before.changed + timedelta(seconds=1)
        snapshot = Snapshot(picture, changed=changed)
        ready = self._prepare(snapshot)
        self.build_seconds = time.perf_counter() - began
        return snapshot, ready

    def _swap(self, snapshot: Snapshot, ready: dict[str, Ready]) -> None:
        before, self._snapshot, self.ready = self.snapshot, snapshot, ready
        self._remember(f"None {before.head.position}", before)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
