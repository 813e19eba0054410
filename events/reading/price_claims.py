"""Price claims of an article: moves, levels, extremes, streaks, drawdowns, market values and conversions, in order."""

from __future__ import annotations

from bisect import bisect_left

from events.reading.clauses import Clauses, Item
from events.reading.companies import Mention
from events.reading.price_asides import is_in_an_aside
from events.reading.price_bare import bare_moves
from events.reading.price_drawdowns import drawdowns
from events.reading.price_extremes import extremes
from events.reading.price_levels import levels
from events.reading.price_moves import moves
from events.reading.price_news import news_days
from events.reading.price_page import Found, Page
from events.reading.price_streaks import streaks
from events.reading.price_values import conversions, market_values
from events.reading.scene import Memory, Scene, is_one_scene, scenes
from events.reading.spelling import low_text
from events.reading.subjects import main_company, remember
from events.reading.words import pattern

# "X multiplied too" belongs to the prices spoken of in the last sentences.
_NEARBY = 7
# Characters of "twelve-year high" and "cao nhất trong vòng 3 năm" before and behind what marks its end.
_BEFORE_END, _BEHIND_END = 24, 48
_HIGHS = ("nhất", "high", "low", "新高", "新低", "高位", "低位", "最高", "最低")  # each match of the two has one
# A day further back than this is history, and not the day that an article tells of.
_RECENT = 10
# The classes of words of which a sentence has one where a reader finds anything in it.
_PEAKS = frozenset(("peak", "record", "range"))
_VALUES = frozenset(("cap", "worth"))
_EXTREMES = frozenset(("worst", "record", "range"))
_STREAKS = frozenset(("streak", "streaks", "ordinal", "figure"))  # "two straight sessions" is a figure
_BARE = frozenset(("moves", "also"))
# A sentence without any of these tells no price, and nothing that the next ones need.
_TELLING = frozenset(("figure", "date", "mention")) | _EXTREMES | _STREAKS | _BARE
# Words one of which stands where a sentence speaks of a market's day.
_OF_MARKETS = frozenset(("mention", "price", "verbs", "part", "segment"))


def _given(symbol: str) -> Mention | None:
    """Return the company that the user names as a mention of the text."""
    return (
        Mention(span=(0, 0), symbol=symbol, company="", name=symbol, kind="ticker", listed=symbol) if symbol else None
    )


def _remember_day(here: Scene, memory: Memory, *, priced: bool) -> None:
    """Take the last session day that a sentence names into the memory; another kind of time makes it be forgotten."""
    if "date" not in here.kinds:
        memory.undated = memory.undated or (priced and memory.first_day is None)
        memory.day_age += 1
        return
    named = [item.value for item in here.items if item.kind == "date" and item.value.role != "since"]
    memory.spoken = named[-1].resolved.first if named and named[-1].kind == "day" else None
    days = [
        item.value.resolved.first
        for item in here.items
        if item.kind == "date"
        and item.value.kind == "day"
        and item.value.resolved.first
        and not _ends_a_period(here, item)
        and not is_in_an_aside(here, item.start)
    ]
    said = here.held.day
    if any(item.kind == "part" and item.first == "after-hours" for item in here.items) and said not in days:
        memory.day_age += 1
        return  # an evening's day is not the one that the text goes on about
    if said in days and not any(item.kind in _OF_MARKETS for item in here.items):
        return  # "subscribe today"
    days = [day for day in days if said is None or 0 <= (said - day).days <= _RECENT]
    if days:
        named = [item.value for item in here.items if item.kind == "mention"]
        memory.day_of = frozenset(one.symbol for one in named or memory.last.names)
        if memory.first_day is None and priced:
            memory.first_day, memory.first_of = days[0], memory.day_of
        memory.day = memory.first_day if memory.first_day in days else days[-1]
        memory.day_age, memory.day_priced = 0, priced
    else:
        memory.day_age += 1


def _ends_a_period(here: Scene, item: Item) -> bool:
    """Tell whether a day is only where a period of business ended: "for its quarter ended Dec. 29"."""
    return bool(pattern("ended-on", here.held.name).search(here.text(max(here.start, item.start - 16), item.start)))


def _old_highs(text: str) -> list[int]:
    """Return where a text speaks of a high or low of years: looked for only around how such words end."""
    low = low_text(text)
    if not any(word in low for word in _HIGHS):
        return []
    ends = pattern("year-high-ends").finditer(low)
    near = ((max(0, end.start() - _BEFORE_END), end.end() + _BEHIND_END) for end in ends)
    return sorted({found.start() for span in near for found in pattern("year-high").finditer(text, *span)})


def price_claims(held: Clauses, default_symbol: str = "") -> list[Found]:
    """Return the price claims of an article's clauses, in the order of the text."""
    main = _given(default_symbol) or main_company(held)
    memory = Memory(main=main)
    days = news_days(held, default_symbol or (main.symbol if main else ""))
    highs = _old_highs(held.text)
    out: list[Found] = []
    for number, (group, kinds) in enumerate(zip(held.groups, held.kinds, strict=True)):
        if kinds.isdisjoint(_TELLING) and not highs and is_one_scene(group):
            memory.pass_over()
            continue
        for here in scenes(held, number, memory):
            first = bisect_left(highs, here.start)
            old_high = first < len(highs) and highs[first] < here.end
            out += _read(here, Page(days, old_high=old_high))
    return out


def _of_figures(here: Scene, page: Page) -> list[Found]:
    """Return the claims that a figure makes; changes twice: others tell whose price it is."""
    out = drawdowns(here, page) if not _PEAKS.isdisjoint(here.kinds) else []
    out += moves(here, page)
    if not _VALUES.isdisjoint(here.kinds):
        out += market_values(here, page)
    out += levels(here, page)
    return out + moves(here, page) if page.figures or page.priced else out


def _read(here: Scene, page: Page) -> list[Found]:
    """Return the price claims of one sentence, and leave in the memory what it was about."""
    out: list[Found] = []
    kinds = here.kinds
    if "figure" in kinds:
        out += _of_figures(here, page)
    if not _EXTREMES.isdisjoint(kinds) or page.old_high:
        out += extremes(here, page)
    if not _STREAKS.isdisjoint(kinds):
        out += streaks(here, page)
    if "figure" in kinds:
        out += conversions(here, page)
    bare = bare_moves(here, page, after_price=here.memory.silence < _NEARBY) if not _BARE.isdisjoint(kinds) else []
    remember(here)
    _remember_day(here, here.memory, priced=bool(page.priced or bare))
    here.memory.silence = 0 if page.priced or bare else here.memory.silence + 1
    return out + bare
