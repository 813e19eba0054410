"""What must not change a reading: the language, the script, the encoding of a letter, what stands around, the order.

The sentences are those of corpus/templates.toml, filled by corpus/metamorphic.py: other companies, figures, hedges,
directions and windows. A sentence that is denied or supposed says less than it did, and never the contrary.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

import opencc
import pytest
from msgspec.structs import replace

from events.model import AnyClaim, Extreme, MarketValue, Move, Reported, Said
from events.reading.article import read_article
from events.reading.claims import read_claims
from tests.corpus.loading import LANGUAGES, CorpusArticle, corpus
from tests.corpus.metamorphic import PUBLISHED, around, article_of, fillings, sentence, templates
from tests.corpus.scoring import score
from tests.corpus_check import reader, said, told_false, told_miss

TEMPLATES = templates()
TELLING = [template for template in TEMPLATES if template["expects"]]
READ = reader()
MANY, FEW = 24, 4  # fillings of a template

by_language = pytest.mark.parametrize("language", LANGUAGES)
by_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one["id"])


def found(text: str, language: str, symbol: str = "", when: Said | None = None) -> list[AnyClaim]:
    """The claims of a text without their places and words."""
    article = read_article(text, published=when or Said(day=PUBLISHED), language=language)  # type: ignore[arg-type]
    return [replace(one, text="", span=None, key="") for one in read_claims(article, symbol).claims]


@cache
def filled(name: str, language: str, count: int = FEW) -> tuple[str, ...]:
    """The sentences that a template makes in a language, each once."""
    template = next(one for one in TEMPLATES if one["id"] == name)
    return tuple(dict.fromkeys(sentence(template, one, language) for one in fillings(template, count)))


def sorted_claims(claims: Iterable[AnyClaim]) -> list[str]:
    return sorted(map(repr, claims))


# ---- languages -------------------------------------------------------------------------------------------------------


@by_language
@by_template
def test_one_claim_reads_the_same_in_every_language(template, language):
    """Kind, symbol, direction, figure, unit, hedge and window are those of the one expectation for all languages."""
    told = []
    for filling in fillings(template, MANY):
        one = article_of(template, filling, language)
        result = score(one, list(READ(one.text, said(one), language, "")))
        told += [f"{one.text}\n{line}" for line in map(told_miss, result.misses)]
        told += [f"{one.text}\n{line}" for line in map(told_false, result.false)]
    assert not told, "\n".join(told)


# ---- what stands around ----------------------------------------------------------------------------------------------

MENUS = {
    "en": "Home | Markets | Opinion | Sport\n\n{}\n\nRead next: ten ways to save 20%\n4,512 views · 38 comments",
    "vi": "Trang chủ | Thời sự | Đăng nhập\n\n{}\n\nĐọc thêm: mười cách tiết kiệm 20% tiền điện\nLượt xem: 4.512",
    "zh-Hans": "首页 | 财经 | 体育 | 登录\n\n{}\n\n相关阅读：十个省下20%电费的办法\n阅读 4512 · 评论 38",
    "zh-Hant": "首頁 | 財經 | 體育 | 登入\n\n{}\n\n相關閱讀：十個省下20%電費的辦法\n瀏覽 4512 · 留言 38",
}
HEADINGS = {
    "en": "# Notes of the day\n\n{}\n\n## Elsewhere\n\nThe museum opens an hour later in winter.",
    "vi": "# Ghi chép trong ngày\n\n{}\n\n## Chuyện khác\n\nMùa đông, bảo tàng mở muộn hơn một giờ.",
    "zh-Hans": "# 每日手记\n\n{}\n\n## 其他\n\n冬天博物馆晚开一小时。",
    "zh-Hant": "# 每日手記\n\n{}\n\n## 其他\n\n冬天博物館晚開一小時。",
}


def settings_of(language: str) -> list[str]:
    """Texts with a place for a sentence, and nothing to read in them."""
    quiet = around(language)
    gap = "" if language.startswith("zh") else " "
    return [
        *(f"{one}{gap}{{}}" for one in quiet),
        *(f"{{}}{gap}{one}" for one in quiet),
        gap.join([*quiet[:2], "{}", *quiet[2:]]),
        "\n\n".join([*quiet, "{}", *quiet]),
        MENUS[language],
        HEADINGS[language],
    ]


@by_language
def test_what_is_put_around_says_nothing_itself(language):
    for setting in settings_of(language):
        assert found(setting.format(""), language) == [], setting


@by_language
@by_template
def test_text_without_a_claim_around_a_claim_changes_nothing(template, language):
    for text in filled(template["id"], language, 2):
        alone = found(text, language)
        for setting in settings_of(language):
            assert found(setting.format(text), language) == alone, setting.format(text)


# ---- scripts and letters ---------------------------------------------------------------------------------------------

WIDE = str.maketrans({str(digit): chr(0xFF10 + digit) for digit in range(10)})
SPELLINGS: dict[str, Callable[[str], str]] = {
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "full-width digits": lambda text: text.translate(WIDE),
    "full-width percent": lambda text: text.replace("%", "\uff05"),
    "non-breaking spaces": lambda text: text.replace(" ", "\u00a0"),
    "narrow spaces": lambda text: text.replace(" ", "\u202f"),
    "curly quotes": lambda text: text.replace("'", "\u2019"),
    "byte order mark": lambda text: f"\ufeff{text}",
    "zero-width spaces": lambda text: text.replace(".", "\u200b.").replace("。", "\u200b。"),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
}
LONGER = [one for one in corpus() if len(one.sentences) > 1]


@pytest.mark.parametrize("spelling", SPELLINGS)
@by_language
def test_the_spelling_of_letters_digits_and_spaces_changes_nothing(language, spelling):
    respell = SPELLINGS[spelling]
    for template in TEMPLATES:
        for text in filled(template["id"], language):
            assert found(respell(text), language) == found(text, language), respell(text)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_spelling_of_an_article_changes_nothing(spelling):
    respell = SPELLINGS[spelling]
    for one in LONGER:
        assert in_article(one, respell(one.text)) == in_article(one, one.text), one.id


def in_article(one: CorpusArticle, text: str, language: str = "") -> list[AnyClaim]:
    return found(text, language or one.language, one.symbol, said(one))


@pytest.mark.parametrize("standard", ["s2t", "s2hk", "s2tw"])
def test_traditional_characters_of_any_standard_read_as_simplified_ones(standard):
    convert = opencc.OpenCC(standard).convert
    for template in TEMPLATES:
        for text in filled(template["id"], "zh-Hans"):
            assert found(convert(text), "zh-Hant") == found(text, "zh-Hans"), convert(text)
    for one in LONGER:
        if one.language == "zh-Hans":
            assert in_article(one, convert(one.text), "zh-Hant") == in_article(one, one.text), one.id


# ---- order -----------------------------------------------------------------------------------------------------------

# A day that is named goes on to the sentences behind it, by design: these name none.
FREE = {  # template -> which of its fillings: each has a company or an index of its own
    "t01-day": 0, "t09-this-week": 1, "t12-year-to-date": 2, "t15-index-points": 1, "t17-level": 3,
    "t18-index-level": 2, "t19-streak": 4,
}  # fmt: skip


@by_language
def test_the_order_of_sentences_changes_nothing_but_the_order(language):
    """Each sentence names its own company, and no day that the next could mean too."""
    dice = random.Random(3)
    texts = [filled(name, language, 5)[number] for name, number in FREE.items()]
    gap = "\n" if language.startswith("zh") else " "
    first = sorted_claims(found(gap.join(texts), language))
    assert first == sorted_claims(one for text in texts for one in found(text, language))
    for _ in range(12):
        dice.shuffle(texts)
        assert sorted_claims(found(gap.join(texts), language)) == first, gap.join(texts)


# ---- denied and supposed ---------------------------------------------------------------------------------------------

DENIED = {
    "en": ("It is not true that {}.", "The company denied that {}.", "Nobody has shown that {}."),
    "vi": ("Không phải {}.", "Công ty bác bỏ tin {}.", "Không có chuyện {}."),
    "zh-Hans": ("并非{}。", "公司否认{}。", "没有人说{}。"),
    "zh-Hant": ("並非{}。", "公司否認{}。", "沒有人說{}。"),
}
CONVERSION = "t34-conversion"  # that one amount is the other is said, whatever is supposed of it
SUPPOSED = {
    "en": ("If {}, the fund would be surprised.", "Suppose {}.", "Imagine that {}.", "Is it possible that {}?"),
    "vi": ("Nếu {} thì quỹ sẽ bất ngờ.", "Giả sử {}.", "Liệu {}?", "Sẽ ra sao nếu {}?"),
    "zh-Hans": ("如果{}，基金会感到意外。", "假设{}。", "假如{}，怎么办？", "难道{}？"),
    "zh-Hant": ("如果{}，基金會感到意外。", "假設{}。", "假如{}，怎麼辦？", "難道{}？"),
}


def wrapped(wrapper: str, text: str, language: str) -> str:
    """A sentence inside another one, without its stop, and in English with a small letter at its begin."""
    inner = text.rstrip(".。")
    if language == "vi" and inner.split()[0] in {
        "Cổ",
        "Hôm",
        "Trong",
        "Trước",
        "Tuần",
        "Tháng",
        "Từ",
        "Kể",
        "Cả",
        "So",
    }:
        inner = inner[0].lower() + inner[1:]
    if language == "en" and inner.split()[0] in {"Shares", "Year", "Since", "On", "In", "At", "It", "The"}:
        inner = inner[0].lower() + inner[1:]
    return wrapper.format(inner)


def sense(claim: AnyClaim) -> tuple[str, str, str]:
    """What may not turn round: the kind, the company, and up or down."""
    up = getattr(claim, "direction", "") or ""
    stated = getattr(claim, "stated", None)
    if isinstance(claim, (Move, MarketValue)) and stated is not None and getattr(claim, "sense", "change") == "change":
        up = "down" if stated.value < 0 else "up"
    return type(claim).__name__, claim.symbol, up


def is_weak(claim: AnyClaim) -> bool:
    """Whether a claim says less than that something is so."""
    return getattr(claim, "stance", "actual") != "actual" or getattr(getattr(claim, "stated", None), "hedge", "") in {
        "may",
        "possibly",
    }


@by_language
@pytest.mark.parametrize("template", [one for one in TELLING if one["id"] != CONVERSION], ids=lambda one: one["id"])
def test_what_is_denied_or_supposed_is_no_claim_and_never_the_contrary(template, language):
    for text in filled(template["id"], language, 2):
        senses = {sense(one) for one in found(text, language)}
        for wrapper in (*DENIED[language], *SUPPOSED[language]):
            told = wrapped(wrapper, text, language)
            for one in found(told, language):
                assert is_weak(one), (told, one)
                assert sense(one) in senses or isinstance(one, (Reported, Extreme)), (told, one)
