"""From bytes to an article: encodings, scripts, markup, boilerplate, the date of publication, and the way back."""

from __future__ import annotations

import os
import time
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.model import Said
from events.reading.article import ReadArticle, read_article
from events.reading.dates import dates
from events.reading.language import to_simplified
from events.reading.numbers import figures
from events.reading.sentences import sentences

HANS = "美国科技股周二收盘下跌，微软股价跌2.3%，市值蒸发约800亿美元。\n分析师认为云业务放缓，预计开支还将增加。"
HANT = "美國科技股週二收盤下跌，微軟股價跌2.3%，市值蒸發約800億美元。\n分析師認為雲業務放緩，預計開支還將增加。"
VIET = "Cổ phiếu Microsoft giảm 2,3% trong phiên thứ Ba, vốn hóa bốc hơi khoảng 80 tỷ USD.\nGiới đầu tư lo chi phí cao."
ENGLISH = "Microsoft shares fell 2.3% on Tuesday, wiping out about $80 billion – “a shock”.\nAnalysts were surprised."

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Acme falls 5% | Site</title>
<meta property="og:title" content="Acme falls 5% after results"/>
<meta property="article:published_time" content="2024-11-01T09:30:00-04:00">
<script>var x = "down 99%";</script></head><body>
<nav><a href="/">Home</a> <a href="/m">Markets up 3%</a></nav>
<article><h1>Acme falls 5% after results</h1>
<p>Shares of <b>Acme</b>&nbsp;Corp. fell <i>nearly</i> 5% on Friday, wiping out about $18 billion of market value, after
the company said that sales in its largest region were weaker than analysts had expected for the season.</p>
<p>The stock closed at $222.91, its lowest level since early September, while the S&amp;P 500 rose 0.4% and the rest
of the market gained as well on what was otherwise a quiet day of trading.</p></article>
<aside><h3>Related</h3><ul><li>Rival jumps 12%</li><li>Another hits $3 trillion</li></ul></aside>
<footer>© 2024 Site Inc. All rights reserved. 1,234 views</footer></body></html>"""


def lines(article: ReadArticle) -> list[str]:
    return [article.text[start:end] for start, end in article.paragraphs]


@pytest.mark.parametrize(
    ("text", "encoding", "language"),
    [
        (HANS, "utf-8", "zh-Hans"),
        (HANS, "utf-8-sig", "zh-Hans"),
        (HANS, "gb18030", "zh-Hans"),
        (HANS, "utf-16", "zh-Hans"),
        (HANS, "utf-16-le", "zh-Hans"),
        (HANS, "utf-16-be", "zh-Hans"),
        (HANT, "utf-8", "zh-Hant"),
        (HANT, "big5", "zh-Hant"),
        (VIET, "utf-8", "vi"),
        (VIET, "utf-16", "vi"),
        (ENGLISH, "utf-8", "en"),
        (ENGLISH, "cp1252", "en"),
        ("Acme shares fall 5%", "ascii", "en"),
    ],
)
def test_encoding_and_language_are_found(text, encoding, language):
    article = read_article(text.encode(encoding))
    assert (article.original, article.language) == (text, language)
    assert article.problems == ()


def test_a_declared_charset_is_believed():
    page = f'<html><head><meta charset="gb2312"></head><body><p>{HANS}</p></body></html>'
    assert "微软股价跌2.3%" in read_article(page.encode("gb18030")).text


def test_bytes_that_are_no_text_are_a_problem_and_the_rest_is_read():
    article = read_article(HANS.encode()[:-1])
    assert "跌2.3%" in article.text
    assert "not valid utf-8" in article.problems[0].message


def test_a_language_that_is_not_read_is_a_problem():
    article = read_article("Die Aktien der Firma sind am Dienstag nicht mit dem Markt gefallen und das ist neu.")
    assert article.language == ""
    assert "language" in article.problems[0].message


def test_traditional_text_is_matched_in_simplified_characters_at_the_same_places():
    assert read_article(HANT).text.replace("周", "周") == read_article(HANS).text
    article = read_article(HANT)
    at = article.text.index("微软股价")
    assert article.original[slice(*article.span(at, at + 4))] == "微軟股價"


@pytest.mark.parametrize(
    "spoilt",
    [
        VIET.encode().decode("latin-1"),
        HANS.partition("\n")[0].encode().decode("cp1252", "ignore").replace("\ufffd", ""),
    ],
)
def test_mojibake_is_mended_where_its_test_fires(spoilt):
    article = read_article(spoilt)
    assert article.language in ("vi", "zh-Hans")
    assert article.original == spoilt


def test_good_text_with_accents_is_left_alone():
    text = "Café and naïve – “quotes”, Å, Ã and señor rose 5%."
    assert read_article(text).text == "Café and naïve - “quotes”, Å, Ã and señor rose 5%."


def test_decomposed_letters_are_composed_and_point_back():
    article = read_article(unicodedata.normalize("NFD", VIET))
    assert "Cổ phiếu" in article.text
    at = article.text.index("phiên")
    assert unicodedata.normalize("NFC", article.original[slice(*article.span(at, at + 5))]) == "phiên"


def test_full_width_figures_become_plain_ones():
    article = read_article("股价下跌１７．５％，至３，０７０亿美元。")
    assert "17.5%" in article.text
    assert "3,070亿" in article.text
    (first, *_) = figures(article.text, "zh")
    assert article.original[slice(*article.span(first.start, first.end))] == "１７．５％"


def test_readings_left_behind_characters_by_scraping_go_and_names_in_brackets_stay():
    article = read_article(
        "我們的互聯(lián)網(wǎng)公司收購(gòu)了創(chuàng)業(yè)者(Scale AI)和微軟(msft)的股權(AI)。"
    )
    assert article.text == "我们的互联网公司收购了创业者(Scale AI)和微软(msft)的股权(AI)。"
    at = article.text.index("互联网")
    assert article.original[slice(*article.span(at, at + 3))] == "互聯(lián)網"


def test_broken_tags_and_stray_marks_go():
    article = read_article("前一段在此結束了嗎?/p>\n?術語(Term)?是一個概念。</p>")
    assert lines(article) == ["前一段在此结束了吗", "术语(Term)是一个概念。"]


def test_a_page_is_read_without_its_menu_scripts_related_links_and_footer():
    article = read_article(PAGE)
    assert article.title == "Acme falls 5% after results"
    for left_out in ("99%", "Markets up", "Rival", "trillion", "views", "2024", "<"):
        assert left_out not in article.text
    assert "S&P 500 rose 0.4%" in article.text
    at = article.text.index("nearly 5%")
    assert article.original[slice(*article.span(at, at + 9))] == "nearly</i> 5%"
    assert article.quote(at, at + 9) == "nearly 5%"
    assert str(article.published) == "2024-11-01T09:30:00-04:00"


def test_markdown_loses_front_matter_images_addresses_and_marks():
    text = (
        '---\ntitle: "Capex of 99 billion"\ndate: "2025-02-11 16:59:12"\ntags:\n  - "qq"\n---\n\n'
        "![图片](https://example.com/17/640360/0)\n\n**今年支出增加**\n\n公司（ACME）称[今年](https://example.com/2025?id=3070)将支出3250亿美元。\n\n"
        "[qq](https://example.com/rain/a/20250211A06DM600)\n"
    )
    article = read_article(text)
    assert lines(article) == ["今年支出增加", "公司（ACME）称今年将支出3250亿美元。"]
    assert article.title == "Capex of 99 billion"
    assert str(article.published) == "2025-02-11T16:59:12+08:00"
    assert "inferred" in article.note
    assert [token.text for token in figures(article.text, "zh")] == ["3250亿美元"]


def test_broken_front_matter_is_a_problem_and_the_text_is_read():
    article = read_article("---\ntitle: [a\n---\n公司股价下跌了5%。")
    assert "front matter" in article.problems[0].message
    assert lines(article) == ["公司股价下跌了5%。"]


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("标题一则\n日期: 2025-02-07 14:58\n正文下跌。", "2025-02-07T14:58:00+08:00"),
        ("标题一则\n正文下跌。\n发布于 2025-11-06", "2025-11-06"),
        ("标题一则\n2025-11-06Facebook\n正文下跌。", "2025-11-06"),
        ("标题一则\n2025年02月07日 14:58 来源：某财经\n正文下跌。", "2025-02-07T14:58:00+08:00"),
        ("標題一則\n發布時間：2025/02/07 09:05\n正文說明。", "2025-02-07T09:05:00+08:00"),
        ("Acme falls\nPublished Nov 6, 2025 at 4:05 p.m. ET\nThe shares fell.", "2025-11-06T16:05:00-05:00"),
        ("Acme falls\nNov 6, 2025\nThe shares fell.", "2025-11-06"),
        ("Acme falls\nPublished: 2025-11-06T14:00:00Z\nThe shares fell.", "2025-11-06T14:00:00+00:00"),
        ("Acme falls\nPublished: 2025-11-06 14:00\nThe shares fell.", "2025-11-06"),
        ("Cổ phiếu giảm\nThứ năm, 6/11/2025, 14:30 (GMT+7)\nGiá cổ phiếu đã giảm.", "2025-11-06T14:30:00+07:00"),
        ("Cổ phiếu giảm\nNgày đăng: 06/11/2025 08:00\nGiá cổ phiếu đã giảm.", "2025-11-06T08:00:00+07:00"),
        ("标题一则\n公司2024年11月6日公布业绩，股价当日下跌5%。", "None"),
        ("Acme falls\nThe shares fell on Nov 6, 2025, by 5%, to $10.", "None"),
    ],
)
def test_the_date_of_publication_is_found_with_its_zone(text, published):
    article = read_article(text)
    assert str(article.published) == published
    assert article.note


def test_an_impossible_date_of_publication_is_a_problem():
    article = read_article("标题一则\n日期: 2025-02-30 14:58\n正文下跌。")
    assert article.published is None
    assert "does not exist" in article.problems[0].message


def test_what_the_caller_says_wins():
    said = Said(day=date(2020, 1, 2))
    assert read_article(HANS, published=said).published == said


@pytest.mark.parametrize(
    "line",
    [
        "查看人数 151",
        "阅读 3070",
        "评论(12)",
        "HI!欢迎登录某某网",
        "1998-2025某某信息技术有限公司 版权所有",
        "经营许可证编号:粤B2-20190408",
        "粤ICP备12006556号",
        "共 0 SKU 上次更新 NaN:NaN:NaN",
        "© 2024 Acme Inc. All rights reserved.",
        "Xem bản gốc",
        "1.234 lượt xem",
        "Read the original",
        "25 comments",
        "责任编辑：张三",
        "本文来源：某网 https://example.com/posts/a-72b.html",
        "By Jane Doe and John Roe",
    ],
)
def test_a_line_of_the_page_is_no_text(line):
    assert lines(read_article(f"{HANS}\n{line}\n")) == lines(read_article(HANS))


def test_related_links_under_their_heading_go():
    article = read_article(f"{ENGLISH}\nRelated articles\nRival jumps 12% on deal\nAnother firm hits $3 trillion\n")
    assert lines(article) == lines(read_article(ENGLISH))


@pytest.mark.parametrize(
    "headline",
    [
        "Acme shares fall 5%",
        "微软股价跌2.3%",
        "Cổ phiếu Acme giảm 5%",
        "By Friday Acme had lost 5%",
        "AAPL 227.63 -0.5%",
    ],
)
def test_a_headline_by_itself_is_text(headline):
    assert lines(read_article(headline)) == [headline]


def test_text_that_stands_twice_counts_once():
    once, twice = read_article(VIET), read_article(f"{VIET}\nMột tiêu đề khác\n{VIET}")
    assert lines(twice) == [*lines(once), "Một tiêu đề khác"]


def test_text_added_around_an_article_changes_no_figure():
    plain = [token.text for token in figures(read_article(HANS).text, "zh")]
    around = f"首页\n登录\n注册\n财经\n查看人数 151\n\n{HANS}\n\n相关阅读\n某股大涨12%\n粤ICP备12006556号\n"
    assert [token.text for token in figures(read_article(around).text, "zh")] == plain


def read_all(source: bytes | str) -> None:
    article = read_article(source)
    for language in {article.language or "en", "zh-Hans"}:
        figures(article.text, language)
        dates(article.text, language, article.published)
        sentences(article.text, language)
    for start, end in article.paragraphs:
        first, last = article.span(start, end)
        assert 0 <= first < last <= len(article.original)


PIECES = (
    "<p> </p> <!-- --> <script> <html> <nav> & &nbsp; &#99999999; --- ![a]( ) [b] ** 网(wǎng) ?/p> ÃƒÂ© "
    "\u0301 İ \ud800 \x00 \u202e １７％ 日期:2025-13-45 Published:Feb 30, 2025 2024年13月40日 17% 3070亿美元 tỷ thứ "
    "Năm Q4 © 登录 \n \r\n"
)
FRAGMENTS = st.lists(
    st.sampled_from(PIECES.split(" ")) | st.text(max_size=6),
    max_size=40,
).map("".join)


@settings(deadline=None, max_examples=150)
@given(
    st.binary(max_size=400) | FRAGMENTS | st.text() | FRAGMENTS.map(lambda text: text.encode("utf-16", "surrogatepass"))
)
def test_no_content_raises(source):
    read_all(source)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "<", "<!--", "<p", "<script>", "<div>", "&", "&#1", "[a](", "![", "**", "(", "((1", "1,", "1.", "9", "百",
        "千亿", "约", "-", "$", "至", "2024年", "第", "周", "a ", "last ", "half ", "million ", "。", ".", "?", "\n",
        " ", "网(", "Ã©", "e\u0301", "http://", "a@", "@a.", "日期:", "twenty ",
    ],
)  # fmt: skip
def test_time_grows_with_the_length_and_not_faster(unit):
    read_all(unit * 50)
    short, long = (unit * (size // len(unit)) for size in (10_000, 80_000))
    seconds = []
    for text in (short, long):
        start = time.perf_counter()
        read_all(text)
        seconds.append(time.perf_counter() - start)
    assert seconds[1] < max(24 * seconds[0], 1.5), seconds


SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"


@pytest.mark.parametrize(
    ("name", "language", "published"),
    [
        ("000", "zh-Hans", "2025-11-06"),
        ("001", "zh-Hans", "2025-02-11T16:59:12+08:00"),
        ("002", "zh-Hant", "None"),
        ("003", "vi", "None"),
        ("004", "zh-Hans", "2025-02-07T14:58:00+08:00"),
    ],
)
def test_a_seed_article_is_read_as_its_ledger_says(name, language, published):
    found = sorted(SEEDS.glob(f"{name}_*.txt"))
    if not found:
        if os.environ.get("TIMELINE_CI") == "1":
            pytest.fail(f"no seed article {name} in {SEEDS}")
        pytest.skip(f"no seed articles in {SEEDS}")
    article = read_article(found[0].read_bytes())
    assert (article.language, str(article.published), article.problems) == (language, published, ())
    for left_out in ("SKU", "ICP", "登录", "许可证", "(lián)", "gtimg", "Xem bản gốc", "?/p>"):
        assert left_out not in article.text


def test_the_shipped_table_of_traditional_characters_is_what_opencc_says_of_each_by_itself():
    opencc = pytest.importorskip("opencc")
    ranges = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
    characters = [chr(code) for first, end in ranges for code in range(first, end)]
    simple = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, simple, strict=True)
    assert to_simplified() == {ord(one): other for one, other in pairs if one != other and len(other) == 1}
