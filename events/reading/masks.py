"""Where digits are no figures: addresses, tickers, clock times, telephone and version numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from events.reading.lexicon import lexicon
from events.reading.spelling import digit_runs

Span = tuple[int, int]

# Each pattern with characters of which one must stand in the text: most texts hold no address, and never look for one.
# A pattern that begins with a character, what stands before it looked at behind that, is what the search is quick at.
_WORDED = (
    (("http", "www."), r"""(?:https?://|www\.)[^\s<>"'，。；）)（(]{1,2000}"""),
    (("@",), r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,64}(?:\.[A-Za-z]{2,12}){1,3}"),
    (("点", "时"), r"(?:上午|下午|早上|晚上|凌晨|中午|傍晚|晚间|早间|夜间)\s?\d{1,2}[点时]"),
    (("NaN", "ICP", "ID", "id"), r"[NIi](?:(?<=N)aN|(?<=I)CP|(?<=[Ii])[Dd])[^\s]{0,3}\d{4,20}"),
    (("v", "V"), r"[vV](?<![A-Za-z\d].)\d{1,3}(?:\.\d{1,3}){0,3}(?!\d)"),
)
# HKEX: 700, and how it ends, which few texts hold.
_CODE = re.compile(r"[:：]\s?\d{3,6}(?!\d)")
_OF_EXCHANGES = re.compile(
    r"(?<![\w.])(?:HKEX|SEHK|HKG|SHSE|SZSE|SSE|SHA|SHE|TYO|TSE|KRX|TPE|NYSE|NASDAQ|HOSE|HNX)\s?[:：]\s?\d{3,6}(?!\d)"
)
_EACH = tuple((needed, re.compile(pattern)) for needed, pattern in _WORDED)
_BRACKETED = re.compile(r"[(（]\s?\d{4,6}\s?[)）]")  # a code by itself
# What begins with the first digit of several.
_DIGITS = re.compile(
    r"""
    (?<![\d.,])\d{3,6}\.(?:HK|SH|SZ|SS|BJ|TWO|TW|T|KS|KQ|L|SI|AX|HM|HN|VN|SHA|SHE|TYO)(?![A-Za-z])   # 00700.HK
  | (?<![\d.,])\d{2,4}-\d{3,4}-\d{3,4}(?!\d)                            # telephones
  | (?<![\d.,])0\d{2,3}-\d{7,8}(?!\d)
  | (?<![\d.,])\d{1,6}(?:\.\d{1,6}){3,}(?!\d)                           # four parts and more: an address, a version
  | (?<![\d:])(?:[01]?\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d)?(?![\d:])(?:\s?[AaPp]\.?[Mm]\.?(?![A-Za-z]))?  # 14:58
  | (?<![\d.,])\d{1,2}\s?[AaPp]\.?[Mm](?:\.|(?![A-Za-z]))               # 4 pm
  | (?<![\d.,])(?:[01]?\d|2[0-4])[点时](?:[0-5]?\d分|半|整|钟)            # 9点30分
  | (?<![\d.,])\d{1,2}\s?(?:giờ|h)\s?[0-5]\d(?:\s?phút)?(?!\d)            # 9h30
    """,
    re.VERBOSE,
)
_RATIO_LOOK = 24


@cache
def _ratio_words(language: str) -> re.Pattern[str]:
    tables = [lexicon(name)["not-figures"]["ratio"] for name in ("zh", "vi", "en")]
    return re.compile("|".join(re.escape(word) for words in tables for word in words), re.IGNORECASE)


def masks(text: str, language: str) -> list[Span]:
    """Return the spans in which no figure stands, in no order; 1:10 is a ratio where a word near it says so."""
    spans = [found.span() for found in _BRACKETED.finditer(text)]
    done = 0
    for at in digit_runs(text).starts:
        if at < done or not (found := _DIGITS.match(text, at)):
            continue
        start, end = found.span()
        done = end
        if ":" in found[0]:
            near = text[max(0, start - _RATIO_LOOK) : end + _RATIO_LOOK // 2]
            if _ratio_words(language).search(near):
                continue
        spans.append((start, end))
    for needed, pattern in _EACH:
        for one in needed:
            if one in text:
                spans.extend(found.span() for found in pattern.finditer(text))
                break
    if _CODE.search(text):
        spans.extend(found.span() for found in _OF_EXCHANGES.finditer(text))
    return spans


def merged(*groups: Iterable[Span]) -> Sequence[Span]:
    """Return spans of several lists as one sorted list without overlaps."""
    out: list[Span] = []
    for start, end in sorted(span for group in groups for span in group):
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out
