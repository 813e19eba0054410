"""Bytes to text: which encoding a file was written in, found from its own marks first and from its letters last."""

from __future__ import annotations

import codecs
import re

from events.errors import Problem

_SAMPLE = 65_536
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,4}=\s{0,4}["']?([A-Za-z0-9_.:-]{2,24})""")
# Pages say gb2312 and big5 and use the larger sets that browsers read those names as.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso-8859-1": "cp1252", "latin-1": "cp1252"}
# Frequent characters of running Chinese text in both scripts: a wrong double-byte decoding yields rare ones.
_FREQUENT = frozenset(
    "的一是不了在人有我他这這個們来來到时時大地为為子中你说說生国國年着著就那和要她出也得里裡后後自以会會家可下而过過"
    "天去能对對小多然于於心学學么麼之都好看起发發当當没沒成只如事把还還用第样樣道想作种種开開美总總从從无無情己面最女但现現前"
    "股市场場价價涨漲跌元亿億万萬公司报報点點收盘盤资資金增长長今日月季财財经經新上本行业業分将將高低同比投"
)


def decode(data: bytes) -> tuple[str, str, tuple[Problem, ...]]:
    """Return the text of `data`, the name of its encoding, and Problems for bytes that could not be read.

    Order: byte order mark, valid UTF-8, the charset that the file declares, UTF-16 without a mark, the double-byte
    Chinese encodings by how frequent the resulting characters are, then charset-normalizer. Never raises.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _decoded(data, name)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        pass
    for name in (_declared(data), _utf16_without_mark(data)):
        if name and (text := _strict(data, name)) is not None:
            return text, name, ()
    if _nearly_utf8(data):
        return _decoded(data, "utf-8")
    if name := _chinese(data):
        return _decoded(data, name)
    return _decoded(data, _by_letters(data))


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _decoded(data: bytes, name: str) -> tuple[str, str, tuple[Problem, ...]]:
    text = _strict(data, name)
    if text is not None:
        return text, name, ()
    text = data.decode(name, "replace")
    lost = text.count("\ufffd")
    return text, name, (Problem(f"{lost} places of the text are not valid {name}; they stand as U+FFFD"),)


def _declared(data: bytes) -> str:
    found = _DECLARED.search(data[:4096])
    if not found:
        return ""
    name = found[1].decode("ascii").lower()
    name = _WIDER.get(name, name)
    try:
        known = codecs.lookup(name)
    except LookupError:
        return ""
    # A declaration that could be read as ASCII cannot be UTF-16, whatever it says; and some codecs are no charsets.
    return "" if known.name.startswith(("utf-16", "utf-32")) or not known._is_text_encoding else name


def _utf16_without_mark(data: bytes) -> str:
    sample = data[:4096]
    if len(sample) < 4 or len(data) % 2:
        return ""
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.3 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.3 and odd < half * 0.05 else ""


def _nearly_utf8(data: bytes) -> bool:
    """Return whether the text is UTF-8 but for a cut or a few broken bytes."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    wide = sum(1 for character in text if character > "\x7f" and character != "\ufffd")
    return text.count("\ufffd") * 10 <= wide


def _chinese(data: bytes) -> str:
    best, score = "", 0.12
    for name in ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be"):
        text = data[:_SAMPLE].decode(name, "replace")
        wide = [character for character in text if character > "\x7f"]
        if len(wide) < 2 or text.count("\ufffd") > 1 + len(wide) // 50:
            continue
        share = sum(character in _FREQUENT for character in wide) / len(wide)
        if share > score:
            best, score = name, share
    return best


def _by_letters(data: bytes) -> str:
    import charset_normalizer  # heavy, and only for what nothing above could name

    found = charset_normalizer.from_bytes(data[:8192], cp_isolation=["cp1252", "cp1258", "gb18030", "big5"])
    best = found.best()
    return best.encoding if best is not None else "cp1252"
