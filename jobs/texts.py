"""Articles as a user gives them: files, text in quotes, stdin, and JSON lines; read, and made into events.

A line of JSON is an object with `text`, and with `published`, `symbol`, `id` and `language` where they are known. What
cannot be read becomes a Problem with the line, and never stops the lines behind it.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from events.codec import event_id
from events.errors import InvalidValueError, Problem
from events.log import Draft
from events.model import ArticlePublished, ClaimStated, Said
from events.reading.article import ReadArticle, read_article
from events.reading.claims import Reading, read_claims

STDIN = "-"
LANGUAGES = ("en", "vi", "zh-Hans", "zh-Hant")
_LONGEST_NAME = 240


class TextRead(NamedTuple):
    """A text that was read: its id and source, the article and its claims, and what could not be read.

    `article` is None where there was nothing to read; then `problems` says why.
    """

    id: str
    source: str
    article: ReadArticle | None
    reading: Reading | None
    problems: tuple[Problem, ...]


def said_of(given: str | None) -> Said | None:
    """Return a publication as the user gives it: a day, or an instant with its zone; None for none.

    Raises InvalidValueError for anything else.
    """
    if given is None or given == "":
        return None
    wanted = "a day such as 2025-11-06, or an instant with its zone such as 2025-11-06T09:30:00-05:00"
    try:
        if len(given) == len("2025-11-06"):
            return Said(day=date.fromisoformat(given))
        at = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise InvalidValueError("published", repr(given), wanted) from None
    if at.tzinfo is None:
        raise InvalidValueError("published", repr(given), wanted)
    return Said(day=at.date(), at=at)


def is_file(given: str) -> bool:
    """Tell whether an argument names a file that exists."""
    try:
        return len(given) <= _LONGEST_NAME and "\n" not in given and Path(given).is_file()
    except (OSError, ValueError):
        return False


def looks_like_a_name(given: str) -> bool:
    """Tell whether an argument that is no file was meant as one: one word with an ending or a slash."""
    one_word = given.isascii() and len(given.split()) == 1 and len(given) <= _LONGEST_NAME
    return one_word and ("/" in given or "." in given[1:-1])


def read_given(given: str, said: Said | None, symbol: str, companies: Sequence[Path] = ()) -> TextRead:
    """Return one argument of the command read: a file, "-" for stdin, or the text itself.

    `companies` are the user's own tables.
    """
    read = partial(read_one, said=said, symbol=symbol, companies=companies)
    if given == STDIN:
        return read(STDIN, "stdin", sys.stdin.buffer.read())
    if is_file(given):
        try:
            return read(given, Path(given).name, Path(given).read_bytes())
        except OSError as error:
            return _unread(given, Problem(f"cannot be read: {error.strerror}", given))
    if looks_like_a_name(given):
        return _unread(given, Problem("no such file; wanted a file, - for stdin, or the text in quotes", given))
    return read("text", "text", given)


def read_one(
    name: str, source: str, text: str | bytes, said: Said | None, symbol: str, language: str = "",
    companies: Sequence[Path] = (),
) -> TextRead:  # fmt: skip
    """Return a text read; `companies` are the user's own tables."""
    known: Any = language or None
    article = read_article(text, published=said, language=known)
    reading = read_claims(article, symbol.upper(), companies)
    return TextRead(name, source, article, reading, reading.problems)


def lines_of(given: str) -> Iterator[bytes]:
    """Yield the lines of a file or of stdin that are not empty, without holding them all."""
    if given == STDIN:
        yield from (line for line in sys.stdin.buffer if line.strip())
        return
    with Path(given).open("rb") as file:
        yield from (line for line in file if line.strip())


def read_line(
    line: bytes, number: int, source: str, said: Said | None, symbol: str, companies: Sequence[Path] = ()
) -> TextRead:
    """Return one line of JSON read; a line that cannot be is a Problem."""
    name = str(number)
    try:
        content = msgspec.json.decode(line)
        if isinstance(content, dict):
            name = str(content.get("id", number))
        if not isinstance(content, dict) or not isinstance(content.get("text"), str):
            raise InvalidValueError("a line", _short(content), 'an object with "text"')
        unknown = sorted(content.keys() - {"text", "published", "symbol", "id", "language", "source", "title", "url"})
        if unknown:
            raise InvalidValueError(
                "a line", f"unknown keys {', '.join(unknown)}", "text, published, symbol, id, language"
            )
        language = content.get("language") or ""
        if language not in ("", *LANGUAGES):
            raise InvalidValueError("language", repr(language), f"one of {', '.join(LANGUAGES)}")
        when = said_of(content.get("published")) or said
        symbol = str(content.get("symbol") or symbol)
        return read_one(name, source, content["text"], when, symbol, language, companies)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _unread(name, Problem(f"is not JSON: {error}", source, number))
    except InvalidValueError as error:
        return _unread(name, Problem(str(error), source, number))


def drafts_of(read: TextRead, recorded: datetime) -> tuple[list[Draft], dict[str, bytes]]:
    """Return an article and its claims as events, and its text by its hash."""
    article, reading = read.article, read.reading
    if article is None or reading is None:
        return [], {}
    content = article.original.encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(content).hexdigest()
    event = ArticlePublished(
        source=read.source,
        title=article.title,
        language=article.language,
        said=article.published,
        text_sha256=digest,
        note=article.note,
    )
    key = event_id(event)
    claims = [Draft(ClaimStated(article=key, claim=claim), recorded) for claim in reading.claims]
    return [Draft(event, recorded), *claims], {digest: content}


def understood(read: TextRead, *, explain: bool = False) -> dict[str, Any]:
    """Return what was understood of a text as plain values: its claims, with the rules behind each where asked."""
    article, reading = read.article, read.reading
    claims = [] if reading is None else [msgspec.to_builtins(claim) for claim in reading.claims]
    if explain and reading is not None:
        for claim, rules in zip(claims, reading.traces, strict=True):
            claim["rules"] = list(rules)
    content: dict[str, Any] = {"id": read.id}
    if article is not None:
        content |= {
            "language": article.language or None,
            "published": str(article.published) if article.published else None,
            "title": article.title,
        }
    return {**content, "claims": claims, "problems": [str(problem) for problem in read.problems]}


def _unread(name: str, problem: Problem) -> TextRead:
    return TextRead(name, name, None, None, (problem,))


def _short(content: object) -> str:
    shown = repr(content)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def texts_and_files(given: Sequence[str], endings: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield each argument, and whether it is a file of claims."""
    for one in given:
        yield one, Path(one).suffix.lower() in endings if len(one) <= _LONGEST_NAME and "\n" not in one else False
