"""Honest power: how often the checker supports what is true, and how often what is false, on one and the same set.

A checker that finds a reading for everything is worthless, and more readings make false support likelier. So claims
are made from the prices themselves: true ones of every kind, in mixed precision and wording, and false ones made from
them by moving the figure, the date, the company or the sign. A moved claim that is true at its new place all the same
is no false claim: such are counted apart. What is true is worked out by `truth`, which shares nothing with the engine.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from events.errors import NotHeldError
from timeline.checking import judge
from timeline.power.articles import late_articles
from timeline.power.making import FALSIFICATIONS, KINDS, MOVES, Histories, draw, falsified
from timeline.power.telling import told
from timeline.power.truth import Spec, histories, holds
from timeline.prices import PriceHistory
from timeline.verdict import Facts, StatedClaim, VerdictWord

__all__ = ["ARTICLE", "FALSIFICATIONS", "KINDS", "MOVES", "Power", "Rate", "interval", "measure", "table"]

ARTICLE = "late article"
MOVE_TRUE, MOVE_FALSE = 0.98, 0.05
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Rate:
    """How claims of one kind came out; `falsification` is "" for true ones, else what was moved.

    `accidental` counts claims that were moved and stayed true: they are not judged.
    `supported` of `claims` is the share; `words` says how many came out with each other verdict.
    """

    kind: str
    falsification: str
    claims: int
    supported: int
    accidental: int = 0
    words: tuple[tuple[VerdictWord, int], ...] = ()

    @property
    def share(self) -> float:
        """Return the share supported, NaN without a claim."""
        return self.supported / self.claims if self.claims else math.nan


@dataclass(frozen=True, slots=True)
class Power:
    """What was measured, and from which draw."""

    seed: int
    symbols: tuple[str, ...]
    rates: tuple[Rate, ...]

    def total(self, *, true: bool, kinds: Iterable[str] | None = None, falsification: str = "") -> Rate:
        """Add up true or false claims, of some kinds (without late articles, if not named) and falsifications."""
        wanted = set(KINDS if kinds is None else kinds)
        some = [
            rate
            for rate in self.rates
            if rate.kind in wanted and (rate.falsification == "") is true and falsification in ("", rate.falsification)
        ]
        name = "all" if kinds is None else ", ".join(sorted(wanted))
        return Rate(
            name,
            "" if true else falsification or "any",
            sum(rate.claims for rate in some),
            sum(rate.supported for rate in some),
            sum(rate.accidental for rate in some),
        )

    @property
    def passed(self) -> bool:
        """Tell whether moves reach both bounds: 98% of the true supported, at most 5% of the false."""
        true, false = self.total(true=True, kinds=MOVES), self.total(true=False, kinds=MOVES)
        return true.share >= MOVE_TRUE and false.share <= MOVE_FALSE


class _Made(NamedTuple):
    kind: str
    falsification: str
    stated: StatedClaim


def measure(prices: PriceHistory, facts: Facts | None = None, seed: int = 1997, count: int = 2000) -> Power:
    """Make about `count` true claims, spread over the kinds that these prices can tell, falsify each, judge all.

    `seed` decides every draw. Kinds whose prices are not held (highs and lows, shares, exchange rates) are left out.
    Raises NotHeldError where no claim can be made at all.
    """
    facts = facts or Facts()
    random, known = Random(seed), histories(prices)  # noqa: S311  # a draw to be repeated, not a secret
    made: list[_Made] = []
    accidental: Counter[tuple[str, str]] = Counter()
    for kind in KINDS:
        for _ in range(max(1, count // len(KINDS))):
            spec = _drawn(kind, random, known, facts)
            if spec is not None and (stated := told(spec, known, f"claim-{len(made)}")) is not None:
                made.append(_Made(kind, "", stated))
                _falsify(spec, random, known, facts, made, accidental)
    for number, article in enumerate(late_articles(random, known, facts, max(1, count // 10))):
        claims = [
            told(spec, known, f"article-{number}-{i}", f"article-{number}") for i, spec in enumerate(article.claims)
        ]
        made += [_Made(ARTICLE, article.falsification, stated) for stated in claims if stated is not None]
    if not made:
        raise NotHeldError(
            f"no claim can be made from these prices ({', '.join(prices.symbols()) or 'none'}): listed symbols with "
            "three months of sessions are needed"
        )
    verdicts = judge([one.stated for one in made], prices, facts)
    words = Counter((one.kind, one.falsification, given.verdict) for one, given in zip(made, verdicts, strict=True))
    rates = tuple(
        _rate(kind, how, words, accidental)
        for kind in (*KINDS, ARTICLE)
        for how in ("", *FALSIFICATIONS)
        if any(key[:2] == (kind, how) for key in words) or accidental[kind, how]
    )
    return Power(seed, prices.symbols(), rates)


def _drawn(kind: str, random: Random, known: Histories, facts: Facts) -> Spec | None:
    for _ in range(_TRIES):
        spec = draw(kind, random, known, facts)
        if spec is not None and holds(spec, known, facts) and told(spec, known, "") is not None:
            return spec
    return None


def _falsify(
    spec: Spec,
    random: Random,
    known: Histories,
    facts: Facts,
    made: list[_Made],
    accidental: Counter[tuple[str, str]],
) -> None:
    for how in FALSIFICATIONS:
        for _ in range(_TRIES):
            wrong = falsified(spec, how, random, known)
            stated = None if wrong is None else told(wrong, known, f"claim-{len(made)}")
            if wrong is None or stated is None or (true := holds(wrong, known, facts)) is None:
                continue
            if true:
                accidental[spec.kind, how] += 1
            else:
                made.append(_Made(spec.kind, how, stated))
            break


def _rate(
    kind: str, how: str, words: Counter[tuple[str, str, VerdictWord]], accidental: Counter[tuple[str, str]]
) -> Rate:
    found = {word: number for (of, moved, word), number in words.items() if (of, moved) == (kind, how)}
    others = tuple(sorted((word, number) for word, number in found.items() if word != "supported"))
    return Rate(kind, how, sum(found.values()), found.get("supported", 0), accidental[kind, how], others)


def interval(supported: int, claims: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the interval of Wilson (1927, JASA 22) for a share, two-sided, 95% by default; 0 to 1 without a claim."""
    if not claims:
        return 0.0, 1.0
    share, square = supported / claims, z * z
    middle = (share + square / (2 * claims)) / (1 + square / claims)
    half = z * math.sqrt(share * (1 - share) / claims + square / (4 * claims * claims)) / (1 + square / claims)
    return max(0.0, middle - half), min(1.0, middle + half)


COLUMNS = ("kind", "claims made", "claims", "supported", "share", "95% interval", "true by accident")


def table(power: Power) -> list[tuple[str, ...]]:
    """Return rows of text under COLUMNS: every kind, true and falsified, then the sums that the bounds speak of."""
    rates = [
        *power.rates,
        *(power.total(true=True, kinds=MOVES),),
        *(power.total(true=False, kinds=MOVES, falsification=how) for how in FALSIFICATIONS),
        power.total(true=False, kinds=MOVES),
        power.total(true=True),
        power.total(true=False),
    ]
    names = [rate.kind for rate in power.rates] + ["all moves"] * 6 + ["all"] * 2
    return [_shown(name, rate) for name, rate in zip(names, rates, strict=True)]


def _shown(name: str, rate: Rate) -> tuple[str, ...]:
    low, high = interval(rate.supported, rate.claims)
    share = f"{rate.share:.1%}" if rate.claims else "-"
    between = f"{low:.1%} to {high:.1%}" if rate.claims else "-"
    made = "true" if not rate.falsification else f"false: {rate.falsification}"
    return (name, made, str(rate.claims), str(rate.supported), share, between, str(rate.accidental))
