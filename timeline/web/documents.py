"""Feeds out of a snapshot: JSON Feed in pages, Atom, TimelineJS; each document is made once for a state of the log.

A page ends before it would exceed PAGE_BYTES. The address of the next page names the log position of the state that
the first page was cut from: whatever is appended meanwhile, nothing is skipped and nothing comes twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from urllib.parse import quote

import msgspec

from events.log import Head
from timeline.charts import spec
from timeline.entries import Entry
from timeline.formats import jsonfeed
from timeline.formats.atom import atom
from timeline.formats.jsonfeed import Channel, item, rfc3339, top
from timeline.formats.timelinejs import timelinejs
from timeline.web.problems import RefusalError
from timeline.web.ready import Ready
from timeline.web.selection import Selection, selected
from timeline.web.snapshot import Snapshot

PAGE_BYTES = 230_000
PAGE_ITEMS = 100
ATOM_ENTRIES = 100

JSON_FEED = "application/feed+json"
ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/json"
EVERYTHING = Selection()


class Pages:
    """The items of a feed cut into pages, made as far as somebody asks for them."""

    def __init__(self, encoded: Iterator[bytes]) -> None:
        self._encoded = encoded
        self._pages: list[list[bytes]] = []
        self._rest: bytes | None = None
        self._lock = threading.Lock()

    def page(self, number: int) -> tuple[list[bytes], bool]:
        """Return the items of a page, counted from 1, and whether another follows; an empty feed has one page."""
        with self._lock:
            while len(self._pages) < number and (not self._pages or self._rest is not None):
                self._pages.append(self._next())
            if number > len(self._pages):
                raise RefusalError(404, f"the feed has {len(self._pages)} pages", came=f"page {number}")
            return self._pages[number - 1], number < len(self._pages) or self._rest is not None

    def _next(self) -> list[bytes]:
        first = self._rest if self._rest is not None else next(self._encoded, None)
        self._rest = None
        if first is None:
            return []
        items, size = [first], len(first)
        for encoded in self._encoded:
            if size + len(encoded) > PAGE_BYTES or len(items) >= PAGE_ITEMS:
                self._rest = encoded
                break
            items.append(encoded)
            size += len(encoded)
        return items


class Documents:
    """The documents of snapshots, under the address where the world finds them."""

    def __init__(self, address: str, note: Callable[[Head], str], channel: Channel | None = None) -> None:
        self.address, self._note = address, note
        base = channel or Channel()
        self.channel = base._replace(home_page_url=f"{address}/", feed_url=f"{address}/feed.json")

    def page_of(self, entry: Entry) -> str:
        """Return the address of a claim's page."""
        return f"{self.address}/claims/{quote(entry.id, safe='')}"

    def image_of(self, entry: Entry, snapshot: Snapshot) -> str:
        """Return the address of a claim's chart, "" where it has none."""
        best, symbol = entry.verdict.best, entry.stated.claim.symbol
        held = best and best.start and best.end and symbol and snapshot.prices.where(symbol)
        return f"{self.page_of(entry)}/chart.svg" if held else ""

    def prepare(self, snapshot: Snapshot) -> dict[str, Ready]:
        """Return what must be ready before a snapshot is served, by its path."""
        return {
            "/feed.json": self.feed(snapshot),
            "/feed.atom": self.atom(snapshot),
            "/timeline.json": self.timelinejs(snapshot),
            "/head": self.head(snapshot),
        }

    def head(self, snapshot: Snapshot) -> Ready:
        """Return where the log ends, to be noted elsewhere: a signed note with a key, else POSITION:HASH."""
        return snapshot.document("head", lambda: self._head(snapshot))

    def _head(self, snapshot: Snapshot) -> Ready:
        told = self._note(snapshot.head) or f"{snapshot.head.position}:{snapshot.head.digest}\n"
        return Ready(told.encode(), "text/plain; charset=utf-8", snapshot.changed)

    def feed(self, snapshot: Snapshot, wanted: Selection = EVERYTHING, page: int = 1) -> Ready:
        """Return a page of the JSON Feed."""
        name = f"feed {page} {wanted.query()}"
        return snapshot.document(name, lambda: self._feed(snapshot, wanted, page))

    def atom(self, snapshot: Snapshot, wanted: Selection = EVERYTHING) -> Ready:
        """Return the Atom feed of the entries that changed last."""
        return snapshot.document(f"atom {wanted.query()}", lambda: self._atom(snapshot, wanted))

    def timelinejs(self, snapshot: Snapshot, wanted: Selection = EVERYTHING) -> Ready:
        """Return the entries for TimelineJS."""
        return snapshot.document(f"timelinejs {wanted.query()}", lambda: self._timelinejs(snapshot, wanted))

    def _feed(self, snapshot: Snapshot, wanted: Selection, page: int) -> Ready:
        items, more = self._cut(snapshot, wanted).page(page)
        about = {"about": jsonfeed.EXTENSION, "events": snapshot.head.position, "log": snapshot.head.digest}
        if snapshot.as_of is not None:
            about["as_of"] = rfc3339(snapshot.as_of)
        if note := self._note(snapshot.head):
            about["note"] = note
        query = wanted.query()
        addresses = {
            "home_page_url": self.channel.home_page_url,
            "feed_url": self.channel.feed_url + (f"?{query}" if query else ""),
        }
        if more:
            following = wanted.query(at=str(snapshot.head.position), page=str(page + 1))
            addresses["next_url"] = f"{self.channel.feed_url}?{following}"
        head = msgspec.json.encode(top(self.channel, addresses, about))
        body = head[:-1] + b',"items":[\n' + b",\n".join(items) + b"\n]}\n"
        return Ready(body, JSON_FEED, snapshot.changed)

    def _cut(self, snapshot: Snapshot, wanted: Selection) -> Pages:
        def make() -> Pages:
            return Pages(self._item(entry, snapshot) for entry in selected(snapshot.told, wanted))

        return snapshot.pages(wanted, make)

    def _item(self, entry: Entry, snapshot: Snapshot) -> bytes:
        return msgspec.json.encode(item(entry, url=self.page_of(entry), image=self.image_of(entry, snapshot)))

    def _atom(self, snapshot: Snapshot, wanted: Selection) -> Ready:
        query = wanted.query()
        own = f"{self.address}/feed.atom" + (f"?{query}" if query else "")
        entries = selected(snapshot.told, wanted)[:ATOM_ENTRIES]
        channel = self.channel._replace(feed_url=own)
        return Ready(atom(entries, snapshot.head.recorded, self.page_of, channel), ATOM, snapshot.changed)

    def _timelinejs(self, snapshot: Snapshot, wanted: Selection) -> Ready:
        chosen = wanted if any(wanted) else wanted._replace(judged=True)
        content = timelinejs(selected(snapshot.entries, chosen), self.page_of, self.channel)
        return Ready(content, JSON, snapshot.changed)


def chart_of(entry: Entry, snapshot: Snapshot, *, dark: bool) -> dict[str, object]:
    """Return the spec of a claim's chart. Raises RefusalError where there is none."""
    found = spec(entry, snapshot.prices, "dark" if dark else "light")
    if found is None:
        raise RefusalError(404, "this claim has no chart: no window of prices was read for it", came=entry.id)
    return found
