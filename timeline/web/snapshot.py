"""One state of the log as it is served: entries, prices, and the documents made of them, each made once.

A snapshot never changes. The newest is swapped in whole when the log grows; addresses that name a position or an
instant get the snapshot of that, so that a reader who pages through a feed stays in one state of the log.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from events.errors import Problem
from events.log import Head
from timeline.entries import Entry, withdrawn_entries
from timeline.prices import PriceHistory
from timeline.web.doors import Picture
from timeline.web.ready import Ready

KEPT = 150  # documents in memory for one snapshot
KEPT_PAGES = 24  # selections whose pages are in memory

Made = TypeVar("Made")


class Place(NamedTuple):
    """Where a claim stands in the log."""

    position: int
    hash: str


class Snapshot:
    """A picture of the log, taken apart for serving; `entries` is the timeline, `told` is it in the order of a feed."""

    def __init__(self, picture: Picture, *, as_of: datetime | None = None, changed: datetime | None = None) -> None:
        state = picture.state
        self.head: Head = state.head
        self.as_of = as_of
        self.changed: datetime = changed or self.head.recorded
        self.prices: PriceHistory = picture.prices
        self.entries: tuple[Entry, ...] = tuple(picture.entries)
        self.withdrawn: tuple[Entry, ...] = tuple(withdrawn_entries(state))
        self.told: tuple[Entry, ...] = tuple(sorted((*self.entries, *self.withdrawn), key=_last_changed_first))
        self.counts: dict[str, int] = dict(state.counts)
        self.problems: tuple[Problem, ...] = (*state.problems, *picture.prices.problems)
        self._entries = {entry.id: entry for entry in self.told}
        records = ((key, state.record(key)) for key in self._entries)
        self._places = {key: Place(found.position, found.hash.hex()) for key, found in records if found}
        self._documents: dict[str, Ready] = {}
        self._pages: dict[Hashable, Any] = {}
        self._lock = threading.Lock()

    def entry(self, key: str) -> Entry | None:
        """Return the entry of a claim, withdrawn or not; None for an id that is not held."""
        return self._entries.get(key)

    def place(self, key: str) -> Place | None:
        """Return where a claim stands in the log."""
        return self._places.get(key)

    def document(self, name: str, make: Callable[[], Ready]) -> Ready:
        """Return a document by its name, made at the first call; the oldest goes where there are too many."""
        if (found := self._documents.get(name)) is not None:
            return found
        return self._keep(self._documents, name, make(), KEPT)

    def pages(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what cuts a selection into pages, made at the first call."""
        found: Made | None = self._pages.get(key)
        return found if found is not None else self._keep(self._pages, key, make(), KEPT_PAGES)

    def _keep(self, kept: dict[Any, Made], key: Hashable, made: Made, most: int) -> Made:
        with self._lock:
            while len(kept) >= most:
                kept.pop(next(iter(kept)))
            return kept.setdefault(key, made)

    def named(self, keys: Sequence[str]) -> list[Entry]:
        """Return the entries with these ids that are held, in this order."""
        return [self._entries[key] for key in keys if key in self._entries]


def _last_changed_first(entry: Entry) -> tuple[float, float, int]:
    """Order a feed so that what a subscriber has not seen comes first: new claims, and answers that changed."""
    return (-entry.modified.timestamp(), -entry.published.timestamp(), entry.position)
