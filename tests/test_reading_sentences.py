"""Where sentences and clauses end in four languages, and where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.reading.sentences import sentences


def split(text: str, language: str) -> list[str]:
    return [text[slice(*sentence.span)] for sentence in sentences(text, language)]


def clauses(text: str, language: str) -> list[str]:
    (sentence,) = sentences(text, language)
    return [text[start:end] for start, end in sentence.clauses]


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("zh", ["苹果跌3.5%，市值缩水。", "“这很好。”", "他说，明天见！", "第二段"]),
        ("zh", ["营收为1,877.92亿美元.", "明天再看."]),
        ("zh", ["公司名为Amazon.com，总部在U.S. 西部。", "完。"]),
        ("en", ["Apple Inc. shares fell 3.5% on Nov. 6 in the U.S. market.", "Others rose."]),
        ("en", ["Trading ended at 4 p.m.", "The Dow rose 1,200.5 points."]),
        ("en", ["Yahoo! shares fell.", "Why?", "Nobody knows."]),
        ("en", ['"It was bad."', "Mr. Smith of Amazon.com left."]),
        ("en", ["Shares of Meta Platforms Inc.", "The stock fell."]),
        ("vi", ["Doanh thu đạt 31,06 tỷ USD, tăng 11%.", "Cổ phiếu giảm 2.5%."]),
        ("vi", ["Ông ở TP. Hồ Chí Minh.", "Giá tăng!"]),
    ],
)
def test_a_sentence_ends_where_a_reader_would_end_it(language, parts):
    joined = ("" if language == "zh" else " ").join(parts)
    assert split(joined, language) == parts


def test_a_line_break_ends_a_sentence():
    assert split("标题没有句号\n正文", "zh") == ["标题没有句号", "正文"]


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("zh", ["股价跌3.5%,", "市值缩水1,877亿美元；", "对手涨2%。"]),
        ("zh", ["营收增长10%，", "2024年利润下降。"]),
        ("en", ["Revenue rose 5% to $1,234 million,", "while costs fell 2%."]),
        ("vi", ["Doanh thu tăng 11,5%,", "lợi nhuận giảm;", "trong khi giá tăng."]),
    ],
)
def test_a_clause_ends_at_a_comma_but_not_inside_a_number(language, parts):
    joined = ("" if language == "zh" else " ").join(parts)
    assert clauses(joined, language) == parts


@given(st.text(alphabet='ab1 ,.;!?。，；“”"\n-—U.S.年', max_size=80), st.sampled_from(["zh", "vi", "en"]))
def test_sentences_cover_every_word_once_and_clauses_every_word_of_theirs(text, language):
    found = sentences(text, language)
    covered = "".join(text[slice(*sentence.span)] for sentence in found)
    assert "".join(covered.split()) == "".join(text.split())
    for sentence in found:
        inside = "".join(text[start:end] for start, end in sentence.clauses)
        assert "".join(inside.split()) == "".join(text[slice(*sentence.span)].split())
