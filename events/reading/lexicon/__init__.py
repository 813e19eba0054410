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
    refused = {word: "|".join(map(re.escape, following)) for word, following in not_before.items()}
    return _longest_first(
        (word, re.escape(word), _guard(word[-1:]) + (f"(?!{refused[word]})" if word in refused else ""))
        for word in set(words)
    )


def reversed_alternation(words: Iterable[str]) -> str:
    """Return a pattern for text read backwards: the longest of `words`, not inside a longer word of letters."""
    return _longest_first((word[::-1], re.escape(word[::-1]), _guard(word[:1])) for word in set(words))


def key(word: str) -> str:
    """Return the form in which a word stands in a table; covers every letter that a pattern without case may match."""
    return word.replace("\u0130", "i").replace("\u0131", "i").casefold()


def lowered(text: str) -> str:
    """Return `text` in lower case, character for character, so that positions hold."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(one if len(one := character.lower()) == 1 else character for character in text)


def _longest_first(listed: Iterable[tuple[str, str, str]]) -> str:
    """Return the alternation of (word, its pattern, what guards its end), the longest word first.

    Words with the common guard share one, where no other word goes on from one of them: it is the guards that take the
    compiler its time.
    """
    ordered = sorted(listed, key=lambda one: (-len(one[0]), one[0]))
    guarded = [one for one in ordered if one[2] == LATIN_AHEAD]
    others = [one for one in ordered if one[2] != LATIN_AHEAD]
    begun = {key(word) for word, _, _ in guarded}
    if len(guarded) < 2 or any(key(word)[:end] in begun for word, _, _ in others for end in range(1, len(word))):
        return "|".join(pattern + guard for _, pattern, guard in ordered) or "(?!)"
    shared = f"(?:{'|'.join(pattern for _, pattern, _ in guarded)}){LATIN_AHEAD}"
    return "|".join([shared, *(pattern + guard for _, pattern, guard in others)])


def _guard(edge: str) -> str:
    """Return a lookahead that refuses a further letter of an alphabet; Chinese has no spaces between words."""
    return LATIN_AHEAD if edge.isalpha() and not "\u3400" <= edge <= "\u9fff" else ""


LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
# Two sets, outside of the switch for case, say what one says: under the switch the compiler folds each letter of a set.
LATIN_AHEAD = "(?-i:(?![A-Za-z])(?![\u00c0-\u024f\u1e00-\u1eff]))"
