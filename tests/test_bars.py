"""Price columns: what they refuse, that their bytes give them back, and that pieces add up to the whole."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.bars import Bars, bars_of, diff, digest, from_bytes, merge, scaled, to_bytes
from events.errors import InvalidValueError

DAYS = [date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 4)]


@st.composite
def some_bars(draw):
    days = sorted(draw(st.sets(st.integers(-20, 60), max_size=12)))
    price = st.sampled_from([1.0, 1.5, 2.0, 3.25])
    close = [draw(price) for _ in days]
    columns = {}
    for name, value in (("high", st.just(4.0)), ("low", st.just(0.5)), ("volume", st.sampled_from([0.0, 7.0]))):
        if draw(st.booleans()):
            columns[name] = [draw(st.one_of(st.just(float("nan")), value)) for _ in days]
    return bars_of(np.array(days, dtype=np.int32), close, **columns)


def as_dict(bars):
    """The same bars the slow way: {day: {column: value}}, gaps left out."""
    return {
        int(day): {name: float(column[row]) for name, column in bars.columns() if not np.isnan(column[row])}
        for row, day in enumerate(bars.dates)
    }


def test_bars_take_dates_in_any_common_form():
    from_dates = bars_of(DAYS, [1, 2, 3])
    assert from_dates == bars_of(np.array(DAYS, dtype="datetime64[ns]"), [1, 2, 3])
    assert from_dates == bars_of([19724, 19725, 19726], [1, 2, 3])  # 2024-01-02 is 54 years and 1 day after 1970
    assert (from_dates.first, from_dates.last, len(from_dates)) == (DAYS[0], DAYS[2], 3)


def test_bars_are_frozen_for_real():
    bars = bars_of(DAYS, [1, 2, 3], high=[1, 2, 3])
    for array in (bars.dates, bars.close, bars.high):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9
    with pytest.raises(AttributeError):
        bars.close = bars.high


def test_changing_what_bars_were_made_from_does_not_change_them():
    source = np.array([1.0, 2.0, 3.0])
    bars = bars_of(DAYS, source)
    source[0] = 99
    assert bars.close[0] == 1.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"dates": [DAYS[0], DAYS[2], DAYS[1]]},
            "the bar of 2024-01-03: got after that of 2024-01-04, wanted dates in asc",
        ),
        ({"dates": [DAYS[0], DAYS[1], DAYS[1]]}, "the bar of 2024-01-03: got a second one of this day"),
        ({"close": [1, 0, 3]}, "the close of 2024-01-03: got 0, wanted a finite number above zero"),
        ({"close": [1, 2, -3]}, "the close of 2024-01-04: got -3"),
        ({"close": [float("nan"), 2, 3]}, "the close of 2024-01-02: got nan"),
        ({"close": [1, float("inf"), 3]}, "the close of 2024-01-03: got inf"),
        ({"high": [1, float("inf"), 3]}, "the high of 2024-01-03: got inf"),
        ({"open": [1, 2, -1]}, "the open of 2024-01-04: got -1"),
        ({"volume": [0, 1, -1]}, "the volume of 2024-01-04: got -1, wanted a finite number, zero or more"),
        ({"high": [3, 3, 3], "low": [1, 4, 1]}, "the high of 2024-01-03: got 3, wanted at least its low, 4"),
        ({"high": [1, 2, 2.9]}, "the high of 2024-01-04: got 2.9, wanted at least its close, 3"),
        ({"low": [1.1, 2, 3]}, "the close of 2024-01-02: got 1, wanted at least its low, 1.1"),
        ({"close": [1, 2]}, "the column close: got shape (2,), wanted one value for each of 3 dates"),
    ],
)
def test_bars_that_cannot_be_are_refused_by_session(change, message):
    content = {"dates": DAYS, "close": [1, 2, 3], **change}
    with pytest.raises(InvalidValueError) as caught:
        bars_of(content.pop("dates"), content.pop("close"), **content)
    assert message in str(caught.value)


def test_a_close_may_pass_its_high_by_a_rounding_of_32_bits():
    assert len(bars_of(DAYS[:1], [10.000001], high=[10.0])) == 1


def test_an_optional_column_may_have_gaps():
    assert np.isnan(bars_of(DAYS, [1, 2, 3], high=[1, float("nan"), 3]).high[1])


@given(some_bars())
def test_bytes_give_back_the_bars(bars):
    data = to_bytes(bars)
    assert from_bytes(data) == bars
    assert to_bytes(from_bytes(data)) == data


def test_the_bytes_are_laid_out_as_documented():
    data = to_bytes(bars_of([1], [2.0], volume=[3.0]))
    assert (
        data.hex()
        == (
            "4d544231" + "11000000" + "0100000000000000"  # MTB1, close and volume, one session
            "01000000" + "00000000"  # day 1, padding
            "0000000000000040" + "0000000000000840"  # 2.0 and 3.0
        )
    )
    assert len(digest(data)) == 64


def test_reading_bytes_copies_nothing():
    data = to_bytes(bars_of(DAYS, [1, 2, 3]))
    assert not from_bytes(data).close.flags.owndata


@pytest.mark.parametrize("change", [lambda d: d[:-1], lambda d: d + b"\0", lambda d: b"MTB9" + d[4:], lambda _: b""])
def test_bytes_of_another_shape_are_refused(change):
    with pytest.raises(InvalidValueError, match="price columns"):
        from_bytes(change(to_bytes(bars_of(DAYS, [1, 2, 3]))))


def test_diff_keeps_what_is_new_or_changed():
    known = bars_of(DAYS[:2], [1, 2], high=[5, 5])
    new = bars_of(DAYS, [1, 2.5, 3])
    assert diff(known, new) == bars_of(DAYS[1:], [2.5, 3])
    assert len(diff(known, known)) == 0


def test_a_file_of_closes_alone_does_not_forget_the_highs():
    known = bars_of(DAYS[:2], [1, 2], high=[5, 5])
    assert merge(known, bars_of(DAYS[1:2], [2.5])) == bars_of(DAYS[:2], [1, 2.5], high=[5, 5])


@given(some_bars(), some_bars())
def test_merging_is_what_two_dictionaries_would_do(one, other):
    wanted = as_dict(one)
    for day, values in as_dict(other).items():
        wanted[day] = {**wanted.get(day, {}), **values}
    assert as_dict(merge(one, other)) == wanted


@given(some_bars(), some_bars())
def test_what_differs_is_all_that_needs_merging(known, new):
    assert as_dict(merge(known, diff(known, new))) == as_dict(merge(known, new))
    assert len(diff(merge(known, new), new)) == 0


@given(some_bars(), some_bars(), some_bars())
def test_merging_in_pieces_is_merging_the_whole(one, two, three):
    assert merge(merge(one, two), three) == merge(one, merge(two, three))


def test_a_split_divides_prices_and_multiplies_volume():
    bars = scaled(bars_of(DAYS[:1], [2447.0], low=[2400.0], volume=[10.0]), np.array([20.0]))
    assert bars == bars_of(DAYS[:1], [122.35], low=[120.0], volume=[200.0])


def test_bars_without_a_session_have_no_first_day():
    with pytest.raises(InvalidValueError):
        _ = bars_of([], []).first


def test_equal_bars_have_equal_hashes_and_other_things_are_not_bars():
    assert hash(bars_of(DAYS, [1, 2, 3])) == hash(bars_of(DAYS, [1, 2, 3]))
    assert bars_of(DAYS, [1, 2, 3]) != "bars"
    assert isinstance(bars_of(DAYS, [1, 2, 3]), Bars)
