"""Which market a text is about: a company with several listings means the one there.

阿里 in a wrap of the Hang Seng is 9988.HK; in an article that speaks of Wall Street too it stays the table's first
listing. Words are those of matching text (Simplified Chinese).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_AMERICAN = re.compile(r"美股|华尔街|纽约|纳斯达克|美元|Wall Street|New York|Nasdaq|ADR|Phố Wall", re.IGNORECASE)
_AMERICAN_INDICES = frozenset(("^GSPC", "^DJI", "^IXIC", "^NDX", "^RUT", "^SOX", "^VIX"))
_MARKETS: tuple[tuple[str, re.Pattern[str], frozenset[str]], ...] = (
    ("XHKG", re.compile(r"港股|港元|港币|HK\$"), frozenset(("^HSI", "HSTECH.HK", "^HSCE"))),
    ("XTKS", re.compile(r"东京|东证|日股|Tokyo"), frozenset(("^N225", "998405.T"))),
)


def market_of(text: str, symbols: Iterable[str]) -> str:
    """Return the one exchange outside of America that a text is about (XHKG, XTKS), "" for none and for several.

    `symbols` are those of the indices and tickers that the text names.
    """
    named = set(symbols)
    if _AMERICAN.search(text) or named & _AMERICAN_INDICES:
        return ""
    found = [code for code, words, indices in _MARKETS if named & indices or words.search(text)]
    return found[0] if len(found) == 1 else ""
