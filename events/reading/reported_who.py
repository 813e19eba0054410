"""Whom a reported figure is about: a company, a group taken together, others in words, or the subject carried over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from events.reading.clauses import Item
from events.reading.companies import COMPANY_KINDS
from events.reading.companies_context import goes_on
from events.reading.lexicon import LATIN, lexicon
from events.reading.metrics import HEADS, Line, segment_owner
from events.reading.reported_asides import is_in_an_aside
from events.reading.reported_parts import SOMEBODY, part_of
from events.reading.reported_places import Place

_POSSESSIVE = re.compile(r"\s*(?:的|'s|’s|:|của)?\s*(?:则?为)?\s*")
_COMPARED = {
    "zh": re.compile(r"(?:与|和|比|跟|相较于|相比于|较|仅次于)\s*$"),
    "en": re.compile(r"\b(?:than|versus|against|with|like|unlike|behind|rivals?|including)\s+(?:the\s+)?$", re.I),
    "vi": re.compile(r"(?:so với|như|sau|với)\s*$", re.IGNORECASE),
}  # fmt: skip
# "invest $600bn in the United States" tells where, and not who.
_PLACED = {
    "zh": re.compile(r"(?:在|于|向|赴|对|来自|从|前往)$"),
    "en": re.compile(r"\b(?:in|across|into|to|from|within|throughout)\s(?:(?:the|its|their)\s)?$", re.IGNORECASE),
    "vi": re.compile(r"(?:tại|ở|vào|từ|sang|cho)\s$", re.IGNORECASE),
}  # fmt: skip
_POINTED = re.compile(r"(?:而?这家|该)")
# "earnings of $2.60 a share for the grocer": whom it is about is told by a word, and not the company before.
_SOMEBODYS = re.compile(
    r"(?:\s(?:a|per)\sshare)?\sfor\sthe\s(?!(?:\w+\s)?(?:quarter|year|period|months|half|week|month|company|group|firm)\b"
    r"|(?:first|second|third|fourth|full|current|next|same|past|last|three|six|nine|whole|fiscal|holiday|entire|rest)\b)"
    r"[a-z]+er\b"
)
_BY_A_NOUN = re.compile(r"The\s[a-z]+(?:\s[a-z]+)?['’]s\s")  # "The burrito chain's sales"
_FOR = re.compile(r".{0,40}?\b(?:for|at|by)\s+$")
_QUOTED = re.compile(r"[“\"「『]([^”\"」』]{2,20})[”\"」』]")
_FUNCTION = re.compile(
    r"另外|此外|其中|同时|然而|不过|但是?|而且?|并且?|则|也|季度|单季|当季|全年|期内|报告期内|整体|总|公司|该|其|以及|目前|截至|因此|最终|"
    r"财报|显示|业绩|方面|数据|上|的|在|于|今|去|年|月|日|第|上半|下半|前|季|来自|实现|录得|核心|合并|预计|当前|至于|尽管|虽然|如果|累计|"
    r"最新|具体来看|值得注意的是|按|个|最关心|投资者|层面|分部|相关|这|里|经|调整后?|估计|它|持有|每|得益于|受|综合|主营|一|二|三|四|整个|单"
)
_CAPITAL = re.compile(rf"(?<![{LATIN}\d.'’-])([A-Z\u00c0-\u00de\u0110][{LATIN}\d&.-]*)")


class Who(msgspec.Struct, frozen=True, gc=False):
    """A company by its symbol, a group by its members, or a subject in words."""

    symbol: str = ""
    subject: str = ""
    members: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What two tellings about one subject share."""
        return self.members or (self.symbol or self.subject,)


class Carried(msgspec.Struct):
    """What the sentences so far hand on: the company spoken of, and the group."""

    company: Who | None = None
    last: Who | None = None  # of the last claim, a company or a group
    weak: bool = False  # the company was only named, no figure of it was told
    reporter: Who | None = None  # the one company whose results the text tells of
    groups: list[Who] = msgspec.field(default_factory=list)
    names: dict[str, str] = msgspec.field(default_factory=dict)  # name in lower case -> symbol


def who_of(place: Place, head: Item, carried: Carried, *, within: Who | None) -> tuple[Who | None, str]:
    """Return whom a figure is about and how that is known.

    `within` is the subject of the figure before it in the sentence. None where the words name somebody unknown.
    """
    if direct := _direct(place):
        return direct, "the name at the figure"
    if owner := _owner(place, head):
        return owner, "the company of the business line"
    part = part_of(place, head)
    if part == SOMEBODY:
        return None, "a group that may be anybody's"
    if part and _is_of_either(place, head):
        return None, "a part of one of two companies"
    before = [
        item
        for item in companies(place.line)
        if item.start < place.figure.start and not is_in_an_aside(place, item.start, item.end, head.start)
    ]
    if head.value == "acquisition":  # the buyer stands before the verb, what is bought behind it
        before = [item for item in before if item.end <= head.start] or before
    if not part and (told := _in_words(place, head, carried, within, before[-1] if before else None)):
        return told
    if before:
        return _before(place, head, carried, within, before)
    return (within, "the subject of the figure before") if within is not None else _from_before(place, head, carried)


def _is_of_either(place: Place, head: Item) -> bool:
    """Tell whether a part without an owner follows those of two companies: 京东零售…；京东物流…；新业务收入49亿元."""
    if place.name != "zh" or head.start < place.left_start or place.text[place.clause - 1 : place.clause] not in "；;":
        return False
    named = {of(item).key for item in companies(place.line) if item.end <= place.figure.start}
    here = [item for item in companies(place.line) if place.clause <= item.start < place.figure.start]
    return len(named) > 1 and not here


def _in_words(
    place: Place, head: Item, carried: Carried, within: Who | None, last: Item | None
) -> tuple[Who | None, str] | None:
    """Return a group or a subject in words, where one stands nearer than any name."""
    line, text = place.line, place.text
    others = [
        item for item in (*line.of("others", "group"), *counted(line, text))
        if not _is_all_of_it(item, head, last) and text[item.end : item.end + 1] != "-"
        and item.end <= place.token.outer[0] and (item.start <= head.start or item.start >= place.left_start)
    ]  # fmt: skip
    others = [
        item for item in others if not _PLACED[place.name].search(text, max(line.start, item.start - 10), item.start)
    ]
    others.sort(key=lambda item: item.start)
    told = others[-1] if others else None
    if told is None or (last is not None and last.start >= told.start):
        return None
    if within is not None and told.start < place.left_start:
        return None
    if told.kind in ("group", "figure"):
        return group_of(told, line, text, carried), "the group spoken of"
    if last is not None and told.start < _clause_start(place, head):
        return None
    reach = {"zh": 1, "en": 3, "vi": 0}[place.name]  # "Ford's U.S. sales"
    part = last is not None and told.kind == "others" and 0 <= told.start - last.end <= reach
    part = part or (told.kind == "others" and 0 <= head.start - told.end <= 1 and head.value in _OF_COMPANIES)
    if told.value in ("people", "the state", "the market") or part:
        return None, ""  # 英伟达数据中心营收 is that of a part
    near = [item for item in others if item.kind == "others" and 0 <= told.start - item.end <= 8]
    words = [item.value for item in near if item is not told] if place.name == "zh" else []
    return Who(subject=" ".join(dict.fromkeys([*words, told.value]))), "a subject in words"


def _is_all_of_it(item: Item, head: Item, last: Item | None) -> bool:
    """Tell whether words for the world only say how much of a company's metric is meant: 华为...全球销售收入."""
    beside = item.kind == "others" and 0 <= head.start - item.end <= 1
    if beside and head.value == "same-store sales growth" and item.text.lower() in ("global", "worldwide"):
        return True
    return beside and item.value == "the world" and last is not None


def _before(
    place: Place, head: Item, carried: Carried, within: Who | None, before: Sequence[Item]
) -> tuple[Who | None, str]:
    """Return the company, or the companies taken together, that are named before the figure."""
    line, text, last = place.line, place.text, before[-1]
    joint = together(text, before, last, carried.names)
    if len(joint) > 1:
        added = line.between(joint[-1].end, place.right_end, "total")
        if added or line.between(joint[-1].end, place.figure.start, "group"):
            return _group(text, joint, carried.names), "companies taken together"
        if within is None and last.start >= place.left_start:
            first = place.left_start == line.start
            return (_group(text, joint, carried.names), "companies taken together") if first else (None, "")
    chosen = _chosen(place, before, head)
    if chosen is not None and (
        within is None or chosen.start >= place.left_start or within.symbol == chosen.value.symbol
    ):
        return of(chosen), "the company named before"
    if within is not None:
        return within, "the subject of the figure before"
    return None, ""


def _from_before(place: Place, head: Item, carried: Carried) -> tuple[Who | None, str]:
    """Return the subject carried over from the sentences before, where this one names no other."""
    line, text = place.line, place.text
    if any(item.value.modifies and item.end <= head.start for item in line.of("mention")) and not companies(line):
        return None, "somebody who is told by another's name"
    if not companies(line) and (speaker := _unknown_speaker(place, head)):
        return None, f"words of another, {speaker!r}"
    spots = (text[_clause_start(place, head) : head.start], text[line.start : line.start + 4])
    pointed = any(_POINTED.match(spot) for spot in spots)
    referring = bool(line.between(line.start, head.start, "it")) or pointed
    if not referring and not part_of(place, head) and (unknown := _unknown(place, head)):
        return None, f"another subject, {unknown!r}"
    later = [item for item in companies(line) if item.start > place.figure.end]
    if later and place.name == "en" and _FOR.match(text[place.figure.end : later[0].start]):
        return of(later[0]), "the company named behind"
    if place.name == "en" and _SOMEBODYS.match(text, place.figure.end):
        return None, "somebody told by a common name"
    if referring:
        return carried.company, "the company carried over"
    if carried.weak and carried.reporter != carried.company and _BY_A_NOUN.match(text, line.start):
        return None, "a company told by a noun"
    if carried.weak and carried.reporter:
        return carried.reporter, "the company whose results are told"
    return carried.last or carried.company, "the subject carried over"


def of(item: Item) -> Who:
    """Return the subject that a mention is."""
    return Who(item.value.symbol, "" if item.value.symbol else item.text)


def companies(line: Line) -> list[Item]:
    """Return the mentions of companies that are subjects, in order."""
    named = line.kinds.get("mention")
    if named is None:
        return []
    return [item for item in named if not item.value.modifies and item.value.kind in COMPANY_KINDS]


def together(text: str, mentions: Sequence[Item], last: Item, names: Mapping[str, str]) -> list[Item]:
    """Return the list of names that ends with `last`: "A, B and C"; a name in lower case between them counts too."""
    found = [last]
    for item in reversed(mentions[: mentions.index(last)]):
        gap = text[item.end : found[0].start]
        between = gap.strip(" ,，、;和与及").lower()
        if not goes_on(gap) and between not in names:
            break
        found.insert(0, item)
    return found


def members_in(text: str, items: Sequence[Item], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the symbols of a list of names, those in lower case between them too."""
    symbols: list[str] = []
    for number, item in enumerate(items):
        if number:
            between = text[items[number - 1].end : item.start].strip(" ,，、;和与及").lower()
            symbols += [names[between]] if between in names else []
        symbols += [item.value.symbol or item.text]
    return tuple(dict.fromkeys(symbols))


def note_groups(lines: Sequence[Line], text: str, carried: Carried) -> None:
    """Remember the lists of companies that an article speaks of together, so that "the four" has a meaning."""
    naming = [(line, named) for line in lines if (named := companies(line))]
    for _, named in naming:
        for item in named:
            if item.value.symbol:
                carried.names.setdefault(item.text.lower(), item.value.symbol)
    for line, named in naming:
        if len(named) < 2:
            continue
        lists: list[list[Item]] = []
        for item in named:
            if (lists and item in together(text, [*lists[-1], item], item, carried.names)[1:]) or (
                lists and len(together(text, [*lists[-1], item], item, carried.names)) > 1
            ):
                lists[-1].append(item)
            else:
                lists.append([item])
        for one in lists:
            symbols = members_in(text, one, carried.names)
            if len(symbols) > 2 and (line.of("group", "total") or counted(line, text)):
                carried.groups.append(Who(subject="+".join(symbols), members=symbols))


def counted(line: Line, text: str) -> list[Item]:
    """Return the counts that stand for a group of companies: 这四家, 4家科技巨头; not "one of the four"."""
    found = []
    for item in line.of("figure"):
        if item.value.kind == "count" and item.value.quantity and item.value.quantity.unit == "companies":
            behind = text[item.end : item.end + 8]
            if not re.match(r"[^，,的]{0,6}(?:中|之一|里)", behind) and not re.match(r"\s*(?:of|in)\b", behind):
                found.append(item)
    return found


def group_of(told: Item, line: Line, text: str, carried: Carried) -> Who:
    """Return the group that words such as "these four companies" mean: the named ones, by their number."""
    own = [told] if told.kind == "figure" else [item for item in counted(line, text) if 0 <= told.start - item.end <= 1]
    number = (
        int(own[0].value.quantity.value) if own else _NUMBERS.get(next((c for c in told.text if c in _NUMBERS), ""), 0)
    )
    number = number or next((value for word, value in _WORDS.items() if word in told.text.lower()), 0)
    fitting = [who for who in carried.groups if not number or len(who.members) == number]
    return fitting[0] if fitting else Who(subject=told.text)


_OF_COMPANIES = frozenset((
    "same-store sales growth", "net income", "EPS", "adjusted EPS", "operating income", "revenue",
))  # fmt: skip
_NUMBERS = {"两": 2, "三": 3, "四": 4, "4": 4, "五": 5, "六": 6, "七": 7}
_WORDS = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ba ": 3, "bốn": 4, "năm ": 5}


def _group(text: str, items: Sequence[Item], names: Mapping[str, str]) -> Who:
    symbols = members_in(text, items, names)
    return Who(subject="+".join(symbols), members=symbols)


def _direct(place: Place) -> Who | None:
    """Return the company whose name stands right before the figure: 微软的560亿美元, "Microsoft's $56bn"."""
    near = [
        item for item in companies(place.line) if item.end <= place.token.outer[0] and item.start >= place.left_start
    ]
    if near and _POSSESSIVE.fullmatch(place.text, near[-1].end, place.token.outer[0]):
        return of(near[-1])
    return None


def _owner(place: Place, head: Item) -> Who | None:
    """Return the company that owns the business line named with the metric."""
    segments = [
        item for item in place.line.of("segment") if item.start >= place.left_start and item.end <= place.figure.start
    ]
    for item in reversed(segments):
        symbol = segment_owner(item.value)
        if symbol and not [one for one in companies(place.line) if item.end <= one.start < place.figure.start]:
            named = [one for one in companies(place.line) if one.value.symbol[:3] == symbol[:3]]
            return of(named[0]) if named else Who(symbol)
    return None


def _chosen(place: Place, before: Sequence[Item], head: Item) -> Item | None:
    """Return the name that the head speaks of: the nearest in its clause that is not only compared with."""
    compared = _COMPARED[place.name]
    free = [item for item in before if not compared.search(place.text[max(0, item.start - 24) : item.start])]
    start = _clause_start(place, head)
    here = [item for item in free if start <= item.start < max(head.end, place.figure.start)]
    if here:
        return (
            here[-1]
            if place.name == "zh"
            else here[0]
            if head.start > here[-1].end and _by_it(place, here)
            else here[-1]
        )
    return free[-1] if free and free[-1].start >= place.left_start else free[0] if free else None


def _by_it(place: Place, here: Sequence[Item]) -> bool:
    return bool(place.line.between(here[0].end, place.figure.start, "it"))


def _clause_start(place: Place, head: Item) -> int:
    """Return where the clause of the head begins."""
    at = max(place.text.rfind(mark, place.line.start, head.start) for mark in "，,;；。:：")
    return max(at + 1, place.line.start)


def _unknown(place: Place, head: Item) -> str:
    """Return words that name another subject where no company is named: "?" where they cannot be told."""
    text, start = place.text, _clause_start(place, head)
    if quoted := list(_QUOTED.finditer(text, place.line.start, head.start)):
        return quoted[-1][1] if place.name == "zh" else "?"
    if place.name == "zh":
        stop = min(head.start, place.figure.start)
        tokens = place.line.between(start, stop)
        first = text[start : tokens[0].start if tokens else stop].strip()
        rest = _FUNCTION.sub("", re.sub(r"[\W\d]+", "", first))
        return rest if len(rest) >= 3 and len(first) <= 12 else ""
    known = [item.span for item in place.line.items]
    openers = set(lexicon("en")["sentences"]["openers"]) | set(lexicon("vi")["sentences"]["openers"])
    for found in _CAPITAL.finditer(text, start, max(head.start, start)):
        covered = any(begin <= found.start() < end for begin, end in known)
        opening = not re.search(r"\w", text[max(place.line.start, start) : found.start()])
        if covered or found[1] in openers or found[1] in _COMMON:
            continue
        acronym = found[1].isupper() and len(found[1]) >= _ACRONYM  # "EVN báo lãi": somebody, at an opening too
        if opening and not acronym and not _acts(place, found.end()):
            continue
        return "?"
    return ""


def _unknown_speaker(place: Place, head: Item) -> str:
    """Return who says what follows, where that is a name that nobody knows: 胖东来称，一季度销售额..."""
    start = _clause_start(place, head)
    says = [item for item in place.line.of("say") if item.end <= start]
    if place.name != "zh" or not says or start - says[-1].end > 1:
        return ""
    begin = _clause_start(place, says[-1])
    known = [item for item in place.line.items if begin <= item.start and item.end <= says[-1].start]
    words = place.text[begin : says[-1].start].strip()
    return words if not known and len(_FUNCTION.sub("", words)) >= 2 else ""


def _acts(place: Place, end: int) -> bool:
    following = [item for item in place.line.items if item.start >= end]
    return bool(following) and following[0].start - end <= 2 and following[0].kind in (*HEADS, "say", "up", "down")


_ACRONYM = 3
_COMMON = frozenset(
    ("AI", "US", "U.S", "CEO", "CFO", "GAAP", "Q1", "Q2", "Q3", "Q4", "EPS", "I", "Internet", "Street", "Wall")
)
