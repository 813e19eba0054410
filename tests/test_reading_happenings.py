"""Happenings out of sentences: what happened, to whom, when as told; and what is no happening."""

from __future__ import annotations

from datetime import date

import pytest

from events.model import Happening, Said
from events.reading.article import read_article
from events.reading.claims import read_claims
from events.reading.clauses import read_clauses
from events.reading.happenings import releases


def happened(text, day="2025-02-11"):
    read = read_article(text, published=Said(day=date.fromisoformat(day)))
    return [
        (claim.symbol, claim.event, claim.on, claim.stance)
        for claim in read_claims(read).claims
        if isinstance(claim, Happening)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("亚马逊发布了超出预期的2024年第四季度业绩。", ("AMZN", "results", "", "actual")),
        ("微软在1月29日的财报电话会议上表示，需求强劲。", ("MSFT", "results-call", "2025-01-29", "actual")),
        ("谷歌上周二表示，预计今年将花费750亿美元用于AI建设。", ("GOOGL", "announcement", "2025-02-04", "actual")),
        ("Apple unveiled the iPad Pro on May 7.", ("AAPL", "product", "2024-05-07", "actual")),
        ("Microsoft acquired Activision Blizzard for $68.7 billion.", ("MSFT", "acquisition", "", "actual")),
        ("Tesla was sued by the state of California.", ("TSLA", "lawsuit", "", "actual")),
        ("Meta đã công bố báo cáo tài chính quý 4.", ("META", "results", "", "actual")),
    ],
)
def test_a_happening_has_its_company_its_kind_and_its_date_as_told(text, expected):
    assert expected in happened(text)


@pytest.mark.parametrize(
    "text",
    [
        "Apple has not released results.",
        "苹果没有发布新产品。",
        "If Microsoft acquired the studio, regulators would object.",
        "天气很好，公园里的人很多。",
        "Thời tiết hôm nay đẹp.",
    ],
)
def test_what_is_denied_or_supposed_is_no_happening(text):
    assert happened(text) == []


def test_a_release_in_the_evening_is_after_the_close():
    read = read_article("亚马逊在上周四晚间的财报电话会议上表示，投资会继续。", published=Said(day=date(2025, 2, 11)))
    assert [(one.symbol, one.on, one.timing) for one in releases(read_clauses(read))] == [
        ("AMZN", "2025-02-06", "after-close")
    ]
