"""The words for a period and the days that they cover, by the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.periods import Period, read_period


def days(words, symbol="", anchor=None):
    period = read_period(words, symbol, anchor)
    return None if period is None else (period.start.isoformat(), period.end.isoformat(), period.kind)


@pytest.mark.parametrize(
    ("words", "symbol", "start", "end", "kind"),
    [
        ("2024Q4", "AMZN", "2024-10-01", "2024-12-31", "quarter"),
        ("2025H2", "", "2025-07-01", "2025-12-31", "half"),
        ("2025", "", "2025-01-01", "2025-12-31", "year"),
        ("2022-11", "", "2022-11-01", "2022-11-30", "month"),
        ("2024-02", "", "2024-02-01", "2024-02-29", "month"),
        ("2024-12-31", "", "2024-12-31", "2024-12-31", "day"),
        ("FY2025", "META", "2025-01-01", "2025-12-31", "year"),
        ("FY2025", "MSFT", "2024-07-01", "2025-06-30", "year"),
        ("FY2025Q2", "MSFT", "2024-10-01", "2024-12-31", "quarter"),
        ("FY2025Q4", "AAPL", "2025-07-01", "2025-09-30", "quarter"),
        ("FY2025", "NVDA", "2024-02-01", "2025-01-31", "year"),
        ("FY2024", "TGT", "2024-02-01", "2025-01-31", "year"),
        ("FY2025H1", "BABA", "2024-04-01", "2024-09-30", "half"),
        ("TTM 2024Q4", "AMZN", "2024-01-01", "2024-12-31", "twelve-months"),
        ("TTM 2025Q1", "AMZN", "2024-04-01", "2025-03-31", "twelve-months"),
        ("2025 to date", "MSFT", "2025-01-01", "2025-12-31", "to-date"),
        ("end of 2022", "", "2022-12-31", "2022-12-31", "day"),
        ("late 2025", "", "2025-09-01", "2025-12-31", "part"),
        ("2021 to 2023Q2", "", "2021-01-01", "2023-06-30", "span"),
        ("FY2021, FY2022", "META", "2021-01-01", "2022-12-31", "span"),
    ],
)
def test_the_days_of_a_period(words, symbol, start, end, kind):
    assert days(words, symbol) == (start, end, kind)


@pytest.mark.parametrize(
    "words",
    ["", "long term", "annual", "next few years", "past 5 years", "2024-02-31", "2024Q5", "2024H3", "four years"],
)
def test_words_that_name_no_days_are_none(words):
    assert read_period(words) is None


def test_a_past_span_ends_where_its_speaker_stands():
    assert days("past two years", anchor=date(2023, 6, 30)) == ("2021-07-01", "2023-06-30", "past")
    assert days("past 5 years", anchor=date(2025, 8, 15)) == ("2020-08-16", "2025-08-15", "past")


def test_the_year_before_keeps_month_ends():
    assert read_period("2024-02").year_before() == read_period("2023-02")
    assert read_period("FY2025", "MSFT").year_before() == read_period("FY2024", "MSFT")


def test_the_period_before():
    assert read_period("2025Q1").before() == read_period("2024Q4")
    assert read_period("FY2025", "MSFT").before() == read_period("FY2024", "MSFT")
    assert read_period("2024-03-01").before() == read_period("2024-02-29")


def test_fiscal_and_calendar_years_of_one_name_overlap_and_are_not_the_same():
    fiscal, calendar = read_period("FY2025", "MSFT"), read_period("2025")
    assert fiscal.overlaps(calendar) and not fiscal.same(calendar) and not calendar.contains(fiscal)
    assert read_period("FY2025", "META").same(calendar)
    assert calendar.contains(read_period("2025H2"))


def test_a_year_to_date_is_not_the_whole_year():
    year, so_far = read_period("2025"), read_period("2025 to date")
    assert not year.same(so_far) and so_far.overlaps(year) and not so_far.contains(read_period("2025Q4"))


periods = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length), "span"),
    st.dates(date(1990, 1, 1), date(2040, 1, 1)),
    st.integers(0, 2000),
)


@given(periods, periods)
def test_overlap_looks_the_same_from_both_sides_and_containing_is_overlapping(one, other):
    assert one.overlaps(other) == other.overlaps(one)
    assert one.overlaps(other) or not one.contains(other)


@given(st.text(max_size=12))
def test_any_words_are_answered(words):
    read_period(words, "MSFT", date(2025, 1, 1))


@pytest.mark.parametrize("name", ["2022Q2", "2024", "2025H2", "2022-11", "2024-02-29", "2024-07-01 to 2025-06-30"])
def test_a_period_tells_its_name(name):
    assert read_period(name).name == name


def test_a_fiscal_year_off_the_calendar_is_named_by_its_days():
    assert read_period("FY2025", "MSFT").name == "2024-07-01 to 2025-06-30"
