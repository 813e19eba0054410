"""The reading corpus as values: articles, and expectations written one on a line (the notation is in README.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "vi", "zh-Hans", "zh-Hant")
FIGURE_KEYS = frozenset({"amount", "expected", "growth", "prior"})
KEYS = FIGURE_KEYS | {
    "count", "direction", "end", "event", "figures", "hedge", "measure", "metric", "op", "part", "peak_from", "peak_to",
    "per", "period", "relation", "sense", "since", "since_end", "span", "stance", "start", "suffered", "touched",
}  # fmt: skip
KINDS = frozenset(
    {
        "any", "conversion", "drawdown", "extreme", "happening", "level", "market-value", "move", "relation",
        "reported", "streak",
    }
)  # fmt: skip
PERCENT_BY_CUSTOM = frozenset({"drawdown", "extreme", "move"})

_FIGURE = re.compile(r"(?P<number>[+-]?\d+(?:\.\d+)?)(?P<scale>m|bn|tn|)")
_SCALES = {"": 0, "m": 6, "bn": 9, "tn": 12}
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=\S)|(?<=[。！？])[”」』）]*")

Ends = tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One line of the notation: alternatives stand in tuples, empty ones mean "not compared"."""

    line: str
    kinds: tuple[str, ...]
    symbols: tuple[str, ...]
    figures: tuple[Ends, ...] | None
    no_figure: bool
    units: tuple[str, ...]
    fields: MappingProxyType[str, Any]
    quote: str


@dataclass(frozen=True, slots=True)
class CorpusArticle:
    """One text of the corpus with what must be found in it, and what may be."""

    id: str
    language: str
    text: str
    file: str
    published: date | datetime | None = None
    symbol: str = ""
    about: str = ""
    claims: tuple[Expectation, ...] = ()
    allowed: tuple[Expectation, ...] = ()
    sentences: tuple[tuple[int, int], ...] = field(default=())

    @property
    def quiet(self) -> bool:
        """Whether nothing must be found in it."""
        return not self.claims


@cache
def corpus(folder: Path = HERE) -> tuple[CorpusArticle, ...]:
    """Return the articles of every `.toml` file but the templates, in the order of files and of the text."""
    return tuple(
        article(table, path.name)
        for path in sorted(folder.glob("*.toml"))
        if path.name != "templates.toml"
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["article"]
    )


def article(table: dict[str, Any], file: str) -> CorpusArticle:
    """Return one [[article]] table; ValueError names the article and the line that cannot be."""
    known = {"id", "language", "published", "symbol", "about", "text", "claims", "allowed"}
    if unknown := sorted(table.keys() - known):
        raise ValueError(f"{file} {table.get('id')}: unknown fields {unknown}; wanted some of {sorted(known)}")
    content = dict(table)
    for name in ("claims", "allowed"):
        lines = [line.strip() for line in content.get(name, "").splitlines() if line.strip()]
        try:
            content[name] = tuple(expectation(line, required=name == "claims") for line in lines)
        except ValueError as error:
            raise ValueError(f"{file} {table.get('id')}: {error}") from None
    return CorpusArticle(**content, file=file, sentences=tuple(sentences(content["text"])))


def expectation(line: str, required: bool = True) -> Expectation:
    """Return what one line of the notation says; ValueError for a line that is none."""
    words, _, quote = line.partition(" | ")
    tokens = words.split()
    if len(tokens) < 2:
        raise ValueError(f"{line!r} is no expectation; wanted: kind symbol figure unit key=value ... | quote")
    kinds, symbols = tuple(tokens[0].split("|")), tuple(tokens[1].split("|"))
    if unknown := sorted(set(kinds) - KINDS):
        raise ValueError(f"{line!r} has unknown kinds {unknown}; wanted some of {sorted(KINDS)}")
    plain = [token for token in tokens[2:] if "=" not in token]
    pairs = dict(token.split("=", 1) for token in tokens[2:] if "=" in token)
    if unknown := sorted(pairs.keys() - KEYS):
        raise ValueError(f"{line!r} has unknown keys {unknown}; wanted some of {sorted(KEYS)}")
    figure = plain[0] if plain else ""
    if required and not quote:
        raise ValueError(f"{line!r} has no quote; wanted the words of the text after ' | '")
    return Expectation(
        line=line,
        kinds=() if "any" in kinds else kinds,
        symbols=() if "*" in symbols else symbols,
        figures=None if figure in {"", "-", "*"} else tuple(_ends(one) for one in figure.split("|")),
        no_figure=figure == "-",
        units=_units(line, plain, kinds, required),
        fields=MappingProxyType(_fields(pairs, kinds, required)),
        quote=quote,
    )


def _units(line: str, plain: list[str], kinds: tuple[str, ...], required: bool) -> tuple[str, ...]:
    if len(plain) > 1:
        return () if plain[1] == "any" else tuple(plain[1].split("|"))
    if not plain or plain[0] in {"-", "*"} or not required:
        return ()
    if not set(kinds) <= PERCENT_BY_CUSTOM:
        raise ValueError(
            f"{line!r} has a figure without a unit; only {sorted(PERCENT_BY_CUSTOM)} are in percent unsaid"
        )
    return ("percent",)


def _fields(pairs: dict[str, str], kinds: tuple[str, ...], required: bool) -> dict[str, Any]:
    """Return the fields that are compared; a required line has the defaults of the conventions."""
    defaults: dict[str, str] = {}
    if required:
        defaults = {"hedge": "none", "stance": "actual"}
        if kinds == ("move",):
            defaults |= {"span": "day", "part": "none|close"}
        if kinds == ("streak",):
            defaults["per"] = "session"
    fields: dict[str, Any] = {}
    for name, words in {**defaults, **pairs}.items():
        if "any" in words.split("|"):
            continue
        if name in FIGURE_KEYS:
            fields[name] = tuple(_ends(one) for one in words.split("|"))
        elif name == "figures":
            fields[name] = tuple(sorted(_number(one) for one in words.split(",")))
        else:
            fields[name] = tuple("" if one == "none" else one.replace("_", " ") for one in words.split("|"))
    return fields


def _ends(words: str) -> Ends:
    low, _, high = words.partition("..")
    return _number(low), _number(high) if high else None


def _number(words: str) -> float:
    if not (found := _FIGURE.fullmatch(words)):
        raise ValueError(f"{words!r} is no figure; wanted one such as -4, 41.50, 72bn or 60bn..65bn")
    return float(Decimal(found["number"]).scaleb(_SCALES[found["scale"]]))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a text; every line ends one."""
    position = 0
    for line in text.splitlines(keepends=True):
        start = position
        for found in _SENTENCE_END.finditer(line):
            if line[start - position : found.end()].strip():
                yield start, position + found.end()
            start = position + found.end()
        if text[start : position + len(line)].strip():
            yield start, position + len(line)
        position += len(line)


def occurrences(text: str, quote: str) -> Iterator[tuple[int, int]]:
    """Yield every span of `quote` in `text`."""
    start = text.find(quote)
    while start >= 0:
        yield start, start + len(quote)
        start = text.find(quote, start + 1)


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]
