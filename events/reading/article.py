"""Bytes or text to a read article: its language, its title, when it was published, and the text that is its own.

The tour of one article: `decode`, `markup.unmarked`, `mended`, `language_of`, `matching`, `published`, `boilerplate`.
What comes out holds one matching text, in which all tokens have their positions, and the way back to the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from events.errors import Problem
from events.model import Said
from events.reading import boilerplate, markup
from events.reading.decode import decode
from events.reading.language import Language, language_of
from events.reading.matching import matching, mended
from events.reading.offsets import Edit, MappedText
from events.reading.published import publication

Span = tuple[int, int]

_LIMIT = 4_000_000
_SPACES = re.compile(r"  [ ]*|\n\n+")  # begins with characters themselves, which is what the search is quick at


class ReadArticle(msgspec.Struct, frozen=True, gc=False):
    """An article made ready for reading.

    `text` is the matching text: Simplified characters, composed letters, plain digits, one line a paragraph,
    without boilerplate. `paragraphs` are the spans of its lines in `text`. `span` leads from `text` to
    `original`, the text as it came (decoded, with its markup). `note` says how the publication is
    known; `published` is None where it is not.
    """

    original: str
    text: str
    paragraphs: tuple[Span, ...]
    title: str
    language: Language
    published: Said | None
    note: str
    problems: tuple[Problem, ...]
    encoding: str
    mapped: MappedText

    def span(self, start: int, end: int) -> Span:
        """Return the characters of `original` that `text[start:end]` came from."""
        return self.mapped.span(start, end)

    def quote(self, start: int, end: int) -> str:
        """Return the words of the original behind `text[start:end]`, without markup: as the text has them."""
        first, last = self.mapped.span(start, end)
        written = self.original[first:last]
        return written if "<" not in written else self.text[start:end]


def read_article(
    source: bytes | str, *, published: Said | None = None, language: Language | None = None, publisher: str = ""
) -> ReadArticle:
    """Return what `source` holds; faults of it are Problems. What the caller says of date and language wins.

    Never raises for any content. Linear in the length; of a text beyond four million characters the rest is left out.
    """
    original, encoding, problems = decode(source) if isinstance(source, bytes) else (source, "", ())
    if len(original) > _LIMIT:
        problems += (Problem(f"the text has {len(original)} characters; only the first {_LIMIT} are read"),)
        original = original[:_LIMIT]
    marked = markup.unmarked(original)
    text = mended(marked.text)
    known = language or language_of(text.text)
    if not known and text.text.strip():
        problems += (Problem("the language is none of Chinese, Vietnamese and English; read as English"),)
    text = matching(text, known)
    when = publication(marked.dates, text.text, known, publisher or marked.publisher)
    above = _line_above(text.text, when.line)
    text = text.edit(_unwanted(text.text, when.line))
    if "  " in text.text or "\n\n" in text.text:
        text = text.edit((found.start(), found.end(), found[0][-1]) for found in _SPACES.finditer(text.text))
    text = text.respelled(_WRAPPED.sub(" ", text.text))
    return ReadArticle(
        original,
        text.text,
        tuple(_paragraphs(text.text)),
        marked.title or above or _first_line(text.text),
        known,
        published or when.said,
        "given with the text" if published else when.note,
        (*problems, *marked.problems, *when.problems),
        encoding,
        text,
    )


# A line broken by an editor goes on in the next: long, ended inside a sentence, and followed by a small letter.
_WRAPPED = re.compile(
    r"\n(?<=[a-z\u00e0-\u024f\u1ea0-\u1ef9,%\d]\n)(?<=[^\n]{40}\n)(?=[a-z\u00e0-\u024f\u1ea0-\u1ef9])"
)


def _unwanted(text: str, dated: Span | None) -> Iterator[Edit]:
    """Yield the lines that are no text; the line that only dates the article goes too."""
    spans = boilerplate.left_out(text)
    if dated:
        spans = sorted([*spans, dated])
    for start, end in spans:
        yield start, min(end, len(text)), "\n" if end <= len(text) else ""


def _paragraphs(text: str) -> Iterator[Span]:
    position = 0
    for line in text.split("\n"):
        start, position = position, position + len(line) + 1
        stripped = line.strip()
        if stripped:
            begin = start + len(line) - len(line.lstrip())
            yield begin, begin + len(stripped)


def _line_above(text: str, dated: Span | None) -> str:
    """Return the line above the one that dates the article, which near the top of a page is its title."""
    if not dated or dated[0] > 2000:
        return ""
    lines = [line.strip() for line in text[: dated[0]].split("\n") if line.strip()]
    return lines[-1][:200] if lines else ""


def _first_line(text: str) -> str:
    return next((line.strip()[:200] for line in text.split("\n") if line.strip()), "")
