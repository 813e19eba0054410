"""A relation as it was found: the claim, the words that state it, and the rule."""

from __future__ import annotations

import msgspec

from events.model import Relation


class Told(msgspec.Struct, frozen=True):
    """A relation with the characters of the matching text that state it, and the rule that found it."""

    claim: Relation
    start: int
    end: int
    rules: tuple[str, ...]
