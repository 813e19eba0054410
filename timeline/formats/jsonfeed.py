"""The timeline as a JSON Feed 1.1 document (https://www.jsonfeed.org/version/1.1/).

The same entries give the same bytes: members in the order written here, two blanks of indent, UTF-8, one newline at the
end, and no clock. What an item says beyond the format stands under `_market_timeline`: the object of the check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from events.log import Head
from timeline.entries import Entry, agreement_answer

VERSION = "https://jsonfeed.org/version/1.1"
EXTENSION = "urn:market-timeline:check:1"


class Channel(NamedTuple):
    """What a feed says of itself. An address that is "" is left out: a feed in a file has none."""

    title: str = "Market timeline"
    description: str = "Dated claims about listed companies, checked against daily price history."
    home_page_url: str = ""
    feed_url: str = ""
    author: str = "Market timeline"
    language: str = "en"


def feed(
    entries: Sequence[Entry],
    head: Head,
    *,
    as_of: datetime | None = None,
    channel: Channel = Channel(),  # noqa: B008  # frozen
    note: str = "",
) -> bytes:
    """Return the feed of `entries`, kept in their order; `head` is the end of the log that they were made from.

    `note` is that head as a signed note, "" for none.
    """
    addresses = {"home_page_url": channel.home_page_url, "feed_url": channel.feed_url}
    about: dict[str, Any] = {"about": EXTENSION, "events": head.position, "log": head.digest}
    if as_of is not None:
        about["as_of"] = rfc3339(as_of)
    if note:
        about["note"] = note
    document = {**top(channel, addresses, about), "items": [item(entry) for entry in entries]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def top(channel: Channel, addresses: Mapping[str, str], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a feed that come before its items; `addresses` that are "" are left out."""
    return {
        "version": VERSION,
        "title": channel.title,
        **{name: address for name, address in addresses.items() if address},
        "description": channel.description,
        "authors": [{"name": channel.author}],
        "language": channel.language,
        "_market_timeline": dict(about),
    }


def digest(feed: bytes) -> str:
    """Return the SHA-256 of a feed in hexadecimal."""
    return hashlib.sha256(feed).hexdigest()


def item(entry: Entry, *, url: str = "", image: str = "") -> dict[str, Any]:
    """Return one entry as an item of the feed; `url` is its page and `image` its chart, "" for none.

    An item has no `language` of its own: the claim may be quoted in the article's, the answer is in the feed's. A claim
    that was withdrawn stays an item: a reader that took it must hear of it.
    """
    article = entry.article
    authors = [name for name in (entry.stated.claim.by, article.source if article else "") if name]
    content: dict[str, Any] = {"id": entry.id}
    if url:
        content["url"] = url
    if article and article.url:
        content["external_url"] = article.url
    content["title"] = title(entry)
    content["content_text"] = text(entry)
    if image:
        content["image"] = image
    content["date_published"] = rfc3339(entry.published)
    content["date_modified"] = rfc3339(entry.modified)
    if authors:
        content["authors"] = [{"name": name} for name in authors]
    content["tags"] = [tag for tag in (entry.kind, verdict_word(entry), entry.stated.claim.symbol) if tag]
    content["_market_timeline"] = _extension(entry)
    return content


def title(entry: Entry) -> str:
    """Return the line that stands for an entry in a list: whom it is about, what was claimed, what came out."""
    claim = entry.stated.claim
    words = claim.text or entry.kind.replace("-", " ")
    about = f"{entry.about}: " if entry.about and not words.startswith(entry.about) else ""
    return (
        f"{about}{words} ({verdict_word(entry)})" if entry.judged or entry.withdrawn is not None else f"{about}{words}"
    )


def verdict_word(entry: Entry) -> str:
    """Return the word that stands beside an entry: its verdict, or that it was withdrawn."""
    return "withdrawn" if entry.withdrawn is not None else entry.verdict.verdict


def text(entry: Entry) -> str:
    """Return an entry as plain text: the claim, who said it when, the verdict with its explanation."""
    said = f", {entry.stated.said}" if entry.stated.said else ""
    source = entry.article.source if entry.article else "a source that is not held"
    lines = [f"Claim: {entry.stated.claim.text or entry.kind}", f"Source: {source}{said}"]
    if entry.judged and entry.withdrawn is None:
        lines.append(f"Verdict: {entry.verdict.verdict}")
    lines.append(entry.verdict.explanation)
    lines += [f"Note: {note}" for note in entry.verdict.notes]
    lines += [agreement.explanation for agreement in entry.agreements]
    return "\n".join(line for line in lines if line)


def rfc3339(instant: datetime) -> str:
    """Return an instant in UTC as the feed writes it: whole seconds where it has no fraction."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _extension(entry: Entry) -> dict[str, Any]:
    content: dict[str, Any] = {"about": EXTENSION, **entry.check()}
    if entry.article:
        told = {"source": entry.article.source, "title": entry.article.title, "language": entry.article.language}
        content["source"] = {name: value for name, value in told.items() if value}
    if entry.withdrawn is not None:
        content["withdrawn"] = {"reason": entry.withdrawn}
    if entry.agreements:
        content["agreements"] = [agreement_answer(agreement) for agreement in entry.agreements]
    return content
