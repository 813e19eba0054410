"""`timeline power`: how much of what is true the checker supports, and how much of what is false."""

from __future__ import annotations

import argparse
from typing import Any

from jobs.commands.order import Order, takes_database, takes_json
from jobs.out import print_json, say


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "power",
        help="measure how many true and how many false claims the checker supports",
        description="Make claims from the prices in the log, falsify each by its figure, date, company and sign, and "
        "print which share of either is supported. Leaves with 1 where price moves miss their bounds.",
    )
    command.add_argument("--seed", type=int, default=1997, metavar="N", help="what decides every draw (default: 1997)")
    command.add_argument("--claims", type=int, default=2000, metavar="N", help="true claims to make (default: 2000)")
    takes_database(command)
    takes_json(command)
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Measure and print."""
    from events.errors import InvalidValueError, NotHeldError
    from jobs.app import open_log, replayed
    from timeline.power import measure

    given = order.given
    if given.claims < 1:
        raise InvalidValueError("--claims", given.claims, "1 or more")
    with open_log(order.database) as log:
        state = replayed(log)
        prices = state.prices(log.columns)
    if not len(prices):
        raise NotHeldError("the log holds no prices to make claims from: import some, or `timeline replay` the sample")
    power = measure(prices, state.facts(), given.seed, given.claims)
    if given.json:
        print_json(_answer(power))
    else:
        _print(power)
    return int(not power.passed)


def _print(power: Any) -> None:
    from rich import box
    from rich.table import Table

    from jobs.show import console
    from timeline.power import COLUMNS, MOVE_FALSE, MOVE_TRUE, table

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in COLUMNS:
        shown.add_column(name, justify="left" if name.startswith(("kind", "claims made")) else "right", no_wrap=True)
    for row in table(power):
        shown.add_row(*row)
    console().print(shown)
    bounds = f"moves: at least {MOVE_TRUE:.0%} of the true and at most {MOVE_FALSE:.0%} of the false supported"
    say(f"{bounds}: {'reached' if power.passed else 'MISSED'} (seed {power.seed})")


def _answer(power: Any) -> dict[str, Any]:
    from timeline.power import interval

    return {
        "seed": power.seed,
        "symbols": list(power.symbols),
        "passed": power.passed,
        "rates": [
            {
                "kind": rate.kind,
                "falsification": rate.falsification or None,
                "claims": rate.claims,
                "supported": rate.supported,
                "interval": list(interval(rate.supported, rate.claims)),
                "true_by_accident": rate.accidental,
                "others": dict(rate.words),
            }
            for rate in power.rates
        ],
    }
