"""`timeline export`: the timeline, or the log itself, in a format that other programs read."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from jobs.commands.head import KEY, signed_note
from jobs.commands.order import Order, takes_as_of, takes_database
from jobs.out import warn, write_out

FORMATS = ("feed", "csv", "parquet", "events")


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "export",
        help="write the timeline as a feed, CSV or Parquet, or the events one a line",
        description="Write the checked timeline (feed, csv, parquet), or the log's own documents one a line (events).",
    )
    takes_database(command)
    takes_as_of(command)
    told = "feed (JSON Feed 1.1, the default), csv, parquet, or events"
    command.add_argument("--format", choices=FORMATS, default="feed", metavar="F", help=told)
    command.add_argument("--output", metavar="PATH", default="-", help="where to (default: -, which is stdout)")
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Write one format."""
    from events.errors import InvalidValueError
    from jobs.app import instant, open_log

    given = order.given
    until = instant(given.as_of) if given.as_of else None
    if given.format == "parquet" and given.output == "-" and sys.stdout.isatty():
        raise InvalidValueError("--output", "a terminal", "a file, for Parquet is no text: --output timeline.parquet")
    with open_log(order.database) as log:
        content = _content(order, log, until)
    write_out(given.output, content)
    if given.output != "-":
        warn(f"written to {given.output}")
    return 0


def _content(order: Order, log: Any, until: Any) -> bytes:
    from jobs.app import picture
    from timeline.formats import jsonfeed, lines, tables

    form = order.given.format
    if form == "events":
        return b"".join(lines.lines(log.rows(), until))
    seen = picture(log, until)
    if form == "feed":
        note = signed_note(seen.head, order.environment.get(KEY))
        return jsonfeed.feed(seen.entries, seen.head, as_of=until, note=note)
    return tables.csv_bytes(seen.entries) if form == "csv" else tables.parquet_bytes(seen.entries)
