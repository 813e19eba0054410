"""What every log promises. A test module that imports these names runs them on each backend of the fixture `log`."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from events.codec import decode
from events.errors import ConflictError, DamagedLogError, InvalidValueError, NotHeldError
from events.log import EMPTY, Draft, Head, MemoryLog
from events.model import TextErased
from tests.contracts.samples import (
    BARS,
    CONTENT,
    DIGEST,
    EVERY_KIND,
    START,
    TEXT,
    TEXT_DIGEST,
    article,
    draft,
    drafts,
)


def test_an_empty_log_ends_at_zero_and_verifies(log):
    assert log.head() == EMPTY == log.verify()
    assert list(log.rows()) == list(log.read()) == list(log.proved()) == []


def test_every_kind_of_event_comes_back_as_it_went_in(log):
    log.append([Draft(event, START) for event in EVERY_KIND], columns={DIGEST: CONTENT})
    assert tuple(record.event for record in log.read()) == EVERY_KIND
    assert all(record.recorded == START for record in log.read())
    assert log.verify() == log.head()


def test_positions_have_no_gap_and_the_head_is_the_last_row(log):
    rows = log.append(drafts(3)) + log.append(drafts(2, start=3))
    assert [row.position for row in log.rows()] == [1, 2, 3, 4, 5]
    assert list(log.rows()) == rows
    assert log.head() == Head(5, rows[-1].hash, START + timedelta(seconds=4))


def test_every_hash_is_that_of_the_predecessor_and_the_document(log):
    log.append(drafts(3))
    previous = bytes(32)
    for row in log.rows():
        previous = hashlib.sha256(previous + row.document).digest()
        assert row.hash == previous


def test_appending_the_same_again_adds_nothing(log):
    first = log.append(drafts(5))
    assert log.append(drafts(5)) == []
    assert list(log.rows()) == first


def test_of_old_and_new_events_only_the_new_are_added_in_their_order(log):
    log.append(drafts(3))
    added = log.append([draft(0), draft(10), draft(2), draft(11), draft(10)])
    assert [decode(row.document).event.claim.key for row in added] == ["10", "11"]
    assert log.head().position == 5
    log.verify()


def test_an_event_twice_in_one_append_is_stored_once(log):
    assert len(log.append([draft(1), draft(1), draft(2)])) == 2


def test_a_writer_that_expected_another_end_is_refused_and_nothing_is_stored(log):
    log.append(drafts(3), expect=0)
    with pytest.raises(ConflictError, match="ends at position 3, the writer expected 2") as refused:
        log.append([draft(9)], expect=2)
    assert (refused.value.expected, refused.value.found) == (2, 3)
    assert log.head().position == 3
    with pytest.raises(ConflictError):
        log.append([], expect=4)
    assert len(log.append([draft(9)], expect=3)) == 1


def test_an_append_of_nothing_adds_nothing(log):
    assert log.append([]) == log.append([], expect=0) == []
    assert log.head() == EMPTY


def test_a_clock_that_jumps_back_is_held_at_the_last_instant(log):
    log.append([draft(1, START), draft(2, START - timedelta(hours=1)), draft(3, START + timedelta(hours=1))])
    log.append([draft(4, START)])
    held = [record.recorded for record in log.read()]
    assert held == [START, START, START + timedelta(hours=1), START + timedelta(hours=1)]
    log.verify()


def test_instants_of_other_zones_are_kept_in_utc(log):
    beijing = timezone(timedelta(hours=8))
    log.append([draft(1, START.astimezone(beijing))])
    (record,) = log.read()
    assert record.recorded == START
    assert record.recorded.utcoffset() == timedelta(0)
    assert log.head().recorded.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused_and_nothing_is_stored(log):
    with pytest.raises(InvalidValueError, match="one with a zone"):
        log.append([draft(1), draft(2, START.replace(tzinfo=None))])
    assert log.head() == EMPTY
    assert list(log.rows()) == []


def test_what_is_no_event_is_refused_and_nothing_is_stored(log):
    with pytest.raises(InvalidValueError, match="an event: got Move"):
        log.append([draft(1), Draft(draft(2).event.claim, START)])
    assert log.head() == EMPTY


def test_text_that_utf8_cannot_hold_is_refused(log):
    with pytest.raises(InvalidValueError, match="surrogate"):
        log.append([Draft(EVERY_KIND[2].__class__(claim="x", reason="\ud800"), START)])
    assert log.head() == EMPTY


def test_rows_and_events_can_be_read_from_any_position(log):
    rows = log.append(drafts(5))
    for after in range(7):
        assert list(log.rows(after)) == rows[after:]
        assert [record.position for record in log.read(after)] == [row.position for row in rows[after:]]


def test_reading_until_an_instant_stops_behind_it(log):
    log.append(drafts(5))
    until = START + timedelta(seconds=2)
    assert [record.position for record in log.read(until=until)] == [1, 2, 3]
    assert [record.position for record in log.proved(until=until)] == [1, 2, 3]
    assert [record.position for record in log.read(until=until - timedelta(microseconds=1))] == [1, 2]
    assert list(log.read(until=datetime(2000, 1, 1, tzinfo=UTC))) == []


def test_a_proof_may_start_at_any_head_and_no_other(log):
    log.append(drafts(2))
    middle = log.head()
    log.append(drafts(2, start=2))
    assert [record.position for record in log.proved(middle)] == [3, 4]
    with pytest.raises(DamagedLogError, match="position 3"):
        list(log.proved(middle._replace(hash=bytes(32))))


def test_read_and_proved_give_the_same_records(log):
    log.append(drafts(5))
    assert list(log.read()) == list(log.proved())


def test_a_reader_sees_what_is_appended_while_it_reads(log):
    log.append(drafts(2))
    reading = log.rows()
    seen = [next(reading)]
    log.append(drafts(2, start=2))
    seen += log.rows(after=seen[-1].position)
    assert [row.position for row in seen] == [1, 2, 3, 4]


def test_verify_walks_events_that_are_appended_meanwhile(log):
    log.append(drafts(3))
    more = iter(range(10, 13))

    def progress(position):
        for number in more:
            log.append([draft(number, START + timedelta(hours=1))])

    assert log.verify(progress).position == 6


def test_verify_tells_how_far_it_came(log):
    log.append(drafts(3))
    told = []
    log.verify(told.append)
    assert told == [1, 2, 3]


def test_price_columns_are_held_once_under_their_hash(log):
    log.append([Draft(BARS, START)], columns={DIGEST: CONTENT})
    log.append([draft(1)], columns={DIGEST: CONTENT})
    assert log.columns(DIGEST) == CONTENT
    with pytest.raises(NotHeldError, match="no price columns"):
        log.columns("0" * 64)


def test_price_columns_under_a_wrong_hash_are_refused_and_nothing_is_stored(log):
    with pytest.raises(InvalidValueError, match="price columns"):
        log.append([Draft(BARS, START)], columns={DIGEST: CONTENT + b"!"})
    assert log.head() == EMPTY


def test_verify_misses_price_columns_that_an_event_speaks_of(log):
    log.append([draft(1), Draft(BARS, START)])
    with pytest.raises(DamagedLogError, match=r"position 2: its price columns .* are missing"):
        log.verify()


def test_an_event_is_found_by_its_id(log):
    rows = log.append(drafts(3))
    assert [log.position_of(row.id) for row in rows] == [1, 2, 3]
    assert log.position_of("20250207-" + "0" * 32) is None


def test_equal_appends_give_equal_digests_on_every_backend(log):
    reference = MemoryLog()
    for one in (log, reference):
        one.append(drafts(4))
        one.append([Draft(event, START + timedelta(days=1)) for event in EVERY_KIND], columns={DIGEST: CONTENT})
    assert log.head() == reference.head()
    assert log.head().digest == reference.head().hash.hex()
    assert list(log.rows()) == list(reference.rows())


def test_the_text_of_an_article_is_held_under_its_hash(log):
    log.append([article()], texts={TEXT_DIGEST: TEXT})
    log.append([article()], texts={TEXT_DIGEST: TEXT})
    assert log.text(TEXT_DIGEST) == TEXT
    assert log.erased(TEXT_DIGEST) is None
    assert log.verify().position == 1
    with pytest.raises(NotHeldError, match=r"no text with the hash 0000"):
        log.text("0" * 64)


def test_a_text_under_a_wrong_hash_is_refused_and_nothing_is_stored(log):
    with pytest.raises(InvalidValueError, match="a text: got"):
        log.append([article()], texts={TEXT_DIGEST: TEXT + b"!"})
    assert log.head() == EMPTY


def test_an_erased_text_is_gone_and_the_log_says_when_and_why(log):
    log.append([article(), draft(1)], texts={TEXT_DIGEST: TEXT})
    before = list(log.rows())
    (row,) = log.erase(TEXT_DIGEST, "the publisher asked for it", START + timedelta(days=1))
    with pytest.raises(NotHeldError, match=f"was erased; the event {row.id} says why"):
        log.text(TEXT_DIGEST)
    assert list(log.rows()) == [*before, row]
    *_, last = log.read()
    assert (last.event.text_sha256, last.event.reason) == (TEXT_DIGEST, "the publisher asked for it")
    assert last.recorded == START + timedelta(days=1)
    assert log.verify().position == 3


def test_an_erased_text_does_not_come_back(log):
    log.append([article()], texts={TEXT_DIGEST: TEXT})
    log.erase(TEXT_DIGEST, "a takedown", START)
    log.append([article(), draft(1)], texts={TEXT_DIGEST: TEXT})
    with pytest.raises(NotHeldError, match="was erased"):
        log.text(TEXT_DIGEST)
    assert log.verify().position == 3


def test_erasing_again_adds_nothing(log):
    log.append([article()], texts={TEXT_DIGEST: TEXT})
    log.erase(TEXT_DIGEST, "a takedown", START)
    assert log.erase(TEXT_DIGEST, "another reason", START) == []
    assert log.head().position == 2


def test_what_is_not_held_cannot_be_erased_and_a_reason_is_asked_for(log):
    with pytest.raises(NotHeldError):
        log.erase(TEXT_DIGEST, "a takedown", START)
    log.append([article()], texts={TEXT_DIGEST: TEXT})
    with pytest.raises(InvalidValueError, match="the reason of an erasure"):
        log.erase(TEXT_DIGEST, " ", START)
    assert log.text(TEXT_DIGEST) == TEXT


def test_an_erasure_among_other_events_erases(log):
    log.append([article()], texts={TEXT_DIGEST: TEXT})
    log.append([draft(1), Draft(TextErased(text_sha256=TEXT_DIGEST, reason="x"), START)])
    assert log.erased(TEXT_DIGEST) is not None
    assert log.verify().position == 3


def test_a_follower_gets_what_is_there_and_what_comes(log):
    log.append(drafts(3))
    seen = []
    for row in log.follow(wait=0.01, stop=lambda: len(seen) >= 5):
        seen.append(row)
        if row.position == 3:
            log.append(drafts(2, start=3))
    assert seen == list(log.rows())


def test_a_follower_may_begin_anywhere_and_ends_when_it_is_told(log):
    log.append(drafts(3))
    looks = iter([False, False, True])
    assert [row.position for row in log.follow(2, wait=0.01, stop=lambda: next(looks))] == [3]
