"""The arithmetic that a text itself states: does "223 to 325 billion" make "46%"?

Every figure is taken twice: as it is written (the nominal result), and as the interval that its own rounding and hedge
allow, carried through the sum. A relation holds "exactly as stated", or "only within rounding"; where the rounding is
so coarse that it would let other figures pass as well, the answer is `consistent`, never `supported`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from events.model import Expression, Figure, Quantity, Relation
from timeline.amounts import span_words, value_words
from timeline.bounds import TOLERANCE, accepted
from timeline.terms import PLAIN, Span, Term, UnmeasurableError, base_of, ends, evaluate, hull, paired, same_unit
from timeline.verdict import ORDER, Reading, Verdict, VerdictWord

AS_STATED = "the figures as stated"
WITHIN_ROUNDING = "the figures within their rounding"

# A result that spans more than this share of itself confirms no single figure.
_WIDEST = 0.25


class _Answer(NamedTuple):
    reading: Reading
    explanation: str
    accepted: tuple[float, float] | None = None
    residual: float | None = None
    notes: tuple[str, ...] = ()


def judge_relation(relation: Relation) -> Verdict:
    """Return whether the arithmetic of a text holds.

    `actual` of the reading is the computed result in the unit of the right side (the left side for over and under; the
    unknown base for solves). A relation of several parts is as good as its worst part. Figures in units that do not go
    together are `unchecked`, with what is missing.
    """
    try:
        left, right = evaluate(relation.left), evaluate(relation.right)
        answers = _answers(relation, left, right)
    except UnmeasurableError as problem:
        return Verdict("unchecked", f"The arithmetic cannot be worked out: {problem}.", missing=str(problem))
    worst = max(answers, key=lambda one: ORDER.index(one.reading.verdict))
    rest = [one.reading for one in answers if one is not worst]
    return Verdict(
        verdict=worst.reading.verdict,
        explanation=" ".join(one.explanation for one in answers),
        readings=(worst.reading, *rest),
        residual=worst.residual,
        notes=tuple(note for one in answers for note in one.notes),
        accepted=worst.accepted,
    )


def _answers(relation: Relation, left: Sequence[Term], right: Sequence[Term]) -> list[_Answer]:
    if relation.relation == "solves":
        results, growths = zip(*paired(ends(left), ends(right)), strict=True)
        return [_solves(results, growths)]
    if relation.relation == "within":
        return [_within(one, hull(right)) for one in left]
    compare = {"equals": _equals, "over": _over, "under": _under}[relation.relation]
    answers = [compare(*same_unit(one, other)) for one, other in paired(left, right)]
    if relation.relation == "equals" and _is_ratio(relation.left) and answers[0].reading.actual:
        grown_by = value_words(answers[0].reading.actual - 1, "times")
        if right[0].unit in PLAIN and answers[0].reading.actual > 1:
            answers[0] = answers[0]._replace(notes=(f"Read as grown to; grown by would be {grown_by}.",))
    return answers


def _is_ratio(node: Figure | Expression) -> bool:
    return isinstance(node, Expression) and node.name == "ratio"


# The comparisons.


def _equals(left: Term, right: Term) -> _Answer:
    if left.stated and not right.stated:
        left, right = right, left  # what the text states is the measure, what is computed is measured
    low, high, close_low, close_high = _accepted(right)
    exact, close = left.nominal.meets(Span(low, high)), left.nominal.meets(Span(close_low, close_high))
    rounded = left.rounded.meets(Span(low, high))
    if left.stated is None and right.stated and right.stated.high is not None and left.nominal.high > left.nominal.low:
        exact, close = exact and _both_ends(left.nominal, right, 0), close and _both_ends(left.nominal, right, 2)
    wide = right.nominal.high == right.nominal.low and left.nominal.width > _WIDEST
    nearest = min(max(right.nominal.low, left.nominal.low), left.nominal.high)
    verdict: VerdictWord = "contradicted"
    name, how = AS_STATED, "does not hold"
    if exact and not wide:
        verdict, how = "supported", "holds exactly as stated"
    elif close and rounded and not wide:
        name, verdict, how = WITHIN_ROUNDING, "supported", f"holds only within rounding ({_rounded_words(left)})"
    elif close and not wide:
        verdict, how = "close", "misses by little"
    elif rounded or exact:
        name, verdict = WITHIN_ROUNDING, "consistent"
        how = f"the figures are too coarse to tell ({_rounded_words(left)})"
    explanation = _sentence_of(f"{_told(left, right)}; the text says {right.words}: {how}.")
    reading = _reading(name, verdict, left, nearest, gap=max(low - nearest, nearest - high, 0.0))
    return _Answer(reading, explanation, (low, high), nearest - right.nominal.low)


def _both_ends(span: Span, right: Term, bound: int) -> bool:
    """Whether the low end of a computed range fits the low end of a stated one, and the high the high."""
    stated = right.stated
    if stated is None or stated.high is None:
        return True
    for end, given in ((span.low, stated.value), (span.high, stated.high)):
        figure = Quantity(value=given, unit=stated.unit, precision=stated.precision, hedge=stated.hedge)
        figure_ends = accepted(figure)
        if not figure_ends[bound] <= end <= figure_ends[bound + 1]:
            return False
    return True


def _over(left: Term, right: Term) -> _Answer:
    return _ordered(left, right, "above", larger=left, smaller=right)


def _under(left: Term, right: Term) -> _Answer:
    return _ordered(left, right, "below", larger=right, smaller=left)


def _ordered(left: Term, right: Term, word: str, *, larger: Term, smaller: Term) -> _Answer:
    verdict: VerdictWord = "contradicted"
    name, how, remark = AS_STATED, f"is not {word}", ""
    if larger.nominal.low > smaller.nominal.high:
        verdict, how = "supported", f"is {word}"
        if larger.rounded.low <= smaller.rounded.high:
            remark = ", though their rounding would let the two be equal"
    elif larger.nominal.high > smaller.nominal.low:
        verdict, how, remark = "close", f"is {word}", ", but only in part"
    elif larger.rounded.high > smaller.rounded.low:
        name, verdict, remark = WITHIN_ROUNDING, "close", ", though the rounding could hide it"
    shown = left.words if left.stated else f"{left.words} is {_result_words(left)}, which"
    gap = max(smaller.nominal.high - larger.nominal.low, 0.0) if verdict != "supported" else 0.0
    reading = _reading(name, verdict, left, left.nominal.low, gap=gap)
    explanation = _sentence_of(f"{shown} {how} {right.words}{_measure(left, right)}{remark}.")
    return _Answer(reading, explanation, None, left.nominal.low - right.nominal.low)


def _measure(left: Term, right: Term) -> str:
    """Return how far the left side lies from the right, in percent and in times."""
    if min(left.nominal.low, right.nominal.low) <= 0:
        return ""
    times = Span(left.nominal.low / right.nominal.high, left.nominal.high / right.nominal.low)
    percent = Span((times.low - 1) * 100, (times.high - 1) * 100)
    digit = 0.01 if max(map(abs, percent)) < 10 else 0.1
    sign = "+" if percent.low > 0 else ""
    return f" ({sign}{span_words(*percent, 'percent', digit)}, {span_words(*times, 'times', 0.01)})"


def _within(left: Term, right: Term) -> _Answer:
    left, right = same_unit(left, right)
    slack = TOLERANCE * max(map(abs, right.nominal))
    inside = left.nominal.inside(Span(right.nominal.low - slack, right.nominal.high + slack))
    verdict: VerdictWord = "contradicted"
    name, how = AS_STATED, "does not lie"
    if inside:
        verdict, how = "supported", "lies"
    elif left.nominal.inside(right.rounded):
        name, verdict, how = WITHIN_ROUNDING, "supported", "lies, within the rounding of the ends,"
    elif left.rounded.meets(right.rounded):
        name, verdict, how = WITHIN_ROUNDING, "close", "lies only just, if at all,"
    between = span_words(*right.nominal, right.unit).replace(" to ", " and ")
    explanation = _sentence_of(f"{_told(left, right)}, which {how} between {between}.")
    low, high = right.nominal
    gap = max(low - left.nominal.low, left.nominal.high - high, 0.0)
    return _Answer(_reading(name, verdict, left, left.nominal.low, gap=gap), explanation, (low, high))


def _solves(results: Sequence[Term], growths: Sequence[Term]) -> _Answer:
    if any(growth.unit not in ("percent", "points") for growth in growths):
        raise UnmeasurableError("growth in percent on the right side")
    if len({result.unit for result in results}) > 1 or len(results) < 2:
        raise UnmeasurableError("two or more results in one unit on the left side")
    words = [f"{result.words} at {growth.words}" for result, growth in zip(results, growths, strict=True)]
    told, unit = " and ".join(words), results[0].unit
    for name, spans, how in (
        (AS_STATED, [result.nominal for result in results], "with the growth figures rounded as they are"),
        (WITHIN_ROUNDING, [result.rounded for result in results], "only with the amounts rounded too"),
    ):
        bases = [base_of(span, growth.rounded) for span, growth in zip(spans, growths, strict=True)]
        common = Span(max(base.low for base in bases), min(base.high for base in bases))
        if common.low <= common.high * (1 + TOLERANCE):
            shown = span_words(common.low, common.high, unit, 10.0 ** _magnitude(common.high, 5))
            verdict: VerdictWord = "consistent" if common.width > _WIDEST else "supported"
            term = Term(common, common, unit, "")
            reading = _reading(name, verdict, term, (common.low + common.high) / 2, gap=0.0)
            return _Answer(reading, f"{told}: one base of {shown} gives them all, {how}.")
    term = Term(Span(common.high, common.low), Span(common.high, common.low), unit, "")
    reading = _reading(AS_STATED, "contradicted", term, common.low, gap=common.low - common.high)
    parts = "; ".join(f"{word} needs {span_words(*base, unit)}" for word, base in zip(words, bases, strict=True))
    return _Answer(reading, f"{told}: no one base gives them all ({parts}).")


# Words and small measures.


def _accepted(term: Term) -> tuple[float, float, float, float]:
    """Return what a side accepts and what is close to it; a computed side accepts its own rounding."""
    if term.stated:
        bounds = accepted(term.stated)
        factor = term.nominal.low / term.stated.value if term.stated.value else 1.0
        widest = bounds.understated_low, bounds.understated_high, bounds.close_low, bounds.close_high
        return widest[0] * factor, widest[1] * factor, widest[2] * factor, widest[3] * factor
    reach = term.rounded.high - term.rounded.low
    return *term.rounded, term.rounded.low - reach, term.rounded.high + reach


def _reading(name: str, verdict: VerdictWord, term: Term, actual: float, *, gap: float) -> Reading:
    spans = {"low": term.nominal.low, "high": term.nominal.high}
    rounded = {"rounded_low": term.rounded.low, "rounded_high": term.rounded.high}
    return Reading(name, verdict, actual=actual, gap=gap, evidence=({**spans, **rounded, "unit": term.unit},))


def _told(left: Term, right: Term) -> str:
    return f"the text gives {left.words}" if left.stated else f"{left.words} is {_result_words(left, right)}"


def _sentence_of(text: str) -> str:
    return text[0].upper() + text[1:]


def _result_words(left: Term, right: Term | None = None) -> str:
    stated = right.stated if right else None
    digit = stated.precision / 10 if stated and right and stated.unit == right.unit else None
    if left.direction and left.nominal.low * left.nominal.high > 0:
        small, large = sorted(map(abs, left.nominal))
        return f"{'up' if left.nominal.low > 0 else 'down'} {span_words(small, large, left.unit, digit)}"
    return span_words(left.nominal.low, left.nominal.high, left.unit, digit)


def _rounded_words(term: Term) -> str:
    low, high = term.rounded
    spread = 10.0 ** _magnitude(high - low, 2) if high > low else None
    return f"{span_words(low, high, term.unit, spread)} as its figures are rounded"


def _magnitude(value: float, digits: int) -> int:
    return math.floor(math.log10(abs(value))) - digits + 1 if value else 0
