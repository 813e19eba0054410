"""What Prometheus may know: requests, the log's end, how long a state takes to build, what is open and faulty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.types import Scope

from timeline.web.live import Live

MEDIA_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The metrics of one application, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "timeline_requests", "Requests by route and status.", ["route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "timeline_request_seconds", "Seconds until an answer begins.", ["route"], registry=self._registry
        )
        self._position = self._gauge("log_position", "Position of the last event that is served.")
        self._claims = self._gauge("claims", "Claims that stand.")
        self._build = self._gauge("build_seconds", "Seconds that the newest state took to build.")
        self._fault = self._gauge("log_fault", "1 while the log cannot be followed.")
        self._problems = self._gauge("data_problems", "Problems found in the data of the log.")
        self._streams = self._gauge("event_streams", "Open event streams.")
        self.open_streams = 0
        self._quick: dict[tuple[str, int], Counter] = {}

    def quick(self, path: str, status: int) -> None:
        """Count a document that was ready."""
        counter = self._quick.get((path, status))
        if counter is None:  # to look a counter up costs as much as the answer
            counter = self._quick[path, status] = self._requests.labels(path, status)
        counter.inc()

    def request(self, scope: Scope, status: int, seconds: float) -> None:
        """Count an answer under the route that made it, never under an address that a client made up."""
        route = getattr(scope.get("route"), "path", "none")
        self._requests.labels(route, status).inc()
        self._seconds.labels(route).observe(seconds)

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Count an event stream while it is open."""
        self.open_streams += 1
        try:
            yield
        finally:
            self.open_streams -= 1

    def text(self, live: Live, more: Iterable[Metric] = ()) -> bytes:
        """Return the exposition text; `more` are metrics that others measured, as they stand now."""
        snapshot = live.snapshot
        self._streams.set(self.open_streams)
        self._position.set(snapshot.head.position)
        self._claims.set(len(snapshot.entries))
        self._build.set(live.build_seconds)
        self._fault.set(bool(live.fault))
        self._problems.set(len(snapshot.problems))
        return generate_latest(self._registry) + exposition(more)

    def _gauge(self, name: str, told: str) -> Gauge:
        return Gauge(f"timeline_{name}", told, registry=self._registry)


def exposition(told: Iterable[Metric]) -> bytes:
    """Return metrics as the text that Prometheus reads."""
    return generate_latest(_Told(told))


class _Told(Collector):
    """Metrics that were measured elsewhere, in the form of a registry."""

    def __init__(self, told: Iterable[Metric]) -> None:
        self._told = told

    def collect(self) -> Iterable[Metric]:
        """Return them."""
        return self._told
