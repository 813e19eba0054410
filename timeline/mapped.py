"""Prices laid out in a file that is mapped into memory: opened at once, and proved symbol by symbol as they are asked.

The file is made for one set of observations by one version of the code, and says so (`key_of`). Its head, with all but
the columns, carries its hash; of each symbol's cells it has the SHA-256, so that no price is used before it was proved,
and nothing is read that nobody asks for.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

import events
from events.errors import InvalidValueError, Problem
from events.model import BarsObserved, SplitObserved
from timeline.panels import Panel
from timeline.sessions import Calendar

HASH = 32
_MAGIC = b"MTPANEL1"
_LEAD = struct.Struct("<8s32sQ")  # magic, key, bytes of the head
_ALIGNED = 64
_ARRAYS = {"days": np.int32, "opens": np.int64, "closes": np.int64}
_PLACES = {"offset": np.int64, "first": np.int32, "last": np.int32}


class _Laid(msgspec.Struct):
    """One panel but for its columns; arrays as bytes in this machine's order, a proof for each symbol."""

    calendar: str
    observed: bool
    symbols: tuple[str, ...]
    columns: tuple[str, ...]
    cells: int
    arrays: dict[str, bytes]
    proofs: bytes


class _Head(msgspec.Struct):
    panels: list[_Laid]
    problems: list[Problem]


class Mapped:
    """Panels whose columns lie in a file, and `prove`, to be asked before a symbol's prices are used."""

    def __init__(self, content: memoryview, key: bytes) -> None:
        """Open what `lay` wrote for `key`. Raises InvalidValueError for anything else."""
        if len(content) < _LEAD.size:
            raise _unlike("a file that was cut off")
        magic, found, size = _LEAD.unpack_from(content)
        start = _LEAD.size + size
        if (magic, found) != (_MAGIC, key) or len(content) < start + HASH:
            raise _unlike("a file of other prices, or of other code")
        if sha256(content[:start]).digest() != content[start : start + HASH]:
            raise _unlike("a head that was changed")
        head = msgspec.msgpack.decode(content[_LEAD.size : start], type=_Head)
        self.problems = tuple(head.problems)
        self._proofs: dict[tuple[int, int], bytes] = {}
        self._kept: list[Panel] = []
        place = _aligned(start + HASH)
        for laid in head.panels:
            self._kept.append(_panel(laid, content, place))
            place += laid.cells * 8 * len(laid.columns)
            proofs = (laid.proofs[s * HASH : (s + 1) * HASH] for s in range(len(laid.symbols)))
            self._proofs |= {(id(self._kept[-1]), s): proof for s, proof in enumerate(proofs)}
        if place != len(content):
            raise _unlike("a file that was cut off")

    @property
    def panels(self) -> tuple[Panel, ...]:
        """The panels, in the order in which they were laid out."""
        return tuple(self._kept)

    def prove(self, panel: Panel, s: int) -> None:
        """Raise InvalidValueError unless the cells of a symbol are those that were written; once each."""
        proof = self._proofs.get((id(panel), s))
        if proof is not None:
            if _proof(panel, s) != proof:
                raise InvalidValueError("cached prices", f"others of {panel.symbols[s]}", "those that were laid out")
            self._proofs.pop((id(panel), s), None)


def lay(panels: Sequence[Panel], problems: Iterable[Problem], key: bytes, put: Callable[[Any], object]) -> None:
    """Hand the file of some panels to `put`, piece by piece."""
    laid = [
        _Laid(
            panel.calendar.name,
            panel.calendar.observed,
            panel.symbols,
            tuple(panel.columns),
            len(panel.columns["close"]),
            {name: getattr(panel.calendar, name).astype(kind).tobytes() for name, kind in _ARRAYS.items()}
            | {name: getattr(panel, name).astype(kind).tobytes() for name, kind in _PLACES.items()},
            b"".join(_proof(panel, s) for s in range(len(panel.symbols))),
        )
        for panel in panels
    ]
    head = msgspec.msgpack.encode(_Head(laid, list(problems)))
    front = _LEAD.pack(_MAGIC, key, len(head)) + head
    front += sha256(front).digest()
    put(front.ljust(_aligned(len(front)), b"\0"))
    for panel in panels:
        for column in panel.columns.values():
            put(np.ascontiguousarray(column).data)


def key_of(bars: Sequence[tuple[BarsObserved, datetime]], splits: Sequence[tuple[SplitObserved, datetime]]) -> bytes:
    """Return what stands for the panels that some observations add up to: these, and the code that lays them out."""
    return sha256(_code() + msgspec.json.encode((bars, splits))).digest()


def _panel(laid: _Laid, content: memoryview, place: int) -> Panel:
    days, opens, closes = (np.frombuffer(laid.arrays[name], kind) for name, kind in _ARRAYS.items())
    offset, first, last = (np.frombuffer(laid.arrays[name], kind) for name, kind in _PLACES.items())
    size = laid.cells * 8
    if len(content) < place + size * len(laid.columns):
        raise _unlike("a file that was cut off")
    columns: dict[str, npt.NDArray[np.float64]] = {
        name: np.frombuffer(content, np.float64, laid.cells, place + number * size)
        for number, name in enumerate(laid.columns)
    }
    calendar = Calendar(laid.calendar, days, opens, closes, observed=laid.observed)
    return Panel(calendar, laid.symbols, offset, first, last, columns)


def _proof(panel: Panel, s: int) -> bytes:
    return sha256(b"".join(panel.series(s, name).data for name in panel.columns)).digest()


def _aligned(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED


def _unlike(came: str) -> InvalidValueError:
    return InvalidValueError("a file of prices", came, "the one that was laid out for them")


def _code() -> bytes:
    """Return a hash of all that decides how observations are laid out."""
    own = Path(__file__).parent
    files = [*sorted(Path(next(iter(events.__path__))).glob("*.py")), *sorted(own.glob("*.py"))]
    files += sorted((own / "calendars").iterdir())
    versions = " ".join(version(name) for name in ("numpy", "msgspec", "exchange_calendars"))
    return sha256(versions.encode() + b"".join(sha256(file.read_bytes()).digest() for file in files)).digest()
