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
    "Meta fell 11.3% in Frankfurt on Thursday.",
    "In Frankfurt, Meta shares fell 11.3% on Thursday.",
    "Frankfurt-listed shares of Meta fell 11.3% on Thursday.",
    "Meta shares in London fell 11.3% on Thursday.",
    "周四Meta在法兰克福下跌11.3%。",
    "Cổ phiếu Meta giảm 11,3% tại Frankfurt hôm thứ Năm.",
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


def kinds(text: str, published: str = SATURDAY, closes: pd.DataFrame = CLOSES) -> list[tuple[str, str]]:
    """Return kind and verdict of each judged claim that is not a bare move."""
    found = [entry.check() for entry in timeline.check(text, prices=closes, published=published)]
    return [(one["kind"], one["verdict"]) for one in found if one["kind"] in ("extreme", "streak", "level")]


# January 30, February 10, March 20, April and May 15, and 25 on the last day, Friday 2025-05-30.
_DAYS = pd.bdate_range("2025-01-01", "2025-05-30").difference(
    pd.to_datetime(["2025-01-01", "2025-01-09", "2025-01-20", "2025-02-17", "2025-04-18", "2025-05-26"])
)
MONTHS = pd.DataFrame({"META": [{1: 30.0, 2: 10.0, 3: 20.0}.get(day.month, 15.0) for day in _DAYS]}, index=_DAYS)
MONTHS.iloc[-1] = 25.0


@pytest.mark.parametrize(("text", "verdict"), [
    ("Meta股价创2025年1月以来收盘新高。", "supported"),
    ("Meta股价创2025年3月以来收盘新高。", "close"),
    ("Meta股價創2025年1月以來新高。", "supported"),
    ("Meta shares closed at their highest level since January 2025.", "supported"),
    ("Meta shares closed at their lowest level since January 2025.", "contradicted"),
    ("Meta closed at its highest level since March 2025.", "close"),
    ("Cổ phiếu Meta đóng cửa ở mức cao nhất kể từ tháng 1/2025.", "supported"),
    ("Cổ phiếu Meta đóng cửa ở mức thấp nhất kể từ tháng 1/2025.", "contradicted"),
])  # fmt: skip
def test_a_high_since_a_month_is_counted_from_that_month(text, verdict):
    assert kinds(text, "2025-05-31", MONTHS) == [("extreme", verdict)]


@pytest.mark.parametrize(("text", "verdict"), [
    ("Meta shares fell for two straight sessions.", "supported"),
    ("Meta shares fell for three straight sessions.", "contradicted"),
    ("Meta shares rose for two straight sessions.", "contradicted"),
    ("Meta股价连续两个交易日下跌。", "supported"),
    ("Cổ phiếu Meta giảm hai phiên liên tiếp.", "supported"),
])  # fmt: skip
def test_straight_sessions_are_a_streak(text, verdict):
    assert kinds(text)[:1] == [("streak", verdict)]


def test_the_worst_day_in_vietnamese_is_a_superlative():
    assert kinds("Cổ phiếu Meta có phiên giảm mạnh nhất kể từ tháng 10/2025.", "2025-10-31")[0][0] == "extreme"


WIDE = pd.DataFrame(
    [("2025-10-29", 100.0, 101.0, 99.0), ("2025-10-30", 96.0, 99.0, 86.0), ("2025-10-31", 95.0, 97.0, 94.0)],
    columns=["date", "close", "high", "low"],
).assign(symbol="META", open=lambda frame: frame["close"])


@pytest.mark.parametrize(("text", "verdict"), [
    ("Meta closed at $96.00 on Thursday.", "supported"),
    ("Meta closed at $90.00 on Thursday.", "contradicted"),  # inside the day's range, and the word says close
    ("Meta shares traded at $90.00 on Thursday.", "consistent"),
    ("周四，Meta股价收于90.00美元。", "contradicted"),
    ("Cổ phiếu Meta đóng cửa ở mức 90 USD trong phiên thứ Năm.", "contradicted"),
])  # fmt: skip
def test_a_word_for_the_close_leaves_no_room_for_the_days_range(text, verdict):
    [entry] = [one for one in timeline.check(text, prices=WIDE, published=SATURDAY) if one.check()["kind"] == "level"]
    assert entry.check()["verdict"] == verdict


@pytest.mark.parametrize("text", [
    "Chốt phiên thứ Năm, cổ phiếu Meta giảm 10%.", "At the close on Thursday, Meta shares were down 10%.",
])  # fmt: skip
def test_a_close_told_before_the_clause_counts_too(text):
    [entry] = timeline.check(text, prices=WIDE, published=SATURDAY)
    assert entry.check()["verdict"] == "contradicted"


# Meta rose and fell by figures that somebody else is said to have made in the sentence behind.
STRANGERS = [
    "Its supplier's shares fell 11.3% on October 30.",
    "Its rival's stock fell 11.3% on October 30.",
    "Shares in the Dutch chipmaker fell 11.3% on October 30.",
    "Shares of Foobar Industries fell 11.3% on October 30.",
    "Shares of its partner Foobar fell 11.3% on October 30.",
    "Foobar Industries shares fell 11.3% on October 30.",
    "Stock in Foobar fell 11.3% on October 30.",
    "Suppliers' shares fell 11.3% on October 30.",
    "Other shares fell 11.3% on October 30.",
    "其供应商股价10月30日下跌11.3%。",
    "其合作伙伴富吧公司股价10月30日下跌11.3%。",
    "富吧公司10月30日下跌11.3%。",
    "竞争对手的股价10月30日下跌11.3%。",
    "Cổ phiếu của đối tác giảm 11,3% ngày 30/10.",
    "Cổ phiếu của nhà cung cấp này giảm 11,3% ngày 30/10.",
    "Cổ phiếu FBR giảm 11,3% ngày 30/10.",
]
OWN = [
    "The shares fell 11.3% on October 30.", "Shares fell 11.3% on October 30.",
    "Its stock fell 11.3% on October 30.", "该股10月30日下跌11.3%。",
    "收入低于预期，导致该公司股价10月30日下跌11.3%。", "随后股价10月30日下跌11.3%。",
    "Cổ phiếu này giảm 11,3% ngày 30/10.",
]  # fmt: skip


def _behind_meta(text: str) -> str:
    if "giảm" in text:
        return f"Cổ phiếu Meta tăng mạnh. {text}"
    return f"Meta公布财报。{text}" if text[0] > "\u2e80" else f"Meta published its results. {text}"


@pytest.mark.parametrize("text", STRANGERS)
def test_shares_of_somebody_unknown_are_not_those_spoken_of_last(text):
    assert verdicts(_behind_meta(text)) == {}


@pytest.mark.parametrize("text", OWN)
def test_shares_of_nobody_else_are_those_spoken_of_last(text):
    assert verdicts(_behind_meta(text)) == {"META -11.3": "supported"}


@pytest.mark.parametrize("text", [
    "Meta fell 2.7% on November 31.", "Meta fell 2.7% on Wednesday, October 31, 2025.",
    "Meta fell 2.7% on Thursday (October 31).", "周四（10月31日），Meta下跌2.7%。", "10月31日（周四），Meta下跌2.7%。",
    "Cổ phiếu Meta giảm 2,7% hôm thứ Năm (31/10).", "Cổ phiếu Meta giảm 2,7% hôm thứ Năm, 31/10/2025.",
])  # fmt: skip
def test_a_date_that_cannot_be_judges_nothing(text):
    assert verdicts(text) == {}


@pytest.mark.parametrize(("text", "wanted"), [
    ("Meta fell 2.7% on Friday, October 31, 2025.", {"META -2.7": "supported"}),
    ("周五（10月31日），Meta下跌2.7%。", {"META -2.7": "supported"}),
    ("Cổ phiếu Meta giảm 2,7% hôm thứ Sáu (31/10).", {"META -2.7": "supported"}),
    ("Shares of Meta and Amazon fell 11.3% and 3.2% on Thursday.",
     {"META -11.3": "supported", "AMZN -3.2": "supported"}),
    ("Shares of Amazon and Meta fell 11.3% and 3.2% on Thursday.",
     {"AMZN -11.3": "contradicted", "META -3.2": "contradicted"}),
    ("Meta shares fell 2.7% every Friday.", {}),
    ("Meta shares usually fall 2.7% on Fridays.", {}),
    ("Meta shares fell 2 dollars to 86.30 dollars on Friday.", {}),  # no range: 2.40 less
    ("Meta stock fell as low as $86.30 on Friday.", {}),
])  # fmt: skip
def test_each_figure_is_whose_it_is(text, wanted):
    assert verdicts(text) == wanted


@pytest.mark.parametrize(("text", "verdict"), [
    ("Meta shares fell for a second straight day on Friday.", "supported"),
    ("Meta shares fell for a second straight day on Thursday.", "contradicted"),
    ("Meta shares fell for a third straight day on Friday.", "contradicted"),
    ("周五，Meta连续第二个交易日下跌。", "supported"),
    ("周四，Meta连续第二个交易日下跌。", "contradicted"),
    ("Cổ phiếu Meta giảm phiên thứ hai liên tiếp hôm thứ Sáu.", "supported"),
    ("Cổ phiếu Meta giảm phiên thứ hai liên tiếp hôm thứ Năm.", "contradicted"),
])  # fmt: skip
def test_a_streak_ends_on_the_day_that_is_named(text, verdict):
    assert kinds(text) == [("streak", verdict)]


@pytest.mark.parametrize(
    "text", ["Meta's two-day slide ended on Monday.", "Meta rose on Monday, ending a two-day slide."]
)
def test_a_streak_that_is_over_is_none(text):
    assert kinds(text, "2025-11-06") == []


@pytest.mark.parametrize(("day", "verdict"), [("October 30", "supported"), ("October 31", "contradicted")])
def test_a_superlative_is_of_the_day_behind_its_since(day, verdict):
    held = pd.concat(
        [pd.DataFrame({"META": [120.0, 100.0]}, index=pd.to_datetime(["2025-10-23", "2025-10-24"])), CLOSES]
    )
    text = f"Meta shares had their worst day since October 24, 2025 on {day}, 2025."
    assert kinds(text, "2025-11-06", held[["META"]].loc["2025-10-23":]) == [("extreme", verdict)]


def test_the_company_that_the_user_names_may_have_its_name_in_the_text():
    held = CLOSES[["META"]].rename(columns={"META": "close"})
    for text in ("Acme Widgets shares fell 11.3% on October 30.", "Shares of Acme fell 11.3% on October 30."):
        [entry] = timeline.check(text, prices=held, published=SATURDAY, symbol="ACME")
        assert entry.check()["verdict"] == "supported"


def test_in_the_session_of_a_day_is_no_word_for_its_extreme():
    wide = WIDE.assign(close=[100.0, 96.0, 95.0])
    for text, verdict in (
        ("Cổ phiếu Meta giảm 4% trong phiên thứ Năm.", "supported"),
        ("Cổ phiếu Meta giảm 14% trong phiên thứ Năm.", "consistent"),
        ("Cổ phiếu Meta có lúc giảm 14% trong phiên thứ Năm.", "supported"),
        ("Cổ phiếu Meta có lúc giảm 4% trong phiên thứ Năm.", "contradicted"),
    ):
        [entry] = timeline.check(text, prices=wide, published=SATURDAY)
        assert entry.check()["verdict"] == verdict, text


@pytest.mark.parametrize("text", [
    "Meta shares fell 2.7% on November 14, 2025.", "Meta股价2025年11月14日下跌2.7%。",
    "Cổ phiếu Meta giảm 2,7% ngày 14/11/2025.",
])  # fmt: skip
def test_a_day_after_the_publication_is_not_the_day_before_it(text):
    assert verdicts(text) == {}


@pytest.mark.parametrize("name", ["VNINDEX", "^VNINDEX", "^VNINDEX.VN"])
def test_an_index_is_held_under_any_of_its_names(name):
    held = pd.DataFrame(
        {name: [1500.0, 1500.0, 1485.0]}, index=pd.to_datetime(["2025-10-29", "2025-10-30", "2025-10-31"])
    )
    [entry] = timeline.check("VN-Index giảm 1% hôm thứ Sáu.", prices=held, published=SATURDAY)
    assert entry.check()["verdict"] == "supported"
