"""A state as a file, from which a replay goes on: the same state to the last byte, in a fraction of the time.

The file proves itself: its last 32 bytes are the SHA-256 of all before them, and it names the code that wrote it. What
it does not prove is that it belongs to a log: `belongs` asks the log for the head that the state ends at. Claims stay
in the log, and the file has what knows them again (`stored`). Layout: a header, the columns, the rest of the state in
JSON (MessagePack would forget the zones of instants), the hash.
"""

from __future__ import annotations

import struct
import sys
from array import array
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

import events
from events.chain import link
from events.codec import decode
from events.errors import InvalidValueError, LogError, Problem
from events.log import EventLog, Record
from events.model import BarsObserved, DividendObserved, SharesObserved, SplitObserved, TextErased
from timeline.replay import Article, HeldClaim, State
from timeline.stored import WIDTHS, Columns, StoredClaims

HASH = 32
_HEADER = struct.Struct("<8s32sQ")  # magic, code, claims
_MAGIC = b"MTSTATE1"


class Rest(msgspec.Struct):
    """What a state holds besides the claims as they were stated, under the state's own names."""

    articles: dict[str, Article]
    at_hand: dict[str, HeldClaim]
    bars: list[tuple[BarsObserved, datetime]]
    shares: list[tuple[SharesObserved, datetime]]
    splits: list[tuple[SplitObserved, datetime]]
    dividends: list[tuple[DividendObserved, datetime]]
    erased: list[tuple[TextErased, datetime]]
    corrected: int
    withdrawn: int
    problems: list[Problem]
    last: Record


def save(state: State) -> bytes:
    """Return the file of a state that knows its log and has seen an event. Raises InvalidValueError for another."""
    if state.stored is None or state.last is None:
        raise InvalidValueError("a state to save", "an empty one, or one without its log", "a state of a log")
    columns = state.stored.columns
    rest = msgspec.json.encode(Rest(**{name: getattr(state, name) for name in Rest.__struct_fields__}))
    content = b"".join((_HEADER.pack(_MAGIC, CODE, len(columns.positions)), *columns, rest))
    return content + sha256(content).digest()


def load(content: bytes, log: EventLog) -> State:
    """Return the state in a file, once its hash is checked; its claims are read from the log when they are asked for.

    Raises InvalidValueError for a file that was cut off or changed, or that other code wrote.
    """
    whole = memoryview(content)
    end = len(whole) - HASH
    if end < _HEADER.size or sha256(whole[:end]).digest() != whole[end:]:
        raise InvalidValueError("a checkpoint", "a hash that is not that of the file", "the file as it was written")
    magic, author, claims = _HEADER.unpack_from(whole)
    if (magic, author) != (_MAGIC, CODE):
        raise InvalidValueError("a checkpoint", "a file of other code", "one of this version")
    columns, start = Columns(array("q"), array("q"), bytearray(), bytearray()), _HEADER.size
    for column, width in zip(columns, WIDTHS, strict=True):
        part = whole[start : start + claims * width]
        column.frombytes(part) if isinstance(column, array) else column.extend(part)
        start += claims * width
    state, rest = State(StoredClaims(log, columns)), msgspec.json.decode(whole[start:end], type=Rest)
    for name in Rest.__struct_fields__:
        setattr(state, name, getattr(rest, name))
    return state


def belongs(state: State, log: EventLog) -> bool:
    """Tell whether a log holds the head of a state: the row is there, follows from the one before it, and is as old."""
    head = state.head
    rows = log.rows(after=max(head.position - 2, 0))
    try:
        before = next(rows).hash if head.position > 1 else bytes(HASH)
        row = next(rows)
        follows = row.position == head.position and link(before, row.document) == row.hash == head.hash
        return follows and decode(row.document).recorded == head.recorded
    except (StopIteration, LogError, TypeError):  # a shorter log, or one that was changed: its replay says where
        return False


def _code() -> bytes:
    """Return a hash of the code that makes states: another version's checkpoints are not believed."""
    own = Path(__file__).parent
    rooms = [
        *sorted(Path(next(iter(events.__path__))).glob("*.py")),
        own / "replay.py",
        own / "stored.py",
        Path(__file__),
    ]
    versions = f"{msgspec.__version__} {sys.version} {sys.byteorder}"
    return sha256(versions.encode() + b"".join(sha256(path.read_bytes()).digest() for path in rooms)).digest()


CODE = _code()  # of what was loaded: a program that is replaced while it runs must not sign for the new one
