"""`timeline replay`: from the first event to the checked timeline, as a table and as a feed."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.commands.head import KEY, signed_note
from jobs.commands.order import Order, takes_as_of, takes_database, takes_json
from jobs.out import print_json, say, warn, write_whole

if TYPE_CHECKING:
    from jobs.app import Picture

DAY_ONLY = len("2025-02-07")


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "replay",
        help="replay the log, check every claim, print the timeline",
        description="Replay the log, check every claim, and print the timeline. An empty log gets the sample that "
        "ships with the program. A long log goes on from the checkpoint that the last replay left in the cache folder.",
    )
    takes_database(command)
    takes_as_of(command)
    command.add_argument("--feed", metavar="PATH", help="write the timeline there as a JSON Feed 1.1")
    command.add_argument("--all", action="store_true", help="list reported figures and happenings too")
    command.add_argument("--full", action="store_true", help="prove every event again, with no checkpoint")
    command.add_argument("--no-sample", action="store_true", help="leave an empty log empty")
    takes_json(command)
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Replay, print, and write the feed."""
    from jobs.app import instant, load_sample, open_log, picture
    from timeline.formats.jsonfeed import digest, feed

    given = order.given
    until = instant(given.as_of) if given.as_of else None
    with open_log(order.database, create=True) as log:
        if not given.no_sample and not log.head().position and (loaded := load_sample(log)):
            warn(f"The log was empty: the sample came in, {loaded} events.")
        seen = picture(log, until, full=given.full)
    content = feed(seen.entries, seen.head, as_of=until, note=signed_note(seen.head, order.environment.get(KEY)))
    if given.feed:
        write_whole(Path(given.feed), content)
    if given.json:
        print_json(_answer(seen, until, digest(content), given.feed))
        return 0
    _print(seen, order, until)
    say(f"log   {seen.head.position} events, digest {seen.head.digest}")
    say(f"feed  {len(seen.entries)} items, digest {digest(content)}")
    say(f"      {f'written to {given.feed}' if given.feed else 'not written: --feed PATH writes it'}")
    return 0


def _print(seen: Picture, order: Order, until: datetime | None) -> None:
    from jobs.show import console, show_picture
    from timeline.formats.jsonfeed import rfc3339

    out = console()
    if until:
        end = " (the end of that day, UTC)" if len(order.given.as_of) == DAY_ONLY else ""
        out.print(f"As known at {rfc3339(until)}{end}")
    show_picture(out, seen, everything=order.given.all)
    for problem in (*seen.state.problems, *seen.prices.problems):
        warn(f"problem: {problem}")


def _answer(seen: Picture, until: datetime | None, digest: str, path: str | None) -> dict[str, Any]:
    from timeline.entries import agreement_answer
    from timeline.formats.jsonfeed import rfc3339

    return {
        "as_of": rfc3339(until) if until else None,
        "log": {"events": seen.head.position, "digest": seen.head.digest},
        "feed": {"items": len(seen.entries), "digest": digest, "path": path},
        "claims": [entry.check() for entry in seen.entries],
        "agreements": [agreement_answer(one) for one in seen.agreements],
        "problems": [str(problem) for problem in (*seen.state.problems, *seen.prices.problems)],
    }
