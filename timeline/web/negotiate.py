"""Which of the representations that we have a client prefers, by its Accept header (RFC 9110)."""

from __future__ import annotations

from collections.abc import Sequence

from timeline.web.problems import RefusalError

HTML, JSON, JSON_LD = "text/html", "application/json", "application/ld+json"


def preferred(accept: str, offered: Sequence[str]) -> str:
    """Return the offered media type that is accepted most, the first of equals. Raises RefusalError (406)."""
    ranges = [found for part in accept.split(",") if (found := _range(part))] or [("*/*", 1.0)]
    weights = {media: _weight(media, ranges) for media in offered}
    best = max(offered, key=lambda media: weights[media])
    if weights[best] <= 0:
        raise RefusalError(406, "none of the forms that this has is accepted", came=accept, wanted=", ".join(offered))
    return best


def _weight(media: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return how much a media type is wanted: what the most exact range that covers it says."""
    found = dict(ranges)
    for name in (media, f"{media.partition('/')[0]}/*", "*/*"):
        if name in found:
            return found[name]
    return 0.0


def _range(part: str) -> tuple[str, float] | None:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    if "/" not in name:
        return None
    weight = 1.0
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                weight = min(1.0, max(0.0, float(parameter[2:])))
            except ValueError:
                weight = 1.0
    return name, weight
