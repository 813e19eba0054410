"""Which entries somebody wants: by company, verdict, kind, source, language, words and date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from timeline.entries import Entry
from timeline.formats.jsonfeed import verdict_word
from timeline.symbols import resolve
from timeline.verdict import ORDER

VERDICTS = (*ORDER, "withdrawn")
KINDS = (
    "move", "level", "extreme", "streak", "drawdown", "market-value", "conversion", "relation", "reported", "happening",
)  # fmt: skip


class Selection(NamedTuple):
    """What is wanted; "" and None mean any. Days are those on which a source said it, both ends included.

    `company` is a symbol or words of a name; `judged` leaves out what is only told: reported figures and happenings.
    """

    company: str = ""
    verdict: str = ""
    kind: str = ""
    source: str = ""
    language: str = ""
    since: date | None = None
    until: date | None = None
    judged: bool = False

    def query(self, **more: str) -> str:
        """Return the selection as the query of an address, "" for one that takes everything."""
        given = {name: str(value) for name, value in self._asdict().items() if value and name != "judged"}
        return urlencode({**given, **({"judged": "true"} if self.judged else {}), **more})


def selected(entries: Iterable[Entry], wanted: Selection) -> list[Entry]:
    """Return the entries that are wanted, in their order."""
    if not any(wanted):
        return list(entries)
    company = wanted.company.strip().casefold()
    symbol = resolve(company.upper()) if company else ""
    return [entry for entry in entries if _fits(entry, wanted, company, symbol)]


class Choices(NamedTuple):
    """What there is to choose from, each with how many entries have it, the commonest first."""

    companies: Sequence[tuple[str, int]]
    verdicts: Sequence[tuple[str, int]]
    kinds: Sequence[tuple[str, int]]
    sources: Sequence[tuple[str, int]]
    languages: Sequence[tuple[str, int]]


def choices(entries: Iterable[Entry]) -> Choices:
    """Return what the entries offer to choose from."""
    held = list(entries)
    verdicts = Counter(verdict_word(entry) for entry in held)
    kinds = Counter(entry.kind for entry in held)
    return Choices(
        _counted(entry.stated.claim.symbol for entry in held),
        [(word, verdicts[word]) for word in VERDICTS if verdicts[word]],
        [(kind, kinds[kind]) for kind in KINDS if kinds[kind]],
        _counted(entry.article.source if entry.article else "" for entry in held),
        _counted(entry.stated.language for entry in held),
    )


def _counted(values: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(((name, count) for name, count in Counter(values).items() if name), key=lambda one: (-one[1], one[0]))


def _fits(entry: Entry, wanted: Selection, company: str, symbol: str) -> bool:
    article, said = entry.article, entry.stated.said
    if wanted.judged and not entry.judged:
        return False
    if wanted.verdict and verdict_word(entry) != wanted.verdict:
        return False
    if wanted.kind and entry.kind != wanted.kind:
        return False
    if wanted.source and (article is None or article.source.casefold() != wanted.source.casefold()):
        return False
    if wanted.language and not _speaks(entry.stated.language, wanted.language):
        return False
    if wanted.since and (said is None or said.day < wanted.since):
        return False
    if wanted.until and (said is None or said.day > wanted.until):
        return False
    return not company or _about(entry, company, symbol)


def _speaks(language: str, wanted: str) -> bool:
    """Whether a language is the one wanted, or a variant of it (zh-Hans for zh)."""
    language, wanted = language.casefold(), wanted.casefold()
    return language == wanted or language.startswith(f"{wanted}-")


def _about(entry: Entry, company: str, symbol: str) -> bool:
    claim = entry.stated.claim
    day = entry.stated.said.day if entry.stated.said else None
    symbols = {resolve(name, day) for name in (claim.symbol, *claim.members) if name}
    return symbol in symbols or (bool(claim.subject) and company in claim.subject.casefold())
