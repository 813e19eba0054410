"""Compares the claims that a reader found in one article with those that it makes.

What is compared, and what is not judged, stands in README.md beside this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from events.model import Expression, Figure, Quantity
from events.periods import read_period
from tests.corpus.loading import CorpusArticle, Ends, Expectation, occurrences, overlap

Found = tuple[Any, tuple[int, int]]  # a claim of events.model and the span of its words

_WINDOW = frozenset({"count", "end", "event", "part", "span", "start", "suffered"})
_BESIDE_THE_SUBJECT = re.compile(r".*=F|.*-USD|[A-Z]{6}|DX-Y\.NYB")


@dataclass(frozen=True, slots=True)
class Miss:
    """An expectation that no claim meets, with the nearest claim and what differs in it."""

    article: CorpusArticle
    expectation: Expectation
    nearest: Any = None
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FalseFind:
    """A claim that the article does not make, or makes once and was found twice."""

    article: CorpusArticle
    claim: Any
    span: tuple[int, int]
    reason: str


@dataclass(frozen=True, slots=True)
class Score:
    """What one article came to: expectations met and missed, claims right, wrong and not judged."""

    article: CorpusArticle
    met: tuple[Expectation, ...]
    misses: tuple[Miss, ...]
    false: tuple[FalseFind, ...]
    right: tuple[Any, ...]
    unjudged: tuple[Any, ...]


def score(article: CorpusArticle, found: Sequence[Found]) -> Score:
    """Compare the claims found in one article with those that it makes."""
    fits = [
        [index for index, one in enumerate(found) if not differences(expected, one, article)]
        for expected in article.claims
    ]
    matched = _matching(fits)
    misses = [
        _miss(article, expected, found)
        for number, expected in enumerate(article.claims)
        if number not in matched.values()
    ]
    right, false, unjudged = [], [], []
    again = {index for row in fits for index in row} - matched.keys()
    for index, (claim, span) in enumerate(found):
        if index in matched:
            right.append(claim)
        elif _not_judged(article, claim, span):
            unjudged.append(claim)
        else:
            reason = "told once, found twice" if index in again else "not in the text"
            false.append(FalseFind(article, claim, span, reason))
    met = tuple(article.claims[number] for number in sorted(matched.values()))
    return Score(article, met, tuple(misses), tuple(false), tuple(right), tuple(unjudged))


def differences(expected: Expectation, one: Found, article: CorpusArticle) -> list[str]:
    """Return what in a claim is not as expected; nothing where it fits."""
    claim, span = one
    kind = kind_of(claim)
    if expected.kinds and kind not in expected.kinds:
        return [f"kind {kind}"]
    told = list(_told(expected, claim))
    if expected.quote and not any(overlap(span, place) for place in occurrences(article.text, expected.quote)):
        told.append(f"span {article.text[slice(*span)]!r}")
    if expected.symbols and claim.symbol not in expected.symbols:
        told.append(f"symbol {claim.symbol!r}")
    return told


def kind_of(claim: Any) -> str:
    """Return the word for a claim's kind."""
    return str(claim.__struct_config__.tag)


def _told(expected: Expectation, claim: Any) -> Iterator[str]:
    stated = getattr(claim, "stated", None)
    if expected.figures is not None and not _one_of(expected.figures, stated):
        yield f"figure {shown(stated)}"
    if expected.no_figure and stated is not None:
        yield f"figure {shown(stated)} where none is told"
    if expected.units and stated is not None and stated.unit not in expected.units:
        yield f"unit {stated.unit!r}"
    for name, wanted in expected.fields.items():
        if (got := _differing(name, wanted, claim)) is not None:
            yield f"{name} {got}"


def _differing(name: str, wanted: tuple[Any, ...], claim: Any) -> str | None:
    """Return how a field of a claim differs from all that is wanted, None where it does not."""
    if name in {"amount", "expected", "prior"}:
        return None if _one_of(wanted, got := getattr(claim, name, None)) else shown(got)
    if name == "growth":
        return None if _one_of(wanted, got := _in_percent(getattr(claim, name, None))) else shown(got)
    if name == "hedge":
        figure = getattr(claim, "stated", None)
        return None if figure is None or figure.hedge in wanted else repr(figure.hedge)
    if name in {"op", "figures"}:
        return _relation_differing(name, wanted, claim)
    in_window = name in _WINDOW and not (name == "count" and hasattr(claim, "count"))  # a streak has its own
    got = getattr(getattr(claim, "window", None), name, None) if in_window else getattr(claim, name, None)
    if name == "period":
        return None if any(_same_period(str(got or ""), one, claim.symbol) for one in wanted) else repr(got)
    if name == "metric":
        return None if _plain(str(got)) in {_plain(one) for one in wanted} else repr(got)
    if name == "direction" and not got:
        figure = getattr(claim, "stated", None)
        got = "" if figure is None else "up" if figure.value > 0 else "down"
    return None if _said_as(got, wanted) else repr(str(got) if isinstance(got, date) else got)


def _said_as(got: Any, wanted: tuple[str, ...]) -> bool:
    """Compare words, counts and dates; a wanted date may be a year or a month, and "" stands for none."""
    if isinstance(got, date):
        return any(one and got.isoformat().startswith(one) for one in wanted)
    return ("" if got is None else str(got)) in wanted


def _relation_differing(name: str, wanted: tuple[Any, ...], claim: Any) -> str | None:
    sides = (claim.left, claim.right)
    if name == "op":
        operations = {one.name for side in sides for one in _expressions(side)}
        return None if operations & set(wanted) else f"{sorted(operations)}"
    figures = sorted(abs(one.quantity.value) for side in sides for one in _leaves(side))
    same = len(figures) == len(wanted) and all(
        _near(one, abs(other)) for one, other in zip(figures, sorted(wanted), strict=True)
    )
    return None if same else f"{figures}"


def _expressions(side: Any) -> Iterator[Expression]:
    if isinstance(side, Expression):
        yield side
        for part in side.parts:
            yield from _expressions(part)


def _leaves(side: Any) -> Iterator[Figure]:
    if isinstance(side, Figure):
        yield side
    else:
        for part in side.parts:
            yield from _leaves(part)


def _one_of(wanted: Sequence[Ends], figure: Quantity | None) -> bool:
    if figure is None:
        return False
    return any(
        _near(figure.value, low) and (figure.high is None) == (high is None) and _near(figure.high or 0.0, high or 0.0)
        for low, high in wanted
    )


def _in_percent(growth: Quantity | None) -> Quantity | None:
    """Return a growth told in times as percent: doubled is 100."""
    if growth is None or growth.unit != "times":
        return growth
    return Quantity(value=(growth.value - 1) * 100, unit="percent", precision=growth.precision * 100)


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(abs(one), abs(other), 1e-9)


def _plain(metric: str) -> str:
    return " ".join(metric.lower().replace("center", "centre").replace("-", " ").split())


def _same_period(got: str, wanted: str, symbol: str) -> bool:
    if got == wanted:
        return True
    one, other = read_period(got, symbol), read_period(wanted, symbol)
    return one is not None and other is not None and one.same(other)


def _matching(fits: Sequence[Sequence[int]]) -> dict[int, int]:
    """Pair expectations with claims so that as many as can be are met: claim index -> expectation index."""
    owner: dict[int, int] = {}

    def place(number: int, seen: set[int]) -> bool:
        for index in fits[number]:
            if index not in seen:
                seen.add(index)
                if index not in owner or place(owner[index], seen):
                    owner[index] = number
                    return True
        return False

    for number in range(len(fits)):
        place(number, set())
    return owner


def _miss(article: CorpusArticle, expected: Expectation, found: Sequence[Found]) -> Miss:
    """Tell a miss with the claim that differs least: one of the same kind, else one from the same words."""
    rows = [(differences(expected, one, article), one) for one in found]
    same_kind = [row for row in rows if not row[0][0].startswith("kind ")] if rows else []
    if not same_kind:
        return Miss(article, expected)
    differs, (claim, _) = min(same_kind, key=lambda row: len(row[0]))
    return Miss(article, expected, claim, tuple(differs))


def _not_judged(article: CorpusArticle, claim: Any, span: tuple[int, int]) -> bool:
    """Whether a claim that is not required counts neither way (the rules stand in README.md)."""
    if any(not differences(allowed, (claim, span), article) for allowed in article.allowed):
        return True
    kind = kind_of(claim)
    if kind != "conversion" and _BESIDE_THE_SUBJECT.fullmatch(claim.symbol):
        return True
    if article.quiet:
        return False
    if kind == "happening" or (kind == "reported" and not claim.symbol):
        return True
    if kind == "relation":
        return _figures_known(article, claim)
    return kind == "move" and claim.stated is None and _beside_a_listed_one(article, claim, span)


def _figures_known(article: CorpusArticle, claim: Any) -> bool:
    known = [abs(value) for expected in article.claims for value in _values(expected)]
    leaves = [one.quantity for side in (claim.left, claim.right) for one in _leaves(side)]
    return all(any(_near(abs(one.value), value) for value in known) for one in leaves)


def _values(expected: Expectation) -> Iterator[float]:
    named = [ends for name in ("amount", "expected", "growth", "prior") for ends in expected.fields.get(name, ())]
    for ends in [*(expected.figures or ()), *named]:
        yield from (end for end in ends if end is not None)
    yield from expected.fields.get("figures", ())


def _beside_a_listed_one(article: CorpusArticle, claim: Any, span: tuple[int, int]) -> bool:
    """Whether a move without a figure stands in a sentence with a listed claim about the same symbol."""
    here = [sentence for sentence in article.sentences if overlap(sentence, span)]
    return any(
        claim.symbol in expected.symbols
        and any(overlap(sentence, place) for sentence in here for place in occurrences(article.text, expected.quote))
        for expected in article.claims
    )


def shown(figure: Quantity | None) -> str:
    if figure is None:
        return "-"
    high = f"..{figure.high:g}" if figure.high is not None else ""
    return f"{figure.value:.12g}{high} {figure.unit}{f' {figure.hedge}' if figure.hedge else ''}"
