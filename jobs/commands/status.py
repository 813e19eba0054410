"""`timeline status`: what the log holds, how fresh its prices are and how refreshing goes, whether its guards stand."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from jobs.commands.order import Order, takes_database, takes_json
from jobs.out import print_json, say

if TYPE_CHECKING:
    from timeline.prices import PriceHistory


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "status",
        help="say what the log holds and how fresh its prices are",
        description="Say what the log holds: events by kind, symbols with their last bar, its age in sessions, the "
        "last attempt to refresh it with its error, and the next run; who leads, which sources are left alone, where "
        "the exchange calendars end, the size of the database, and whether it refuses changes.",
    )
    takes_database(command)
    takes_json(command)
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Print the status."""
    from jobs.app import open_log, replayed
    from jobs.freshness import freshness
    from jobs.operations import Operations
    from jobs.settings import database_file, shown
    from timeline.formats.jsonfeed import rfc3339

    now, file = order.clock(), database_file(order.database)
    with open_log(order.database) as log, Operations.open(order.database) as operations:
        state = replayed(log)
        fresh = freshness(state, operations, now)
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
        "symbols": _symbols(prices, fresh),
        "calendars": {one["name"]: one["last"] for one in fresh["calendars"]},
        "alarms": [_runs_out(one) for one in fresh["calendars"] if one["runs_out"]],
        "refreshing": {name: fresh[name] for name in ("leader", "sources", "counters")},
        "problems": [str(problem) for problem in (*state.problems, *prices.problems)],
    }
    if order.given.json:
        print_json(content)
    else:
        _print(content)
    return 0


def _symbols(prices: PriceHistory, fresh: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each symbol with the bars that are held of it, and how its refreshing goes."""
    from events.bars import day_of

    bars = {symbol: panel.days(s) for symbol, panel, s in prices}
    found = []
    for one in fresh["symbols"]:
        days = bars.get(one["symbol"])
        held = {"bars": 0, "first": None} if days is None else {"bars": len(days), "first": day_of(days[0]).isoformat()}
        found.append({**one, **held})
    return found


def _runs_out(calendar: dict[str, Any]) -> str:
    name, last = calendar["name"], calendar["last"]
    return f"the calendar of {name} ends on {last}: bring exchange_calendars up to date before (pip install -U)"


def _print(content: dict[str, Any]) -> None:

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
    _print_refreshing(content["refreshing"])
    if content["symbols"]:
        say()
        _print_symbols(content["symbols"])
    for alarm in content["alarms"]:
        say(f"ALARM: {alarm}")
    for problem in content["problems"]:
        say(f"problem: {problem}")


def _print_refreshing(content: dict[str, Any]) -> None:
    leader = content["leader"]
    if leader:
        told = f"{leader['holder']} leads, renewed until {leader['until']}" if leader["leads"] else "nobody works now"
        say()
        say(f"work       {told}")
    for name, one in content["sources"].items():
        rest = f"; LEFT ALONE until {one['left_alone_until']}: {one['reason']}" if one["left_alone"] else ""
        say(f"source     {name}: {one['requests_last_hour']} requests in the last hour{rest}")
    for name, one in content["counters"].items():
        say(f"counted    {name}: {one['times']}, the last at {one['latest']}")


def _print_symbols(symbols: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    from jobs.show import console

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("Symbol", "Exchange", "Bars", "First", "Last", "Sessions old", "Attempted", "Next run"):
        table.add_column(name, justify="right" if name in ("Bars", "Sessions old") else "left")
    for one in symbols:
        age = "not known" if one["sessions_old"] is None else str(one["sessions_old"])
        days = (one["first"] or "", one["last"] or "")
        tried = _minute(one["attempted"]) + (f" ({one['failures']} failed)" if one["failures"] else "")
        row = (one["symbol"], one["exchange"] or "as observed", str(one["bars"]), *days, age, tried)
        table.add_row(*row, _minute(one["next"]) if one["next"] else one["why"])
    console().print(table)
    for one in symbols:
        if one["error"]:
            say(f"{one['symbol']}: {one['error']}")


def _minute(instant: str | None) -> str:
    return instant[:16].replace("T", " ") if instant else ""
