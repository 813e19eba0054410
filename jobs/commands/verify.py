"""`timeline verify`: walk the chain, and name the first position where somebody changed the log."""

from __future__ import annotations

import argparse
from typing import Any

from jobs.commands.order import Order, takes_database, takes_json
from jobs.out import print_json, say


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "verify", help="prove that nobody rewrote the log", description="Walk the chain of hashes from the first event."
    )
    takes_database(command)
    takes_json(command)
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Print the digest that the chain proves (0), or the first bad position (1)."""
    from events.errors import DamagedLogError
    from jobs.app import open_log
    from jobs.progress import progress

    with open_log(order.database) as log:
        try:
            with progress("Verifying events", log.head().position) as tick:
                head = log.verify(tick)
        except DamagedLogError as damage:
            if order.given.json:
                print_json({"intact": False, "position": damage.position, "reason": damage.reason})
            else:
                say(f"damaged at position {damage.position}: {damage.reason}")
            return 1
    if order.given.json:
        print_json({"intact": True, "events": head.position, "digest": head.digest})
    else:
        say(f"intact: {head.position} events, digest {head.digest}")
    return 0
