"""The timeline as an Atom feed (RFC 4287), written by feedgenerator; no clock: the same entries give the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape

from timeline.entries import Entry
from timeline.formats import jsonfeed

# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(
    entries: Sequence[Entry],
    updated: datetime,
    page_of: Callable[[Entry], str],
    channel: jsonfeed.Channel,
) -> bytes:
    """Return the Atom feed of `entries`, in their order; `updated` is the instant that an empty feed has.

    `page_of` gives the address of an entry's page. The channel's addresses must be given: Atom has no feed without.
    """
    import feedgenerator

    feed = feedgenerator.Atom1Feed(
        title=channel.title,
        link=channel.home_page_url,
        feed_url=channel.feed_url,
        feed_guid=channel.feed_url,
        description=channel.description,
        language=channel.language,
        author_name=channel.author,
    )
    feed.latest_post_date = lambda: max([entry.modified for entry in entries], default=updated).astimezone(UTC)
    for entry in entries:
        article = entry.article
        feed.add_item(
            title=_clean(jsonfeed.title(entry)),
            link=page_of(entry),
            description=escape(_clean(jsonfeed.text(entry))).replace("\n", "<br/>"),
            unique_id=f"urn:market-timeline:claim:{entry.id}",
            pubdate=entry.published.astimezone(UTC),
            updateddate=entry.modified.astimezone(UTC),
            author_name=_clean(entry.stated.claim.by or (article.source if article else "") or channel.author),
            categories=[_clean(tag) for tag in (entry.kind, jsonfeed.verdict_word(entry), entry.about) if tag],
        )
    out = io.StringIO()
    feed.write(out, "utf-8")
    return out.getvalue().encode()


def _clean(text: str) -> str:
    return _NOT_XML.sub(" ", text)
