"""`timeline copy`: the log into another database, byte for byte."""

from __future__ import annotations

import argparse
from typing import Any

from jobs.commands.order import Order, takes_database, takes_json
from jobs.out import print_json, say


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "copy",
        help="copy the log into another database, such as PostgreSQL",
        description="Copy the log into another database, byte for byte, the chain proved at both ends. A copy that was "
        "cut off is taken up again; a database that holds another log is refused.",
    )
    command.add_argument("--to", metavar="URL", required=True, help="where to, such as postgresql://user@host/timeline")
    takes_database(command)
    takes_json(command)
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Copy, and say where both logs end."""
    from events.copying import copy_log
    from jobs.app import open_log
    from jobs.progress import progress
    from jobs.settings import database_url, shown

    url = database_url(order.given.to, {}, order.folder)
    with open_log(order.database) as source, open_log(url, create=True) as target:
        before = target.head().position
        with progress("Copying events", source.head().position) as tick:
            head = copy_log(source, target, tick)
    copied = head.position - before
    if order.given.json:
        print_json({"to": shown(url), "copied": copied, "events": head.position, "digest": head.digest})
    else:
        say(f"{copied} events copied to {shown(url)}; both logs end at {head.position}, digest {head.digest}")
    return 0
