"""Claims in a file that a person can write: TOML, or one JSON object a line.

A TOML file is one article and its claims; the fields are those of `events.model`, and what is left out has its default:

    [article]
    source = "My paper"
    said = 2025-11-06                  # or an instant with its zone: 2025-11-06T09:30:00+08:00
    language = "en"

    [[claim]]
    kind = "move"
    symbol = "META"
    text = "META nearly 17% down in four sessions"
    stated = {value = "-17", unit = "percent", hedge = "nearly"}
    window = {span = "sessions", count = 4}

A figure's value may be text, so that its precision is known: "41.50" is stated to a cent, "72bn" to a billion (k, m, bn
and tn are thousands, millions, billions and trillions); `precision` says it outright. A relation's sides are figures,
or one operation with its parts: left = {growth = [{value = "223bn", unit = "USD"}, {value = "325bn", unit = "USD"}]}.

In a `.jsonl` file a line {"article": {...}} opens an article, and the lines after it are its claims. A fault makes a
Problem with the file and the line; the claims beside it are read all the same.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from events.codec import event_id
from events.errors import InvalidValueError, Problem
from events.log import Draft
from events.model import ArticlePublished, ClaimStated, Quantity
from events.plain import FIGURES, KINDS, article_of, claim_of

ENDINGS = (".toml", ".jsonl")

# A key of many parts takes tomllib time in their square; ours have two.
_DEEP_KEY = re.compile(
    r"""(?:"[^"\n]*+"|'[^'\n]*+'|(?<![\w-])[\w-]++)(?:\s*+\.\s*+(?:"[^"\n]*+"|'[^'\n]*+'|[\w-]++)){16}"""
)
_CLAIM_HEADER = re.compile(r"\s*\[\[\s*claim\s*\]\]")
_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_TOML_LINE = re.compile(r"line (\d+)")


class ClaimFile(NamedTuple):
    """What a file of claims gives: events for the log, and what could not be read."""

    drafts: list[Draft]
    problems: list[Problem]


class _Entry(NamedTuple):
    """One table of a file: an article or a claim, where it stands, and how to name it."""

    table: Any
    article: bool
    line: int | None
    name: str


def read_claims(path: Path | str, recorded: datetime) -> ClaimFile:
    """Read the articles and claims of a `.toml` or `.jsonl` file as events recorded at an instant (aware).

    Drafts stand in the order of the file, an article before its claims. A file that cannot be read at all gives no
    drafts and one Problem.
    """
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        return parse_claims(b"", path, recorded)
    try:
        content = path.read_bytes()
    except OSError as error:
        return _unreadable(path, f"cannot be read: {error.strerror}")
    return parse_claims(content, path, recorded)


def parse_claims(content: bytes, name: Path | str, recorded: datetime) -> ClaimFile:
    """Read the content of a claim file as `read_claims` does; the ending of its name says what it is."""
    path = Path(name)
    reader = {".toml": _toml_entries, ".jsonl": _line_entries}.get(path.suffix.lower())
    if reader is None:
        return _unreadable(
            path, f"claims are read from .toml or .jsonl, got {path.suffix or 'a name without an ending'}"
        )
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        return _unreadable(path, f"is not UTF-8 (byte {error.start}); save it as UTF-8")
    problems: list[Problem] = []
    entries = list(reader(text, str(path), problems))
    return ClaimFile(list(_drafts(entries, recorded, str(path), problems)), problems)


def _drafts(entries: Sequence[_Entry], recorded: datetime, source: str, problems: list[Problem]) -> Iterator[Draft]:
    """Yield what the tables say; a claim whose article is missing or faulty is checked and left out."""
    article, missing = "", True
    for entry in entries:
        try:
            if entry.article:
                article, missing = "", False
                published = article_of(entry.table)
                article = event_id(published)
                yield Draft(published, recorded)
                continue
            claim = claim_of(entry.table)
        except (InvalidValueError, msgspec.ValidationError, RecursionError) as error:
            problems.append(Problem(f"{entry.name}: {_told(error, entry)}", source, entry.line))
            continue
        if article:
            yield Draft(ClaimStated(article=article, claim=claim), recorded)
        elif missing:
            wanted = 'an [article] table with its source, or a line {"article": {...}}'
            problems.append(Problem(f"{entry.name}: no article before it; wanted {wanted}", source, entry.line))


def _toml_entries(text: str, source: str, problems: list[Problem]) -> Iterator[_Entry]:
    if deep := _DEEP_KEY.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        problems.append(Problem("a key of more than 16 parts; wanted fields as in events/model.py", source, line))
        return
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _TOML_LINE.search(str(error))
        at = int(found.group(1)) if found else None
        problems.append(Problem(f"is not TOML: {error}", source, at))
        return
    for name in sorted(content.keys() - {"article", "claim"}):
        problems.append(Problem(f"unknown table or key {name!r}; wanted [article] and [[claim]]", source))
    claims = content.get("claim", [])
    if not isinstance(claims, list):
        problems.append(Problem("[claim] is one table; wanted [[claim]], one for each claim", source))
        return
    if "article" in content:
        yield _Entry(content["article"], True, _line_of(text, "[article]"), "article")
    headers = [number for number, line in enumerate(text.split("\n"), 1) if _CLAIM_HEADER.match(line)]
    known = len(headers) == len(claims)
    for index, table in enumerate(claims):
        yield _Entry(table, False, headers[index] if known else None, _name(table, index + 1))


def _line_entries(text: str, source: str, problems: list[Problem]) -> Iterator[_Entry]:
    number_of_claims = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip(" \t\r"):
            continue
        try:
            content = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            problems.append(Problem(f"is not JSON: {error}", source, number))
            continue
        if isinstance(content, dict) and content.keys() == {"article"}:
            yield _Entry(content["article"], True, number, "article")
        else:
            number_of_claims += 1
            yield _Entry(content, False, number, _name(content, number_of_claims))


def _told(error: Exception, entry: _Entry) -> str:
    """Return an error's message with the field in front, and the fields there are where one is unknown."""
    message = str(error)
    if isinstance(error, InvalidValueError):
        return message
    found = _AT.search(message)
    path = found["path"] if found else ""
    message = _AT.sub("", message)
    if "unknown field" in message and not path:
        kind = ArticlePublished if entry.article else KINDS[entry.table["kind"]]
        message += "; the fields are " + ", ".join(field.name for field in msgspec.structs.fields(kind))
    elif "unknown field" in message and path in FIGURES:
        message += "; the fields are " + ", ".join(field.name for field in msgspec.structs.fields(Quantity))
    return f"{path}: {message}" if path else message


def _name(table: object, number: int) -> str:
    key = table.get("key") if isinstance(table, Mapping) else None
    return f"claim {number} ({key})" if key else f"claim {number}"


def _line_of(text: str, header: str) -> int | None:
    lines = text.split("\n")
    return next((number for number, line in enumerate(lines, 1) if line.strip().startswith(header)), None)


def _unreadable(path: Path, message: str) -> ClaimFile:
    return ClaimFile([], [Problem(message, str(path))])
