"""How claims stand to one another: conflicts, slips, revisions, and figures that only look alike.

Each kind is one rule over all claims; none knows an article. Nothing here changes a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from events.errors import InvalidValueError
from timeline.agreement.figures import currencies, growths, histories, same_period
from timeline.agreement.metrics import contradicted_sums, losses, other_metrics, other_periods, parts_and_totals
from timeline.agreement.moves import other_bases, other_sessions
from timeline.agreement.result import Agreement, Kind
from timeline.agreement.told import told_of
from timeline.prices import PriceHistory
from timeline.verdict import StatedClaim, Verdict

KINDS: tuple[Kind, ...] = get_args(Kind)

__all__ = ["KINDS", "Agreement", "Kind", "agreements"]


def agreements(stated: Sequence[StatedClaim], verdicts: Sequence[Verdict], prices: PriceHistory) -> list[Agreement]:
    """Return how claims agree and differ, gravest kind first; the order of the claims makes no difference.

    `verdicts` answers `stated` one by one; `prices` gives the rates between currencies, where it holds them. Raises
    InvalidValueError for sequences of different lengths.
    """
    if len(stated) != len(verdicts):
        raise InvalidValueError("verdicts", f"{len(verdicts)} for {len(stated)} claims", "one for each claim")
    order = sorted(range(len(stated)), key=lambda place: (stated[place].id, stated[place].article))
    ordered, answers = [stated[place] for place in order], [verdicts[place] for place in order]
    rows = told_of(ordered)
    found = [
        *same_period(rows),
        *growths(rows),
        *currencies(rows, prices),
        *histories(rows),
        *other_periods(rows),
        *other_metrics(rows),
        *parts_and_totals(rows),
        *contradicted_sums(ordered, answers),
        *losses(ordered),
        *other_bases(ordered, answers),
        *other_sessions(ordered),
    ]
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.symbol, one.metric, one.period, one.claims))
