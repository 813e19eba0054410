"""What a replay promises: the same state every time, in pieces as in one go, and a past that stays as it was."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.log import Draft, MemoryLog
from events.model import (
    ArticlePublished,
    BarsObserved,
    ClaimCorrected,
    ClaimStated,
    ClaimWithdrawn,
    DividendObserved,
    Happening,
    Move,
    Quantity,
    Said,
    SharesObserved,
    SplitObserved,
)
from timeline.replay import State, fold

MORNING = datetime(2025, 2, 7, 6, 58, tzinfo=UTC)
SAID = Said(day=date(2025, 2, 7), at=MORNING)


def percent(value):
    return Quantity(value=value, unit="percent", precision=1.0)


@pytest.fixture
def story():
    """One article with two claims."""
    log = MemoryLog()
    article = log.append([Draft(ArticlePublished(source="A paper", language="en", said=SAID), MORNING)])[0].id
    claims = [Move(symbol="AMZN", stated=percent(-4.0)), Move(symbol="META", stated=percent(-17.0))]
    rows = log.append([Draft(ClaimStated(article=article, claim=claim), MORNING) for claim in claims])
    return log, article, [row.id for row in rows]


def later(log, event, hours=1):
    return log.append([Draft(event, MORNING + timedelta(hours=hours))])[0].id


def seen(state: State):
    """Everything that a state tells."""
    return (
        state.head,
        state.claims,
        state.articles,
        state.stated(),
        state.facts(),
        state.bars,
        state.splits,
        state.dividends,
        state.problems,
        state.counts,
    )


def test_a_claim_knows_when_and_in_which_language_its_article_said_it(story):
    log, article, (first, _) = story
    stated = fold(log.read()).stated()[0]
    assert (stated.id, stated.article, stated.said, stated.language) == (first, article, SAID, "en")
    assert stated.claim.symbol == "AMZN"


def test_a_withdrawn_claim_is_held_and_no_longer_stated(story):
    log, _, (first, second) = story
    later(log, ClaimWithdrawn(claim=first, reason="the paper took it back"))
    state = fold(log.read())
    assert [one.id for one in state.stated()] == [second]
    assert state.claims[first].withdrawn == "the paper took it back"
    assert state.claims[first].modified == MORNING + timedelta(hours=1)
    assert state.claims[first].recorded == MORNING


def test_a_corrected_claim_keeps_its_id_its_place_and_its_first_instant(story):
    log, _, (first, second) = story
    new = Move(symbol="AMZN", stated=percent(-4.05))
    later(log, ClaimCorrected(claim=first, replaces=first, corrected=new, reason="a misprint"))
    state = fold(log.read())
    assert state.stated()[0][:2] == (first, new)
    assert [one.id for one in state.stated()] == [first, second]
    assert (state.claims[first].recorded, state.claims[first].modified) == (MORNING, MORNING + timedelta(hours=1))


def test_a_second_correction_replaces_the_first(story):
    log, _, (first, _) = story
    new, newer = Move(symbol="AMZN", stated=percent(-4.1)), Move(symbol="AMZN", stated=percent(-4.05))
    one = later(log, ClaimCorrected(claim=first, replaces=first, corrected=new, reason="a misprint"))
    later(log, ClaimCorrected(claim=first, replaces=one, corrected=newer, reason="another"), hours=2)
    assert fold(log.read()).claims[first].claim == newer


def test_of_two_corrections_of_one_reading_the_first_stands_and_the_other_is_a_problem(story):
    log, _, (first, _) = story
    new, other = Move(symbol="AMZN", stated=percent(-4.1)), Move(symbol="AMZN", stated=percent(-5.0))
    later(log, ClaimCorrected(claim=first, replaces=first, corrected=new, reason="a misprint"))
    later(log, ClaimCorrected(claim=first, replaces=first, corrected=other, reason="a rival"), hours=2)
    state = fold(log.read())
    assert state.claims[first].claim == new
    assert [problem.line for problem in state.problems] == [5]
    assert "the earlier correction stands" in str(state.problems[0])


@pytest.mark.parametrize(
    "event",
    [
        ClaimWithdrawn(claim="20250207-unknown", reason="?"),
        ClaimCorrected(claim="20250207-unknown", replaces="x", corrected=Move(symbol="AMZN"), reason="?"),
    ],
)
def test_an_event_that_names_an_unknown_claim_is_a_problem_and_never_a_crash(story, event):
    log, *_ = story
    before = seen(fold(log.read()))[1]
    later(log, event)
    state = fold(log.read())
    assert state.claims == before
    assert "20250207-unknown" in str(state.problems[0]) and state.problems[0].line == 4


@pytest.mark.parametrize("again", ["withdraw", "correct"])
def test_a_withdrawn_claim_takes_no_more_events(story, again):
    log, _, (first, _) = story
    later(log, ClaimWithdrawn(claim=first, reason="taken back"))
    events = {
        "withdraw": ClaimWithdrawn(claim=first, reason="again"),
        "correct": ClaimCorrected(claim=first, replaces=first, corrected=Move(symbol="AMZN"), reason="too late"),
    }
    later(log, events[again], hours=2)
    state = fold(log.read())
    assert state.claims[first].withdrawn == "taken back"
    assert "was withdrawn before" in str(state.problems[0])


def test_a_claim_of_an_article_that_is_not_held_is_kept_undated_with_a_problem():
    log = MemoryLog()
    log.append([Draft(ClaimStated(article="20250207-nowhere", claim=Move(symbol="AMZN")), MORNING)])
    state = fold(log.read())
    assert state.stated()[0].said is None
    assert "20250207-nowhere" in str(state.problems[0])


def test_news_with_a_day_and_a_time_of_day_become_releases_of_their_company(story):
    log, article, _ = story
    told = Happening(symbol="AMZN", members=("AMZ.DE",), on="2025-02-06", event="results", timing="after-close")
    vague = Happening(symbol="META", on="late 2025", event="results", timing="after-close")
    log.append([Draft(ClaimStated(article=article, claim=claim), MORNING) for claim in (told, vague)])
    assert fold(log.read()).facts().releases == {
        ("AMZN", date(2025, 2, 6)): "after-close",
        ("AMZ.DE", date(2025, 2, 6)): "after-close",
    }


def test_share_counts_are_known_by_symbol_in_the_order_of_their_dates():
    log = MemoryLog()
    for on, shares in ((date(2025, 10, 24), 2_520_527_597), (date(2025, 7, 25), 2_512_000_000)):
        log.append([Draft(SharesObserved(symbol="META", shares=shares, on=on, source="10-Q"), MORNING)])
    assert [one.on.month for one in fold(log.read()).facts().shares["META"]] == [7, 10]


# A log is drawn as a list of small instructions; the claims that they speak of are counted from the start of the log,
# and some are not there.
INSTRUCTIONS = st.lists(
    st.tuples(
        st.sampled_from(["article", "claim", "withdraw", "correct", "bars", "shares", "split", "dividend"]),
        st.integers(0, 6),
        st.integers(0, 48),
    ),
    max_size=25,
)


def build(instructions) -> MemoryLog:
    log = MemoryLog()
    articles, claims, at = ["20250207-none"], ["20250207-none"], MORNING
    for number, (what, which, hours) in enumerate(instructions):
        at += timedelta(hours=hours)
        event = draw(what, number, articles[which % len(articles)], claims[which % len(claims)])
        key = log.append([Draft(event, at)])[0].id
        if what == "article":
            articles.append(key)
        if what == "claim":
            claims.append(key)
    return log


def draw(what, number, article, claim):
    day = date(2025, 2, 7) + timedelta(days=number)
    move = Move(symbol="AMZN", key=str(number), stated=percent(float(number)))
    event = {
        "article": ArticlePublished(source=f"paper {number}", said=SAID),
        "claim": ClaimStated(article=article, claim=move),
        "withdraw": ClaimWithdrawn(claim=claim, reason=str(number)),
        "correct": ClaimCorrected(claim=claim, replaces=claim, corrected=move, reason="a slip"),
        "bars": BarsObserved(
            symbol="AMZN", source="x", columns=str(number), first=day, last=day, count=1, adjusted_through=day
        ),
        "shares": SharesObserved(symbol="AMZN", shares=number + 1, on=day, source="x"),
        "dividend": DividendObserved(symbol="AMZN", on=day, amount=0.5, adjusted_through=day, source="x"),
        "split": SplitObserved(symbol="AMZN", on=day, new=2.0, old=1.0, source="x"),
    }
    return event[what]


@given(INSTRUCTIONS)
@settings(deadline=None)
def test_two_replays_of_one_log_give_the_same_state(instructions):
    log = build(instructions)
    assert seen(fold(log.read())) == seen(fold(log.read()))


@given(INSTRUCTIONS, st.lists(st.integers(0, 25), max_size=4))
@settings(deadline=None)
def test_a_replay_in_pieces_gives_the_state_of_a_replay_in_one_go(instructions, cuts):
    log = build(instructions)
    records = list(log.read())
    state, start = State(), 0
    for cut in [*sorted(cuts), len(records)]:
        fold(records[start:cut], state)
        start = max(start, cut)
    assert seen(state) == seen(fold(log.read()))


@given(INSTRUCTIONS, INSTRUCTIONS, st.integers(0, 400))
@settings(deadline=None)
def test_events_that_come_later_never_change_what_was_known_at_an_instant(earlier, after, hours):
    log = build(earlier)
    instant = log.head().recorded if log.head().position else MORNING
    known = seen(fold(log.read(until=instant)))
    for number, (what, which, gap) in enumerate(after, start=1000):
        claims = [record.id for record in log.read()] or ["20250207-none"]
        event = draw(what, number, "20250207-none", claims[which % len(claims)])
        log.append([Draft(event, instant + timedelta(hours=hours + gap, seconds=1))])
    assert seen(fold(log.read(until=instant))) == known


@given(INSTRUCTIONS)
@settings(deadline=None)
def test_a_state_can_be_looked_at_on_the_way_without_changing_it(instructions):
    log, state = build(instructions), State()
    for record in log.read():
        seen(state)
        state.apply(record)
    assert seen(state) == seen(fold(log.read()))


def test_every_backend_gives_the_same_state_now_and_for_every_past_instant(log):
    kinds = ("article", "claim", "claim", "correct", "withdraw", "bars", "shares", "split", "dividend")
    chance = random.Random(6)
    instructions = [(chance.choice(kinds), chance.randrange(7), chance.choice((0, 1, 30))) for _ in range(120)]
    model = build(instructions)
    drafts = [Draft(record.event, record.recorded) for record in model.read()]
    log.append(drafts[:50])
    for start in range(50, len(drafts), 10):
        log.append(drafts[start : start + 10])
    assert seen(fold(log.read())) == seen(fold(log.proved())) == seen(fold(model.read()))
    assert log.head() == model.head()
    state = fold(log.read(after=0, until=MORNING))
    for instant in sorted({draft.recorded for draft in drafts}):
        assert seen(fold(log.read(until=instant))) == seen(fold(model.read(until=instant)))
    fold(log.read(after=state.head.position), state)
    assert seen(state) == seen(fold(model.read()))


def test_counts_name_every_event_once(story):
    log, _, (first, _) = story
    later(log, ClaimWithdrawn(claim=first, reason="taken back"))
    later(log, ClaimWithdrawn(claim="20250207-unknown", reason="a stray"))
    counts = fold(log.read()).counts
    assert sum(counts.values()) == log.head().position
    assert (counts["claim-stated"], counts["claim-withdrawn"]) == (2, 2)
