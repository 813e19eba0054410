"""The arithmetic that a text states: read as relations, judged by the check; and figures that no text relates."""

from __future__ import annotations

from datetime import date

import pytest

from events.model import Relation, Said
from events.reading.article import read_article
from events.reading.claims import read_claims
from timeline.arithmetic import judge_relation


def related(text, day="2025-02-11"):
    read = read_article(text, published=Said(day=date.fromisoformat(day)))
    return [claim for claim in read_claims(read).claims if isinstance(claim, Relation)]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("亚马逊2024年回购50亿美元，分红30亿美元，合计80亿美元。", "supported"),
        ("亚马逊2024年回购50亿美元，分红30亿美元，合计90亿美元。", "contradicted"),
        ("小米集团2024年第三季度营收925亿元，高于市场预期的902亿元。", "supported"),
        ("小米集团2024年第三季度营收895亿元，高于市场预期的902亿元。", "contradicted"),
        (
            "Lợi nhuận ròng của Meta trong quý 4 năm 2024 là 11 tỷ USD, so với 10 tỷ USD cùng kỳ năm ngoái, tăng 10%.",
            "supported",
        ),
        ("亚马逊2024年第四季度AWS收入为300亿美元，分部经营利润为120亿美元，AWS的经营利润率为40%。", "supported"),
    ],
)  # fmt: skip
def test_what_a_text_adds_up_or_compares_is_read_and_judged(text, verdict):
    assert [judge_relation(one).verdict for one in related(text)] == [verdict]


def test_relations_refer_to_the_claims_of_their_figures():
    read = read_article("亚马逊2024年回购50亿美元，分红30亿美元，合计80亿美元。")
    claims = read_claims(read).claims
    keys = {claim.key for claim in claims if claim.key}
    [relation] = [claim for claim in claims if isinstance(claim, Relation)]
    assert {part.ref for part in relation.left.parts} | {relation.right.ref} <= keys


@pytest.mark.parametrize(
    "text",
    [
        "亚马逊2024年收入为6380亿美元。微软2024年收入为2450亿美元。",
        "Apple's revenue was $90 billion. Microsoft's revenue was $60 billion.",
        "Doanh thu của Apple là 90 tỷ USD.",
    ],
)
def test_figures_that_stand_side_by_side_are_not_related(text):
    assert related(text) == []
