"""How fresh the prices are: a page, the same as JSON, and gauges for Prometheus; whoever refreshes them tells."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.responses import Response

from events.errors import TimelineError
from timeline.web.declared import declared
from timeline.web.doors import Doors
from timeline.web.framework import APIRouter, Request
from timeline.web.live import Live
from timeline.web.negotiate import HTML, JSON, preferred
from timeline.web.pages import Pages

logger = logging.getLogger("timeline.web")


def routes(doors: Doors, live: Live, pages: Pages) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["service"])

    @router.get("/status", **declared((HTML, JSON), 406, 503))
    async def status(request: Request) -> Response:
        """How fresh the prices of each symbol are, and how their refreshing goes."""
        form = preferred(request.headers.get("accept", ""), (HTML, JSON))
        told = await live.work(doors.freshness)
        if form == JSON:
            return Response(msgspec.json.encode(told) + b"\n", 200, {"Cache-Control": "no-store"}, JSON)
        return pages.status(live.snapshot, told)

    return router


async def measured(doors: Doors, live: Live) -> list[Metric]:
    """Return what Prometheus is told of the freshness; nothing where it cannot be known at the moment."""
    try:
        return families(await live.work(doors.freshness))
    except (TimelineError, TimeoutError) as error:
        logger.warning("how fresh the prices are is not known: %s", error)
        return []


def families(told: Mapping[str, Any]) -> list[Metric]:
    """Return the metrics of a freshness: by symbol, by calendar, by source, and the counters of the work."""
    if not told:
        return []
    old = _by("sessions_old", "Sessions since the last bar that is held.", "symbol")
    failures = _by("refresh_failures", "Failed attempts to refresh in a row.", "symbol")
    for one in told["symbols"]:
        failures.add_metric([one["symbol"]], one["failures"])
        if one["sessions_old"] is not None:
            old.add_metric([one["symbol"]], one["sessions_old"])
    ends = _by("calendar_runs_out", "1 within 90 days of the end of an exchange calendar.", "calendar")
    for one in told["calendars"]:
        ends.add_metric([one["name"]], int(one["runs_out"]))
    alone = _by("source_left_alone", "1 while a source of prices is left alone after failures.", "source")
    spent = _by("source_requests_last_hour", "Requests to a source within the last hour.", "source")
    for name, one in told["sources"].items():
        alone.add_metric([name], int(one["left_alone"]))
        spent.add_metric([name], one["requests_last_hour"])
    counted = CounterMetricFamily("timeline_events_counted", "Runs missed, errors and the like.", labels=["event"])
    for name, one in told["counters"].items():
        counted.add_metric([name], one["times"])
    leads = GaugeMetricFamily("timeline_leader", "1 while some process keeps the prices fresh.")
    leads.add_metric([], int(bool(told["leader"] and told["leader"]["leads"])))
    return [old, failures, ends, alone, spent, counted, leads]


def _by(name: str, meaning: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"timeline_{name}", meaning, labels=[label])
