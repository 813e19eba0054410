"""The figures of reported claims as quantities: units told elsewhere in the text, signs, and what fits which metric."""

from __future__ import annotations

import re

from msgspec.structs import replace

from events.model import Quantity
from events.reading.clauses import Item
from events.reading.companies_table import load
from events.reading.metrics import COUNTED_AS, metric_of
from events.reading.reported_places import A_SHARE, PERCENTS, RESULTS, Place
from events.reading.reported_roles import Reading

_COUNTS = frozenset(("", "people", "users", "subscribers", "customers", "vehicles", "units", "items", "jobs", "GW",
                     "MW", "barrels",
                     "tonnes", "times counted", "stores", "companies"))  # fmt: skip
_SMALL = {"US cents": ("USD", 0.01), "pence": ("GBP", 0.01)}
# Companies of Hong Kong whose annual reports are in its dollars (those of the mainland report in yuan, some in US
# dollars). Extend it by a row.
_IN_HONG_KONGS_MONEY = frozenset((
    "0001.HK", "0002.HK", "0003.HK", "0006.HK", "0011.HK", "0012.HK", "0016.HK", "0017.HK", "0019.HK", "0023.HK",
    "0027.HK", "0066.HK", "0083.HK", "0101.HK", "0293.HK", "0388.HK", "0522.HK", "0823.HK", "0836.HK", "1038.HK",
    "1113.HK", "1128.HK", "1997.HK", "2282.HK", "2388.HK",
))  # fmt: skip
_NO_PERIOD = frozenset(("times", "percent", "points"))
_LEAST_OF = re.compile(r"最少|至少|起码|at least(?!\s(?:a|one|two|three|\d+)\s(?:year|month))|ít nhất", re.IGNORECASE)
_LEAST = 1000.0  # an amount of money without a unit below this is none


def amount_of(place: Place, currency: str) -> Quantity | None:
    """Return the figure of a place; `currency` is the one to fill in where only a magnitude is written (1681亿)."""
    token = place.token
    quantity = token.quantity
    if quantity is None or token.kind == "vague":
        return None
    if token.kind in ("percentage-points", "points"):
        return replace(quantity, unit="points")
    if token.kind == "basis-points":
        return scaled(quantity, "points", 0.01)
    if quantity.unit in _SMALL:
        return scaled(quantity, *_SMALL[quantity.unit])
    if quantity.unit == "" and token.kind == "count" and currency and abs(quantity.value) >= 1e8:
        return replace(quantity, unit=currency)
    return quantity


def at_home(quantity: Quantity, symbol: str, written: str) -> Quantity:
    """Return an amount in 元 as money of Taiwan or of Hong Kong where the company tells its figures in that."""
    if quantity.unit != "CNY" or not written.endswith("元"):
        return quantity
    if symbol in _IN_HONG_KONGS_MONEY:
        return replace(quantity, unit="HKD")
    table = load()
    listing = table.listing(symbol, None)
    taiwan = listing is not None and table.primary(listing.company, None, "XTAI") is not None
    return replace(quantity, unit="TWD") if taiwan else quantity


# Whose turnover is its revenue: "annual turnover", "the group's turnover", "reported turnover of".
_ITS_TURNOVER = re.compile(
    r"(?:\b(?:annual|yearly|quarterly|full-year|half-year|first-half|group|company|net|total|its|their|reported|record)"
    r"|['’]s?|\d{4})\s(?:\w+\s)?$|^(?:The\s)?$",
    re.IGNORECASE,
)
_TRADED = re.compile(
    r"\s(?:on|in)\s(?:the\s)?(?:\w+\s){0,2}(?:exchange|market|bourse|board|shares|stocks?)\b", re.IGNORECASE
)
FLOWS_OF_CASH = ("free cash flow", "operating cash flow")


def flows_out(place: Place, start: int) -> bool:
    """Tell whether words before a figure, not before `start`, say that money flowed out: 自由现金流为净流出218亿元."""
    floor = max(start if start <= place.figure.start else place.left_start, place.left_start)
    return bool(place.line.between(floor, place.figure.start, "outflow"))


def is_money(head: Item) -> bool:
    """Whether a metric is told in money."""
    return head.kind != "metric" or metric_of(head.value) in ("flow", "stock", "share")


def is_adverse(head: Item) -> bool:
    """Whether the name of an effect says that it costs."""
    return any(
        word in head.text.lower() for word in ("亏", "损", "不利", "逆风", "lỗ", "headwind", "unfavo", "adverse")
    )


def scaled(quantity: Quantity, unit: str, factor: float) -> Quantity:
    """Return a quantity in another unit (50 cents: 0.5 dollars)."""
    high = None if quantity.high is None else round(quantity.high * factor, 12)
    return replace(
        quantity, value=round(quantity.value * factor, 12), precision=quantity.precision * factor, unit=unit, high=high
    )


def currency_of(quantity: Quantity | None) -> str:
    """Return the currency of a quantity, "" for none."""
    return quantity.unit if quantity and len(quantity.unit) == 3 and quantity.unit.isupper() else ""


def growth_of(place: Place, reading: Reading) -> Quantity:
    """Return a growth in percent, signed; doubled is 100."""
    quantity = place.token.quantity
    assert quantity is not None  # noqa: S101
    if quantity.unit == "times":
        grown = round((quantity.value - 1) * 100, 9)
        return replace(quantity, value=grown, precision=10.0, unit="percent", hedge=_kept(place))
    return plain(replace(quantity, hedge=_kept(place)), reading.sign)


def _kept(place: Place) -> str:
    """Return the hedge of a growth; a word of comparison (高出, "higher") is none."""
    quantity = place.token.quantity
    words = place.text[place.token.outer[0] : place.figure.start]
    if quantity is None:
        return ""
    if [item for item in place.near("negation") if 0 <= place.token.outer[0] - item.end <= 1]:
        return {"over": "at-most", "under": "at-least"}.get(quantity.hedge, quantity.hedge)
    compared = words.startswith(("高出", "高于", "低于", "cao hơn", "thấp hơn", "above", "below"))
    if compared and quantity.hedge in ("over", "under"):
        return ""
    if not quantity.hedge and place.near("maybe"):
        return "may"
    if not quantity.hedge and _LEAST_OF.search(place.text, place.clause, place.figure.start):
        return "at-least"
    return quantity.hedge


def plain(quantity: Quantity, sign: int = 1) -> Quantity:
    """Return a figure with its sign, without a hedge that is only a comparison."""
    low, high = sign * quantity.value, None if quantity.high is None else sign * quantity.high
    if high is not None and high < low:
        low, high = high, low
    return replace(quantity, value=low, high=high)


def bare(quantity: Quantity) -> Quantity:
    """Return a figure without a hedge that is only a comparison ("above the expected 3.68bn")."""
    return replace(quantity, hedge="" if quantity.hedge in ("over", "under", "may") else quantity.hedge)


def fits(base: str, head: Item, quantity: Quantity, place: Place) -> bool:
    """Whether a figure may be one of a metric: money for revenue, percent for a margin, a number for users."""
    if head.text.lower() == "turnover" and _is_traded(place, head):
        return False
    money = bool(currency_of(quantity))
    of = metric_of(head.value) if head.kind == "metric" else "flow"
    if place.token.kind in PERCENTS:
        return of == "percent"
    if base in ("EPS", "adjusted EPS", "loss per share"):
        return money and abs(quantity.value) < 1e6
    if of == "share":
        return money and abs(quantity.value) < 1e6
    if of == "percent":
        return False
    if of == "count":
        least = 1 if quantity.unit in ("GW", "MW") else 10 if base in ("headcount", "job cuts") else 1000
        return not money and quantity.unit in _COUNTS and abs(quantity.value) >= least
    if money:
        if A_SHARE.match(place.text, place.figure.end):
            return base in ("dividends", "acquisition", "purchase offer")
        return base == "dividends" or abs(quantity.value) >= _LEAST
    if place.name == "en" and base in RESULTS:
        return False  # "it expects to lose 2 million more" is of no money
    return quantity.unit == "" and place.token.kind == "count" and abs(quantity.value) >= 1e5


def _is_traded(place: Place, head: Item) -> bool:
    """Tell whether turnover is that of trading in shares: "fell 1.2% with turnover of HK$2.6 billion"."""
    before = place.text[max(place.line.start, head.start - 24) : head.start]
    return not _ITS_TURNOVER.search(before) or bool(_TRADED.match(place.text, head.end, place.line.end))


def counted(base: str, quantity: Quantity) -> Quantity:
    """Return a count in the name of what is counted."""
    name = COUNTED_AS.get(base)
    if name and quantity.unit in ("", "users", "items", "units", "people", "times counted"):
        return replace(quantity, unit=name)
    return quantity
