"""Sentences that look like a true claim and are none, or one about something else: worked by hand, read and judged.

The prices are made up for one week of 2025; what each figure must come out as is beside it. Closes (percent moves):

              Tue 28   Wed 29   Thu 30         Fri 31
    META      100.00   100.00   88.70 (-11.3)  86.30 (-2.7)
    AMZN      100.00   100.00   96.80 (-3.2)   106.10 (+9.6)
    ^GSPC     6000     6000     6030 (+0.5)    5970 (-1.0)
    BABA      100.00   100.00   100.30 (+0.3)  98.40
    9988.HK   100.00   100.00   103.80 (+3.8)  105.00
    USDCNY    7.0000   7.0000   7.0700 (+1.0)  7.0350
"""

from __future__ import annotations

import pandas as pd
import pytest

import timeline

DAYS = pd.to_datetime(["2025-10-27", "2025-10-28", "2025-10-29", "2025-10-30", "2025-10-31"])
CLOSES = pd.DataFrame(
    {
        "META": [100.0, 100.0, 100.0, 88.7, 86.3],
        "AMZN": [100.0, 100.0, 100.0, 96.8, 106.1],
        "^GSPC": [6000.0, 6000.0, 6000.0, 6030.0, 5970.0],
        "BABA": [100.0, 100.0, 100.0, 100.3, 98.4],
        "9988.HK": [100.0, 100.0, 100.0, 103.8, 105.0],
        "0700.HK": [100.0, 100.0, 100.0, 102.0, 103.0],
        "USDCNY": [7.0, 7.0, 7.0, 7.07, 7.035],
    },
    index=DAYS,
)
SATURDAY = "2025-11-01"


def verdicts(text: str, published: str = SATURDAY) -> dict[str, str]:
    """Return the verdict of each judged figure by symbol and value."""
    found = timeline.check(text, prices=CLOSES, published=published)
    shown = {}
    for entry in found:
        claim = entry.check()
        if claim["kind"] in ("move", "level") and claim["stated"]:
            shown[f"{claim['symbol']} {claim['stated']['value']:g}"] = claim["verdict"]
    return shown


# Each holds the figure of META's or the index' true move on Thursday, and none says that META or the index made it.
NOT_SAID = [
    "Meta futures fell 11.3% on Thursday.",
    "Tokenized Meta shares fell 11.3% on Thursday.",
    "The inverse Meta fund fell 11.3% on Thursday.",
    "Reports that Meta fell 11.3% on Thursday are wrong.",
    "It is a myth that Meta fell 11.3% on Thursday.",
    "Meta fell 11.3% on Thursday, according to a false report.",
    "Unlike Meta, Amazon fell 11.3% on Thursday.",
    "Amazon, not Meta, fell 11.3% on Thursday.",
    "Meta and Amazon fell an average of 11.3% on Thursday.",
    "Meta recovered from an 11.3% fall on Thursday.",
    "Meta fell 11.3% on October 30 last year.",
    "Meta fell 11.3% on 30 October last year.",
    "In February 2022 Meta fell 11.3% on the day after its results.",
    "In 2022, Meta fell 2.7% in one day.",
    "Meta closed down as much as 13.5% on Thursday.",
    "S&P 500 futures rose 0.5% on Thursday.",
    "S&P 500 E-minis rose 0.5% on Thursday.",
    "The S&P 500 ETF rose 0.5% on Thursday.",
    "The S&P 500 technology sector rose 0.5% on Thursday.",
    "Meta's weight in the S&P 500 rose 0.5% on Thursday.",
    "Alibaba's Hong Kong shares rose 0.3% on Thursday.",
    "Hong Kong-listed Alibaba rose 0.3% on Thursday.",
    "Alibaba rose 0.3% in Hong Kong on Thursday.",
    "Alibaba's ADRs rose 3.8% on Thursday.",
    "Tencent's ADRs rose 2% on Thursday.",
    "The yuan rose 1% on October 30, 2025.",
    "有传言称Meta周四下跌11.3%，公司否认。",
    "网传Meta周四下跌11.3%并不属实。",
    "Meta周四下跌11.3%的说法是错误的。",
    "亚马逊而非Meta周四下跌11.3%。",
    "与Meta不同，亚马逊周四下跌11.3%。",
    "Meta和亚马逊周四平均下跌11.3%。",
    "标普500指数期货周四上涨0.5%。",
    "标普500科技板块周四上涨0.5%。",
    "标普500ETF周四上涨0.5%。",
    "阿里巴巴港股周四上涨0.3%。",
    "阿里巴巴美股周四上涨3.8%。",
    "人民币兑美元10月30日上涨1%。",
    "人民幣兌美元10月30日升1%。",
    "Tin đồn Meta giảm 11,3% hôm thứ Năm là sai.",
    "Khác với Meta, Amazon giảm 11,3% hôm thứ Năm.",
    "Amazon chứ không phải Meta giảm 11,3% hôm thứ Năm.",
    "Hợp đồng tương lai S&P 500 tăng 0,5% hôm thứ Năm.",
    "Cổ phiếu Meta giảm 11,3% ngày 30/10 năm ngoái.",
    "Cổ phiếu Alibaba niêm yết tại Hồng Kông tăng 0,3% ngày 30/10/2025.",
    "Đồng nhân dân tệ tăng 1% ngày 30/10/2025.",
]


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_is_not_said_of_a_price_finds_no_support(text):
    assert "supported" not in verdicts(text).values()


SAID = [
    ("Meta fell 11.3% and Amazon 3.2% on Thursday.", {"META -11.3", "AMZN -3.2"}),
    ("Amazon fell 3.2% and Meta 11.3% on Thursday.", {"META -11.3", "AMZN -3.2"}),
    ("Meta fell 11.3%, while Amazon lost 3.2% on Thursday.", {"META -11.3", "AMZN -3.2"}),
    ("Meta fell 11.3% Thursday and 2.7% Friday.", {"META -11.3"}),
    ("Meta fell 2.7%, and on Thursday Amazon lost 3.2%.", {"META -2.7", "AMZN -3.2"}),
    ("The S&P 500 gained 30 points, or 0.5%, to 6030 on Thursday.", {"^GSPC 30", "^GSPC 0.5", "^GSPC 6030"}),
    ("The S&P 500 gained 30 points, or 0.5%, to 6030, on Thursday.", {"^GSPC 30", "^GSPC 0.5", "^GSPC 6030"}),
    ("Meta fell 11.3% on October 30, 2025.", {"META -11.3"}),
    ("Meta fell 11.3% on October 30 this year.", {"META -11.3"}),
    ("Alibaba's Hong Kong shares rose 3.8% on Thursday.", {"9988.HK 3.8"}),
    ("Alibaba rose 3.8% in Hong Kong on Thursday.", {"9988.HK 3.8"}),
    ("Alibaba's U.S.-listed shares rose 0.3% on Thursday.", {"BABA 0.3"}),
    ("ADRs of Alibaba rose 0.3% on Thursday.", {"BABA 0.3"}),
    ("Tencent's Hong Kong-listed shares rose 2% on Thursday.", {"0700.HK 2"}),
    ("The yuan fell 1% on October 30, 2025.", {"CNYUSD -1"}),  # 7.00 / 7.07 - 1 = -0.99%
    ("USD/CNY rose 1% on October 30, 2025.", {"USDCNY 1"}),
    ("人民币兑美元10月30日下跌1%。", {"CNYUSD -1"}),
    ("人民币兑美元10月30日收报7.07。", {"USDCNY 7.07"}),
    ("阿里巴巴港股周四上涨3.8%。", {"9988.HK 3.8"}),
    ("Cổ phiếu Meta giảm 11,3% trong ngày 30/10/2025.", {"META -11.3"}),
    ("Cổ phiếu Alibaba tại Hong Kong tăng 3,8% ngày 30/10/2025.", {"9988.HK 3.8"}),
]


@pytest.mark.parametrize(("text", "wanted"), SAID)
def test_what_is_said_beside_it_is_supported(text, wanted):
    found = verdicts(text)
    assert {key for key, verdict in found.items() if verdict == "supported"} == wanted, found


def test_a_day_of_last_week_is_not_that_of_this_one():
    assert verdicts("Meta fell 11.3% on Thursday last week.", "2025-10-31").get("META -11.3") != "supported"
    assert verdicts("Meta fell 11.3% on Thursday last week.", "2025-11-07") == {"META -11.3": "supported"}


def test_the_past_month_is_no_day():
    # From 2025-09-30 or 10-01 on, which is not held: nothing of one session may stand in for it.
    assert verdicts("Meta fell 2.7% over the past month.") == {"META -2.7": "unchecked"}
