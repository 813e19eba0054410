"""The seed articles, read as they are, against LEDGER.yaml: each rate that was promised, by article and by kind.

Every test prints its rates and the rows that are missing. Floors only rise: what was reached stays reached.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from events.model import Happening, Relation, Reported
from tests.ledger import ledger, met_by, rates, rows, seed
from tests.ledger_business import ARTICLES, counted, extras, found, is_reviewed, mark, meets, restated

Counts = dict[str, tuple[int, int]]


def share(one: tuple[int, int]) -> float:
    return one[0] / one[1] if one[1] else 1.0


def table(part: str) -> tuple[Counts, dict[str, list[str]]]:
    """How many rows of a part were met of how many, by kind and by kind and article; and the missing ones."""
    ledger()  # skips where the seeds are not here
    told = counted(part)
    return {key: each[:2] for key, each in told.items()}, {key: each[2] for key, each in told.items()}


def prices() -> list[tuple[dict, str]]:
    """Each price row, with "" where it is met with the ledger's verdict and else what is wrong."""
    out = []
    for row in rows("price_claims"):
        met = met_by(row, seed(row["article"]))
        verdicts = sorted({entry.verdict.verdict for _, entry in met if entry.verdict is not None})
        wrong = "" if row["verdict"] in verdicts else f"{row['id']} {verdicts or 'not found'}, not {row['verdict']}"
        out.append((row, wrong))
    return out


def test_every_price_claim_is_found_with_the_verdict_of_the_ledger():
    told = prices()
    counts: Counts = {}
    for row, wrong in told:
        for key in ("price claims", f"price claims {row['article']}", f"price claims: {row['kind']}"):
            met, wanted = counts.get(key, (0, 0))
            counts[key] = met + (not wrong), wanted + 1
    missing = [wrong for _, wrong in told if wrong]
    print(rates("prices", counts, missing))
    assert missing == []


@pytest.mark.parametrize(
    ("part", "kind", "promised", "reached"),
    [
        ("reported_claims", "company figures", 0.90, 1.0),
        ("reported_claims", "other figures", 0.50, 0.57),
        ("happenings", "happenings", 0.50, 0.70),
    ],
)
def test_figures_and_happenings_are_found(part, kind, promised, reached):
    counts, missing = table(part)
    print(rates(part, {key: each for key, each in counts.items() if key.startswith(kind)}, missing[kind]))
    assert share(counts[kind]) >= max(promised, reached)


def test_four_fifths_of_the_arithmetic_and_the_conflicts_are_found():
    told = [table(part) for part in ("arithmetic", "conflicts")]
    counts = {key: each for one, _ in told for key, each in one.items()}
    print(
        rates(
            "relations",
            counts,
            [row for _, missing in told for key in missing for row in missing[key] if " " not in key],
        )
    )
    both = [counts["arithmetic"], counts["conflicts"]]
    assert share((sum(one[0] for one in both), sum(one[1] for one in both))) >= 0.82  # 42 of 51


def wrong_finds(number: str) -> Iterable[str]:
    """Finds of an article that meet no row and that nobody found right."""
    return [" ".join(mark(number, claim)) for claim in extras(number) if not is_reviewed(number, claim)]


def test_of_all_that_is_found_98_percent_are_right():
    ledger()
    counts: Counts = {}
    wrong: list[str] = []
    for number in ARTICLES:
        finds = [claim for kind in (Reported, Relation, Happening) for claim in found(number, kind)]
        bad = list(wrong_finds(number))
        counts[number] = len(finds) - len(bad), len(finds)
        wrong += bad
    print(rates("right", counts, wrong))
    assert share((sum(one[0] for one in counts.values()), sum(one[1] for one in counts.values()))) >= 0.98


def test_a_row_that_nobody_read_is_told_as_missing():
    """The comparison can fail: a restated figure meets itself and no other."""
    ledger()
    figures = [claim for claim in restated("000").values() if isinstance(claim, Reported)]
    assert all(meets(one, one) for one in figures)
    assert not all(meets(one, other) for one in figures for other in figures)
