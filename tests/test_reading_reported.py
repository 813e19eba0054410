"""Reported figures out of sentences in four languages: metric, company, period, figure, growth, expectation, stance."""

from __future__ import annotations

from datetime import date

import pytest

from events.model import Reported, Said
from events.reading.article import read_article
from events.reading.claims import read_claims


def reported(text, day="2024-11-01", symbol=""):
    read = read_article(text, published=Said(day=date.fromisoformat(day)))
    return [claim for claim in read_claims(read, symbol).claims if isinstance(claim, Reported)]


def told(claim):
    stated = claim.stated
    figure = (
        None
        if stated is None
        else (stated.value, stated.unit)
        if stated.high is None
        else (stated.value, stated.high, stated.unit)
    )
    return claim.symbol, claim.metric, claim.period, figure


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        (
            "Apple reported revenue of $90.8 billion for the fiscal second quarter, down 4% from a year earlier.",
            "2024-05-03",
            ("AAPL", "revenue", "FY2024Q2", (90.8e9, "USD")),
        ),
        ("腾讯第二季度收入1611.17亿元，同比增长8%。", "2024-08-15",
         ("0700.HK", "revenue", "2024Q2", (161.117e9, "CNY"))),
        ("騰訊第二季度收入1611.17億元，按年增長8%。", "2024-08-15",
         ("0700.HK", "revenue", "2024Q2", (161.117e9, "CNY"))),
        (
            "FPT công bố doanh thu quý II/2024 đạt 15.245 tỷ đồng, tăng 22% so với cùng kỳ năm trước.",
            "2024-07-20",
            ("FPT.VN", "revenue", "2024Q2", (15.245e12, "VND")),
        ),
        ("Tesla delivered 443,956 vehicles in the second quarter.", "2024-07-24",
         ("TSLA", "deliveries", "2024Q2", (443956, "vehicles"))),
        ("阿里巴巴宣布派发每股1.66美元的股息。", "2024-05-10", ("BABA", "dividends", "", (1.66, "USD"))),
    ],
)  # fmt: skip
def test_a_figure_has_its_metric_company_period_and_unit(text, day, expected):
    assert told(reported(text, day)[0]) == expected


def test_growth_expectation_and_the_year_before_join_the_figure_that_they_speak_of():
    one = reported(
        "小米集团第三季度营收925亿元，按年增长30%，高于市场预期的902亿元，上年同期为711亿元。", "2024-11-20"
    )[0]
    assert (one.growth.value, one.expected.value, one.prior.value) == (30, 90.2e9, 71.1e9)


def test_a_fall_is_a_negative_growth():
    assert reported("Apple's revenue in the third quarter of 2024 was $85 billion, down 5%.")[0].growth.value == -5


def test_guidance_is_told_apart_from_what_happened():
    stances = [one.stance for one in reported(
        "Meta raised its 2024 capital expenditure guidance to between $38 billion and $40 billion.", "2024-10-31"
    )]  # fmt: skip
    assert stances == ["guidance"]
    [one] = reported(
        "Nvidia forecast first-quarter revenue of about $43 billion, ahead of the $41.8 billion analysts expected.",
        "2025-02-27",
    )
    assert (one.stance, one.period, one.stated.hedge, one.expected.value) == ("guidance", "FY2026Q1", "about", 41.8e9)


def test_the_future_of_a_machine_translation_is_no_guidance_about_a_quarter_that_is_over():
    [one] = reported("Báo cáo cho thấy trong quý 2 năm 2024, doanh thu của Microsoft sẽ là 64,7 tỷ USD.", "2024-10-01")
    assert (one.stance, one.stated.value) == ("actual", 64.7e9)


def test_a_business_line_stands_before_its_metric_and_names_its_company():
    names = [(one.symbol, one.metric) for one in reported(
        "Google Cloud revenue jumped 35% to $11.35 billion, while operating margin reached 17%."
    )]  # fmt: skip
    assert names == [("GOOGL", "Google Cloud revenue"), ("GOOGL", "Google Cloud operating margin")]


def test_changes_of_a_margin_are_claims_of_their_own():
    found = reported("亚马逊2024年第三季度AWS的经营利润率为38.1%，按年提升了7.8个百分点，按季上升2.6个百分点。")
    assert [(one.metric, one.stated.value) for one in found] == [
        ("AWS operating margin", 38.1),
        ("change of AWS operating margin on the year", 7.8),
        ("change of AWS operating margin on the quarter", 2.6),
    ]


def test_several_companies_each_have_their_own_figure():
    found = reported("2023年亚马逊的资本开支为527亿美元，远超微软的412亿美元和Alphabet的323亿美元。")
    assert [(one.symbol, one.stated.value) for one in found] == [("AMZN", 52.7e9), ("MSFT", 41.2e9), ("GOOGL", 32.3e9)]


def test_companies_taken_together_are_a_group():
    [one] = reported("苹果、微软和英伟达2024年合计资本开支为900亿美元。")
    assert (one.symbol, one.members) == ("", ("AAPL", "MSFT", "NVDA"))


def test_a_vague_size_stays_without_a_figure():
    [one] = reported("Meta表示，公司将投入数千亿美元的资本开支。")
    assert one.stated is None and one.metric == "capex"


def test_the_company_that_the_caller_gives_is_meant_where_the_text_names_none():
    assert reported("四季度营收321.7亿美元，同比下降4%。", "2023-02-03", "META")[0].symbol == "META"


@pytest.mark.parametrize(
    "text",
    [
        "The city spent $3 million on a park. A survey of 2,000 people found that 40% like tea.",
        "Apple shares fell 3% and oil rose 2% to $80 a barrel.",
        "亚马逊股价下跌4%，市值蒸发500亿美元。",
        "居民人均可支配收入实际增长9.7%。",
        "房地产开发投资下降9.1%。",
        "村里的合作社收入去年突破3000万元。",
        "Giá cổ phiếu Apple tăng 3% lên 190 USD.",
        "A former Google engineer has opened a bicycle workshop with 12 employees.",
        "如果苹果的营收增长10%，股价会涨吗？",
        "",
    ],
)
def test_what_no_company_reports_makes_no_claim(text):
    assert [told(one) for one in reported(text) if one.symbol] == []


def test_a_figure_told_twice_is_one_claim():
    text = "亚马逊2024年第三季度收入为1589亿美元。\n分析人士关注亚马逊。\n亚马逊2024年第三季度收入为1589亿美元。"
    assert len(reported(text)) == 1
