"""One claim told in four languages: the templates, filled with companies, figures, hedges and directions.

Every filling of a template gives a sentence a language and one expectation for all of them, so that a test can ask that
the four read the same: `article_of` returns what `tests.corpus.scoring.score` takes. Nothing here is random: `fillings`
walks through the tables in step.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from tests.corpus.loading import HERE, CorpusArticle, article

PUBLISHED = date(2024, 5, 16)

_SLOT = re.compile(r"\{(\w+)\}")
_FIGURES: dict[str, tuple[str, ...]] = {
    "percent": ("4", "2.3", "17", "0.8", "7.1", "12.45"),
    "points": ("15", "272.4", "1033.9", "36.25"),
    "price": ("41.50", "187.26", "1.86", "902.4"),
    "amount": ("3.2", "120", "47.5", "9.1", "307"),
}


@dataclass(frozen=True, slots=True)
class Filling:
    """What stands in the slots of one sentence: rows of the tables, a figure and which synonym of the verb."""

    subject: dict[str, str]
    figure: str
    hedge: dict[str, str] | None
    direction: dict[str, Any]
    synonym: int = 0


@cache
def tables() -> dict[str, Any]:
    """Return the file of templates with its tables."""
    return tomllib.loads((HERE / "templates.toml").read_text(encoding="utf-8"))


def templates() -> list[dict[str, Any]]:
    """Return the templates in the order of their ids."""
    return list(tables()["template"])


def slots(words: str) -> frozenset[str]:
    """Return the names of the slots of a template's sentence."""
    return frozenset(_SLOT.findall(words))


def figure_slot(template: dict[str, Any]) -> str:
    """Return the name of the slot for the figure, "" where there is none."""
    return next((name for name in _FIGURES if name in slots(template["en"])), "")


def fillings(template: dict[str, Any], count: int = 12) -> Iterator[Filling]:
    """Yield `count` fillings: companies, figures, hedges and directions change in step, each at its own pace."""
    asked = slots(template["en"])
    subjects = tables()["index" if "index" in asked else "company"]
    directions = [one for one in tables()["direction"] if one["word"] in template.get("directions", ["up", "down"])]
    hedges = [None, *tables()["hedge"]] if "hedge" in asked else [None]
    figures = _FIGURES.get(figure_slot(template), ("",))
    for step in range(count):
        yield Filling(
            subject=subjects[step % len(subjects)],
            figure=figures[step % len(figures)],
            hedge=hedges[step % len(hedges)],
            direction=directions[(step // 2) % len(directions)],
            synonym=step,
        )


def sentence(template: dict[str, Any], filling: Filling, language: str) -> str:
    """Return a template's sentence in one language; the first letter is a capital."""
    name = figure_slot(template)
    words = {
        "company": filling.subject[language],
        "index": filling.subject[language],
        "hedge": filling.hedge[language] if filling.hedge else "",
        "verb": _synonym(filling.direction["verb"][language], filling.synonym),
        "adverb": _synonym(filling.direction["adverb"][language], filling.synonym),
        name: written(name, filling.figure, language) if name else "",
    }
    text = _SLOT.sub(lambda slot: words[slot[1]], template[language])
    return text[0].upper() + text[1:]


def article_of(template: dict[str, Any], filling: Filling, language: str) -> CorpusArticle:
    """Return one sentence as an article of the corpus: whole, with what must be read in it, ready to be scored."""
    text = sentence(template, filling, language)
    return article(
        {
            "id": template["id"],
            "language": language,
            "published": PUBLISHED,
            "text": text,
            "claims": f"{expected(template, filling)} | {text}" if template["expects"] else "",
            "allowed": template.get("allowed", "").replace("{symbol}", filling.subject["symbol"]),
        },
        "templates.toml",
    )


def expected(template: dict[str, Any], filling: Filling) -> str:
    """Return the line of the notation (without a quote) for every language; "" where nothing may be read."""
    sign = "-" if template.get("signed", True) and filling.direction["sign"] < 0 else ""
    scale = "bn" if figure_slot(template) == "amount" else ""
    words = {
        "symbol": filling.subject["symbol"],
        "figure": f"{sign}{filling.figure}{scale}",
        "hedge": filling.hedge["word"] if filling.hedge else "none",
        "direction": filling.direction["word"],
    }
    return _SLOT.sub(lambda slot: words[slot[1]], template["expects"])


def around(language: str) -> tuple[str, ...]:
    """Return sentences without a claim, to be put around one."""
    return tuple(tables()["around"][language])


def written(name: str, figure: str, language: str) -> str:
    """Return a figure with its unit as a language writes it: "$12.5 billion", "125亿美元", "12,5 tỷ USD"."""
    chinese, vietnamese = language.startswith("zh"), language == "vi"
    if name == "amount" and chinese:
        return f"{_grouped(Decimal(figure) * 10, vietnamese)}{'亿美元' if language == 'zh-Hans' else '億美元'}"
    number = _grouped(Decimal(figure), vietnamese)
    if name == "percent":
        return f"{number}%"
    if name == "points":
        unit = {"en": " points", "vi": " điểm", "zh-Hans": "点", "zh-Hant": "點"}[language]
        return f"{number}{unit}"
    if name == "amount":
        return f"{number} tỷ USD" if vietnamese else f"${number} billion"
    return f"{number} USD" if vietnamese else f"{number}美元" if chinese else f"${number}"


def _grouped(number: Decimal, vietnamese: bool) -> str:
    """Return a number with its thousands grouped, and in Vietnamese with a decimal comma."""
    text = f"{number:,f}"
    if "." in text and number == number.to_integral_value():
        text = text.partition(".")[0]
    return text.translate(str.maketrans(",.", ".,")) if vietnamese else text


def _synonym(words: list[str], number: int) -> str:
    return words[number % len(words)]
