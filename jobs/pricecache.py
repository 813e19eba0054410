"""The prices of a large log, laid out once and mapped from the user's cache folder by whoever asks for the same again.

The file's name is what it is made of: its observations and the code. With a new bar it is another file, and the oldest
go. It is a convenience: what cannot be read, written or proved is laid out from the log again.
"""

from __future__ import annotations

import mmap
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from events.errors import InvalidValueError, StorageError
from events.log import EventLog
from jobs.checkpoints import put_in_place, tidied
from jobs.settings import cache_folder

if TYPE_CHECKING:
    from timeline.panels import Panel
    from timeline.prices import PriceHistory
    from timeline.replay import State

LEAST = 5_000_000  # bars: fewer are laid out in a tenth of a second
KEPT = 2


def prices_of(log: EventLog, state: State, *, keep: bool = True) -> PriceHistory:
    """Return the prices as a state of this log has them; with `keep` they are quicker the next time."""
    if sum(event.count for event, _ in state.bars) < LEAST:
        return state.prices(log.proved_columns)
    from timeline.mapped import key_of

    key = key_of(state.bars, state.splits)
    file = cache_folder() / "prices" / f"{key.hex()}.panels"
    with suppress(OSError, ValueError):  # none yet, or none to be believed
        return _opened(file, key, state)
    prices = state.prices(log.proved_columns)
    if keep:
        _kept(file, key, prices)
    return prices


def _opened(file: Path, key: bytes, state: State) -> PriceHistory:
    from timeline.mapped import Mapped
    from timeline.prices import PriceHistory

    with file.open("rb") as opened:
        found = Mapped(memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)), key)

    def prove(panel: Panel, s: int) -> None:
        try:
            found.prove(panel, s)
        except InvalidValueError as error:
            with suppress(OSError):
                file.unlink()
            raise StorageError(f"{file} was changed ({error}); it was removed: run this again") from error

    with suppress(OSError):
        os.utime(file)  # the newest stay
    return PriceHistory.from_panels(found.panels, state.splits, state.dividends, found.problems, prove=prove)


def _kept(file: Path, key: bytes, prices: PriceHistory) -> None:
    from timeline.mapped import lay

    with suppress(OSError):  # a full disk, a folder that is not ours
        put_in_place(file, lambda put: lay(prices.panels, prices.problems, key, put))
        tidied(file, KEPT)
