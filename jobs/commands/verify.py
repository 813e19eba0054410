"""`timeline verify`: walk the chain, and name the first position where somebody changed the log."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.commands.order import Order, takes_database, takes_json
from jobs.out import print_json, say

if TYPE_CHECKING:
    from events.notes import Noted


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "verify",
        help="prove that nobody rewrote the log",
        description="Walk the chain of hashes from the first event. With --against, prove that the log extends a head "
        "that was noted earlier (`timeline head`): then nobody can have computed all its hashes anew.",
    )
    command.add_argument("--against", metavar="HEAD", help="POSITION:HASH, or a file that holds it or a signed note")
    command.add_argument("--trust", metavar="KEY", help="refuse a note that this verifier's key has not signed")
    takes_database(command)
    takes_json(command)
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Print the digest that the chain proves (0), or the first bad position (1)."""
    from events.errors import DamagedLogError, InvalidValueError
    from jobs.app import open_log
    from jobs.progress import progress

    if order.given.trust and not order.given.against:
        raise InvalidValueError("--trust", "no note", "--against FILE with it")
    note = _noted(order) if order.given.against else None
    with open_log(order.database) as log:
        try:
            with progress("Verifying events", log.head().position) as tick:
                head = log.verify(tick)
            if note and (reason := _parts(log, note, head.position)):
                raise DamagedLogError(note.position, reason)
        except DamagedLogError as damage:
            if order.given.json:
                print_json({"intact": False, "position": damage.position, "reason": damage.reason})
            else:
                say(f"damaged at position {damage.position}: {damage.reason}")
            return 1
    if order.given.json:
        against = {"extends": f"{note.position}:{note.digest}", "signed": bool(order.given.trust)} if note else {}
        print_json({"intact": True, "events": head.position, "digest": head.digest, **against})
    else:
        say(f"intact: {head.position} events, digest {head.digest}")
        if note:
            say(f"it extends the head noted at position {note.position}{_about(note, order.given.trust)}")
    return 0


def _noted(order: Order) -> Noted:
    """Return the head that the user noted, its signature checked where a key is given."""
    from events.errors import DamagedLogError, InvalidValueError
    from events.notes import WANTED, noted, trusted

    given = order.given.against
    try:
        note = noted(given)
    except InvalidValueError:
        path = order.folder / Path(given)
        if not path.is_file():
            raise InvalidValueError("--against", repr(given), f"{WANTED}, or a file that holds one") from None
        note = noted(path.read_text(encoding="utf-8", errors="replace"))
    if order.given.trust and not trusted(note, order.given.trust):
        raise DamagedLogError(0, f"the note {given} bears no good signature by the key of --trust")
    return note


def _parts(log: Any, note: Noted, end: int) -> str:
    """Return why a log that was walked does not extend a noted head, "" where it does."""
    if note.position > end:
        return f"the head noted was {note.position} events long, the log ends at {end}: its tail was cut off"
    found = bytes(32) if note.position == 0 else next(iter(log.rows(note.position - 1))).hash
    if found.hex() == note.digest:
        return ""
    return f"its hash is {found.hex()}, noted was {note.digest}: the log was written anew up to there"


def _about(note: Noted, key: str | None) -> str:
    if key:
        return ", signed by that key"
    return "; its signature was not checked, --trust KEY does that" if note.signatures else ""
