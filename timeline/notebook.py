"""`timeline.check` for notebooks: a text or claims, and a DataFrame in; an answer out that shows itself.

    timeline.check("Meta shares fell 7% on Tuesday.", prices=closes, published="2025-02-06")

    import timeline
    answer = timeline.check(
        {"kind": "move", "symbol": "META", "stated": {"value": "-17", "unit": "percent", "hedge": "nearly"},
         "window": {"span": "sessions", "count": 4}},
        prices=closes,                     # a DataFrame: dates down, symbols across, closes inside
        published="2025-11-06",
    )
    answer                                 # a table in the notebook
    answer.frame()                         # the same as a DataFrame

Nothing is stored, and nothing is asked of the network.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from events.errors import InvalidValueError
from events.log import Draft, MemoryLog
from events.model import AnyClaim, ArticlePublished, Claim, ClaimStated, Said
from events.plain import claim_of
from timeline.entries import Entry, entries
from timeline.replay import fold
from timeline.verdict import VerdictWord

if TYPE_CHECKING:
    import pandas as pd

    from events.reading.article import ReadArticle
    from timeline.prices import PriceHistory

# In a notebook nothing is recorded; the log that a check needs for a moment begins here.
NOWHEN = datetime(1970, 1, 1, tzinfo=UTC)
SOURCE = "notebook"
COLOURS: dict[VerdictWord, str] = {
    "supported": "#1a7f37",
    "consistent": "#0b7285",
    "close": "#9a6700",
    "contradicted": "#cf222e",
    "pending": "#8250df",
    "unchecked": "#656d76",
}


@dataclass(frozen=True, slots=True)
class Answer(Sequence[Entry]):
    """The checked claims, in the order in which they were given; each holds its claim and its verdict."""

    entries: tuple[Entry, ...]

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, index: Any) -> Any:
        return self.entries[index]

    @property
    def verdicts(self) -> tuple[VerdictWord, ...]:
        """The word for each claim."""
        return tuple(entry.verdict.verdict for entry in self.entries)

    def checks(self) -> list[dict[str, Any]]:
        """Return the JSON object of each check, the same as the command prints."""
        return [entry.check() for entry in self.entries]

    def frame(self) -> pd.DataFrame:
        """Return a row for each claim, columns as in `timeline.formats.tables.COLUMNS` that speak of the check."""
        from timeline.formats.tables import frame

        nothing_recorded = ["id", "published", "modified", "article", "source", "title", "url"]
        return frame(self.entries).drop(columns=nothing_recorded)

    def __repr__(self) -> str:
        return "\n".join(
            f"{entry.about or '-'}: {entry.stated.claim.text or entry.kind}: {entry.verdict.verdict}. "
            f"{entry.verdict.explanation}"
            for entry in self.entries
        )

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("Company", "Claimed", "Said", "Verdict", "What the prices say"))
        body = "".join(_row(entry) for entry in self.entries)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


Given = Claim | Mapping[str, Any]


def check(
    claims: str | Given | Iterable[Given],
    *,
    prices: pd.DataFrame | PriceHistory,
    published: str | date | datetime | None = None,
    symbol: str = "",
    companies: str | Path | Sequence[str | Path] = (),
) -> Answer:
    """Check a text or claims against a DataFrame of closes (index: dates; columns: symbols), or a PriceHistory.

    Text is an article or a sentence in Chinese, Vietnamese or English; its claims are read out of it. A claim is a
    value of `events.model`, or a mapping with the fields of a claim file. `published` is the day or the instant (with
    its zone) when the claims were made; all of them count as one article. `symbol` stands in where a claim names no
    company, and `companies` are tables of your own for the reading of text (README, "Companies of your own").

    Raises InvalidValueError for what is no claim, DataError for a table that is wrong.
    """
    said, log, language = _said(published), MemoryLog(), ""
    if isinstance(claims, str):
        read, claims = _read(claims, said, symbol, companies)
        said, language = read.published, read.language
    [row] = log.append([Draft(ArticlePublished(source=SOURCE, said=said, language=language), NOWHEN)])
    given = [_claim(one, number, symbol) for number, one in enumerate(_listed(claims), 1)]
    log.append([Draft(ClaimStated(article=row.id, claim=claim), NOWHEN) for claim in given])
    return Answer(tuple(_judged(log, prices, symbol)))


def _judged(log: MemoryLog, prices: pd.DataFrame | PriceHistory, symbol: str) -> list[Entry]:
    from timeline.agreement import agreements
    from timeline.checking import judge
    from timeline.prices import PriceHistory

    history = prices if isinstance(prices, PriceHistory) else PriceHistory.from_frame(prices, symbol)
    state = fold(log.read())
    stated = state.stated()
    verdicts = judge(stated, history, state.facts())
    return entries(state, verdicts, agreements(stated, verdicts, history))


def _read(
    text: str, said: Said | None, symbol: str, companies: str | Path | Sequence[str | Path]
) -> tuple[ReadArticle, Sequence[AnyClaim]]:
    from events.reading.article import read_article
    from events.reading.claims import read_claims

    article = read_article(text, published=said)
    named = [companies] if isinstance(companies, str | Path) else companies
    return article, read_claims(article, symbol, [Path(name).resolve() for name in named]).claims


def _listed(claims: Given | Iterable[Given]) -> list[Given]:
    return [claims] if isinstance(claims, Claim | Mapping) else list(claims)


def _claim(given: Given, number: int, symbol: str) -> AnyClaim:
    """Return a claim as a value; equal ones are told apart by their number, for each wants its own answer."""
    if isinstance(given, Mapping):
        try:
            claim = claim_of(given)
        except msgspec.ValidationError as error:
            raise InvalidValueError(f"claim {number}", str(error), "the fields of a claim file") from None
    else:
        claim = given  # type: ignore[assignment]  # every Claim is one of its kinds
    changes: dict[str, Any] = {"key": claim.key or f"#{number}"}
    if symbol and not (claim.symbol or claim.subject or claim.members):
        changes["symbol"] = symbol
    return msgspec.structs.replace(claim, **changes)


def _said(published: str | date | datetime | None) -> Said | None:
    wanted = "a day such as 2025-11-06, or an instant with its zone such as 2025-11-06T09:30:00-05:00"
    if isinstance(published, str):
        try:
            short = len(published) == len("2025-11-06")
            published = date.fromisoformat(published) if short else datetime.fromisoformat(published)
        except ValueError:
            raise InvalidValueError("published", repr(published), wanted) from None
    if isinstance(published, datetime):
        if published.tzinfo is None:
            raise InvalidValueError("published", repr(published.isoformat()), wanted)
        return Said(day=published.date(), at=published)
    return Said(day=published) if published else None


def _row(entry: Entry) -> str:
    said = entry.stated.said.day.isoformat() if entry.stated.said else "undated"
    word = entry.verdict.verdict
    cells = [entry.about, entry.stated.claim.text or entry.kind, said, word, entry.verdict.explanation]
    shown = [html.escape(cell) for cell in cells]
    shown[3] = f'<b style="color:{COLOURS[word]}">{shown[3]}</b>'
    return "<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in shown) + "</tr>"
