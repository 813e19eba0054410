"""Which session of New York a newspaper in Asia means by "this morning", "today" and "last night"."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from events.model import Said
from events.reading.article import read_article
from events.reading.claims import read_claims

CASES = [
    # printed at, language, text, the session meant
    ("2025-02-22T07:10:00+08:00", "zh-Hans", "今晨，道指收跌1.69%。", "2025-02-21"),
    ("2025-02-24T08:00:00+08:00", "zh-Hans", "今日美股收盘，苹果跌2%。", "2025-02-21"),
    ("2025-02-25T23:30:00+08:00", "zh-Hans", "今日美股开盘后，苹果跌2%。", "2025-02-25"),
    ("2025-02-25T23:30:00+08:00", "zh-Hans", "今晨美股收盘，苹果跌2%。", "2025-02-24"),
    ("2025-02-25T21:00:00+08:00", "zh-Hans", "今日美股盘前，苹果跌2%。", "2025-02-25"),
    ("2025-02-25T10:00:00+08:00", "zh-Hant", "昨夜美股收跌，但恒指今日早盤升1%。", "2025-02-25"),
    ("2025-02-25T05:10:00+07:00", "vi", "Rạng sáng nay, Dow Jones giảm 1,2%.", "2025-02-24"),
    ("2025-02-25T10:10:00+07:00", "vi", "Sáng nay, VN-Index giảm 1,2%.", "2025-02-25"),
    ("2025-02-25T10:10:00+07:00", "vi", "Rạng sáng 22/2, cổ phiếu Apple giảm 1,2%.", "2025-02-21"),
    ("2025-02-22", "zh-Hans", "今日凌晨，纳指收跌2.2%。", "2025-02-21"),
    ("2025-02-25T08:00:00-05:00", "zh-Hans", "今晨，苹果股价跌2%。", "2025-02-25"),
]


@pytest.mark.parametrize(("printed", "language", "text", "session"), CASES)
def test_a_day_told_of_new_york_is_its_session(printed, language, text, session):
    at = datetime.fromisoformat(printed) if "T" in printed else None
    said = Said(day=at.date() if at else date.fromisoformat(printed), at=at)
    claims = read_claims(read_article(text, published=said, language=language)).claims
    assert [str(one.window.end) for one in claims if one.stated is not None] == [session]


@pytest.mark.parametrize(
    ("language", "text", "end"),
    [
        ("zh-Hans", "沪指上周上涨12.81%。", "none"),  # the week that ends on this Sunday
        ("zh-Hans", "沪指本周累计跌2%，上周上涨12.81%。", "2024-09-22"),
        ("vi", "VN-Index tuần trước tăng 1,4%.", "none"),
        ("en", "The S&P 500 rose 1.4% last week.", "none"),
    ],
)
def test_last_week_of_a_sunday_is_the_week_that_ends_on_it(language, text, end):
    said = Said(day=date(2024, 9, 29))
    claims = read_claims(read_article(text, published=said, language=language)).claims
    assert claims[-1].window.span == "week"
    assert str(claims[-1].window.end or "none") == end
