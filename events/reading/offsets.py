"""Text that was changed for matching and still knows which characters of the original each of its own came from."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

Edit = tuple[int, int, str]
_COUNTING = array("I", range(65_537))  # most texts are shorter: a slice of it is quicker than counting anew


@dataclass(frozen=True, slots=True)
class MappedText:
    """A text, and for each of its characters the span of original characters that it stands for.

    Make one with `MappedText.of(original)`; `edit` and `respelled` return new ones. Everything is linear in the length
    of the text.
    """

    text: str
    starts: array[int] = field(repr=False)
    ends: array[int] = field(repr=False)

    @classmethod
    def of(cls, original: str) -> MappedText:
        """Return `original` mapped onto itself."""
        size = len(original)
        if size < len(_COUNTING):
            return cls(original, _COUNTING[:size], _COUNTING[1 : size + 1])
        return cls(original, array("I", range(size)), array("I", range(1, size + 1)))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that `text[start:end]` came from; empty spans stay empty."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]

    def respelled(self, text: str) -> MappedText:
        """Return the same places with `text` in them, in which each character stands for the one at its place."""
        if len(text) != len(self.text):
            raise ValueError(f"got {len(text)} characters, wanted {len(self.text)}: one for each, as positions hold")
        return MappedText(text, self.starts, self.ends)

    def edit(self, edits: Iterable[Edit]) -> MappedText:
        """Return the text with `(start, end, replacement)` applied, in order and without overlaps.

        Each character of a replacement stands for the whole span that it replaces. An edit that begins before the end
        of the one before it is left out.
        """
        parts: list[str] = []
        starts, ends = array("I"), array("I")
        done = 0
        for start, end, replacement in edits:
            if start < done or end <= start:
                continue
            parts.append(self.text[done:start])
            starts.extend(self.starts[done:start])
            ends.extend(self.ends[done:start])
            if replacement:
                parts.append(replacement)
                starts.extend([self.starts[start]] * len(replacement))
                ends.extend([self.ends[end - 1]] * len(replacement))
            done = end
        if not parts and done == 0:
            return self
        parts.append(self.text[done:])
        starts.extend(self.starts[done:])
        ends.extend(self.ends[done:])
        return MappedText("".join(parts), starts, ends)
