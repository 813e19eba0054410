"""What stands on disk: one canonical form, ids that never change, and a past that stays readable."""

import json
import typing
from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import codec, model
from events.codec import decode, encode, encode_event, encoded_event, event_id, utc_text
from events.errors import InvalidValueError, UnknownEventError
from events.model import ArticlePublished, ClaimStated, Move, Quantity, Said, SplitObserved, Window
from tests.contracts.samples import EVERY_KIND, START

ARTICLE = ArticlePublished(source="A paper", said=Said(day=date(2025, 2, 7)), language="zh")
CLAIM = ClaimStated(
    article="20250207-0123456789abcdef0123456789abcdef",
    claim=Move(
        symbol="META",
        stated=Quantity(value=-17, unit="percent", precision=1, hedge="nearly"),
        window=Window(span="sessions", count=4, end=date(2025, 11, 4)),
    ),
)


def test_the_bytes_of_an_article_are_these():
    assert encode(ARTICLE, START) == (
        "20250207-99262b2d9eeebb1a55d09e8a2104d1d7",
        b'{"event":{"kind":"article-published.v1","language":"zh","said":{"day":"2025-02-07"},"source":"A paper"},'
        b'"id":"20250207-99262b2d9eeebb1a55d09e8a2104d1d7","recorded":"2025-02-07T21:00:00.000000Z"}',
    )


def test_the_bytes_of_a_claim_are_these():
    assert encode_event(CLAIM) == (
        b'{"article":"20250207-0123456789abcdef0123456789abcdef","claim":{"kind":"move","stated":{"hedge":"nearly","precision":1.0,"unit":"percent","value":-17.0},"symbol":"META","window":{"count":4,"end":"2025-11-04","span":"sessions"}},"kind":"claim-stated.v1"}'
    )
    assert event_id(CLAIM) == "20250207-93a756c4e41a5fc135f05324baf07840"


def test_the_kind_words_on_disk_are_these():
    assert sorted(kind.__struct_config__.tag for kind in typing.get_args(model.Event)) == [
        "article-published.v1",
        "bars-observed.v1",
        "claim-corrected.v1",
        "claim-stated.v1",
        "claim-withdrawn.v1",
        "dividend-observed.v1",
        "shares-observed.v1",
        "split-observed.v1",
        "text-erased.v1",
    ]


@pytest.mark.parametrize("event", EVERY_KIND, ids=lambda event: type(event).__name__)
def test_a_document_is_canonical_and_gives_back_its_event(event):
    key, document = encode(event, START)
    held = decode(document)
    assert (held.event, held.id, held.recorded) == (event, key, START)
    assert encode(held.event, held.recorded) == (key, document)
    assert encoded_event(document) == encode_event(event)
    again = json.dumps(json.loads(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert again.encode() == document


def test_fields_at_their_default_are_left_out():
    assert b"language" not in encode_event(ArticlePublished(source="A paper"))


def test_whole_and_broken_numbers_have_one_form():
    whole = Quantity(value=17, unit="percent", precision=1, high=18)
    broken = Quantity(value=17.0, unit="percent", precision=1.0, high=18.0)
    assert whole == broken
    assert msgspec.json.encode(whole) == msgspec.json.encode(broken)


def test_a_split_has_one_form_and_one_id():
    splits = [
        SplitObserved(symbol="A", on=date(2022, 6, 6), new=n, old=o, source="") for n, o in ((20, 1), (20.0, 1.0))
    ]
    assert event_id(splits[0]) == event_id(splits[1])


def test_zero_has_one_form():
    zeros = [Quantity(value=value, unit="percent", precision=0.1) for value in (0.0, -0.0)]
    assert zeros[0] == zeros[1]
    assert msgspec.json.encode(zeros[0]) == msgspec.json.encode(zeros[1])


def test_an_id_begins_with_the_events_own_day():
    assert event_id(ARTICLE)[:9] == "20250207-"
    assert event_id(CLAIM)[:9] == "20250207-"
    assert event_id(ArticlePublished(source="A paper"))[:9] == "00000000-"
    assert event_id(ClaimStated(article="1", claim=Move()))[:9] == "00000000-"
    assert event_id(ClaimStated(article="٢٠٢٥٠٢٠٧-1", claim=Move()))[:9] == "00000000-"
    assert {len(event_id(event)) for event in EVERY_KIND} == {41}


def test_instants_have_one_form_in_utc():
    hanoi = timezone(timedelta(hours=7))
    assert utc_text(datetime(2025, 2, 8, 4, 0, tzinfo=hanoi)) == "2025-02-07T21:00:00.000000Z"
    assert utc_text(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000000Z"
    assert utc_text(datetime.max.replace(tzinfo=UTC)) == "9999-12-31T23:59:59.999999Z"


def test_an_instant_that_utc_cannot_hold_is_refused():
    with pytest.raises(InvalidValueError, match="between the years"):
        utc_text(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))))


@pytest.fixture
def older(monkeypatch):
    """A past in which a withdrawal was called otherwise, and two versions ago its reason too."""

    def first(event):
        return {"kind": "claim-withdrawn.v0", "claim": event["claim"], "because": event["why"]}

    def second(event):
        return {"kind": "claim-withdrawn.v1", "claim": event.get("claim"), "reason": event["because"]}

    monkeypatch.setitem(codec.UPCASTS, "claim-taken-back.v1", first)
    monkeypatch.setitem(codec.UPCASTS, "claim-withdrawn.v0", second)


def document_of(event):
    encoded = json.dumps(event, sort_keys=True, separators=(",", ":")).encode()
    key = "00000000-" + codec.content_digest(encoded)
    return b'{"event":' + encoded + b',"id":"' + key.encode() + codec.back(utc_text(START))


def test_an_old_version_is_lifted_step_by_step(older):
    held = decode(document_of({"kind": "claim-taken-back.v1", "claim": "c", "why": "misread"}))
    assert held.event == model.ClaimWithdrawn(claim="c", reason="misread")
    assert held.recorded == START


def test_an_old_version_that_cannot_be_lifted_is_refused(older):
    with pytest.raises(UnknownEventError, match=r"claim-withdrawn\.v0"):
        decode(document_of({"kind": "claim-withdrawn.v0", "because": "misread"}))


@pytest.mark.parametrize("kind", ["claim-stated.v2", "dividend-observed.v2", "rights-observed.v1", ""])
def test_a_newer_kind_is_refused_by_name(kind):
    with pytest.raises(UnknownEventError, match="newer version") as refused:
        decode(document_of({"kind": kind, "claim": "c", "reason": "r"}))
    assert refused.value.kind == kind


def test_an_unknown_field_is_refused():
    with pytest.raises(UnknownEventError, match="shade"):
        decode(document_of({"kind": "claim-withdrawn.v1", "claim": "c", "reason": "r", "shade": 1}))


@pytest.mark.parametrize("recorded", ["2025-02-07T21:00:00.000000", "2025-02-07", "yesterday"])
def test_an_instant_without_a_zone_is_no_instant(recorded):
    document = encode(ARTICLE, START)[1].replace(b"2025-02-07T21:00:00.000000Z", recorded.encode())
    with pytest.raises(UnknownEventError):
        decode(document)


@pytest.mark.parametrize("document", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"event":{}}', b'{"event":3}'])
def test_what_is_no_document_is_refused(document):
    with pytest.raises(UnknownEventError):
        decode(document)


STRUCTS = sorted(
    (one for one in vars(model).values() if isinstance(one, type) and issubclass(one, model.Value)),
    key=lambda one: one.__name__,
)


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda one: one.__name__)
def test_every_value_is_frozen_and_holds_no_dict_or_list(struct):
    assert struct.__struct_config__.frozen
    assert struct.__struct_config__.forbid_unknown_fields
    for hint in typing.get_type_hints(struct).values():
        assert not {"dict", "list", "set", "Any"} & set(str(hint).replace("[", " ").replace(",", " ").split())


@pytest.mark.parametrize("event", EVERY_KIND, ids=lambda event: type(event).__name__)
def test_a_field_cannot_be_set_and_equal_events_hash_alike(event):
    for name in event.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(event, name, getattr(event, name))
    assert hash(event) == hash(decode(encode(event, START)[1]).event)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FIGURES = st.floats(-1e15, 1e15)
QUANTITIES = st.builds(
    Quantity,
    value=FIGURES | st.integers(-(10**12), 10**12),
    unit=TEXT,
    precision=st.floats(1e-6, 1e9),
    hedge=st.sampled_from(typing.get_args(model.Hedge)),
)
WINDOWS = st.builds(
    Window,
    span=st.sampled_from(typing.get_args(model.Span)),
    count=st.integers(1, 400),
    end=st.none() | st.dates(),
    timing=st.sampled_from(typing.get_args(model.Timing)),
    suffered=st.booleans(),
)
MOVES = st.builds(
    Move,
    symbol=TEXT,
    text=TEXT,
    members=st.lists(TEXT, max_size=3).map(tuple),
    span=st.none() | st.tuples(st.integers(0, 9999), st.integers(0, 9999)),
    stated=st.none() | QUANTITIES,
    window=WINDOWS,
)
ZONES = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
INSTANTS = st.builds(datetime.fromtimestamp, st.integers(-(10**9), 10**10), ZONES)
EVENTS = st.builds(ClaimStated, article=TEXT, claim=MOVES) | st.builds(
    ArticlePublished, source=TEXT, title=TEXT, said=st.none() | st.builds(Said, day=st.dates(), at=st.none() | INSTANTS)
)


@settings(max_examples=150, deadline=None)
@given(EVENTS, INSTANTS)
def test_any_event_comes_back_and_has_one_form(event, recorded):
    key, document = encode(event, recorded)
    held = decode(document)
    assert (held.event, held.id, held.recorded) == (event, key, recorded)
    assert encode(held.event, held.recorded) == (key, document)


@settings(max_examples=100, deadline=None)
@given(MOVES, MOVES)
def test_equal_claims_have_equal_bytes_and_others_other_ids(one, other):
    first, second = (ClaimStated(article="1", claim=claim) for claim in (one, other))
    assert (first == second) == (encode_event(first) == encode_event(second)) == (event_id(first) == event_id(second))
