"""Remarks between commas: "Intel, which makes chips for Microsoft, said revenue rose 9%" is no figure of Microsoft."""

from __future__ import annotations

import re

from events.reading.reported_places import Place

_OPENS = re.compile(r",\s(?:which|who|whose|where)\s")


def is_in_an_aside(place: Place, start: int, end: int, until: int) -> bool:
    """Tell whether words stand in a remark that is closed before `until`, the place that they would be told of."""
    if place.name != "en":
        return False
    opened = [found.start() for found in _OPENS.finditer(place.text, place.line.start, start)]
    return bool(opened) and place.text.find(", ", end, until) >= 0
