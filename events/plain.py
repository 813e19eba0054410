"""Events from plain tables of fields: what a person writes in a TOML file, a JSON line or a notebook.

The fields are those of `events.model`, and what is left out has its default. A figure's value may be text, so that its
precision is known: "41.50" is stated to a cent, "72bn" to a billion (k, m, bn and tn are thousands, millions, billions
and trillions); `precision` says it outright. A relation's sides are figures, or one operation with its parts:
left = {growth = [{value = "223bn", unit = "USD"}, {value = "325bn", unit = "USD"}]}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

import msgspec

from events.errors import InvalidValueError
from events.model import AnyClaim, ArticlePublished, Expression

KINDS: dict[str, type[AnyClaim]] = {kind.__struct_config__.tag: kind for kind in get_args(AnyClaim)}
OPERATIONS: tuple[str, ...] = get_args(msgspec.structs.fields(Expression)[0].type)
FIGURES = ("stated", "growth", "expected", "prior", "amount")

_SCALES = {"": 0, "k": 3, "m": 6, "bn": 9, "tn": 12}
_FIGURE = re.compile(r"(?P<number>[+-]?\d+(?:\.\d+)?)\s*(?P<scale>k|m|bn|tn|)")

Table = Mapping[str, Any]


def article_of(table: Table) -> ArticlePublished:
    """Return an [article] table as an event.

    Raises InvalidValueError (or msgspec.ValidationError, with the path of the field) for what it cannot be.
    """
    content = _table("the article", table)
    if "said" in content:
        content["said"] = _said(content["said"])
    return msgspec.convert(content, ArticlePublished)


def claim_of(table: Table) -> AnyClaim:
    """Return a [[claim]] table as a claim.

    Raises InvalidValueError (or msgspec.ValidationError, with the path of the field) for what it cannot be.
    """
    content = _table("the claim", table)
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        came = "none" if kind is None else repr(kind)
        raise InvalidValueError("the kind of the claim", came, "one of " + ", ".join(KINDS))
    for name in FIGURES:
        if name in content:
            content[name] = _quantity(name, content[name])
    for side in ("left", "right"):
        if side in content:
            content[side] = _side(side, content[side])
    return msgspec.convert(content, KINDS[kind])


def _table(what: str, given: object) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise InvalidValueError(what, repr(given), "a table of fields")
    return dict(given)


def _said(given: object) -> object:
    """Return a day or an instant as the table of a `Said`; text is read as ISO 8601."""
    if isinstance(given, str):
        try:
            given = date.fromisoformat(given) if len(given) == len("2025-11-06") else datetime.fromisoformat(given)
        except ValueError:
            wanted = "a date such as 2025-11-06, or an instant such as 2025-11-06T09:30:00+08:00"
            raise InvalidValueError("said", repr(given), wanted) from None
    if isinstance(given, datetime):
        if given.tzinfo is None:
            raise InvalidValueError("said", given.isoformat(), f"a zone with it, such as {given.isoformat()}+08:00")
        return {"day": given.date(), "at": given}
    if isinstance(given, date):
        return {"day": given}
    return given


def _quantity(what: str, given: object) -> dict[str, Any]:
    """Return a figure's table with `value` and `high` as numbers, and the precision with which they are written."""
    if not isinstance(given, Mapping):
        example = '{value = "-17", unit = "percent"}'
        raise InvalidValueError(what, repr(given), f"a table such as {example}")
    content = dict(given)
    found = [precision for end in ("value", "high") if (precision := _number(what, content, end)) is not None]
    if found and "precision" not in content:
        content["precision"] = min(found)
    return content


def _number(what: str, content: dict[str, Any], end: str) -> float | None:
    """Put one end of a figure into `content` as a number, and return its precision; None for what is no figure."""
    given, unit = content.get(end), content.get("unit")
    if not isinstance(given, str):
        if isinstance(given, int | float) and not isinstance(given, bool) and isinstance(unit, str):
            return precision_of(given, unit)
        return None  # left out, or for msgspec to refuse
    if not (found := _FIGURE.fullmatch(given.strip().replace("\N{MINUS SIGN}", "-"))):
        raise InvalidValueError(f"{what}.{end}", repr(given), 'a figure such as "-17", "41.50" or "72bn"')
    power = _SCALES[found["scale"]]
    content[end] = float(_scaled(found["number"], power))
    return float(_scaled(str(precision_of(found["number"], "")), power))


def _scaled(number: str, power: int) -> Decimal:
    try:
        return Decimal(number).scaleb(power)
    except InvalidOperation:
        raise InvalidValueError("a figure", number[:40], "one of a size that can be") from None


def _side(what: str, given: object) -> dict[str, Any]:
    """Return one side of a relation as the table of a Figure or an Expression."""
    content = _table(what, given)
    if "op" in content:
        return content
    operations = [name for name in OPERATIONS if name in content]
    if not operations:
        reference = {"ref": content.pop("ref")} if "ref" in content else {}
        return {"op": "figure", "quantity": _quantity(what, content), **reference}
    name, parts = operations[0], content[operations[0]]
    if len(content) > 1 or not isinstance(parts, list):
        raise InvalidValueError(what, repr(given), f"one operation with a list of its parts: {{{name} = [..., ...]}}")
    return {"op": "apply", "name": name, "parts": [_side(f"{what}.{name}", part) for part in parts]}


def precision_of(figure: str | float, unit: str) -> float:
    """Return one unit of the last stated digit of `figure`.

    Exact for text ("41.50" -> 0.01). For a bare number the trailing zeros are lost: percentages count every digit of
    the whole number (20 -> 1), amounts count down to the last digit that is not zero, but never coarser than the
    largest thousand-step in them (100e9 -> 1e9, 26.3e9 -> 1e8). Raises InvalidValueError for what is no number.
    """
    try:
        number = Decimal(str(figure))
    except InvalidOperation:
        raise InvalidValueError("a stated figure", repr(figure), "a number") from None
    if not number.is_finite():
        raise InvalidValueError("a stated figure", repr(figure), "a finite number")
    if isinstance(figure, str) or unit in ("percent", "points", "times", "sessions"):
        shown = number if isinstance(figure, str) else Decimal(repr(float(figure))).normalize()
        exponent = int(shown.as_tuple().exponent)
        return float(Decimal(1).scaleb(exponent if isinstance(figure, str) else min(exponent, 0)))
    if number == 0:
        return 1.0
    last_digit = int(Decimal(repr(float(figure))).normalize().as_tuple().exponent)
    thousands = (number.adjusted() // 3) * 3
    return float(Decimal(1).scaleb(min(last_digit, thousands)))
