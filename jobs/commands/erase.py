"""`timeline erase`: a source's text out of the database, and into the log that, when and why it went."""

from __future__ import annotations

import argparse
from typing import Any

from jobs.commands.order import Order, takes_database, takes_json
from jobs.out import print_json, say


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "erase",
        help="take a source's text out of the database for good",
        description="Take the text of an article out of the database for good. An event says what was erased, when and "
        "why; the article's entry and its claims, restated in our words, stay, and the chain still verifies.",
    )
    command.add_argument("text", metavar="TEXT_SHA256", help="the hash of the text, as the article's event has it")
    command.add_argument("--reason", metavar="WORDS", required=True, help="why; it stays in the log for good")
    takes_database(command)
    takes_json(command)
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Erase, and say so."""
    from jobs.app import open_log

    digest = order.given.text.lower()
    with open_log(order.database) as log:
        rows = log.erase(digest, order.given.reason, order.clock())
        event = rows[0].id if rows else log.erased(digest)
    if order.given.json:
        print_json({"text_sha256": digest, "erased": bool(rows), "event": event})
    else:
        say(f"{'erased' if rows else 'was erased before'}: the text {digest}; the event {event} says why")
    return 0
