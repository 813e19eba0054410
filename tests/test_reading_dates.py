"""What a date means in four languages, against the day of publication; and which dates cannot be."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.model import Said
from events.reading.dates import dates

TUESDAY = Said(day=date(2025, 2, 11))

# text, words of the date, period, first day, last day
CHINESE = [
    ("2025年11月6日", "2025年11月6日", "2025-11-06", "2025-11-06", "2025-11-06"),
    ("2025-02-07开会", "2025-02-07", "2025-02-07", "2025-02-07", "2025-02-07"),
    ("11月6日公布", "11月6日", "2024-11-06", "2024-11-06", "2024-11-06"),
    ("2月6日公布", "2月6日", "2025-02-06", "2025-02-06", "2025-02-06"),
    ("6日公布", "6日", "2025-02-06", "2025-02-06", "2025-02-06"),
    ("2022年11月", "2022年11月", "2022-11", "2022-11-01", "2022-11-30"),
    ("去年12月", "去年12月", "2024-12", "2024-12-01", "2024-12-31"),
    ("1月末", "1月末", "2025-01", "2025-01-01", "2025-01-31"),
    ("十一月", "十一月", "2024-11", "2024-11-01", "2024-11-30"),
    ("2024年第四季度", "2024年第四季度", "2024Q4", "2024-10-01", "2024-12-31"),
    ("2025年第1季", "2025年第1季", "2025Q1", "2025-01-01", "2025-03-31"),
    ("去年四季度", "去年四季度", "2024Q4", "2024-10-01", "2024-12-31"),
    ("第4季", "第4季", "2024Q4", "2024-10-01", "2024-12-31"),
    ("三季度", "三季度", "2024Q3", "2024-07-01", "2024-09-30"),
    ("上季度", "上季度", "2024Q4", "2024-10-01", "2024-12-31"),
    ("2022年下半年", "2022年下半年", "2022H2", "2022-07-01", "2022-12-31"),
    ("下半年", "下半年", "2024H2", "2024-07-01", "2024-12-31"),
    ("2024财年", "2024财年", "FY2024", None, None),
    ("2025财年第二财季", "2025财年第二财季", "FY2025Q2", None, None),
    ("2021年", "2021年", "2021", "2021-01-01", "2021-12-31"),
    ("二〇二四年", "二〇二四年", "2024", "2024-01-01", "2024-12-31"),
    ("今年", "今年", "2025", "2025-01-01", "2025-12-31"),
    ("在2020,", "2020", "2020", "2020-01-01", "2020-12-31"),
    ("上周二", "上周二", "2025-02-04", "2025-02-04", "2025-02-04"),
    ("上周四晚间", "上周四晚间", "2025-02-06", "2025-02-06", "2025-02-06"),
    ("周四晚间", "周四晚间", "2025-02-06", "2025-02-06", "2025-02-06"),
    ("周二", "周二", "2025-02-11", "2025-02-11", "2025-02-11"),
    ("本周一", "本周一", "2025-02-10", "2025-02-10", "2025-02-10"),
    ("昨日", "昨日", "2025-02-10", "2025-02-10", "2025-02-10"),
    ("今日", "今日", "2025-02-11", "2025-02-11", "2025-02-11"),
    ("隔夜", "隔夜", "2025-02-10", "2025-02-10", "2025-02-10"),
    ("上个月", "上个月", "2025-01", "2025-01-01", "2025-01-31"),
    ("去年夏天", "去年夏天", "", "2024-06-01", "2024-08-31"),
    ("过去12个月", "过去12个月", "", "2024-02-11", "2025-02-11"),
    ("近5年", "近5年", "", "2020-02-11", "2025-02-11"),
    ("今年以来", "今年以来", "2025", "2025-01-01", "2025-02-11"),
    ("今年前三季度", "今年前三季度", "", "2025-01-01", "2025-09-30"),
    ("2021年到2022年间", "2021年到2022年", "", "2021-01-01", "2022-12-31"),
    ("上年同期", "上年同期", "", None, None),
]
ENGLISH = [
    ("on Nov 6, 2025", "Nov 6, 2025", "2025-11-06", "2025-11-06", "2025-11-06"),
    ("on 6 November 2025", "6 November 2025", "2025-11-06", "2025-11-06", "2025-11-06"),
    ("on March 3", "March 3", "2024-03-03", "2024-03-03", "2024-03-03"),
    ("on Feb. 3", "Feb. 3", "2025-02-03", "2025-02-03", "2025-02-03"),
    ("11/6/2024", "11/6/2024", "2024-11-06", "2024-11-06", "2024-11-06"),
    ("2024-11-06", "2024-11-06", "2024-11-06", "2024-11-06", "2024-11-06"),
    ("November 2022", "November 2022", "2022-11", "2022-11-01", "2022-11-30"),
    ("in May", "May", "2024-05", "2024-05-01", "2024-05-31"),
    ("last November", "last November", "2024-11", "2024-11-01", "2024-11-30"),
    ("the fourth quarter of 2024", "fourth quarter of 2024", "2024Q4", "2024-10-01", "2024-12-31"),
    ("the fourth quarter", "fourth quarter", "2024Q4", "2024-10-01", "2024-12-31"),
    ("Q2", "Q2", "2024Q2", "2024-04-01", "2024-06-30"),
    ("Q4 2024", "Q4 2024", "2024Q4", "2024-10-01", "2024-12-31"),
    ("Q4'24", "Q4'24", "2024Q4", "2024-10-01", "2024-12-31"),
    ("4Q24", "4Q24", "2024Q4", "2024-10-01", "2024-12-31"),
    ("Q1 FY25", "Q1 FY25", "FY2025Q1", None, None),
    ("fiscal 2025", "fiscal 2025", "FY2025", None, None),
    ("FY25", "FY25", "FY2025", None, None),
    ("the second half of 2025", "the second half of 2025", "2025H2", "2025-07-01", "2025-12-31"),
    ("early 2024", "early 2024", "2024", "2024-01-01", "2024-12-31"),
    ("on Tuesday", "Tuesday", "2025-02-11", "2025-02-11", "2025-02-11"),
    ("last Tuesday", "last Tuesday", "2025-02-04", "2025-02-04", "2025-02-04"),
    ("on Thursday", "Thursday", "2025-02-06", "2025-02-06", "2025-02-06"),
    ("yesterday", "yesterday", "2025-02-10", "2025-02-10", "2025-02-10"),
    ("last month", "last month", "2025-01", "2025-01-01", "2025-01-31"),
    ("this year", "this year", "2025", "2025-01-01", "2025-12-31"),
    ("last summer", "last summer", "", "2024-06-01", "2024-08-31"),
    ("over the past 5 years", "over the past 5 years", "", "2020-02-11", "2025-02-11"),
    ("so far this year", "so far this year", "2025", "2025-01-01", "2025-02-11"),
    ("the first nine months of 2024", "the first nine months of 2024", "", "2024-01-01", "2024-09-30"),
    ("a year earlier", "a year earlier", "", None, None),
]
VIETNAMESE = [
    ("6/11/2024", "6/11/2024", "2024-11-06", "2024-11-06", "2024-11-06"),
    ("phiên 6/11", "phiên 6/11", "2024-11-06", "2024-11-06", "2024-11-06"),
    ("ngày 21/6", "ngày 21/6", "2024-06-21", "2024-06-21", "2024-06-21"),
    ("sáng 10/2", "sáng 10/2", "2025-02-10", "2025-02-10", "2025-02-10"),
    ("ngày 19 tháng 7 năm 2023", "ngày 19 tháng 7 năm 2023", "2023-07-19", "2023-07-19", "2023-07-19"),
    ("đầu tháng 3 năm nay", "đầu tháng 3 năm nay", "2025-03", "2025-03-01", "2025-03-31"),
    ("tháng 11/2022", "tháng 11/2022", "2022-11", "2022-11-01", "2022-11-30"),
    ("tháng 6", "tháng 6", "2024-06", "2024-06-01", "2024-06-30"),
    ("quý 2 năm 2023", "quý 2 năm 2023", "2023Q2", "2023-04-01", "2023-06-30"),
    ("quý II/2023", "quý II/2023", "2023Q2", "2023-04-01", "2023-06-30"),
    ("quý IV năm 2021", "quý IV năm 2021", "2021Q4", "2021-10-01", "2021-12-31"),
    ("nửa cuối năm 2024", "nửa cuối năm 2024", "2024H2", "2024-07-01", "2024-12-31"),
    ("6 tháng đầu năm 2024", "6 tháng đầu năm 2024", "2024H1", "2024-01-01", "2024-06-30"),
    ("9 tháng đầu năm", "9 tháng đầu năm", "", "2025-01-01", "2025-09-30"),
    ("năm 2022", "năm 2022", "2022", "2022-01-01", "2022-12-31"),
    ("năm ngoái", "năm ngoái", "2024", "2024-01-01", "2024-12-31"),
    ("năm tài chính 2024", "năm tài chính 2024", "FY2024", None, None),
    ("hôm qua", "hôm qua", "2025-02-10", "2025-02-10", "2025-02-10"),
    ("thứ Ba tuần trước", "thứ Ba tuần trước", "2025-02-04", "2025-02-04", "2025-02-04"),
    ("phiên thứ Năm", "thứ Năm", "2025-02-06", "2025-02-06", "2025-02-06"),
    ("5 năm qua", "5 năm qua", "", "2020-02-11", "2025-02-11"),
    ("từ đầu năm", "từ đầu năm", "2025", "2025-01-01", "2025-02-11"),
    ("cùng kỳ năm ngoái", "cùng kỳ năm ngoái", "", None, None),
]
EVERY = [("zh", *row) for row in CHINESE] + [("en", *row) for row in ENGLISH] + [("vi", *row) for row in VIETNAMESE]


@pytest.mark.parametrize(("language", "text", "written", "period", "first", "last"), EVERY)
def test_a_date_means(language, text, written, period, first, last):
    (token,) = dates(text, language, TUESDAY)
    days = [day and day.isoformat() for day in (token.resolved.first, token.resolved.last)]
    assert (token.text, token.period, *days) == (written, period, first, last)
    assert token.problem == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh", "2024年6月31日"), ("zh", "2月30日"), ("zh", "2024年13月5日"), ("en", "June 31"),
     ("en", "Feb 30, 2024"), ("vi", "ngày 31/6"), ("vi", "31 tháng 6")],
)  # fmt: skip
@pytest.mark.parametrize("published", [TUESDAY, None])
def test_a_date_that_cannot_be_is_a_problem(language, text, published):
    (token,) = dates(text, language, published)
    assert "no such date" in token.problem
    assert token.period == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh", "11月6日"), ("zh", "上周二"), ("zh", "今年"), ("en", "on Nov 6"), ("en", "last month"), ("vi", "hôm qua")],
)
def test_without_a_publication_date_a_date_without_a_year_stays_open(language, text):
    (token,) = dates(text, language, None)
    assert token.period == ""
    assert "no publication date" in token.problem


def test_the_twenty_ninth_of_february_goes_back_to_the_last_leap_year():
    (token,) = dates("2月29日", "zh", TUESDAY)
    assert token.period == "2024-02-29"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "fell 77% from its peak"),
        ("en", "it may fall 5 points"),
        ("en", "on the march to 5"),
        ("en", "the index at 2000 points"),
        ("en", "Model 3"),
        ("zh", "跌2000点"),
        ("zh", "5年内"),
        ("zh", "10年"),
        ("zh", "12个月"),
        ("zh", "周转率"),
        ("vi", "khoảng 2/3"),
        ("vi", "hai năm liên tiếp"),
        ("vi", "lần thứ hai"),
    ],
)
def test_what_only_looks_like_a_date_is_none(language, text):
    assert [token.text for token in dates(text, language, TUESDAY)] == []


def test_since_and_until_are_told():
    roles = [token.role for token in dates("自2022年11月以来，截至2024年12月31日", "zh", TUESDAY)]
    assert roles == ["since", "until"]
    assert [token.role for token in dates("worst since November 2022", "en", TUESDAY)] == ["since"]
    assert [token.role for token in dates("kể từ tháng 11/2022", "vi", TUESDAY)] == ["since"]


PIECES = (
    "2024 年 13 月 31 日 第 四 季度 上 周 二 半年 Q4 FY25 May 6 , / - tháng ngày quý II năm "
    "last Tuesday past 0 99999 ٣ İ"
)


@given(
    st.lists(st.sampled_from(PIECES.split()) | st.text(max_size=3), max_size=20).map(" ".join)
    | st.text(),
    st.sampled_from(["zh", "vi", "en"]),
    st.none() | st.dates().map(lambda day: Said(day=day)),
)  # fmt: skip
def test_any_text_gives_ordered_dates_that_stand_where_they_say(text, language, published):
    tokens = dates(text, language, published)
    assert all(text[slice(*token.span)] == token.text for token in tokens)
    assert all(one.end <= other.start for one, other in itertools.pairwise(tokens))
