"""Claims that a state has seen and leaves in the log until somebody asks for them: a hundred bytes for each.

What it keeps of a claim (id, position, instant, hash) is enough to know the row again: where the log was changed since,
the row is not taken for the claim.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from events.codec import content_digest, decode, encoded_event
from events.errors import DamagedLogError
from events.log import EventLog, Record, Row
from events.model import ClaimStated

ID = len("YYYYMMDD-") + 32
HASH = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Columns(NamedTuple):
    """What is kept of n claims, in the order of the log: positions, instants (microseconds since 1970), ids, hashes."""

    positions: array[int]
    instants: array[int]
    ids: bytearray
    hashes: bytearray


WIDTHS = (8, 8, ID, HASH)  # bytes for each claim, column by column


class StoredClaims:
    """Records that stated claims, read from the log again when they are asked for."""

    def __init__(self, log: EventLog, columns: Columns | None = None) -> None:
        self._log = log
        self.columns = columns or Columns(array("q"), array("q"), bytearray(), bytearray())

    def __len__(self) -> int:
        return len(self.columns.positions)

    def add(self, record: Record) -> None:
        """Take a record in, the latest of the log."""
        positions, instants, ids, hashes = self.columns
        positions.append(record.position)
        instants.append((record.recorded - _EPOCH) // _MICROSECOND)
        ids += record.id.encode("ascii")
        hashes += record.hash

    def get(self, key: str) -> Record | None:
        """Return the record with this id, None where it is not among them.

        Raises DamagedLogError, as iterating does, where the log has another row in its place.
        """
        position = self._log.position_of(key)
        if position is None:
            return None
        place = bisect_left(self.columns.positions, position)
        if place == len(self) or self.columns.positions[place] != position:
            return None
        return self._record(place, next(self._log.rows(position - 1), None))

    def __iter__(self) -> Iterator[Record]:
        positions = self.columns.positions
        rows = self._log.rows(positions[0] - 1) if len(self) else iter(())
        for place, position in enumerate(positions):
            yield self._record(place, next((row for row in rows if row.position >= position), None))

    def _record(self, place: int, row: Row | None) -> Record:
        """Return a row as a record, once it is proved to be the one that was seen."""
        position, instant, key, digest = self._kept(place)
        if row is not None and (row.position, row.id, row.hash) == (position, key, digest):
            held = decode(row.document)
            known = content_digest(encoded_event(row.document)) == key[-32:]
            if known and (held.id, held.recorded) == (key, instant) and isinstance(held.event, ClaimStated):
                return Record(position, key, instant, held.event, digest)
        raise DamagedLogError(position, "it is not the claim that a replay found there before")

    def _kept(self, place: int) -> tuple[int, datetime, str, bytes]:
        positions, instants, ids, hashes = self.columns
        key = ids[place * ID : (place + 1) * ID].decode("ascii")
        instant = _EPOCH + instants[place] * _MICROSECOND
        return positions[place], instant, key, bytes(hashes[place * HASH : (place + 1) * HASH])
