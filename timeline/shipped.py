"""The sessions of the main exchanges, as they come with the package: no first start has to wait for a library.

One file an exchange in the folder `calendars`, of a kilobyte: a line with the library and version that made it, then
int32[3, N] packed by zlib: days from one session to the next, seconds from midnight UTC to the open, and from the open
to the close. `make calendars` writes them; they count only beside the very version that they were made by.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).parent / "calendars"
EXCHANGES = ("XETR", "XHKG", "XLON", "XNYS", "XSHG", "XTKS")
DAY = 86_400

Table = npt.NDArray[np.int64]


def shipped(name: str, made_by: str) -> Table | None:
    """Return int64[3, N], days since 1970-01-01, opening and closing UTC seconds; None where none fits `made_by`.

    `made_by` says the library, its version and the bounds asked of it. A damaged file counts as none.
    """
    if name not in EXCHANGES:
        return None
    try:
        line, _, body = (FOLDER / name).read_bytes().partition(b"\n")
        if line.decode(errors="replace") != f"{name} {made_by}":
            return None
        steps = np.frombuffer(zlib.decompress(body), "<i4").astype(np.int64).reshape(3, -1)
    except (OSError, ValueError, zlib.error):
        return None
    days = np.cumsum(steps[0])
    opens = days * DAY + steps[1]
    return np.stack([days, opens, opens + steps[2]])


def packed(name: str, made_by: str, table: Table) -> bytes:
    """Return the file that gives this table back."""
    days, opens, closes = table
    steps = np.stack([np.diff(days, prepend=0), opens - days * DAY, closes - opens]).astype("<i4")
    return f"{name} {made_by}\n".encode() + zlib.compress(steps.tobytes(), 9)
