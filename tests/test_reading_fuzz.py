"""No input raises, hangs, or makes a claim out of noise."""

from __future__ import annotations

import random
import string
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.reading.article import read_article
from events.reading.claims import read_claims

# Pieces that our readers look for, put together without sense: nesting, dates, figures and names in all languages.
PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "Apple",
                "苹果",
                "股价",
                "下跌",
                "4%",
                "跌",
                "涨",
                "$",
                "亿",
                "(",
                "）",
                "，",
                "。",
                "?",
                "since",
                "以来",
                "连续",
            ),
            *(
                "2022年11月",
                "最大",
                "四个交易日",
                "cổ phiếu",
                "giảm",
                "liên tiếp",
                "1.234,5 điểm",
                "\n",
                "--",
                "12/31",
                "99:99",
            ),
            *(
                "below",
                "peak",
                "doubled",
                "市值",
                "3070亿美元",
                "约合",
                "worst day",
                "Nvidia",
                "and",
                "respectively",
                "if",
                "不",
            ),
        ]
    ),
    max_size=60,
).map(" ".join)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=600))
def test_no_bytes_raise(content):
    read_claims(read_article(content))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PIECES)
def test_no_jumble_of_the_words_we_look_for_raises(text):
    article = read_article(text)
    for claim in read_claims(article).claims:
        start, end = claim.span
        assert 0 <= start <= end <= len(article.original)


@pytest.mark.parametrize(
    "letters", [string.ascii_letters + string.digits + " .,%", "天地玄黄宇宙洪荒0123456789%，。", string.printable]
)
def test_noise_makes_no_claim(letters):
    dice = random.Random(7)
    for _ in range(5):
        text = "".join(dice.choice(letters) for _ in range(800))
        assert read_claims(read_article(text)).claims == ()


def seconds(piece: str, size: int) -> float:
    text = piece * (size // len(piece))
    start = time.perf_counter()
    read_claims(read_article(text))
    return time.perf_counter() - start


@pytest.mark.parametrize(
    "piece", ["Apple fell 4%, ", "苹果跌4%，", "Apple giảm 4%, ", "跌5%，", "tăng 5% ", "4% ", "since ", "连续"]
)
def test_time_is_in_proportion_to_length(piece):
    seconds(piece, 500)  # tables load once
    short, long = seconds(piece, 2_000), seconds(piece, 8_000)
    assert long < 12 * short + 1.0  # four times as long


@pytest.mark.parametrize(
    "piece", ["%", "1", "(", "，", "\n", ".", "一", "九点", "苹果", "苹果、", "台积电、", "Apple ", "1.", "http://"]
)
def test_a_long_row_of_one_thing_takes_time_in_proportion(piece):
    seconds(piece, 500)
    short, long = seconds(piece, 20_000), seconds(piece, 160_000)
    assert long < 24 * short + 1.0  # eight times as long


@pytest.mark.parametrize(
    "text", ["9" * 1_100_000 + " billion dollars", "营收" + "九" * 1_100_000 + "亿元", "一" * 20_000]
)
def test_a_number_of_a_million_digits_is_none(text):
    assert read_claims(read_article(text)).claims == ()
