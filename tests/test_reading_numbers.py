"""What a figure says, in four languages: value, unit, precision, hedge, role; and what is no figure."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.reading.numbers import FigureToken, figures


def told(text: str, language: str) -> list[FigureToken]:
    return list(figures(text, language))


def only(text: str, language: str) -> FigureToken:
    found = told(text, language)
    assert len(found) == 1, (text, [token.text for token in found])
    return found[0]


# text, written figure, kind, value, high, unit, precision, hedge
CHINESE = [
    ("收盘跌17%", "17%", "percent", 17, None, "percent", 1, ""),
    ("收盘下跌近17%", "17%", "percent", 17, None, "percent", 1, "nearly"),
    ("全年涨约7.1%左右", "7.1%", "percent", 7.1, None, "percent", 0.1, "about"),
    ("上升17.0%", "17.0%", "percent", 17, None, "percent", 0.1, ""),
    ("占百分之十七", "百分之十七", "percent", 17, None, "percent", 1, ""),
    ("占百分之十七点五", "百分之十七点五", "percent", 17.5, None, "percent", 0.1, ""),
    ("占百分之二十", "百分之二十", "percent", 20, None, "percent", 1, ""),
    ("占百分之25", "百分之25", "percent", 25, None, "percent", 1, ""),
    ("超过百分之三", "百分之三", "percent", 3, None, "percent", 1, "over"),
    ("跌去三成五", "三成五", "tenths", 35, None, "percent", 1, ""),
    ("跌去三成", "三成", "tenths", 30, None, "percent", 10, ""),
    ("跌去近三成", "三成", "tenths", 30, None, "percent", 10, "nearly"),
    ("跌去两成多", "两成多", "tenths", 20, None, "percent", 10, "over"),
    ("降三至五成", "三至五成", "tenths", 30, 50, "percent", 10, ""),
    ("约3070亿美元", "3070亿美元", "amount", 3070e8, None, "USD", 1e8, "about"),
    ("3,070亿美元", "3,070亿美元", "amount", 3070e8, None, "USD", 1e8, ""),
    ("2.63亿美元", "2.63亿美元", "amount", 2.63e8, None, "USD", 1e6, ""),
    ("1,877.92亿美元", "1,877.92亿美元", "amount", 187.792e9, None, "USD", 1e6, ""),
    ("650亿至720亿美元", "650亿至720亿美元", "amount", 650e8, 720e8, "USD", 1e8, ""),
    ("650亿至720亿", "650亿至720亿", "count", 650e8, 720e8, "", 1e8, ""),
    ("650~720亿美元", "650~720亿美元", "amount", 650e8, 720e8, "USD", 1e8, ""),
    ("600亿~650亿美元", "600亿~650亿美元", "amount", 600e8, 650e8, "USD", 1e8, ""),
    ("1,510亿美元-1,555亿美元", "1,510亿美元-1,555亿美元", "amount", 1510e8, 1555e8, "USD", 1e8, ""),
    ("介于140-180亿美元", "140-180亿美元", "amount", 140e8, 180e8, "USD", 1e8, ""),
    ("介于5%和9%之间", "5%和9%", "percent", 5, 9, "percent", 1, ""),
    ("招了10-20名研究员", "10-20名", "count", 10, 20, "people", 1, ""),
    ("1亿至3亿美元", "1亿至3亿美元", "amount", 1e8, 3e8, "USD", 1e8, ""),
    ("10亿至 60 亿美元", "10亿至 60 亿美元", "amount", 10e8, 60e8, "USD", 1e8, ""),
    ("1.7万亿人民币", "1.7万亿人民币", "amount", 1.7e12, None, "CNY", 1e11, ""),
    ("超过2.5万亿元", "2.5万亿元", "amount", 2.5e12, None, "CNY", 1e11, "over"),
    ("约合人民币1168亿元", "人民币1168亿元", "amount", 1168e8, None, "CNY", 1e8, "about"),
    ("新台币1.2兆元", "新台币1.2兆元", "amount", 1.2e12, None, "TWD", 1e11, ""),
    ("逾千亿美元", "千亿美元", "amount", 1e11, None, "USD", 1e11, "over"),
    ("近百亿元", "百亿元", "amount", 1e10, None, "CNY", 1e10, "nearly"),
    ("上百亿美元", "百亿美元", "amount", 1e10, None, "USD", 1e10, "over"),
    ("10多亿美元", "10多亿美元", "amount", 10e8, None, "USD", 1e8, "over"),
    ("3000余亿元", "3000余亿元", "amount", 3000e8, None, "CNY", 1e8, "over"),
    ("20余家公司", "20余家", "count", 20, None, "companies", 1, "over"),
    ("1万5千元", "1万5千元", "amount", 15000, None, "CNY", 1000, ""),
    ("两千元", "两千元", "amount", 2000, None, "CNY", 1000, ""),
    ("3亿5000万元", "3亿5000万元", "amount", 3.5e8, None, "CNY", 1e4, ""),
    ("三亿五", "三亿五", "count", 3.5e8, None, "", 1e7, ""),
    ("150亿港元", "150亿港元", "amount", 150e8, None, "HKD", 1e8, ""),
    ("5000亿日元", "5000亿日元", "amount", 5000e8, None, "JPY", 1e8, ""),
    ("每股1.86美元", "1.86美元", "amount", 1.86, None, "USD", 0.01, ""),
    ("100美金/次起", "100美金", "amount", 100, None, "USD", 1, "at-least"),
    ("不会超过5000亿人民币", "5000亿人民币", "amount", 5000e8, None, "CNY", 1e8, "at-most"),
    ("仅为6300亿元", "6300亿元", "amount", 6300e8, None, "CNY", 1e8, "only"),
    ("不到8%", "8%", "percent", 8, None, "percent", 1, "under"),
    ("不足5%", "5%", "percent", 5, None, "percent", 1, "under"),
    ("至少10%", "10%", "percent", 10, None, "percent", 1, "at-least"),
    ("20%以上", "20%", "percent", 20, None, "percent", 1, "over"),
    ("20%左右", "20%", "percent", 20, None, "percent", 1, "about"),
    ("20%上下", "20%", "percent", 20, None, "percent", 1, "about"),
    ("约占20%", "20%", "percent", 20, None, "percent", 1, ""),
    ("扩大7.32个百分点", "7.32个百分点", "percentage-points", 7.32, None, "percentage-points", 0.01, ""),
    ("贡献13个点", "13个点", "percentage-points", 13, None, "percentage-points", 1, ""),
    ("降息25个基点", "25个基点", "basis-points", 25, None, "basis-points", 1, ""),
    ("大跌逾500点", "500点", "points", 500, None, "points", 1, "over"),
    ("增长30倍以上", "30倍", "times", 30, None, "times", 1, "over"),
    ("是去年的2.5倍", "2.5倍", "times", 2.5, None, "times", 0.1, ""),
    ("增长一倍", "一倍", "times", 1, None, "times", 1, ""),
    ("连续四个交易日", "四个交易日", "duration", 4, None, "sessions", 1, ""),
    ("24小时", "24小时", "duration", 24, None, "hours", 1, ""),
    ("10-15GW", "10-15GW", "count", 10, 15, "GW", 1, ""),
    ("装机15吉瓦", "15吉瓦", "count", 15, None, "GW", 1, ""),
    ("0.1-0.2%", "0.1-0.2%", "percent", 0.1, 0.2, "percent", 0.1, ""),
    ("15-20%", "15-20%", "percent", 15, 20, "percent", 1, ""),
    ("5%—9%", "5%—9%", "percent", 5, 9, "percent", 1, ""),
    ("变动-4.05%", "-4.05%", "percent", -4.05, None, "percent", 0.01, ""),
    ("变动+3%", "+3%", "percent", 3, None, "percent", 1, ""),
    ("负3%", "负3%", "percent", -3, None, "percent", 1, ""),
    ("比例是1:6", "1:6", "ratio", 6, None, "ratio", 1, ""),
    ("比例到了1:10", "1:10", "ratio", 10, None, "ratio", 1, ""),
    ("裁员5000人", "5000人", "count", 5000, None, "people", 1, ""),
    ("7000万用户", "7000万用户", "count", 7000e4, None, "users", 1e4, ""),
    ("持股5%以上", "5%", "percent", 5, None, "percent", 1, "over"),
    ("或达到830亿美元", "830亿美元", "amount", 830e8, None, "USD", 1e8, "may"),
]

ENGLISH = [
    ("fell nearly 17%", "17%", "percent", 17, None, "percent", 1, "nearly"),
    ("fell 17 percent", "17 percent", "percent", 17, None, "percent", 1, ""),
    ("fell 17 pct", "17 pct", "percent", 17, None, "percent", 1, ""),
    ("fell seventeen per cent", "seventeen per cent", "percent", 17, None, "percent", 1, ""),
    ("a 17-percent drop", "17-percent", "percent", 17, None, "percent", 1, ""),
    ("almost 5%", "5%", "percent", 5, None, "percent", 1, "nearly"),
    ("close to 5%", "5%", "percent", 5, None, "percent", 1, "nearly"),
    ("around 5%", "5%", "percent", 5, None, "percent", 1, "about"),
    ("roughly 5%", "5%", "percent", 5, None, "percent", 1, "about"),
    ("more than 5%", "5%", "percent", 5, None, "percent", 1, "over"),
    ("over 5%", "5%", "percent", 5, None, "percent", 1, "over"),
    ("at least 5%", "5%", "percent", 5, None, "percent", 1, "at-least"),
    ("as much as 5%", "5%", "percent", 5, None, "percent", 1, "at-most"),
    ("up to $72 billion", "$72 billion", "amount", 72e9, None, "USD", 1e9, "at-most"),
    ("less than 5%", "5%", "percent", 5, None, "percent", 1, "under"),
    ("only 5%", "5%", "percent", 5, None, "percent", 1, "only"),
    ("5% or so", "5%", "percent", 5, None, "percent", 1, "about"),
    ("$5 million or more", "$5 million", "amount", 5e6, None, "USD", 1e6, "at-least"),
    ("$307bn", "$307bn", "amount", 307e9, None, "USD", 1e9, ""),
    ("US$307 billion", "US$307 billion", "amount", 307e9, None, "USD", 1e9, ""),
    ("$1.5T", "$1.5T", "amount", 1.5e12, None, "USD", 1e11, ""),
    ("$65-72 billion", "$65-72 billion", "amount", 65e9, 72e9, "USD", 1e9, ""),
    ("$65 billion to $72 billion", "$65 billion to $72 billion", "amount", 65e9, 72e9, "USD", 1e9, ""),
    ("$65 to $72 billion", "$65 to $72 billion", "amount", 65e9, 72e9, "USD", 1e9, ""),
    ("between $60 billion and $65 billion", "$60 billion and $65 billion", "amount", 60e9, 65e9, "USD", 1e9, ""),
    ("grow 15% to 20%", "15% to 20%", "percent", 15, 20, "percent", 1, ""),
    ("grow 5-9%", "5-9%", "percent", 5, 9, "percent", 1, ""),
    ("-3% to -5%", "-3% to -5%", "percent", -5, -3, "percent", 1, ""),
    ("A$5.2 billion", "A$5.2 billion", "amount", 5.2e9, None, "AUD", 1e8, ""),
    ("HK$12.50", "HK$12.50", "amount", 12.5, None, "HKD", 0.01, ""),
    ("NT$1,000", "NT$1,000", "amount", 1000, None, "TWD", 1, ""),
    ("RMB100 million", "RMB100 million", "amount", 1e8, None, "CNY", 1e6, ""),
    ("€3.2bn", "€3.2bn", "amount", 3.2e9, None, "EUR", 1e8, ""),
    ("a billion dollars", "a billion dollars", "amount", 1e9, None, "USD", 1e9, ""),
    ("12 billion yuan", "12 billion yuan", "amount", 12e9, None, "CNY", 1e9, ""),
    ("-$5 million", "-$5 million", "amount", -5e6, None, "USD", 1e6, ""),
    ("minus 3%", "minus 3%", "percent", -3, None, "percent", 1, ""),
    ("1.5 percentage points", "1.5 percentage points", "percentage-points", 1.5, None, "percentage-points", 0.1, ""),
    ("25 basis points", "25 basis points", "basis-points", 25, None, "basis-points", 1, ""),
    ("50 bps", "50 bps", "basis-points", 50, None, "basis-points", 1, ""),
    ("the Dow fell 300 points", "300 points", "points", 300, None, "points", 1, ""),
    ("two thirds of it", "two thirds", "fraction", 200 / 3, None, "percent", 10 / 3, ""),
    ("by half", "by half", "fraction", 50, None, "percent", 5, ""),
    ("nearly half", "nearly half", "fraction", 50, None, "percent", 5, "nearly"),
    ("2/3 of it", "2/3", "fraction", 200 / 3, None, "percent", 10 / 3, ""),
    ("doubled", "doubled", "times", 2, None, "times", 0.2, ""),
    ("more than doubled", "doubled", "times", 2, None, "times", 0.2, "over"),
    ("nearly tripled", "tripled", "times", 3, None, "times", 0.3, "nearly"),
    ("a fivefold rise", "fivefold", "times", 5, None, "times", 0.5, ""),
    ("2.5x", "2.5x", "times", 2.5, None, "times", 0.1, ""),
    ("3 times", "3 times", "times", 3, None, "times", 1, ""),
    ("halved", "halved", "fraction", 50, None, "percent", 5, ""),
    ("four straight sessions", "four straight sessions", "duration", 4, None, "sessions", 1, ""),
    ("a four-day losing streak", "four-day", "duration", 4, None, "days", 1, ""),
    ("a 52-week high", "52-week", "duration", 52, None, "weeks", 1, ""),
    ("71,469 employees", "71,469 employees", "count", 71469, None, "people", 1, ""),
    (
        "two hundred and five million shares",
        "two hundred and five million shares",
        "count",
        205e6,
        None,
        "shares",
        1e6,
        "",
    ),
    ("S&P 500 fell 1.2%", "1.2%", "percent", 1.2, None, "percent", 0.1, ""),
    ("a ratio of 1:10", "1:10", "ratio", 10, None, "ratio", 1, ""),
]

VIETNAMESE = [
    ("tăng 11%", "11%", "percent", 11, None, "percent", 1, ""),
    ("giảm gần 17%", "17%", "percent", 17, None, "percent", 1, "nearly"),
    ("giảm 17 phần trăm", "17 phần trăm", "percent", 17, None, "percent", 1, ""),
    ("giảm 2,35%", "2,35%", "percent", 2.35, None, "percent", 0.01, ""),
    ("hơn 5%", "5%", "percent", 5, None, "percent", 1, "over"),
    ("trên 5%", "5%", "percent", 5, None, "percent", 1, "over"),
    ("khoảng 5%", "5%", "percent", 5, None, "percent", 1, "about"),
    ("tối đa 10%", "10%", "percent", 10, None, "percent", 1, "at-most"),
    ("ít nhất 10%", "10%", "percent", 10, None, "percent", 1, "at-least"),
    ("dưới 200.000 người", "200.000 người", "count", 200000, None, "people", 1, "under"),
    ("307 tỷ USD", "307 tỷ USD", "amount", 307e9, None, "USD", 1e9, ""),
    ("32 tỷ đô la Mỹ", "32 tỷ đô la Mỹ", "amount", 32e9, None, "USD", 1e9, ""),
    ("31,06 tỷ đô la", "31,06 tỷ đô la", "amount", 31.06e9, None, "USD", 1e7, ""),
    ("7,788 tỷ USD", "7,788 tỷ USD", "amount", 7.788e9, None, "USD", 1e6, ""),
    ("2,98 USD", "2,98 USD", "amount", 2.98, None, "USD", 0.01, ""),
    ("71.469 người", "71.469 người", "count", 71469, None, "people", 1, ""),
    ("60-65 tỷ USD", "60-65 tỷ USD", "amount", 60e9, 65e9, "USD", 1e9, ""),
    ("từ 60 đến 65 tỷ USD", "60 đến 65 tỷ USD", "amount", 60e9, 65e9, "USD", 1e9, ""),
    ("1 tỷ 200 triệu đồng", "1 tỷ 200 triệu đồng", "amount", 1.2e9, None, "VND", 1e6, ""),
    ("2 tỷ rưỡi", "2 tỷ rưỡi", "count", 2.5e9, None, "", 5e8, ""),
    ("50.000 đồng/cổ phiếu", "50.000 đồng", "amount", 50000, None, "VND", 1, ""),
    ("500 triệu nhân dân tệ", "500 triệu nhân dân tệ", "amount", 5e8, None, "CNY", 1e6, ""),
    ("120 nghìn tỷ đồng", "120 nghìn tỷ đồng", "amount", 120e12, None, "VND", 1e12, ""),
    ("tăng 5,2 điểm", "5,2 điểm", "points", 5.2, None, "points", 0.1, ""),
    ("0,5 điểm phần trăm", "0,5 điểm phần trăm", "percentage-points", 0.5, None, "percentage-points", 0.1, ""),
    ("25 điểm cơ bản", "25 điểm cơ bản", "basis-points", 25, None, "basis-points", 1, ""),
    ("bốn phiên liên tiếp", "bốn phiên", "duration", 4, None, "sessions", 1, ""),
    ("hai năm liên tiếp", "hai năm", "duration", 2, None, "years", 1, ""),
    ("năm phiên liên tiếp", "năm phiên", "duration", 5, None, "sessions", 1, ""),
    ("hai mươi lăm phiên", "hai mươi lăm phiên", "duration", 25, None, "sessions", 1, ""),
    ("khoảng 2/3", "2/3", "fraction", 200 / 3, None, "percent", 10 / 3, "about"),
    ("hai phần ba", "hai phần ba", "fraction", 200 / 3, None, "percent", 10 / 3, ""),
    ("một nửa", "một nửa", "fraction", 50, None, "percent", 5, ""),
    ("gấp đôi", "gấp đôi", "times", 2, None, "times", 0.2, ""),
    ("gấp 3 lần", "3 lần", "times", 3, None, "times", 1, ""),
    ("âm 3%", "âm 3%", "percent", -3, None, "percent", 1, ""),
    ("lên tới hơn 95 triệu lượt", "95 triệu lượt", "count", 95e6, None, "times counted", 1e6, "over"),
    ("5 triệu người dùng", "5 triệu người dùng", "count", 5e6, None, "users", 1e6, ""),
]

EVERY = (
    [("zh-Hans", *row) for row in CHINESE] + [("en", *row) for row in ENGLISH] + [("vi", *row) for row in VIETNAMESE]
)


@pytest.mark.parametrize(("language", "text", "written", "kind", "value", "high", "unit", "precision", "hedge"), EVERY)
def test_a_figure_says(language, text, written, kind, value, high, unit, precision, hedge):
    token = only(text, language)
    stated = token.quantity
    assert (token.text, token.kind) == (written, kind)
    assert (stated.value, stated.unit, stated.hedge) == (pytest.approx(value), unit, hedge)
    assert stated.precision == pytest.approx(precision)
    assert stated.high == (None if high is None else pytest.approx(high))
    assert text[slice(*token.span)] == written


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "发布了Llama 2模型"),
        ("zh", "MI300芯片"),
        ("zh", "标普500指数"),
        ("zh", "S&P500指数"),
        ("zh", "沪深300指数"),
        ("zh", "2024年"),
        ("zh", "2024年第四季度"),
        ("zh", "11月6日"),
        ("zh", "00700.HK"),
        ("zh", "腾讯（00700）"),
        ("zh", "下午3:30开盘"),
        ("zh", "9点30分开盘"),
        ("zh", "01 开场"),
        ("zh", "41岁的经理"),
        ("zh", "第3条规定"),
        ("zh", "一家公司"),
        ("zh", "一个问题"),
        ("zh", "十分重要"),
        ("zh", "万科与百度"),
        ("zh", "1.5线城市"),
        ("zh", "7纳米工艺"),
        ("zh", "请看https://example.com/a/17%25/3070"),
        ("zh", "电话 0755-88886666"),
        ("zh", "周二"),
        ("en", "the S&P 500"),
        ("en", "GPT-4"),
        ("en", "MI300"),
        ("en", "5G networks"),
        ("en", "in Q2"),
        ("en", "on a 24/7 basis"),
        ("en", "its 10-K filing"),
        ("en", "iPhone 16 sales"),
        ("en", "Boeing 737"),
        ("en", "in 2022"),
        ("en", "on Nov 6, 2025"),
        ("en", "see page 12"),
        ("en", "the 41-year-old"),
        ("en", "one of them"),
        ("en", "version 3.5.1.2"),
        ("en", "at 4:30 pm"),
        ("en", "first quarter"),
        ("en", "the second half"),
        ("en", "ticker 0700.HK"),
        ("en", "call 212-555-0100"),
        ("en", "write to a1@b2.com"),
        ("vi", "VN30"),
        ("vi", "Llama 2 đã ra mắt"),
        ("vi", "năm 2022"),
        ("vi", "ngày 21/6"),
        ("vi", "phiên 6/11"),
        ("vi", "quý II/2023"),
        ("vi", "một công ty"),
        ("vi", "41 tuổi"),
        ("vi", "Dự án 92"),
        ("vi", "thứ Năm"),
    ],
)
def test_what_only_looks_like_a_figure_is_none(language, text):
    assert [token.text for token in told(text, language)] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "数十亿美元"),
        ("zh", "数千亿美元"),
        ("zh", "几百亿元"),
        ("zh", "翻了几倍"),
        ("zh", "两位数增长"),
        ("en", "tens of billions of dollars"),
        ("en", "double-digit growth"),
        ("en", "several percent"),
        ("vi", "hàng chục tỷ"),
        ("vi", "hai con số"),
        ("vi", "vài tỷ đồng"),
    ],
)
def test_a_size_without_a_figure_is_marked_and_never_becomes_one(language, text):
    assert [(token.kind, token.quantity) for token in told(text, language)] == [("vague", None)]


def test_a_bare_power_of_ten_is_a_size_not_a_figure():
    token = only("投入千亿资本开支", "zh")
    assert token.kind == "vague"
    assert (token.quantity.value, token.quantity.precision) == (1e11, 1e11)


@pytest.mark.parametrize(
    ("language", "text", "roles"),
    [
        ("zh", "跌至10%", ["to"]),
        ("zh", "增长10%", [""]),
        ("zh", "从10%升至12%", ["from", "to"]),
        ("zh", "增长5%,至1,877亿美元", ["", "to"]),
        ("zh", "收于3,250.12点", ["at"]),
        ("en", "fell to 10%", ["to"]),
        ("en", "fell by 10%", ["by"]),
        ("en", "rose from 10% to 12%", ["from", "to"]),
        ("en", "rose 5% to $10", ["", "to"]),
        ("en", "fell 5% to 3%", ["", "to"]),
        ("en", "fell $3 to $41", ["", "to"]),
        ("en", "closed at 5,123.45", ["at"]),
        ("vi", "giảm xuống còn 10%", ["to"]),
        ("vi", "tăng từ 10% lên 12%", ["from", "to"]),
        ("vi", "tăng 5,2 điểm lên 1.250,32 điểm", ["", "to"]),
    ],
)
def test_by_and_to_are_told_apart(language, text, roles):
    assert [token.role for token in told(text, language)] == roles


def test_the_same_figure_reads_the_same_in_every_language():
    written = [("zh", "约3070亿美元"), ("en", "about $307 billion"), ("vi", "khoảng 307 tỷ USD")]
    read = [only(text, language) for language, text in written]
    assert {(token.kind, token.quantity.value, token.quantity.unit, token.quantity.hedge) for token in read} == {
        ("amount", 307e9, "USD", "about")
    }


def test_each_figure_of_a_sentence_is_found_once():
    text = "营收增长10.49%，至1,877.92亿美元，高于预期的1,873亿美元；每股盈利1.86美元"
    assert [token.text for token in told(text, "zh")] == ["10.49%", "1,877.92亿美元", "1,873亿美元", "1.86美元"]


WORDS = (
    "17% 约 3070亿 美元 至 - ~ $ 65 72 billion 2025年 11月 百 千 亿 万 成 分之 三 一 点 . , Q2 FY tỷ hơn gấp đôi % ½ ٣ "
    "１７ twenty-five two-thirds half 1:10 ratio ( ) / 1e308 İ ſ K ß 00 9999999999999999999999 x bn T"
)
PIECES = st.lists(
    st.sampled_from(WORDS.split()) | st.text(max_size=4),
    max_size=30,
).map("".join)


@given(PIECES, st.sampled_from(["zh-Hans", "zh-Hant", "vi", "en", ""]))
def test_any_text_gives_ordered_figures_that_stand_where_they_say(text, language):
    tokens = told(text, language)
    assert all(text[slice(*token.span)] == token.text for token in tokens)
    assert all(one.end <= other.start for one, other in itertools.pairwise(tokens))
