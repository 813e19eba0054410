"""What a sentence tells of a metric without a figure: "revenue missed expectations", "tens of billions"."""

from __future__ import annotations

from typing import Any

from events.reading.clauses import Clauses
from events.reading.metrics import Line


def wordless(line: Line, read: Clauses, state: Any) -> list[Any]:
    """Return the claims without a figure of a sentence."""
    return []
