"""Markup taken off with every offset kept: HTML to its blocks, Markdown to its words, front matter to its fields."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from events.errors import Problem
from events.reading.offsets import Edit, MappedText


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<article[\s>]", re.IGNORECASE)
_TAGS = re.compile(r"</(?:p|div|h[1-6]|li|td|span)>|<br\s{0,2}/?>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]{0,30})([^<>]{0,20000})>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BLOCKS = _names(
    "p div br li ul ol h1 h2 h3 h4 h5 h6 tr table section article header blockquote pre dd dt dl figure "
    "figcaption main hr td th body html title caption address details summary"
)
_UNREAD = _names("script style noscript svg template iframe nav footer aside form button select textarea head")
_BODY_LIMIT = 1_500_000
_FRONT = re.compile(r"\A\s{0,8}---[ \t]*\r?\n")
_FRONT_END = re.compile(r"(?m)^(?:---|\.\.\.)[ \t]*\r?$")
_FRONT_LIMIT = 20_000
_IMAGE = re.compile(r"!\[[^\]\n]{0,500}\]\([^()\n]{0,3000}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\([^()\n]{0,3000}\)")
_LINK_LINE = re.compile(r"(?m)^[ >*-]{0,6}\[[^\[\]\n]{1,120}\]\([^()\n]{0,3000}\)[ .]{0,4}$")
# Each alternative begins with its own character: the search looks at no other place. The last four count only at the
# beginning of a line, behind at most so many spaces.
_MARKS = re.compile(r"\*(?:\*|[ ]+)|__|``?`?|##{0,5}[ ]+|>[ ]?|\+[ ]+|•[ ]+")
_INDENTED = {"#": 3, ">": 3, "*": 6, "+": 6, "•": 6}
_META = re.compile(r"<meta\s[^<>]{0,4000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z:_-]{1,40})\s{0,3}=\s{0,3}(?:"([^"<>]{0,3000})"|'([^'<>]{0,3000})')""")
_TITLE = re.compile(r"<title[^<>]{0,500}>([^<]{0,1000})", re.IGNORECASE)
_TIME = re.compile(r"""<time\s[^<>]{0,600}?datetime\s{0,3}=\s{0,3}["']([^"'<>]{4,60})""", re.IGNORECASE)
_LINKED = re.compile(r'"datePublished"\s{0,4}:\s{0,4}"([^"\\]{4,60})"')
_DATE_NAMES = (
    "article:published_time", "og:published_time", "datepublished", "pubdate", "publishdate", "publish_date",
    "publication_date", "publish-date", "date", "dc.date", "dc.date.issued", "dcterms.created", "article.published",
    "sailthru.date", "weibo:article:create_at", "apub:time", "parsely-pub-date",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marked:
    """A text without its markup, and what the markup said: title, dates of publication in order of trust, publisher."""

    text: MappedText
    title: str = ""
    dates: tuple[str, ...] = ()
    publisher: str = ""
    problems: tuple[Problem, ...] = ()
    is_html: bool = False
    fields: dict[str, Any] = field(default_factory=dict)


def unmarked(original: str) -> Marked:
    """Return `original` without HTML or Markdown; plain text comes back as it is, but for marks of emphasis."""
    if _is_html(original):
        return _from_html(original)
    text = MappedText.of(original)
    fields, end, problems = _front_matter(original)
    if end:
        text = text.edit([(0, end, "")])
    if "](" in text.text:
        text = text.edit((found.start(), found.end(), "") for found in _IMAGE.finditer(text.text))
        text = text.edit((found.start(), found.end(), "") for found in _LINK_LINE.finditer(text.text))
        text = text.edit(_labels(text.text))
    text = text.edit(_marks(text.text))
    if "&" in text.text:
        text = text.edit(_entities(text.text))
    dates = tuple(str(fields[name]) for name in ("date", "published", "pubDate", "publishDate") if fields.get(name))
    publisher = next((str(fields[name]) for name in ("source", "publisher", "site") if fields.get(name)), "")
    return Marked(text, str(fields.get("title") or ""), dates, publisher, problems, fields=fields)


def _is_html(text: str) -> bool:
    return bool(_HTML.search(text[:4000])) or (text.lstrip()[:1] == "<" and bool(_TAGS.search(text)))


def _marks(text: str) -> Iterator[Edit]:
    for found in _MARKS.finditer(text):
        start, end = found.span()
        indented = _INDENTED.get(found[0][0])
        if indented is not None and found[0] != "**":
            first = text.rfind("\n", max(0, start - indented - 1), start) + 1 or (0 if start <= indented else -1)
            if first < 0 or text[first:start].strip(" "):
                continue
            start = first
        yield start, end, ""


def _labels(text: str) -> Iterator[Edit]:
    for found in _LINK.finditer(text):
        yield found.start(), found.start(1), ""
        yield found.end(1), found.end(), ""


def _entities(text: str) -> Iterator[Edit]:
    for found in _ENTITY.finditer(text):
        if (character := html.unescape(found[0])) != found[0]:
            yield found.start(), found.end(), character


def _front_matter(text: str) -> tuple[dict[str, Any], int, tuple[Problem, ...]]:
    begin = _FRONT.match(text)
    end = _FRONT_END.search(text, begin.end(), begin.end() + _FRONT_LIMIT) if begin else None
    if not begin or not end:
        return {}, 0, ()
    import yaml

    try:
        held = yaml.load(text[begin.end() : end.start()], Loader=yaml.BaseLoader)  # noqa: S506  # strings only
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = Problem(f"the front matter is no YAML: {str(error).splitlines()[0]}", span=(begin.end(), end.start()))
        return {}, end.end(), (problem,)
    if not isinstance(held, dict):
        return {}, 0, ()
    return {str(name): value for name, value in held.items()}, end.end(), ()


def _from_html(original: str) -> Marked:
    text = MappedText.of(original).edit(_tags(original))
    text = text.edit(_entities(text.text))
    lines, problems = _body_lines(original)
    if lines:
        text = text.edit(_outside_body(text.text, lines))
    meta = _meta(original)
    title = meta.get("og:title") or (html.unescape(found[1]).strip() if (found := _TITLE.search(original)) else "")
    dates = [meta[name] for name in _DATE_NAMES[:6] if name in meta]
    dates += [found[1] for found in _LINKED.finditer(original[:_BODY_LIMIT])][:1]
    dates += [meta[name] for name in _DATE_NAMES[6:] if name in meta]
    dates += [found[1] for found in _TIME.finditer(original[:_BODY_LIMIT])][:1]
    return Marked(
        text, title, tuple(dates), meta.get("og:site_name", "") or meta.get("og:url", ""), problems, is_html=True
    )


def _meta(original: str) -> dict[str, str]:
    held: dict[str, str] = {}
    for found in list(_META.finditer(original[:_BODY_LIMIT]))[:400]:
        attributes = {one[1].lower(): one[2] if one[2] is not None else one[3] for one in _ATTRIBUTE.finditer(found[0])}
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if name and attributes.get("content"):
            held.setdefault(name.lower(), html.unescape(attributes["content"]).strip())
    return held


def _tags(text: str) -> Iterator[Edit]:
    """Yield the tags, comments and unread parts of a page: blocks become line breaks, the rest nothing."""
    low = text.lower() if len(text.lower()) == len(text) else text
    missing: set[str] = set()
    at = 0
    while (start := text.find("<", at)) >= 0:
        if text.startswith("<!--", start):
            end = text.find("-->", start + 4)
            at = end + 3 if end >= 0 else len(text)
            yield start, at, ""
            continue
        tag = _TAG.match(text, start)
        if not tag:
            at = start + 1
            if text.startswith(("<!", "<?"), start) and (end := text.find(">", start, start + 2000)) >= 0:
                yield start, end + 1, ""
                at = end + 1
            continue
        name, at = tag[2].lower(), tag.end()
        if name in _UNREAD and not tag[1] and name not in missing and not tag[3].endswith("/"):
            closing = low.find(f"</{name}", at)
            if closing >= 0:
                end = text.find(">", closing)
                at = end + 1 if end >= 0 else len(text)
            else:
                missing.add(name)
        yield start, at, "\n" if name in _BLOCKS or name in _UNREAD else ""


_KEY = re.compile(r"[\W_]+")


def _key(line: str) -> str:
    return _KEY.sub("", line).casefold()


def _body_lines(original: str) -> tuple[list[str], tuple[Problem, ...]]:
    """Return the lines that trafilatura takes for the body, as bare letters; none where it finds no body."""
    if len(original) > _BODY_LIMIT:
        return [], (
            Problem(f"the page has {len(original)} characters: too long to look for its body; all of it is read"),
        )
    import trafilatura

    try:
        extracted = trafilatura.extract(
            original, include_comments=False, include_tables=True, deduplicate=False, with_metadata=False
        )
    except Exception as error:  # whatever a broken page does to the parsers below it, it is still read
        return [], (Problem(f"no body could be told from the page ({type(error).__name__}); all of it is read"),)
    lines = [key for line in (extracted or "").split("\n") if (key := _key(line))]
    return (lines if sum(map(len, lines)) >= 20 else []), ()


def _outside_body(text: str, lines: list[str]) -> Iterator[Edit]:
    """Yield the lines of a page that are not among the lines of its body (a line may be a part of one)."""
    known = set(lines)
    joined, found = "".join(lines), 0
    position = 0
    for line in text.split("\n"):
        start, position = position, position + len(line) + 1
        key = _key(line)
        if not key or key in known:
            found = max(found, joined.find(key, found, found + len(key) + 4000) + len(key)) if key else found
            continue
        at = joined.find(key, max(0, found - 200), found + len(key) + 4000)
        if at >= 0 and len(key) > 1:
            found = at + len(key)
            continue
        yield start, min(position, len(text)), ""
