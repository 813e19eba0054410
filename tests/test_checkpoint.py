"""What a checkpoint promises: the replay that goes on from it ends where a full one does, or it is not believed."""

from datetime import date, timedelta
from itertools import takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.chain import Draft
from events.errors import DamagedLogError, InvalidValueError
from events.log import MemoryLog
from events.model import ClaimCorrected, ClaimStated, ClaimWithdrawn, Happening, Move
from events.sqllog import SqlLog
from jobs.app import judged
from tests.test_replay import INSTRUCTIONS, MORNING, build, percent, seen
from timeline import checkpoint
from timeline.checkpoint import Rest, belongs, load, save
from timeline.formats.jsonfeed import feed
from timeline.replay import State, fold
from timeline.stored import StoredClaims


def state_at(log, position) -> State:
    """The state after an event, of a replay that leaves claims in the log."""
    return fold(takewhile(lambda record: record.position <= position, log.read()), State(StoredClaims(log)))


@given(INSTRUCTIONS, st.integers(1, 25), st.integers(1, 25))
@settings(deadline=None)
def test_a_replay_from_any_checkpoint_ends_in_the_state_of_a_full_one(instructions, first, second):
    log = build(instructions)
    state = State(StoredClaims(log))
    for cut in (first, second, 25):  # a checkpoint of a replay that began at a checkpoint, too
        fold(takewhile(lambda record, cut=cut: record.position <= cut, log.read(after=state.head.position)), state)
        if state.last is not None:
            state = load(save(state), log)
            assert belongs(state, log)
    assert seen(state) == seen(fold(log.read()))


def test_news_are_known_as_before_in_the_order_of_the_log():
    """Happenings stated, corrected into being and away, and withdrawn: the later of two for one day wins."""
    log, on = MemoryLog(), "2025-02-06"
    early, late = (Happening(symbol="AMZN", on=on, event="results", timing=t) for t in ("before-open", "after-close"))
    other = Happening(symbol="META", on=on, event="results", timing="after-close")
    claims = (early, Move(symbol="AMZN", stated=percent(-4.0)), other, Happening(symbol="MSFT", on=on, event="x"))
    keys = [row.id for row in log.append([Draft(ClaimStated(article="", claim=claim), MORNING) for claim in claims])]
    changes = (
        ClaimCorrected(claim=keys[1], replaces=keys[1], corrected=late, reason="a slip"),
        ClaimWithdrawn(claim=keys[2], reason="taken back"),
        ClaimCorrected(claim=keys[3], replaces=keys[3], corrected=Move(symbol="MSFT"), reason="a slip"),
    )
    log.append([Draft(change, MORNING + timedelta(hours=1)) for change in changes])
    for position in range(1, log.head().position + 1):
        state = fold(log.read(after=position), load(save(state_at(log, position)), log))
        assert dict(state.facts().releases) == {("AMZN", date(2025, 2, 6)): "after-close"}


def test_claims_are_found_by_their_ids_before_anybody_asked_for_all():
    log = build([("article", 0, 0), *(("claim", 1, 0),) * 9, ("withdraw", 3, 0), ("correct", 4, 0)])
    whole, state = fold(log.read()), load(save(state_at(log, 99)), log)
    assert [state.claim(key) for key in whole.claims] == list(whole.claims.values())
    assert [state.record(key) for key in whole.claims] == [whole.record(key) for key in whole.claims]
    assert [state.claim(key) for key in ("", "20250207", next(iter(whole.articles)))] == [None] * 3
    assert state.claims == whole.claims and state.counts == whole.counts


@pytest.fixture(scope="module")
def sample_log(sample_url):
    with SqlLog.open(sample_url, create=False) as log:
        yield log


@pytest.fixture(scope="module")
def sample_feed(sample_log):
    return fed(sample_log, fold(sample_log.proved()))


def fed(log, state):
    seen = judged(state, state.prices(log.proved_columns), state.facts(), log.proved_columns)
    return feed(seen.entries, seen.head)


@pytest.mark.parametrize("position", [1, 700, 1749])
def test_the_feed_after_a_checkpoint_is_that_of_a_full_replay_byte_for_byte(sample_log, sample_feed, position):
    state = load(save(state_at(sample_log, position)), sample_log)
    assert belongs(state, sample_log)
    assert fed(sample_log, fold(sample_log.proved(after=state.head), state)) == sample_feed


@pytest.fixture(scope="module")
def small():
    return build([("article", 0, 0), ("claim", 1, 0), ("bars", 0, 5), ("withdraw", 1, 0)])


@pytest.fixture(scope="module")
def content(small):
    return save(state_at(small, 4))


def test_a_file_with_any_byte_changed_is_not_believed(content, small):
    assert load(content, small).head == small.head()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(InvalidValueError, match="hash"):
            load(bytes(changed), small)


def test_a_file_that_was_cut_off_or_written_on_is_not_believed(content, small):
    for part in (*(content[:size] for size in range(len(content))), content + b"\0", content * 2):
        with pytest.raises(InvalidValueError, match="hash"):
            load(part, small)


def test_a_file_of_other_code_is_not_believed_though_its_hash_is_right(content, small, monkeypatch):
    monkeypatch.setattr(checkpoint, "CODE", bytes(32))
    with pytest.raises(InvalidValueError, match="other code"):
        load(content, small)


def test_nothing_that_a_state_holds_is_left_out():
    assert set(Rest.__struct_fields__) == set(State.__slots__) - {"_stated", "stored"}


def test_only_a_state_that_has_seen_an_event_and_knows_its_log_is_saved(small):
    looked_at = state_at(small, 4)
    assert looked_at.claims
    for state in (State(StoredClaims(small)), fold(small.read()), looked_at):
        with pytest.raises(InvalidValueError):
            save(state)


CHANGES = {
    "document": lambda row: row._replace(document=row.document.replace(b"AMZN", b"META")),
    "instant": lambda row: row._replace(document=row.document.replace(b"2025-02-07T06", b"2025-02-07T07")),
    "id": lambda row: row._replace(id="20250207-" + "0" * 32),
    "hash": lambda row: row._replace(hash=bytes(32)),
    "position": lambda row: row._replace(position=3),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_claim_that_was_changed_in_the_log_after_the_checkpoint_is_not_taken_for_the_claim(content, change):
    log = build([("article", 0, 0), ("claim", 1, 0), ("bars", 0, 5), ("withdraw", 1, 0)])
    key = log._rows[1].id
    log._rows[1] = CHANGES[change](log._rows[1])
    state = load(content, log)
    for ask in (lambda: state.record(key), lambda: state.claims):
        with pytest.raises(DamagedLogError, match="position 2"):
            ask()


def test_a_claim_that_is_gone_from_the_end_of_the_log_is_missed():
    log = build([("article", 0, 0), ("claim", 1, 0), ("claim", 1, 0)])
    state = load(save(state_at(log, 3)), log)
    log._rows.pop()
    with pytest.raises(DamagedLogError, match="position 3"):
        list(state.standing())


def test_another_log_a_shorter_one_and_one_that_was_changed_are_told_apart():
    instructions = [("article", 0, 0), ("claim", 1, 0), ("claim", 1, 1), ("shares", 0, 2)]
    log, other = build(instructions), build([*instructions[:3], ("split", 0, 2)])
    state = state_at(log, 4)
    assert belongs(state, log) and not belongs(state, other) and not belongs(state, build(instructions[:3]))
    for place, column, value in ((3, "document", b"{}"), (3, "hash", bytes(32)), (3, "position", 7), (2, "hash", b"")):
        changed = build(instructions)
        changed._rows[place] = changed._rows[place]._replace(**{column: value})
        assert not belongs(state, changed)
    assert belongs(fold(build(instructions[:1]).read()), log)
