"""`timeline status`: what the log holds, how fresh its prices are, and whether its guards stand."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from jobs.commands.order import Order, takes_database, takes_json
from jobs.out import print_json, say

if TYPE_CHECKING:
    from datetime import datetime

    from timeline.prices import PriceHistory


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "status",
        help="say what the log holds and how fresh its prices are",
        description="Say what the log holds: events by kind, symbols with their last bar and its age in sessions, "
        "where the exchange calendars end, the size of the database, and whether it refuses changes.",
    )
    takes_database(command)
    takes_json(command)
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Print the status."""
    from jobs.app import open_log, replayed
    from jobs.settings import database_file, shown
    from timeline.formats.jsonfeed import rfc3339

    now, file = order.clock(), database_file(order.database)
    with open_log(order.database) as log:
        state = replayed(log)
        prices, head = state.prices(log.columns), log.head()
        missing = log.guards()
    content = {
        "database": shown(order.database),
        "bytes": file.stat().st_size if file and file.exists() else None,
        "guards": {"intact": not missing, "missing": missing},
        "events": {kind: count for kind, count in state.counts.items() if count},
        "log": {
            "events": head.position,
            "digest": head.digest,
            "recorded": rfc3339(head.recorded) if head.position else None,
        },
        "symbols": _symbols(prices, now),
        "calendars": _calendars(prices),
        "problems": [str(problem) for problem in (*state.problems, *prices.problems)],
    }
    if order.given.json:
        print_json(content)
    else:
        _print(content)
    return 0


def _symbols(prices: PriceHistory, now: datetime) -> list[dict[str, Any]]:
    """Return each symbol with its last bar, and how many sessions have closed since (None where nobody knows)."""
    found = []
    for symbol, panel, s in prices:
        last, calendar = int(panel.last[s]), panel.calendar
        age = None if calendar.observed else max(0, int(calendar.last_closed(now)) - last)
        days = panel.days(s)
        found.append(
            {
                "symbol": symbol,
                "exchange": None if calendar.observed else calendar.name,
                "bars": len(days),
                "first": calendar.day(int(panel.first[s])).isoformat(),
                "last": calendar.day(last).isoformat(),
                "sessions_old": age,
            }
        )
    return found


def _calendars(prices: PriceHistory) -> dict[str, str]:
    """Return the last session that each exchange calendar in use knows."""
    return {
        panel.calendar.name: panel.calendar.day(len(panel.calendar) - 1).isoformat()
        for panel in prices.panels
        if not panel.calendar.observed
    }


def _print(content: dict[str, Any]) -> None:
    from rich import box
    from rich.table import Table

    from jobs.show import console

    size = f", {content['bytes']:,} bytes" if content["bytes"] is not None else ""
    say(f"database   {content['database']}{size}")
    missing = ", ".join(content["guards"]["missing"])
    guards = f"MISSING, rows can be changed: {missing}" if missing else "in place: no row can be changed or deleted"
    say(f"guards     {guards}")
    say(f"log        {content['log']['events']} events, the last recorded {content['log']['recorded'] or 'never'}")
    say(f"           digest {content['log']['digest']}")
    for name, end in content["calendars"].items():
        say(f"calendar   {name} known up to {end}")
    say()
    for kind, count in content["events"].items():
        say(f"{count:9,}  {kind}")
    if content["symbols"]:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name in ("Symbol", "Exchange", "Bars", "First", "Last", "Sessions old"):
            table.add_column(name, justify="right" if name in ("Bars", "Sessions old") else "left")
        for one in content["symbols"]:
            age = "not known" if one["sessions_old"] is None else str(one["sessions_old"])
            table.add_row(
                one["symbol"], one["exchange"] or "as observed", str(one["bars"]), one["first"], one["last"], age
            )
        say()
        console().print(table)
    for problem in content["problems"]:
        say(f"problem: {problem}")
