"""What a check answers: the words of the verdict, and the object that goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from events.model import AnyClaim, Quantity, Said, SharesObserved, Timing

VerdictWord = Literal["supported", "consistent", "close", "contradicted", "pending", "unchecked"]

# Best first: the verdict of a claim is the best that one of its readings reaches.
ORDER: tuple[VerdictWord, ...] = ("supported", "consistent", "close", "contradicted", "pending", "unchecked")


class StatedClaim(NamedTuple):
    """A claim with what its article knows: the article's id, when it was published and in which language."""

    id: str
    claim: AnyClaim
    article: str = ""
    said: Said | None = None
    language: str = ""


class Facts(NamedTuple):
    """What the log knows besides prices: shares outstanding by symbol, when news came out, and on which days.

    `releases` has the part of the day by symbol and day, `news` the days by symbol and kind of news, in order.
    """

    shares: Mapping[str, tuple[SharesObserved, ...]] = {}
    releases: Mapping[tuple[str, date], Timing] = {}
    news: Mapping[tuple[str, str], tuple[date, ...]] = {}


@dataclass(frozen=True, slots=True)
class Reading:
    """One conventional way to turn the words into a window and a measure, with what it gives.

    `actual` is in the unit of the claim's figure; None where its prices are not held. `gap` is how far it lies beyond
    the accepted size, 0.0 inside it.
    """

    name: str
    verdict: VerdictWord
    actual: float | None = None
    gap: float | None = None
    start: date | None = None
    end: date | None = None
    evidence: tuple[Mapping[str, Any], ...] = ()
    missing: str = ""
    note: str = ""
    sessions: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """Beside a verdict: the benchmark's move over the same window, and the abnormal return (percent)."""

    benchmark: str
    benchmark_move: float
    abnormal: float | None = None
    t_statistic: float | None = None
    p_value: float | None = None
    degrees_of_freedom: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one claim. `readings` holds every reading tried, the one used first.

    `residual` is actual minus stated, in the claim's unit. `missing` says what an unchecked or pending claim needs.
    """

    verdict: VerdictWord
    explanation: str
    readings: tuple[Reading, ...] = ()
    residual: float | None = None
    missing: str = ""
    notes: tuple[str, ...] = ()
    context: Context | None = None
    accepted: tuple[float, float] | None = None

    @property
    def best(self) -> Reading | None:
        """The reading that was used."""
        return self.readings[0] if self.readings else None


def answer(stated: StatedClaim, verdict: Verdict) -> dict[str, Any]:
    """Return the JSON object of one check: the same from the command, the API and the feed."""
    claim, best = stated.claim, verdict.best
    content: dict[str, Any] = {
        "id": stated.id,
        "kind": claim.__struct_config__.tag,
        "symbol": claim.symbol or None,
        "text": claim.text,
        "span": list(claim.span) if claim.span else None,
        "said": str(stated.said) if stated.said else None,
        "stated": quantity_answer(stated_of(claim)),
        "verdict": verdict.verdict,
        "actual": _rounded(best.actual) if best else None,
        "reading": (best.name or None) if best else None,
        "window": _window(best) if best else None,
        "evidence": [dict(bar) for bar in best.evidence] if best else [],
        "explanation": verdict.explanation,
    }
    if claim.subject:
        content["subject"] = claim.subject
    if claim.stance != "actual":
        content["stance"] = claim.stance
    if stated.article:
        content["article"] = stated.article
    if verdict.accepted:
        content["accepted"] = [_rounded(end) for end in verdict.accepted]
    if verdict.residual is not None:
        content["residual"] = _rounded(verdict.residual)
    if verdict.missing:
        content["missing"] = verdict.missing
    if len(verdict.readings) > 1:
        content["other_readings"] = [_other(reading) for reading in verdict.readings[1:]]
    if verdict.context:
        content["context"] = _context(verdict.context)
    if verdict.notes or claim.note:
        content["notes"] = [*verdict.notes, *([claim.note] if claim.note else [])]
    return content


def stated_of(claim: AnyClaim) -> Quantity | None:
    """Return the figure that a claim states, None where it has none."""
    found = getattr(claim, "stated", None)
    if isinstance(found, Quantity):
        return found
    if (count := getattr(claim, "count", None)) is not None:
        return Quantity(value=float(count), unit=f"{getattr(claim, 'per', 'session')}s", precision=1.0)
    return None


def quantity_answer(quantity: Quantity | None) -> dict[str, Any] | None:
    """Return a stated figure as the JSON of a check shows it."""
    if quantity is None:
        return None
    shown: dict[str, Any] = {"value": quantity.value}
    if quantity.high is not None:
        shown["high"] = quantity.high
    return {**shown, "unit": quantity.unit, "hedge": quantity.hedge or None, "precision": quantity.precision}


def _other(reading: Reading) -> dict[str, Any]:
    return {
        "reading": reading.name,
        "verdict": reading.verdict,
        "actual": _rounded(reading.actual),
        "window": _window(reading),
        **({"missing": reading.missing} if reading.missing else {}),
        **({"note": reading.note} if reading.note else {}),
    }


def _window(reading: Reading) -> dict[str, str] | None:
    if reading.start is None or reading.end is None:
        return None
    return {"start": reading.start.isoformat(), "end": reading.end.isoformat()}


def _context(context: Context) -> dict[str, Any]:
    return {
        "benchmark": context.benchmark,
        "benchmark_move": _rounded(context.benchmark_move),
        "abnormal_return": _rounded(context.abnormal),
        "t": _rounded(context.t_statistic),
        "p": _rounded(context.p_value, 6),
        "degrees_of_freedom": context.degrees_of_freedom,
    }


def _rounded(value: float | None, digits: int = 4) -> float | None:
    """Return a figure as it is shown: amounts whole from a million on, everything else to four decimals."""
    if value is None:
        return None
    return round(value) * 1.0 if abs(value) >= 1e6 else round(value, digits) + 0.0
