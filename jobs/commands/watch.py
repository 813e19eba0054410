"""`timeline watch`: the symbols whose prices are kept fresh."""

from __future__ import annotations

import argparse
from typing import Any

from jobs.commands.order import Order, takes_database, takes_json
from jobs.out import print_json, say


def add(commands: Any) -> None:
    """Add the command and its subcommands."""
    watch: argparse.ArgumentParser = commands.add_parser("watch", help="say which symbols are kept fresh")
    actions = watch.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, state, what in (
        ("add", "added", "keep symbols fresh that no claim speaks of"),
        ("mute", "muted", "fetch nothing for symbols, although claims speak of them"),
        ("reset", "", "leave symbols to the claims again"),
    ):
        command: argparse.ArgumentParser = actions.add_parser(name, help=what, description=f"{what.capitalize()}.")
        command.add_argument("symbols", nargs="+", metavar="SYMBOL", help="such as META or 0700.HK")
        takes_database(command)
        command.set_defaults(run=run_change, state=state)
    shown: argparse.ArgumentParser = actions.add_parser(
        "list",
        help="list the symbols that are watched, and why",
        description="List the symbols that are watched, and why: claims speak of them, they were added, or they follow "
        "as a benchmark or as the rate of a conversion.",
    )
    takes_database(shown)
    takes_json(shown)
    shown.set_defaults(run=run_list)


def run_change(order: Order) -> int:
    """Add, mute or reset symbols."""
    from events.errors import InvalidValueError
    from jobs.app import open_log
    from jobs.operations import Operations
    from jobs.sources.files import is_symbol
    from timeline.symbols import resolve

    given = order.given
    names = [resolve(symbol) for symbol in given.symbols]
    if wrong := [name for name in names if not is_symbol(name)]:
        raise InvalidValueError("a symbol", repr(wrong[0]), "a ticker such as META, 0700.HK or USDCNY")
    with open_log(order.database, create=True), Operations.open(order.database) as operations:
        for symbol in names:
            operations.watch(symbol, given.state, order.clock())
    say(f"{given.state or 'left to the claims'}: {', '.join(names)}")
    return 0


def run_list(order: Order) -> int:
    """List the watch list."""
    from jobs.app import open_log, replayed
    from jobs.operations import Operations
    from jobs.watch import watched

    with open_log(order.database) as log, Operations.open(order.database) as operations:
        chosen = operations.watches()
        found = watched(replayed(log).stated(), chosen)
    muted = [symbol for symbol, state in chosen.items() if state == "muted"]
    if order.given.json:
        print_json({"watched": [one._asdict() for one in found], "muted": muted})
        return 0
    for symbol, why in found:
        say(f"{symbol:10}  {why}")
    for symbol in muted:
        say(f"{symbol:10}  muted")
    if not found and not muted:
        say("nothing is watched: no claim speaks of a symbol, and none was added")
    return 0
