"""`timeline prices refresh`: fetch what is missing, and say what came."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from jobs.commands.order import Order, takes_database, takes_json
from jobs.out import plain, print_json, say, warn

if TYPE_CHECKING:
    from jobs.recheck import Change
    from jobs.refresh import Outcome

WORTH_A_BAR = 3  # symbols

HEADINGS = ("Symbol", "Came", "New", "Revised", "Through", "Source", "What else")


def add(actions: Any) -> None:
    """Add the command below `prices`."""
    command: argparse.ArgumentParser = actions.add_parser(
        "refresh",
        help="fetch the prices that are missing",
        description="Fetch daily bars that are missing, with an overlap of ten sessions in which revisions are seen: "
        "of the symbols named, or of all that are watched (see `timeline watch list`). Sessions that are not over are "
        "never stored; what looks wrong is held back, with its reason. Leaves with 1 where a symbol could not be "
        "brought up to date.",
    )
    command.add_argument("symbols", nargs="*", metavar="SYMBOL", help="such as META or 0700.HK; all watched if none")
    takes_source(command)
    command.add_argument("--full", action="store_true", help="ask for the whole history, also where nothing is missing")
    command.add_argument(
        "--accept", action="store_true", help="store what would be held back for a hole, another scale or a jump"
    )
    takes_database(command)
    takes_json(command)
    command.set_defaults(run=run)


def takes_source(command: argparse.ArgumentParser) -> None:
    """Add --source."""
    command.add_argument(
        "--source",
        action="append",
        metavar="S",
        help="yahoo, or files:FOLDER with a CSV file a symbol; several in order of preference (default: yahoo, or what "
        "TIMELINE_SOURCES says, with commas)",
    )


def run(order: Order) -> int:
    """Refresh; 0 where everything that was wanted came, else 1."""
    from jobs.app import open_log, replayed
    from jobs.desk import refresher, sources
    from jobs.operations import Operations
    from jobs.progress import progress
    from jobs.recheck import changes
    from jobs.watch import wants_shares, watched
    from timeline.symbols import resolve

    given = order.given
    found = sources(given.source, order.environment)
    with open_log(order.database, create=True) as log, Operations.open(order.database) as operations:
        state = replayed(log)
        names = [resolve(symbol) for symbol in given.symbols]
        names = names or [one.symbol for one in watched(state.stated(), operations.watches())]
        before, outcomes = log.head().position, []
        with progress("Fetching prices", len(names), worth=WORTH_A_BAR, step=1) as tick:

            def told(outcome: Outcome) -> None:
                outcomes.append(outcome)
                tick(len(outcomes))

            shares_of = wants_shares(state, order.clock())
            refresher(log, operations, found, order.clock).refresh(
                names, full=given.full, accept=given.accept, shares_of=shares_of, tell=told
            )
        touched = [one.symbol for one in outcomes if one.new or one.revised or one.splits]
        changed = changes(log, before, touched) if touched else []
        head = log.head()
    if given.json:
        print_json(
            {
                "symbols": [_answer(one) for one in outcomes],
                "changed": [_changed(one) for one in changed],
                "log": {"events": head.position, "digest": head.digest},
            }
        )
    elif outcomes:
        _print(outcomes, changed)
    else:
        say("nothing to refresh: no claim speaks of a symbol; name one, or add it: timeline watch add META")
    return int(any(one.failed for one in outcomes))


def _print(outcomes: list[Outcome], changed: list[Change]) -> None:
    from rich import box
    from rich.table import Table

    from jobs.show import console
    from jobs.work import change_line

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in HEADINGS:
        table.add_column(name, justify="right" if name in ("New", "Revised") else "left", no_wrap=name == "Symbol")
    for one in outcomes:
        splits = [f"split of {split.ratio:g} for 1, history observed anew" for split in one.splits[-1:]]
        also = "; ".join([*splits, *one.notes])
        through = one.last.isoformat() if one.last else ""
        table.add_row(one.symbol, one.word, f"{one.new:,}", f"{one.revised:,}", through, one.source, plain(also))
    console().print(table)
    for one in outcomes:
        if one.reason:
            warn(f"{one.symbol}: {one.word}: {one.reason}" if one.failed else f"{one.symbol}: {one.reason}")
    for change in changed:
        say(change_line(change))


def _answer(one: Outcome) -> dict[str, Any]:
    from events.bars import day_of

    return {
        "symbol": one.symbol,
        "came": one.word,
        "source": one.source or None,
        "new": one.new,
        "revised": one.revised,
        "asked_from": one.first,
        "through": one.last,
        "dividends": one.dividends,
        "splits": [{"on": day_of(split.on), "ratio": split.ratio} for split in one.splits],
        "notes": list(one.notes),
        "reason": one.reason or None,
    }


def _changed(one: Change) -> dict[str, Any]:
    return {
        "id": one.stated.id,
        "text": one.stated.claim.text,
        "before": one.before,
        "after": one.after,
        "revised": one.revised,
        "explanation": one.explanation,
    }
