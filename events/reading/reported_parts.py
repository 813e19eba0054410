"""Parts of a company that no table names, by the words that stand with a metric: "streaming revenue", 即时零售业务收入.

A figure of a part told as the company's own is a wrong figure, so that a part is called as the text calls it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from events.reading.clauses import Item
from events.reading.lexicon import load
from events.reading.metrics import metric_of, segment_named
from events.reading.reported_places import Place

# A group or a firm of an unknown name: a part of the company, or somebody else.
SOMEBODY = "?"
_OF_PARTS = frozenset(("flow", "percent"))
_WHOLE_ONLY = frozenset((
    "capex", "AI capex", "total expenses", "EPS", "adjusted EPS", "headcount", "repurchases", "dividends",
    "free cash flow", "operating cash flow", "cash", "debt", "capital returned", "net income", "R&D", "job cuts",
    "fine", "acquisition", "tax", "investment", "purchase offer", "pay packages", "NPL ratio", "net interest margin",
    "net interest income", "market share", "AI adoption", "cost savings", "impairment", "debt repayment",
    "operating expenses", "spending", "currency effect on revenue", "adjusted net income", "net loss",
    "related revenue", "pre-tax profit",
))  # fmt: skip
_LONGEST = 48
# Behind a token of these classes a name may begin.
_ENDS = frozenset(("mention", "figure", "date", "metric", "spend", "earn", "results", "say", "price"))
# "Fashion and leather goods ": one capital, and words in lower case behind it.
_PHRASE = re.compile(r"[A-Z][a-z'-]+,?(?:\s[a-z'-]+,?){1,5}\s")
_CAPITALS = r"(?P<name>[A-Z\u0110][\w&'’-]*(?:\s(?:of\s)?[A-Z\u0110][\w&'’-]*){0,3})"
_NAME_BEHIND = {
    "en": re.compile(rf"(?P<link>\s(?:at|in|from|of|for)\s)(?:the\s)?{_CAPITALS}(?!['’]s)"),
    "vi": re.compile(rf"(?P<link>\s(?:(?:của|tại|ở|từ)\s)?)(?!Q[1-4I]|US|VN|AI\b){_CAPITALS}"),
}  # fmt: skip
_OF_THINGS = re.compile(
    r"\s(?:from|of)\s(?P<part>(?:[a-z][a-z-]+\s){1,4}?)(?=(?:was|were|rose|fell|dropped|grew|climbed|jumped|slid|slipped|"
    r"declined|increased|decreased|surged|soared|shrank|gained|plunged|tumbled|sank|slumped|edged|dipped|came|reached|hit|"
    r"totaled|totalled|more than|nearly|almost|doubled|tripled|advanced|also|accounted|made|will|would|is|are)\b)"
)
_SWUNG = re.compile(r"(?P<part>[A-Z][a-z'-]+(?:\s[a-z'-]+){0,3})\s(?:swung|swings|returned|turned)\sto\san?\s")
_MONTH = re.compile(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b")
_HAN_NAME = re.compile(r"[^\s，,；;：:。、（）()“”\"「」]{1,20}$")
_GOODS = frozenset("酒车店机药煤油气电奶鞋茶盐钢铜纸糖肉水")  # what a company is but the name of, of one character
_LONG_NAME = 8  # characters of a part's name in a list of parts
_SHORT = {"云": "cloud"}  # a business line that is but one character before a metric


@cache
def _table(name: str) -> Mapping[str, str]:
    return load("parts").get(name, {})  # type: ignore[no-any-return]


@cache
def _english() -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    held = _table("en")
    behind = re.compile(
        rf"\s+(?:at|in|from|for|of|by)\s+(?:its|the|their|(?:the\s)?company's|the\s\w+'s)\s+"
        rf"(?P<part>(?:[\w&/'.-]+,?\s){{1,5}}?)(?:{held['units']})\b",
        re.IGNORECASE,
    )
    return frozenset(held["words"].split()), frozenset(held["whole"].split()), behind


@cache
def _never() -> frozenset[str]:
    held = _table("en")
    return frozenset((*held["whole"].split(), *held["never"].split()))


@cache
def _chinese() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    held = _table("zh")
    return (
        re.compile(rf"(?:{held['units']})的?$"),
        re.compile(rf"(?:{held['groups']})的?$"),
        re.compile(rf"(?:{held['openers']})+"),
    )


@cache
def _vietnamese() -> re.Pattern[str]:
    return re.compile(
        rf"\s+(?:(?:từ|của|tại|ở|cho)\s+)?(?:{_table('vi')['units']})\s+(?P<part>(?:[^\s,;:.()\d]+\s+){{1,5}}?)"
        r"(?=(?:đạt|tăng|giảm|là|ở|lên|xuống|ghi|chiếm|cũng|trong|quý|năm|hơn|gần|khoảng|còn|của|\d|\())"
    )


@cache
def _vietnamese_before() -> re.Pattern[str]:
    """Return what finds a part that a metric is told of behind it: "mảng nông nghiệp đạt doanh thu"."""
    return re.compile(
        rf"(?:^|(?<=[\s,;]))(?:{_table('vi')['units']})\s+(?P<part>(?:[^\s,;:.()\d]+\s+){{1,4}}?)"
        r"(?:(?:cũng|đã)\s+)?(?:đạt|ghi nhận|mang về|mang lại|thu về|có|đem về|đem lại|báo)\s+"
        r"(?:tổng\s+|mức\s+|số\s+)?$",
        re.IGNORECASE,
    )


def part_of(place: Place, head: Item) -> str:
    """Return the part of a company that a metric is told of, as the text calls it; "" for the company as a whole.

    SOMEBODY stands for words that may name a part or another company.
    """
    if head.kind == "earn" and place.name == "en" and _unit_before(place, head):
        return SOMEBODY
    if head.kind != "metric" or head.value in _WHOLE_ONLY or metric_of(head.value) not in _OF_PARTS:
        somebody = head.kind == "metric" and place.name != "zh" and _unknown_behind(place, head) == SOMEBODY
        return SOMEBODY if somebody else ""
    if place.name == "zh":
        return _before_chinese(place, head)
    if place.name == "vi":
        begun = max(place.text.rfind(mark, place.line.start, head.start) for mark in ",;:.") + 1
        found = _vietnamese().match(place.text, head.end, place.line.end) or _vietnamese_before().search(
            place.text, max(begun, place.line.start), head.start
        )
        return found["part"].strip() if found else _at_a_place(place, head) or _unknown_behind(place, head)
    return _before_english(place, head) or _behind_english(place, head)


def _unit_before(place: Place, head: Item) -> bool:
    """Tell whether a part of the company earns: "the sports segment earned $911 million" is no net income."""
    return bool(_unit_ends().search(place.text, max(place.line.start, head.start - 20), head.start))


@cache
def _unit_ends() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_table('en')['units']})\s$", re.IGNORECASE)


def _before_english(place: Place, head: Item) -> str:
    """Return the words for a part right before a metric; the first of a sentence may have a capital."""
    words, whole, _ = _english()
    text, start = place.text, place.line.start
    spoken = text[max(start, head.start - _LONGEST) : head.start]
    if not spoken.endswith(" "):
        return ""
    kept: list[str] = []
    for word in reversed(spoken.split(" ")[:-1]):
        plain = word.rstrip(",")
        if word.endswith(",") and not kept:
            break
        opens = len(kept) + 1 == len(spoken.split(" ")[:-1]) and head.start - _LONGEST <= start
        if plain == "and" or plain in words or (plain.lower() in words and (plain[1:].islower() and (opens or kept))):
            kept.append(word)
        else:
            break
    while kept and kept[-1].strip(",") in ("and", "other"):
        kept.pop()
    named = " ".join(reversed(kept)).lower()
    if set(named.split()) <= whole:
        return _opening(place, head)
    return named


def _opening(place: Place, head: Item) -> str:
    """Return the words that a sentence begins with up to a metric, where they are more than a name of one word."""
    spoken = place.text[place.line.start : head.start]
    if not _PHRASE.fullmatch(spoken) or place.line.between(place.line.start, head.start, "mention", "date", "it"):
        return ""
    words = spoken.lower().split()
    return "" if set(words) & _never() else " ".join(words)


def _behind_english(place: Place, head: Item) -> str:
    _, _, behind = _english()
    found = behind.match(place.text, head.end, place.line.end) or _subject_part().match(
        place.text, place.line.start, head.start
    )
    found = found or _opening_part().match(place.text, place.line.start, head.start)
    if found:
        return found["part"].strip().lower()
    return _turned(place, head) or _of_things(place, head) or _at_a_place(place, head) or _unknown_behind(place, head)


def _of_things(place: Place, head: Item) -> str:
    """Return the goods that a metric is told of: "revenue from personal computers dropped"."""
    found = _OF_THINGS.match(place.text, head.end, place.line.end) if head.value == "revenue" else None
    words = found["part"].split() if found else []
    return "" if set(words) & _no_things() else " ".join(words)


@cache
def _no_things() -> frozenset[str]:
    return frozenset(_table("en")["things-not"].split())


def _at_a_place(place: Place, head: Item) -> str:
    """Return the country or region that a metric is told of: "In China, sales rose", "sales in the U.S. rose"."""
    opening, behind = _of_places(place.name)
    before = place.text[place.line.start : head.start]
    found = behind.match(place.text, head.end, place.line.end) or opening.search(before)
    return found["place"] if found else ""


@cache
def _of_places(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    places = _table(name)["places"]
    if name == "vi":
        return (
            re.compile(
                rf"(?:^|[:;,]\s)(?:[Rr]iêng\s|còn\s)?(?:[Tt]ại|[Ởở])\s(?:thị trường\s)?(?P<place>{places}),\s"
                r"(?!.*[;:])"
            ),
            re.compile(rf"\s(?:(?:tại|ở|từ)\s)?(?:thị trường\s)?(?P<place>{places})(?!\w)"),
        )
    return (
        re.compile(
            rf"(?:^|[:;,]\s)(?:(?i:but|and|while|though|meanwhile|elsewhere),?\s)?(?:[Ii]n|[Aa]cross)\s(?:the\s)?(?P<place>{places})"
            r"(?:,\s[^,.;]{3,60},\s|,?\s)(?!.*[;:])(?!.*,\s(?:while|and|but|as)\s)"
        ),
        re.compile(rf"\s(?:in|across)\s(?:the\s)?(?P<place>{places})(?!\w)"),
    )


def _turned(place: Place, head: Item) -> str:
    """Return the part that a sentence opens with and that turned to a profit or a loss: "Streaming swung to a"."""
    found = _SWUNG.match(place.text, place.line.start, head.start)
    words, _, _ = _english()
    return found["part"].lower() if found and set(found["part"].lower().split()) <= {*words, "and"} else ""


def _unknown_behind(place: Place, head: Item) -> str:
    """Return the place that a metric is told of ("sales in China"); SOMEBODY for a name that nobody knows."""
    found = _NAME_BEHIND[place.name].match(place.text, head.end, place.line.end)
    if not found or any(one.start <= found.start("name") < one.end for one in place.line.items):
        return ""
    if _MONTH.match(found["name"]):
        return ""  # "in the December-to-February quarter"
    return found["name"] if found["link"].strip() in ("in", "tại", "ở") else SOMEBODY


@cache
def _opening_part() -> re.Pattern[str]:
    """Return what finds a part that a sentence is about: "At the parks division, operating income"."""
    owner = r"(?:its|the|their|(?:the\s)?company's|[A-Z]\w+(?:'s|’s))"
    return re.compile(
        rf"(?:At|In|Within|For)\s{owner}\s(?P<part>(?:[\w&/'-]+,?\s){{1,4}}?)(?:{_table('en')['units']}),?\s"
    )


@cache
def _subject_part() -> re.Pattern[str]:
    """Return what finds a part as the subject: "its chip division posted a profit of"."""
    verbs = "posted|reported|recorded|booked|generated|made|had|saw|swung to|delivered|brought in"
    return re.compile(
        rf"(?:(?i:its|the|their)|[A-Z]\w+(?:'s|’s))\s(?P<part>(?:[\w&/'-]+\s){{1,4}}?)(?i:{_table('en')['units']})\s"
        rf"(?:{verbs})\b"
    )


def _is_short_name(words: str, most: int = 4) -> bool:
    """Tell whether what stands between a company and a metric may be a part's name: 零售, and not 实现."""
    return 2 <= len(words) <= most and words.isalpha() and not _joints().search(words.replace("本地", ""))


@cache
def _joints() -> re.Pattern[str]:
    return re.compile(_table("zh")["joints"])


def part_named_again(place: Place, head: Item) -> str:
    """Return the part whose figure follows under the same metric: "…, while the energy unit grew 44% to $3.4bn"."""
    begun = max(place.text.rfind(mark, place.line.start, place.figure.start) for mark in (", ", "; ", "，", "；"))
    if head.end > begun:
        return ""
    end = place.figure.start if place.name == "vi" else place.token.outer[0]
    found = _again()[place.name].search(place.text, begun, end)
    return found["part"].strip().lower() if found and place.name == "en" else found["part"].strip() if found else ""


@cache
def _again() -> Mapping[str, re.Pattern[str]]:
    return {
        "en": re.compile(rf"\bthe\s(?P<part>(?:[\w&/'-]+\s){{1,4}}?)(?:{_table('en')['units']})\s", re.IGNORECASE),
        "vi": re.compile(
            rf"\b(?:{_table('vi')['units']})\s+(?P<part>(?:[^\s,;:.()\d]+\s+){{1,4}}?)(?=(?:đạt|tăng|giảm|là|lên))"
        ),
        "zh": re.compile(
            rf"[，,；;、](?P<part>[\u4e00-\u9fffA-Za-z]{{2,12}}?(?:{_table('zh')['units']}))(?=[同环增升下降减大为达则也])"
        ),
    }


def measures_something_else(place: Place) -> bool:
    """Tell whether the words before a figure name a measure of their own, where no metric is known: 产能利用率95.8%."""
    if place.name != "zh":
        return False
    tokens = [item.end for item in place.left if item.end <= place.token.outer[0]]
    spoken = place.text[max([place.clause, *tokens]) : place.token.outer[0]]
    return bool(_measures().search(spoken))


@cache
def _measures() -> re.Pattern[str]:
    return re.compile(rf"[\u4e00-\u9fff](?:{_table('zh')['measures']})(?:仅|只|也|则|仍)?(?:为|达|是|在|至|到)?$")


def _before_chinese(place: Place, head: Item) -> str:
    """Return a name right before a metric that ends like that of a part, without what only leads to it."""
    unit, group, opener = _chinese()
    tokens = [item for item in place.line.items if item.end <= head.start and item.kind in _ENDS]
    floor = max([place.line.start, *(item.end for item in tokens[-1:])])
    found = _HAN_NAME.search(place.text, max(floor, head.start - 20), head.start)
    if not found:
        return ""
    name = found[0].removesuffix("的")
    if opened := opener.match(name):
        name = name[opened.end() :]
    if known := _SHORT.get(name) or segment_named(name):
        return known
    if name in _table("zh")["regions"].split("|"):
        return name
    if tokens and tokens[-1].kind == "mention" and found.start() == floor and _is_short_name(found[0]):
        return name  # 京东零售经营利润
    owned = tokens[-1:] and tokens[-1].kind == "mention" and found.start() == floor
    if owned and name in _GOODS:
        return f"{tokens[-1].text}{name}"  # 茅台酒收入
    if name in ("其他", "其它"):
        return "其他"
    if len(name) < 3:
        return ""
    if group.search(name):
        owned = tokens and tokens[-1].kind == "mention" and found.start() == floor
        return name if owned else SOMEBODY
    if unit.search(name):
        return name
    return name if _is_in_a_list(place, head, found.start()) and _is_short_name(name, _LONG_NAME) else ""


def _is_in_a_list(place: Place, head: Item, start: int) -> bool:
    """Tell whether a clause goes on a list of a company's parts: 其中，...收入43亿元；交通票务收入48亿元."""
    text, line = place.text, place.line
    if text[start - 1 : start] not in "，,；;、":
        return False
    if text.find("其中", line.start, start) >= 0:
        return True
    before = [one for one in line.of("metric") if one.end <= start and one.value == head.value]
    return text[start - 1] in "；;" and bool(before)
