"""The seed articles' reported figures, happenings, arithmetic and conflicts against LEDGER.yaml, row by row.

The sample timeline restates every row of the ledger as claims under the row's own name ("R22", "R22.2"); a row is met
by a claim of its article that agrees with its first restatement in company, figure, unit, period, stance and hedge, and
in growth, expectation and prior where the row gives them. "only" and "possibly" count as no hedge and as "may".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from events.codec import event_id
from events.log import Draft, MemoryLog
from events.model import ArticlePublished, ClaimStated, Expression, Happening, Quantity, Relation, Reported
from events.periods import read_period
from jobs.claimfile import read_claims as read_claim_file
from jobs.sample import sample
from tests.ledger import rows, seed
from timeline.agreement import Agreement, agreements
from timeline.arithmetic import judge_relation
from timeline.checking import judge
from timeline.replay import fold

ARTICLES = ("000", "001", "002", "003", "004")
HERE = Path(__file__).resolve().parent
NOW = datetime(2026, 1, 1, tzinfo=UTC)
# Rows that are not capex, revenue, earnings, cash flow, margins, segments, guidance or capital returned of a company.
OTHER = frozenset((
    "R20", "R30", "R31", "R43", "R44", "R48", "R49", "R51", "R54", "R55", "R56", "R58", "R59", "R60",
    "R62", "R65", "R67", "R71", "R76", "R77", "R78", "R79", "R80", "R81", "R82", "R84", "R85", "R89",
    "R90", "R91", "R92", "R93", "R95", "R96", "R97", "R98", "R99", "R100", "R101", "R102", "R103", "R104",
    "R105", "R106", "R107", "R108", "R109", "R110", "R111", "R112", "R113", "R114", "R115", "R116", "R117", "R118",
))  # fmt: skip
_HEDGES = {"only": "", "possibly": "may", "estimated": "may"}


@cache
def restated(number: str) -> dict[str, Any]:
    """Return the ledger's rows of an article as claims, by their names."""
    path = HERE.parent / "jobs" / "sample" / f"{number}.toml"
    events = [draft.event for draft in read_claim_file(path, NOW).drafts]
    return {event.claim.key: event.claim for event in events if isinstance(event, ClaimStated)}


@cache
def found(number: str, kind: type) -> tuple[Any, ...]:
    """Return the claims of one kind that were read from an article."""
    return tuple(claim for claim in seed(number).reading.claims if isinstance(claim, kind))


def meets(wanted: Any, claim: Any) -> bool:
    """Tell whether a claim is the restated one."""
    if isinstance(wanted, Reported):
        return isinstance(claim, Reported) and not differences(wanted, claim)
    if isinstance(wanted, Happening):
        return isinstance(claim, Happening) and _happened(wanted, claim)
    both = isinstance(claim, Relation) and isinstance(wanted, Relation)
    return both and _figures(claim) == _figures(wanted)


def differences(wanted: Reported, claim: Reported) -> list[str]:
    """Return in what a reported claim differs from a restated row."""
    told, got = wanted.stated or wanted.growth, claim.stated or claim.growth
    named = [] if _about(wanted, claim) else ["company"]
    named += [] if _same(told, got) else ["figure"]
    if told is not None and got is not None:
        named += [] if told.unit == got.unit else ["unit"]
        named += [] if _hedge(told) == _hedge(got) else ["hedge"]
    elif wanted.metric.split()[0] not in claim.metric:
        named += ["metric"]
    named += [] if _same_period(wanted, claim) else ["period"]
    named += [] if wanted.stance == claim.stance else ["stance"]
    if wanted.stated is not None:
        for name in ("growth", "expected", "prior"):
            given = getattr(wanted, name)
            named += [] if given is None or _same(given, getattr(claim, name)) else [name]
    return named


def _about(wanted: Reported, claim: Reported) -> bool:
    if wanted.members:
        return _plain(wanted.members) == _plain(claim.members)
    if wanted.symbol and wanted.symbol != "S&P 500":
        return _plain((wanted.symbol,)) == _plain((claim.symbol,))
    return not claim.symbol or bool(claim.members)


def _plain(symbols: Sequence[str]) -> set[str]:
    return {"GOOGL" if symbol == "GOOG" else symbol for symbol in symbols}


def _same(one: Quantity | None, other: Quantity | None) -> bool:
    if one is None or other is None:
        return one is other
    return _near(one.value, other.value) and _near(one.high or one.value, other.high or other.value)


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(abs(one), abs(other), 1e-9)


def _hedge(figure: Quantity) -> str:
    return _HEDGES.get(figure.hedge, figure.hedge)


def _same_period(wanted: Reported, claim: Reported) -> bool:
    if wanted.period == claim.period:
        return True
    one, other = read_period(wanted.period, wanted.symbol), read_period(claim.period, claim.symbol)
    return one is None or (other is not None and one.same(other))


def _happened(wanted: Happening, claim: Happening) -> bool:
    about = _plain((wanted.symbol,)) == _plain((claim.symbol,)) if wanted.symbol else not claim.symbol
    what = not wanted.event or wanted.event == claim.event
    return about and what and wanted.on == claim.on and wanted.stance in (claim.stance, "guidance")


def _figures(relation: Relation) -> list[float]:
    return sorted(round(abs(value), 3) for side in (relation.left, relation.right) for value in _leaves(side))


def _leaves(side: Any) -> Iterator[float]:
    if isinstance(side, Expression):
        for part in side.parts:
            yield from _leaves(part)
    else:
        yield side.quantity.value
        if side.quantity.high is not None:
            yield side.quantity.high


def row_met(number: str, row: str) -> list[Any]:
    """Return the claims of an article that meet a row of the ledger."""
    wanted = restated(number)[row]
    return [claim for claim in found(number, type(wanted)) if meets(wanted, claim)]


def arithmetic_met(row: dict[str, Any]) -> bool:
    """Tell whether a row of arithmetic was read, with the ledger's verdict."""
    verdicts = [judge_relation(claim).verdict for claim in row_met(row["article"], row["id"])]
    return row["verdict"] in verdicts


@cache
def _checked() -> tuple[list[Agreement], dict[str, Any]]:
    """Return how the claims of all five articles stand to one another, and the claims by the ids of their events."""
    log = MemoryLog()
    drafts, columns = sample()
    kept = [draft for draft in drafts if not isinstance(draft.event, ClaimStated | ArticlePublished)]
    log.append(kept, columns=columns)
    articles: dict[str, str] = {}
    for number in ARTICLES:
        one = seed(number)
        event = ArticlePublished(source=f"seed {number}", language=one.read.language, said=one.read.published)
        articles[event_id(event)] = number
        told = [Draft(ClaimStated(article=event_id(event), claim=claim), NOW) for claim in one.reading.claims]
        log.append([Draft(event, NOW), *told])
    state = fold(log.read())
    stated, prices = state.stated(), state.prices(log.columns)
    found_agreements = agreements(stated, judge(stated, prices, state.facts()), prices)
    return found_agreements, {one.id: (articles[one.article], one.claim) for one in stated}


def conflict_met(row: dict[str, Any]) -> bool:
    """Tell whether a conflict surfaces: one agreement that names a claim of every row that it is between."""
    told, claims = _checked()
    wanted = [_restated_row(name) for name in row["claims"]]
    return any(all(any(_is(one, claims[id]) for id in each.claims) for one in wanted) for each in told)


def _restated_row(name: str) -> tuple[str, list[Any]]:
    for number in ARTICLES:
        of = [claim for key, claim in restated(number).items() if key == name or key.startswith(f"{name}.")]
        if of:
            return number, of
    raise KeyError(name)


def _is(wanted: tuple[str, list[Any]], held: tuple[str, Any]) -> bool:
    number, claims = wanted
    if held[0] != number:
        return False
    return any(_loosely(claim, held[1]) for claim in claims)


def _loosely(wanted: Any, claim: Any) -> bool:
    if type(wanted) is not type(claim):
        return False
    if isinstance(wanted, Reported):
        one, other = wanted.stated or wanted.growth, claim.stated or claim.growth
        return _about(wanted, claim) and (_same(one, other) if one else wanted.metric == claim.metric)
    return _plain((wanted.symbol,)) == _plain((claim.symbol,)) and _same(
        getattr(wanted, "stated", None), getattr(claim, "stated", None)
    )


def extras(number: str) -> list[Any]:
    """Return the figures, relations and happenings of an article that meet no row, not even one of the background."""
    wanted = restated(number).values()
    return [
        claim
        for kind in (Reported, Relation, Happening)
        for claim in found(number, kind)
        if not any(meets(one, claim) for one in wanted)
    ]


def reviewed() -> list[dict[str, Any]]:
    """Return the finds that meet no row and were reviewed by hand, each with the reason why it is right."""
    held = yaml.safe_load((HERE / "oracles" / "seed_extra.yaml").read_text(encoding="utf-8"))
    return list(held["right"])


def is_reviewed(number: str, claim: Any) -> bool:
    """Tell whether a find was reviewed: its article, subject, what it is about and its figure."""
    return mark(number, claim) in {tuple(str(part) for part in one["claim"]) for one in reviewed()}


def mark(number: str, claim: Any) -> tuple[str, ...]:
    """Return what tells one find of an article from another, in words."""
    who = claim.symbol or claim.subject
    if isinstance(claim, Reported):
        told = claim.stated or claim.growth
        size = "none" if told is None else f"{told.value:.12g} {told.unit}"
        return number, who, claim.metric, claim.period or "no period", size, claim.stance
    if isinstance(claim, Happening):
        return number, who, f"happening {claim.event or 'other'}", claim.on or "no date", claim.stance
    shown = " ".join(f"{value:.12g}" for value in _figures(claim))
    return number, who, f"relation {claim.relation}", shown


def counted(part: str) -> dict[str, tuple[int, int, list[str]]]:
    """Return how many rows of a part were met, of how many, and which are missing, by article and kind."""
    out: dict[str, tuple[int, int, list[str]]] = {}
    for row in rows(part):
        if part == "conflicts":
            key, hit = "conflicts", conflict_met(row)
        elif part == "arithmetic":
            key, hit = "arithmetic", arithmetic_met(row)
        elif part == "happenings":
            key, hit = "happenings", bool(row_met(row["article"], row["id"]))
        else:
            key = "other figures" if row["id"] in OTHER else "company figures"
            hit = bool(row_met(row["article"], row["id"]))
        for name in {key, f"{key} {row.get('article', '')}".strip()}:
            met, wanted, missing = out.get(name, (0, 0, []))
            out[name] = met + hit, wanted + 1, missing if hit else [*missing, row["id"]]
    return out
