"""Price history: where a bar lies, what a revision and a split do to it, and that the past stays as it was known."""

import random
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.bars import bars_of, digest, from_bytes, to_bytes
from events.errors import InvalidValueError, NotHeldError
from events.log import MemoryLog
from events.model import BarsObserved, SplitObserved
from jobs.importing import observe
from timeline.prices import PriceHistory
from timeline.replay import fold
from timeline.sessions import exchange_calendar

EVENING = datetime(2022, 6, 3, 22, tzinfo=UTC)
FRIDAY, MONDAY = date(2022, 6, 3), date(2022, 6, 6)


class Feed:
    """Observations in the order in which they were recorded, an hour apart."""

    def __init__(self):
        self.bars, self.splits, self.columns = [], [], {}

    def see(self, symbol, bars, through=None):
        data = to_bytes(bars)
        self.columns[digest(data)] = data
        event = BarsObserved(
            symbol=symbol,
            source="test",
            columns=digest(data),
            first=bars.first,
            last=bars.last,
            count=len(bars),
            adjusted_through=through or bars.last,
        )
        self.bars.append((event, EVENING + timedelta(hours=len(self.bars))))
        return self

    def split(self, symbol, on, new, old=1.0):
        event = SplitObserved(symbol=symbol, on=on, new=new, old=old, source="test")
        self.splits.append((event, EVENING + timedelta(hours=100 + len(self.splits))))
        return self

    def history(self):
        return PriceHistory.from_observations(self.bars, self.splits, load=self.columns.__getitem__)


def closes(history, symbol, start=date(1960, 1, 1), end=date(2040, 1, 1)):
    return {row["date"]: row["close"] for row in history.bars(symbol, start, end)}


def snapshot(history):
    """Everything that a history answers, in a form that compares."""
    return {symbol: to_bytes(history.known(symbol)) for symbol in history.symbols()}


# Layout


def test_a_cell_is_the_offset_of_its_symbol_plus_the_number_of_the_session():
    feed = Feed().see("META", bars_of([date(2025, 1, 8), date(2025, 1, 10)], [610.0, 615.0]))
    feed.see("AMZN", bars_of([date(2025, 1, 10), date(2025, 1, 13)], [218.0, 219.0]))
    history = feed.history()
    panel, s = history.where("META")
    assert panel.symbols == ("AMZN", "META")
    eighth = panel.calendar.index(date(2025, 1, 8))
    assert (panel.first[s], panel.last[s]) == (eighth, eighth + 1)  # 2025-01-09 was no session
    assert panel.columns["close"][panel.offset[s] + eighth + 1] == 615.0
    assert panel.columns["close"].size == 4
    assert panel.series(s).tolist() == [610.0, 615.0]


def test_sessions_without_a_bar_are_gaps():
    history = Feed().see("META", bars_of([date(2025, 1, 6), date(2025, 1, 8)], [1.0, 3.0])).history()
    panel, s = history.where("META")
    assert np.array_equal(panel.series(s), [1.0, np.nan, 3.0], equal_nan=True)
    assert closes(history, "META") == {"2025-01-06": 1.0, "2025-01-08": 3.0}


def test_a_column_that_one_symbol_holds_is_empty_for_the_others():
    feed = Feed().see("AMZN", bars_of([FRIDAY], [122.0])).see("META", bars_of([FRIDAY], [190.0], high=[195.0]))
    history = feed.history()
    assert history.bars("META", FRIDAY, FRIDAY, ("close", "high")) == [
        {"date": "2022-06-03", "close": 190.0, "high": 195.0}
    ]
    assert history.bars("AMZN", FRIDAY, FRIDAY, ("close", "high")) == [{"date": "2022-06-03", "close": 122.0}]
    assert history.known("AMZN").high is None


def test_what_is_handed_out_cannot_be_changed():
    panel, _ = Feed().see("META", bars_of([FRIDAY], [190.0])).history().where("META")
    for array in (panel.offset, panel.first, panel.last, panel.columns["close"], panel.calendar.days):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_each_exchange_has_a_panel_and_symbols_without_one_keep_their_own_days():
    feed = Feed().see("META", bars_of([FRIDAY], [1.0])).see("0700.HK", bars_of([date(2022, 6, 2)], [1.0]))
    feed.see("USDCNY", bars_of([FRIDAY, date(2022, 6, 4)], [6.66, 6.66]))
    feed.see("USDVND", bars_of([FRIDAY, date(2022, 6, 4)], [23200.0, 23210.0]))
    history = feed.history()
    assert [(panel.calendar.name[:4], panel.symbols) for panel in history.panels] == [
        ("XHKG", ("0700.HK",)),
        ("XNYS", ("META",)),
        ("days", ("USDCNY", "USDVND")),
    ]
    assert history.where("USDCNY")[0].last[0] == 1, "two days held; every weekday after them is expected"
    assert not history.problems


def test_a_day_that_is_no_session_is_left_out_and_told():
    days = [date(2025, 1, 8), date(2025, 1, 9), date(2025, 1, 10)]
    history = Feed().see("META", bars_of(days, [1.0, 2.0, 3.0])).history()
    assert list(closes(history, "META")) == ["2025-01-08", "2025-01-10"]
    assert [str(problem) for problem in history.problems] == [
        "META: META: 2025-01-09 is no session of XNYS; its bar is left out"
    ]


def test_a_symbol_that_trades_on_other_days_than_its_exchange_keeps_its_own():
    days = [date(2025, 1, 4) + timedelta(days=n) for n in range(14)]
    feed = Feed().see("COIN", bars_of(days, np.arange(14) + 1.0)).see("META", bars_of([date(2025, 1, 8)], [9.0]))
    history = feed.history()
    assert len(closes(history, "COIN")) == 14
    assert history.where("COIN")[0].calendar.observed
    assert closes(history, "META") == {"2025-01-08": 9.0}
    assert "COIN: 5 of its 14 days (the first 2025-01-04) are no sessions of XNYS" in str(history.problems[0])


def test_days_beyond_the_calendar_extend_it():
    history = Feed().see("^GSPC", bars_of([date(1969, 12, 31), date(1970, 1, 2)], [92.06, 93.0])).history()
    panel, s = history.where("^GSPC")
    assert panel.last[s] - panel.first[s] == 1
    assert closes(history, "^GSPC") == {"1969-12-31": 92.06, "1970-01-02": 93.0}
    assert not history.problems


def test_bars_outside_of_what_their_event_says_are_refused():
    feed = Feed().see("META", bars_of([FRIDAY, MONDAY], [1.0, 2.0]))
    event, recorded = feed.bars[0]
    wrong = BarsObserved(**{name: getattr(event, name) for name in event.__struct_fields__} | {"last": FRIDAY})
    with pytest.raises(InvalidValueError, match="2022-06-03 to 2022-06-06"):
        PriceHistory.from_observations([(wrong, recorded)], load=feed.columns.__getitem__)


# Revisions and splits


def test_a_later_observation_wins_whatever_the_order_in_which_it_is_handed_in():
    feed = Feed().see("META", bars_of([FRIDAY], [190.0])).see("META", bars_of([FRIDAY], [190.78]))
    assert closes(feed.history(), "META") == {"2022-06-03": 190.78}
    feed.bars.reverse()
    assert closes(feed.history(), "META") == {"2022-06-03": 190.78}


def test_a_split_restates_what_was_observed_before_it():
    # Amazon split 20 for 1 on Monday 2022-06-06: it closed at 2447.00 on the Friday and at 124.79 on the Monday.
    feed = Feed().see("AMZN", bars_of([FRIDAY], [2447.0], high=[2488.0], volume=[4_900_000.0]))
    feed.see("AMZN", bars_of([MONDAY], [124.79], volume=[135_000_000.0])).split("AMZN", MONDAY, 20.0)
    history = feed.history()
    friday, monday = history.bars("AMZN", FRIDAY, MONDAY, ("close", "high", "volume"))
    assert friday == {"date": "2022-06-03", "close": 122.35, "high": 124.4, "volume": 98_000_000.0}
    assert monday == {"date": "2022-06-06", "close": 124.79, "volume": 135_000_000.0}
    panel, s = history.where("AMZN")
    sessions = np.arange(panel.first[s], panel.last[s] + 1)
    assert history.as_traded_factor("AMZN", sessions).tolist() == [20.0, 1.0]
    assert (panel.series(s) * history.as_traded_factor("AMZN", sessions)).tolist() == [2447.0, 124.79]


def test_bars_fetched_after_a_split_are_taken_as_adjusted_for_it():
    feed = Feed().see("AMZN", bars_of([FRIDAY], [122.35]), through=MONDAY).split("AMZN", MONDAY, 20.0)
    history = feed.history()
    assert closes(history, "AMZN") == {"2022-06-03": 122.35}
    panel, s = history.where("AMZN")
    assert history.as_traded_factor("AMZN", panel.first[s : s + 1]).tolist() == [20.0]


def test_splits_multiply_and_a_reverse_split_divides():
    # 7 for 1, later 4 for 1, and a consolidation of 1 for 2 in between, each restating what lies before it.
    days = [date(2020, 1, 2), date(2020, 1, 3), date(2020, 1, 6), date(2020, 1, 7)]
    feed = Feed()
    for day, price in zip(days, [560.0, 80.0, 160.0, 40.0], strict=True):
        feed.see("AAA", bars_of([day], [price]))
    feed.split("AAA", days[1], 7.0).split("AAA", days[2], 1.0, 2.0).split("AAA", days[3], 4.0)
    history = feed.history()
    assert list(closes(history, "AAA").values()) == [40.0, 40.0, 40.0, 40.0]  # by hand: 560/14, 80/2, 160/4, 40
    first = history.where("AAA")[0].first[0]
    assert history.as_traded_factor("AAA", np.arange(first, first + 4)).tolist() == [14.0, 2.0, 4.0, 1.0]


def test_one_split_told_by_two_sources_counts_once():
    feed = Feed().see("AMZN", bars_of([FRIDAY], [2447.0])).split("AMZN", MONDAY, 20.0).split("AMZN", MONDAY, 40.0, 2.0)
    assert closes(feed.history(), "AMZN") == {"2022-06-03": 122.35}


def test_a_split_of_another_symbol_changes_nothing():
    feed = Feed().see("AMZN", bars_of([FRIDAY], [2447.0])).split("GOOGL", MONDAY, 20.0)
    assert closes(feed.history(), "AMZN") == {"2022-06-03": 2447.0}


# Names


def test_facebook_and_meta_are_one_history():
    feed = Feed().see("FB", bars_of([date(2022, 6, 8)], [196.45])).see("META", bars_of([date(2022, 6, 9)], [184.0]))
    history = feed.history()
    assert history.symbols() == ("META",)
    assert closes(history, "META") == closes(history, "FB") == {"2022-06-08": 196.45, "2022-06-09": 184.0}
    assert history.where("FB", date(2021, 1, 4)) == history.where("META")
    assert history.where("FB", date(2024, 1, 4)) is None


def test_hong_kong_codes_of_any_length_find_their_bars():
    history = Feed().see("00700.HK", bars_of([date(2022, 6, 2)], [380.0])).history()
    assert history.symbols() == ("0700.HK",)
    assert history.where("700.HK") == history.where("0700.HK") is not None


def test_what_is_not_held_is_said_to_be_so():
    history = PriceHistory()
    assert (history.where("META"), history.bars("META", FRIDAY, MONDAY), history.known("META")) == (None, [], None)
    with pytest.raises(NotHeldError, match="META"):
        history.as_traded_factor("META", np.array([0]))


def test_evidence_begins_and_ends_with_the_sessions_inside_its_days():
    days = [date(2025, 1, 7), date(2025, 1, 8), date(2025, 1, 10), date(2025, 1, 13)]
    history = Feed().see("META", bars_of(days, [1.0, 2.0, 3.0, 4.0])).history()
    assert list(closes(history, "META", date(2025, 1, 9), date(2025, 1, 12))) == ["2025-01-10"]
    assert list(closes(history, "META", date(2025, 1, 8), date(2025, 1, 9))) == ["2025-01-08"]
    assert closes(history, "META", date(2025, 1, 11), date(2025, 1, 12)) == {}


# Frames


def test_a_frame_of_closes_has_a_column_for_each_symbol():
    frame = pd.DataFrame(
        {"META": [1.0, 2.0], "AMZN": [np.nan, 3.0]},
        index=pd.DatetimeIndex(["2025-01-08", "2025-01-10"], tz="US/Eastern"),
    )
    history = PriceHistory.from_frame(frame)
    assert closes(history, "META") == {"2025-01-08": 1.0, "2025-01-10": 2.0}
    assert closes(history, "AMZN") == {"2025-01-10": 3.0}


def test_a_frame_of_rows_names_its_symbols():
    frame = pd.DataFrame(
        {"Date": ["2025-01-10", "2025-01-08", "2025-01-08"], "Symbol": ["META", "META", "AMZN"], "Close": [2, 1, 3],
         "High": [2.5, None, 3.5]}
    )  # fmt: skip
    history = PriceHistory.from_frame(frame)
    assert history.bars("META", date(2025, 1, 8), date(2025, 1, 10), ("close", "high")) == [
        {"date": "2025-01-08", "close": 1.0},
        {"date": "2025-01-10", "close": 2.0, "high": 2.5},
    ]
    assert closes(history, "AMZN") == {"2025-01-08": 3.0}


def test_a_frame_of_one_symbol_is_named_by_the_caller():
    frame = pd.DataFrame({"Open": [1.0], "Close": [2.0], "Volume": [5]}, index=[date(2025, 1, 8)])
    row = PriceHistory.from_frame(frame, symbol="META").bars(
        "META", date(2025, 1, 8), date(2025, 1, 8), ("open", "close")
    )
    assert row == [{"date": "2025-01-08", "close": 2.0, "open": 1.0}]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            pd.DataFrame({"META": [1.0, -2.0]}, index=["2025-01-08", "2025-01-10"]),
            "META: the close of 2025-01-10: got -2",
        ),
        (pd.DataFrame({"META": [1.0]}), "wanted an index of dates"),
        (pd.DataFrame({"META": ["x"]}, index=["2025-01-08"]), "the column META"),
        (pd.DataFrame({"META": [1.0]}, index=["someday"]), "wanted an index of dates"),
        (pd.DataFrame({"META": [1.0, 2.0]}, index=["2025-01-08"] * 2), "a second one of this day"),
    ],
)
def test_a_frame_that_cannot_be_is_refused(frame, message):
    with pytest.raises(InvalidValueError) as caught:
        PriceHistory.from_frame(frame)
    assert message in str(caught.value)


def test_one_symbol_without_closes_is_refused():
    with pytest.raises(InvalidValueError, match="a column close"):
        PriceHistory.from_frame(pd.DataFrame({"Open": [1.0]}, index=["2025-01-08"]), symbol="META")


# As known

SESSIONS = [exchange_calendar("XNYS").day(i) for i in range(14000, 14012)]


@st.composite
def stories(draw):
    """Bars of two symbols and splits, seen over days; each with the day until which its source adjusted it."""
    story = []
    for hour in range(draw(st.integers(1, 6))):
        recorded = EVENING + timedelta(hours=hour)
        symbol = draw(st.sampled_from(["META", "USDCNY"]))
        if draw(st.integers(0, 4)) == 0:
            story.append(
                (
                    recorded,
                    symbol,
                    SplitObserved(symbol=symbol, on=draw(st.sampled_from(SESSIONS)), new=2.0, old=1.0, source="s"),
                )
            )
            continue
        days = sorted(draw(st.sets(st.sampled_from(SESSIONS), min_size=1, max_size=6)))
        prices = [draw(st.sampled_from([8.0, 16.0, 24.0])) for _ in days]
        highs = [p + 1 for p in prices] if draw(st.booleans()) else None
        story.append((recorded, symbol, bars_of(days, prices, high=highs)))
    return story


def told(story):
    log = MemoryLog()
    for recorded, symbol, event in story:
        if isinstance(event, SplitObserved):
            log.append([(event, recorded)])
        else:
            observe(log, [(symbol, event, "s")], recorded=recorded, adjusted_through=event.last)
    return log


def known_at(log, instant):
    return snapshot(fold(log.read(until=instant)).prices(log.columns))


@pytest.mark.slow
@settings(deadline=None)
@given(stories())
def test_what_was_known_at_an_instant_never_changes_when_more_is_recorded(story):
    for length in range(1, len(story) + 1):
        instant = story[length - 1][0]
        assert known_at(told(story), instant) == known_at(told(story[:length]), instant)


@settings(deadline=None)
@given(stories())
def test_the_panels_hold_what_the_story_tells_worked_slowly(story):
    splits = [
        (e.on, 2.0, s)
        for _, s, e in {(s, e.on): (r, s, e) for r, s, e in story if isinstance(e, SplitObserved)}.values()
    ]
    wanted = {}
    for _, symbol, bars in story:
        if isinstance(bars, SplitObserved):
            continue
        for row, number in enumerate(bars.dates):
            day = date(1970, 1, 1) + timedelta(days=int(number))
            ratio = 1.0
            for on, times, of in splits:
                if of == symbol and day < on and on > bars.last:
                    ratio *= times
            cell = wanted.setdefault((symbol, day.isoformat()), {})
            cell["close"] = bars.close[row] / ratio
            if bars.high is not None:
                cell["high"] = bars.high[row] / ratio
    feed = Feed()
    for _, symbol, event in story:
        if isinstance(event, SplitObserved):
            feed.split(symbol, event.on, event.new)
        else:
            feed.see(symbol, event)
    history = feed.history()
    found = {
        (symbol, row.pop("date")): row
        for symbol in history.symbols()
        for row in history.bars(symbol, SESSIONS[0], SESSIONS[-1], ("close", "high"))
    }
    assert found == wanted


def test_observing_in_pieces_is_observing_the_whole():
    rng = random.Random(7)
    days = [exchange_calendar("XNYS").day(i) for i in range(14000, 14200)]
    whole = bars_of(days, [rng.uniform(90, 110) for _ in days])
    one, pieces = Feed().see("META", whole), Feed()
    cuts = sorted(rng.sample(range(1, 199), 12))
    parts = [slice(start, stop) for start, stop in zip([0, *cuts], [*cuts, 200], strict=True)]
    rng.shuffle(parts)
    for part in parts:
        pieces.see("META", whole.at(part))
    assert snapshot(one.history()) == snapshot(pieces.history())
    assert from_bytes(snapshot(pieces.history())["META"]) == whole
