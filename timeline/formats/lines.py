"""The log's own documents, one a line: what stands in the log, byte for byte, for programs and for safekeeping.

Appended to an empty log in their order they give the same chain, and so the same digest. The price columns are not in
them; the hashes of the columns are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from events.codec import decode
from events.errors import DataError, Problem, UnknownEventError
from events.log import Draft, Row


def lines(rows: Iterable[Row], until: datetime | None = None) -> Iterator[bytes]:
    """Yield the documents of `rows`, each with its newline, up to those recorded at an instant (inclusive)."""
    for row in rows:
        if until is not None and decode(row.document).recorded > until:
            return
        yield row.document + b"\n"


def drafts(content: Iterable[bytes], source: str = "") -> Iterator[Draft]:
    """Yield the events of such lines, ready to append. Raises DataError for a line that is no document."""
    for number, line in enumerate(content, 1):
        if not line.strip():
            continue
        try:
            held = decode(line)
        except UnknownEventError as error:
            raise DataError(Problem(str(error), source, number)) from error
        yield Draft(held.event, held.recorded)
