"""The seed articles read as they are against LEDGER.yaml: which rows were found, with which verdict, what is extra.

The matching is general: a row is met by a claim of its article, of its kind, with its company, figure and unit. Rows
whose subject is told in words, or that give no figure, are met by their direction and a word of the claim.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from events.codec import event_id
from events.log import Draft, MemoryLog
from events.model import AnyClaim, ArticlePublished, ClaimStated, Quantity, Said
from events.reading.article import ReadArticle, read_article
from events.reading.claims import Reading, read_claims
from jobs.app import checked
from jobs.sample import sample
from timeline.entries import Entry

SEEDS = Path(__file__).parents[1].parent / "shared" / "seeds"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

KINDS = {"reaction": ("move",), "move": ("move",), "market_value": ("market-value",), "drawdown": ("drawdown", "move")}
PRICE_KINDS = ("move", "level", "extreme", "streak", "drawdown", "market-value", "conversion")
SAME = ({"GOOG", "GOOGL"}, {"AMZN"}, {"META"}, {"MSFT"})
# The second amount of conversions, which the ledger tells in words.
CONVERTED = {"P11": 2.5e12, "P12": 116.8e9}
# Rows that name their subject in words, or only say a direction: a word of the claim, and the direction.
TOLD_IN_WORDS = {
    "P13": ("", "down"), "P14": ("", "down"), "P15": ("", "up"), "P17": ("科技股", "down"), "P18": ("云服务", "up"),
    "P19": ("", "down"), "P20": ("", "down"), "P22": ("变压器", "up"), "P23": ("核电站", "up"),
}  # fmt: skip


@dataclass(frozen=True)
class Seed:
    """One seed article as it was read, with the claims and their checked entries side by side."""

    id: str
    read: ReadArticle
    reading: Reading
    entries: tuple[Entry, ...]

    @property
    def pairs(self) -> list[tuple[AnyClaim, Entry]]:
        """Each claim with what the check answers."""
        by_claim = {(entry.stated.claim.span, entry.stated.claim): entry for entry in self.entries}
        return [
            (claim, by_claim[claim.span, claim]) for claim in self.reading.claims if (claim.span, claim) in by_claim
        ]


@cache
def ledger() -> dict[str, Any]:
    """Return LEDGER.yaml; skips where the seeds are not here, fails where they must be."""
    path = SEEDS / "LEDGER.yaml"
    if not path.exists():
        if os.environ.get("TIMELINE_CI") == "1":
            pytest.fail(f"{path} is missing")
        pytest.skip(f"{path} is not here")
    return yaml.safe_load(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def said_of(article: dict[str, Any]) -> Said | None:
    """Return when the ledger says that an article was published."""
    said = article["said"]
    if said is None:
        return None
    if isinstance(said, datetime):
        return Said(day=said.date(), at=said)
    if isinstance(said, date):
        return Said(day=said)
    at = datetime.fromisoformat(str(said))
    return Said(day=at.date(), at=at) if at.tzinfo else Said(day=at.date())


@cache
def _known() -> MemoryLog:
    log = MemoryLog()
    drafts, columns = sample()
    log.append(drafts, columns=columns)
    return log


@cache
def seed(number: str, published: Said | None = None) -> Seed:
    """Return a seed article, read and checked against the prices and releases of the sample."""
    article = next(one for one in ledger()["articles"] if one["id"] == number)
    path = next(SEEDS.glob(f"{number}_*.txt"))
    read = read_article(path.read_bytes(), published=published or said_of(article))
    reading = read_claims(read)
    event = ArticlePublished(source=f"seed {number}", language=read.language, said=read.published)
    drafts = [Draft(event, NOW)]
    drafts += [Draft(ClaimStated(article=event_id(event), claim=claim), NOW) for claim in reading.claims]
    return Seed(number, read, reading, tuple(checked(drafts, _known()).entries))


def rows(part: str) -> list[dict[str, Any]]:
    """Return the rows of one part of the ledger."""
    return list(ledger()[part])


def kind_of(claim: AnyClaim) -> str:
    """Return the word of a claim's kind."""
    return str(claim.__struct_config__.tag)


def met_by(
    row: dict[str, Any], found: Seed, more: Callable[[dict[str, Any], AnyClaim], bool] = lambda _, __: True
) -> list[tuple[AnyClaim, Entry]]:
    """Return the claims that meet a ledger row; `more` compares what a kind has besides."""
    return [(claim, entry) for claim, entry in found.pairs if _meets(row, claim) and more(row, claim)]


def _meets(row: dict[str, Any], claim: AnyClaim) -> bool:
    kinds = KINDS.get(row["kind"], (row["kind"],)) if "kind" in row else None
    if kinds is not None and kind_of(claim) not in kinds:
        return False
    if row["id"] in TOLD_IN_WORDS:
        word, direction = TOLD_IN_WORDS[row["id"]]
        wanted = row.get("symbol")
        about = same_company(wanted, claim.symbol) if wanted else word in claim.subject and not claim.symbol
        return about and getattr(claim, "direction", "") == direction and getattr(claim, "stated", None) is None
    if "symbol" in row and not same_company(row["symbol"], claim.symbol):
        return False
    if row.get("kind") == "streak":
        return getattr(claim, "count", 0) == row["value"]
    if row.get("kind") == "extreme":
        return True
    stated = getattr(claim, "stated", None)
    if row.get("kind") == "conversion":
        return stated is not None and _near(stated.value, CONVERTED[row["id"]])
    return figure_meets(row.get("value"), row.get("range"), row.get("hedge"), stated)


def same_company(one: object, other: str) -> bool:
    """Tell whether two symbols are one company's."""
    return one == other or any(one in same and other in same for same in SAME)


def figure_meets(value: float | None, ends: Sequence[float] | None, hedge: str | None, stated: Quantity | None) -> bool:
    """Tell whether a stated figure is the ledger's, hedge included where the ledger gives one."""
    if stated is None:
        return value is None and ends is None
    if ends is not None:
        return _near(stated.value, ends[0]) and stated.high is not None and _near(stated.high, ends[1])
    if value is None or not _near(stated.value, value):
        return False
    return hedge is None or stated.hedge == {"at least": "at-least", "at most": "at-most", "below": "under"}.get(
        hedge, hedge
    )


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-3 * max(abs(one), abs(other)) and one * other >= 0


def rates(title: str, counts: dict[str, tuple[int, int]], missing: Sequence[str]) -> str:
    """Return a table of what was found of what was wanted, and the rows that are missing."""
    lines = [f"{title:24} found  wanted   rate"]
    for name, (found, wanted) in counts.items():
        lines.append(f"{name:24} {found:5}  {wanted:6}  {100 * found / wanted if wanted else 100:4.0f}%")
    return "\n".join([*lines, f"missing: {', '.join(missing) or 'none'}"])
