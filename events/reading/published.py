"""When an article was published: from its markup, a labelled line or its first lines; the zone written or inferred."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from events.errors import Problem
from events.model import Said
from events.reading.lexicon import load

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",), ("jun", "june"),
            ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october"), ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"""
    (?<![\d.])(?P<y>(?:19|20)\d\d)\s?[-/.年]\s?(?P<m>\d{{1,2}})\s?[-/.月]\s?(?P<d>\d{{1,2}})\s?日?(?!\d)
  | (?<![\d.])(?P<y8>20\d\d)(?P<m8>[01]\d)(?P<d8>[0-3]\d)(?!\d)
  | (?<![\d/.])(?P<d2>\d{{1,2}})[-/.](?P<m2>\d{{1,2}})[-/.](?P<y2>(?:19|20)\d\d)(?!\d)
  | (?P<mn>{_MONTH})\.?\s(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y3>(?:19|20)\d\d)(?!\d)
  | (?<!\d)(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<mn2>{_MONTH})\.?,?\s(?P<y4>(?:19|20)\d\d)(?!\d)
  | (?P<d5>\d{{1,2}})\stháng\s(?P<m5>\d{{1,2}})(?:,?\snăm|,)?\s(?P<y5>(?:19|20)\d\d)(?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<!\d)(?P<h>[01]?\d|2[0-3])(?:[:：h时]|giờ)\s?(?P<mi>[0-5]\d)(?:[:：](?P<s>[0-5]\d)(?:\.\d{1,9})?)?\s?"
    r"(?P<ap>[ap]\.?m\.?)?\s?(?P<z>Z(?![A-Za-z])|(?:GMT|UTC)?\s?[+-]\s?\d{1,2}(?::?[0-5]\d)?(?!\d)|\((?:GMT|UTC)\s?[+-]?\d{0,2}(?::\d\d)?\)"
    r"|\b(?:GMT|UTC|EST|EDT|ET|PST|PDT|PT|CET|CEST|BST|HKT|SGT|JST|ICT)\b)?",
    re.IGNORECASE,
)
_NAMED = {
    "ET": "America/New_York", "EST": "America/New_York", "EDT": "America/New_York", "PT": "America/Los_Angeles",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "BST": "Europe/London", "CET": "Europe/Paris",
    "CEST": "Europe/Paris",
    "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore", "JST": "Asia/Tokyo", "ICT": "Asia/Ho_Chi_Minh",
}  # fmt: skip
_BY_LANGUAGE = {"zh-Hans": "Asia/Shanghai", "zh-Hant": "Asia/Hong_Kong", "vi": "Asia/Ho_Chi_Minh"}
_BY_PUBLISHER = {
    ".hk": "Asia/Hong_Kong", ".tw": "Asia/Taipei", ".cn": "Asia/Shanghai", ".vn": "Asia/Ho_Chi_Minh",
    ".sg": "Asia/Singapore",
    ".jp": "Asia/Tokyo", ".uk": "Europe/London", ".au": "Australia/Sydney", "cnbc": "America/New_York",
    "nasdaq": "America/New_York",
    "wsj": "America/New_York", "marketwatch": "America/New_York", "yahoo": "America/New_York",
    "barron": "America/New_York",
}  # fmt: skip
_NEAR = 28
_HEAD_LINES = 15
_HEAD_REST = 34


@dataclass(frozen=True, slots=True)
class Publication:
    """When, and how that is known; `lines` are the spans of text that only say so."""

    said: Said | None = None
    note: str = ""
    problems: tuple[Problem, ...] = ()
    line: tuple[int, int] | None = None


def publication(marked: Iterable[str], text: str, language: str, publisher: str = "") -> Publication:
    """Return when a text was published: by `marked` (its markup), a labelled line, or its first lines."""
    for written in marked:
        if (found := _read(written, language, publisher)) is not None:
            return found
    head, behind = text[:4000], max(4000, len(text) - 2000)
    for part, offset in ((head, 0), (text[behind:], behind)):
        for label in _labels(part):
            line_end = part.find("\n", label.end())
            line_end = len(part) if line_end < 0 else line_end
            found = _read(part[label.end() : line_end][:80], language, publisher, at_start=True)
            if found is not None:
                return Publication(found.said, found.note, found.problems, (offset + label.start(), offset + line_end))
    return _from_head(head, language, publisher)


def _labels(text: str) -> Iterator[re.Match[str]]:
    """Yield the labels of a date, each at the beginning of a line."""
    position, pattern = 0, _labelled()
    while True:
        if found := pattern.match(text, position):
            yield found
        position = text.find("\n", position) + 1
        if not position:
            return


@cache
def _labelled() -> re.Pattern[str]:
    return re.compile(
        rf"(?i)[ \[【(（|]{{0,4}}(?:{'|'.join(load('boilerplate')['dated']['labels'])})\s?[:： ]\s{{0,3}}(?=\S)"
    )


def _from_head(head: str, language: str, publisher: str) -> Publication:
    position, seen = 0, 0
    for line in head.split("\n"):
        start, position = position, position + len(line) + 1
        if not line.strip():
            continue
        seen += 1
        if seen > _HEAD_LINES:
            break
        if len(line) > 120 or not ("20" in line or "19" in line):  # every date that is looked for has a year
            continue
        if found := _DATE.search(line):
            rest = _TIME.sub("", line[: found.start()] + line[found.end() :])
            read = _read(line, language, publisher)
            if read is not None and len(rest.strip()) <= _HEAD_REST and not re.search(r"[%。！？!?]|\d[.,]\d", rest):
                return Publication(read.said, read.note, read.problems, (start, start + len(line)))
    return Publication(note="the text carries no date of publication")


def _read(written: str, language: str, publisher: str, *, at_start: bool = False) -> Publication | None:
    found = _DATE.search(written)
    if not found or (at_start and found.start() > 24):
        return None
    groups = {name: value for name, value in found.groupdict().items() if value is not None}
    values = {name.rstrip("0123456789"): value for name, value in groups.items()}
    month = _MONTHS[values["mn"].lower().rstrip(".")] if "mn" in values else int(values["m"])
    year, number = int(values["y"]), int(values["d"])
    if "m2" in groups and language == "en" and number <= 12:  # 11/06/2025 in English names the month first
        month, number = number, month
    try:
        day = date(year, month, number)
    except ValueError:
        problem = Problem(f"the date of publication {found[0]!r} does not exist")
        return Publication(note="the date of publication does not exist", problems=(problem,))
    return _with_time(written, found, day, language, publisher)


def _with_time(written: str, found: re.Match[str], day: date, language: str, publisher: str) -> Publication:
    near = written[found.end() : found.end() + _NEAR + 12]
    time = _TIME.search(near) or _TIME.search(written[max(0, found.start() - _NEAR) : found.start()])
    if not time:
        return Publication(Said(day=day), "the day only is written")
    hour, minute, second = int(time["h"]), int(time["mi"]), int(time["s"] or 0)
    if time["ap"]:
        hour = hour % 12 + (12 if time["ap"][0] in "pP" else 0)
    zone, note = _zone(time["z"] or "", language, publisher)
    if zone is None:
        return Publication(Said(day=day), "a time is written without a zone: the day only is kept")
    local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
    offset = local.utcoffset() or timedelta()
    return Publication(Said(day=day, at=local.replace(tzinfo=timezone(offset))), note)


def _zone(written: str, language: str, publisher: str) -> tuple[timezone | ZoneInfo | None, str]:
    name = written.strip("() ").upper()
    if name:
        if name in _NAMED:
            return ZoneInfo(_NAMED[name]), f"the zone is written: {name}"
        if found := re.search(r"([+-])\s?(\d{1,2}):?(\d\d)?", name):
            minutes = int(found[2]) * 60 + int(found[3] or 0)
            if minutes < 24 * 60:
                return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes)), "the zone is written"
        elif name in ("Z", "GMT", "UTC"):
            return UTC, "the zone is written: UTC"
    low = publisher.lower()
    for part, place in _BY_PUBLISHER.items():
        if part in low:
            return ZoneInfo(place), f"the zone is inferred from the publisher: {place}"
    if language in _BY_LANGUAGE:
        return ZoneInfo(_BY_LANGUAGE[language]), f"the zone is inferred from the language: {_BY_LANGUAGE[language]}"
    return None, ""
