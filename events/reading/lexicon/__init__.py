"""The words of each language as tables, loaded once: the engine is one, the languages are data.

`common.toml` holds what all share; zh.toml serves both scripts, for Traditional text is matched in Simplified form.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

Table = Mapping[str, Any]


@cache
def lexicon(language: str) -> Mapping[str, Table]:
    """Return the tables of a language (zh-Hans, zh-Hant, zh, vi, en; others read as English), common ones merged in.

    Words of the language win over the common ones; lists are joined.
    """
    name = language[:2] if language[:2] in ("zh", "vi") else "en"
    merged: dict[str, dict[str, Any]] = {}
    for part in ("common", name):
        for table, words in load(part).items():
            into = merged.setdefault(table, {})
            for word, value in words.items():
                into[word] = (
                    into[word] + value if isinstance(value, list) and word == "words" and word in into else value
                )
    return MappingProxyType({table: MappingProxyType(words) for table, words in merged.items()})


@cache
def load(name: str) -> Mapping[str, Any]:
    """Return the tables of one file of this folder, by its name without the ending."""
    return tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def alternation(words: Iterable[str], not_before: Mapping[str, Iterable[str]] = MappingProxyType({})) -> str:
    """Return a pattern that matches the longest of `words`; a word that ends in a letter ends where the word ends.

    `not_before` names, for some words, what makes another word of them when it follows (股 in 股东).
    """
    return (
        "|".join(_bounded(word, not_before) for word in sorted(set(words), key=lambda word: (-len(word), word)))
        or "(?!)"
    )


def reversed_alternation(words: Iterable[str]) -> str:
    """Return a pattern for text read backwards: the longest of `words`, not inside a longer word of letters."""
    backwards = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word[::-1]) + _guard(word[:1]) for word in backwards) or "(?!)"


def key(word: str) -> str:
    """Return the form in which a word stands in a table; covers every letter that a pattern without case may match."""
    return word.replace("\u0130", "i").replace("\u0131", "i").casefold()


def lowered(text: str) -> str:
    """Return `text` in lower case, character for character, so that positions hold."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(one if len(one := character.lower()) == 1 else character for character in text)


def _bounded(word: str, not_before: Mapping[str, Iterable[str]]) -> str:
    refused = "|".join(re.escape(following) for following in not_before.get(word, ()))
    return re.escape(word) + _guard(word[-1:]) + (f"(?!{refused})" if refused else "")


def _guard(edge: str) -> str:
    """Return a lookahead that refuses a further letter of an alphabet; Chinese has no spaces between words."""
    return LATIN_AHEAD if edge.isalpha() and not "\u3400" <= edge <= "\u9fff" else ""


LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
LATIN_AHEAD = f"(?![{LATIN}])"
