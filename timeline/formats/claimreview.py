"""A checked claim as ClaimReview (https://schema.org/ClaimReview), for the head of its page.

Only a claim with a verdict is a review: what is pending or unchecked, was only told or was withdrawn rates nothing.
"""

from __future__ import annotations

from typing import Any

import msgspec

from timeline.entries import Entry
from timeline.formats.jsonfeed import Channel, rfc3339

# Verdict -> its rating, from 1 (false) to 4 (true), as the vocabulary of ClaimReview counts.
RATINGS = {"supported": 4, "consistent": 3, "close": 2, "contradicted": 1}


def claim_review(entry: Entry, url: str, channel: Channel) -> dict[str, Any] | None:
    """Return the review that stands at `url`, None where the claim has no verdict."""
    rating = RATINGS.get(entry.verdict.verdict)
    if rating is None or not entry.judged or entry.withdrawn is not None:
        return None
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": url,
        "datePublished": rfc3339(entry.modified),
        "claimReviewed": entry.stated.claim.text or entry.kind.replace("-", " "),
        "author": {"@type": "Organization", "name": channel.author, "url": channel.home_page_url},
        "itemReviewed": _claim(entry),
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": rating,
            "bestRating": max(RATINGS.values()),
            "worstRating": min(RATINGS.values()),
            "alternateName": entry.verdict.verdict.capitalize(),
            "ratingExplanation": entry.verdict.explanation,
        },
    }


def json_ld(review: dict[str, Any]) -> str:
    """Return a review as JSON that may stand inside a script element: no text of it can end the element."""
    content = msgspec.json.encode(review).decode()
    for letter in "<>&\u2028\u2029":
        content = content.replace(letter, f"\\u{ord(letter):04x}")
    return content


def _claim(entry: Entry) -> dict[str, Any]:
    article, said, by = entry.article, entry.stated.said, entry.stated.claim.by
    content: dict[str, Any] = {"@type": "Claim"}
    if by:
        content["author"] = {"@type": "Person", "name": by}
    elif article and article.source:
        content["author"] = {"@type": "Organization", "name": article.source}
    if said:
        content["datePublished"] = str(said)
    if article:
        work: dict[str, Any] = {
            "@type": "CreativeWork",
            "headline": article.title,
            "url": article.url,
            "inLanguage": article.language,
            "publisher": {"@type": "Organization", "name": article.source} if article.source else "",
            "datePublished": str(said) if said else "",
        }
        content["appearance"] = {name: value for name, value in work.items() if value}
    return content
