"""Price claims out of single sentences of our own: what is found, and above all what is not."""

from __future__ import annotations

from datetime import date

import pytest

from events.model import Said
from events.reading.article import read_article
from events.reading.claims import read_claims
from tests.ledger import PRICE_KINDS, kind_of

SAID = Said(day=date(2025, 11, 6))  # a Thursday

# sentence, then the claims as "kind symbol value unit" with what else is promised of each
FOUND = [
    ("Apple shares fell 4% on Tuesday.", ["move AAPL -4 percent day end=2025-11-04"]),
    ("Shares of Apple climbed nearly 3%.", ["move AAPL 3 percent nearly"]),
    ("苹果股价周二下跌4%。", ["move AAPL -4 percent day end=2025-11-04"]),
    ("蘋果股價週二下跌4%。", ["move AAPL -4 percent day end=2025-11-04"]),
    ("Cổ phiếu Apple giảm 4% hôm thứ Ba.", ["move AAPL -4 percent day end=2025-11-04"]),
    ("Apple and Microsoft each fell 2%.", ["move AAPL -2 percent", "move MSFT -2 percent"]),
    ("苹果、微软均跌2%。", ["move AAPL -2 percent", "move MSFT -2 percent"]),
    ("Apple và Microsoft cùng giảm 2%.", ["move AAPL -2 percent", "move MSFT -2 percent"]),
    ("苹果涨1.2%，微软跌3%。", ["move AAPL 1.2 percent", "move MSFT -3 percent"]),
    ("Apple rose 1% and Microsoft 2%.", ["move AAPL 1 percent", "move MSFT 2 percent"]),
    ("苹果、微软分别涨1%、2%。", ["move AAPL 1 percent", "move MSFT 2 percent"]),
    ("Apple shares are up 12% this year.", ["move AAPL 12 percent year-to-date"]),
    ("今年以来，苹果股价累计上涨12%。", ["move AAPL 12 percent year-to-date"]),
    ("Từ đầu năm, cổ phiếu Apple tăng 12%.", ["move AAPL 12 percent year-to-date"]),
    (
        "Apple fell as much as 5% before closing 1% lower.",
        ["move AAPL -5 percent intraday", "move AAPL -1 percent close"],
    ),
    ("苹果盘前涨超3%。", ["move AAPL 3 percent over pre-market"]),
    ("Apple stock dropped 6% in after-hours trading.", ["move AAPL -6 percent after-hours"]),
    ("Apple shares fell 4% to $180.20.", ["move AAPL -4 percent", "level AAPL 180.2 USD"]),
    ("腾讯跌1.6%，报342.2元。", ["move 0700.HK -1.6 percent", "level 0700.HK 342.2 HKD"]),
    ("The S&P 500 rose 45.10 points, or 0.7%.", ["move ^GSPC 45.1 points", "move ^GSPC 0.7 percent"]),
    (
        "Apple fell 10%, its worst day since January 2013.",
        ["move AAPL -10 percent", "extreme AAPL worst since=2013-01-01 since_end=2013-01-31"],
    ),
    ("苹果股价连续四个交易日下跌。", ["streak AAPL down count=4"]),
    ("Apple shares rose for a fifth straight session.", ["streak AAPL up count=5"]),
    (
        "Apple shares are 20% below their July peak.",
        ["drawdown AAPL -20 percent peak_from=2025-07-01 peak_to=2025-07-31"],
    ),
    ("苹果市值蒸发约1000亿美元。", ["market-value AAPL -1e11 USD about change"]),
    ("Apple's market value stands at $3 trillion.", ["market-value AAPL 3e12 USD level"]),
    ("回购160亿美元，约合人民币1168亿元。", ["conversion USDCNY 1.168e11 CNY about"]),
    ("Apple shares more than doubled this year.", ["move AAPL 100 percent over year-to-date"]),
]

QUIET = [
    "Apple's revenue fell 4%.",
    "Apple shipments rose 10% from a year earlier.",
    "苹果营收同比下降4%。",
    "Doanh thu của Apple giảm 4%.",
    "Apple shares did not fall 4%.",
    "If Apple shares fell 4%, nobody would notice.",
    "Did Apple shares fall 4%?",
    "如果苹果股价下跌4%，怎么办？",
    "苹果股价并未下跌4%。",
    "Nếu cổ phiếu Apple giảm 4% thì sao?",
    "An analyst raised her price target for Apple by 4%.",
    "分析师将苹果目标价上调10%。",
    "Apple cut its prices by 4%.",
    "Apple supplier Somebody fell 4%.",
    "Unemployment fell to 4% in March.",
    "The yield rose 30 basis points.",
    "Apple bought 49% of the firm.",
    "Apple's unit sales rose to 4%.",
    "It rose 4%.",
    "GDP grew 5.2%, and prices rose 2%.",
    "He scored 34 points on Tuesday, up from 20.",
    "猪肉价格下降22%，菜价上涨3%。",
]  # fmt: skip


def shown(claim) -> set[str]:
    words = {kind_of(claim), claim.symbol}
    stated = getattr(claim, "stated", None)
    if stated is not None:
        words |= {f"{stated.value:g}", f"{stated.value:.6g}", stated.unit, stated.hedge}
    for name in ("direction", "sense"):
        words.add(str(getattr(claim, name, "")))
    for name in ("count", "since", "since_end", "peak_from", "peak_to"):
        words.add(f"{name}={getattr(claim, name, None)}")
    if window := getattr(claim, "window", None):
        words |= {window.span, window.part, f"end={window.end}"}
    return words


def wanted(line: str) -> set[str]:
    words = set(line.split())
    return {
        f"{float(word):g}" if word.replace("-", "").replace(".", "").replace("e", "").isdigit() else word
        for word in words
    }


def read(text: str):
    claims = read_claims(read_article(text, published=SAID)).claims
    return [claim for claim in claims if kind_of(claim) in PRICE_KINDS]


@pytest.mark.parametrize(("text", "lines"), FOUND)
def test_a_sentence_is_read_as_its_price_claims(text, lines):
    found = read(text)
    for line in lines:
        missing = [wanted(line) - shown(claim) for claim in found]
        assert any(not left for left in missing), (line, [shown(claim) for claim in found])
    assert len(found) == len(lines), [shown(claim) for claim in found]


@pytest.mark.parametrize("text", QUIET)
def test_a_sentence_without_a_price_claim_gives_none(text):
    assert read(text) == []


@pytest.mark.parametrize(("text", "lines"), FOUND)
def test_every_claim_knows_its_words_and_its_rules(text, lines):
    article = read_article(text, published=SAID)
    reading = read_claims(article)
    for claim, rules in zip(reading.claims, reading.traces, strict=True):
        start, end = claim.span
        assert article.original[start:end] == claim.text and rules


def test_a_forecast_is_told_as_expected():
    [claim] = read("Apple shares are expected to rise 4%.")
    assert claim.stance == "expected"


def test_the_same_claim_told_twice_counts_once():
    assert len(read("Apple shares fell 4% on Tuesday.\nApple shares fell 4% on Tuesday.")) == 1


def test_the_users_company_stands_in_where_the_text_names_none():
    article = read_article("The stock fell 4% on Tuesday.", published=SAID)
    assert [claim.symbol for claim in read_claims(article, "AAPL").claims] == ["AAPL"]
