"""What somebody sent -> events: a claim file by its name, everything else as the text of an article."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath

import msgspec

from events.codec import event_id
from events.errors import Problem
from events.log import Draft
from events.model import ArticlePublished, ClaimStated, Said
from jobs.app import instant
from jobs.claimfile import ENDINGS, ClaimFile, parse_claims
from timeline.web.doors import Submission

DAY = len("2025-11-06")


def submitted(given: Submission, now: datetime) -> ClaimFile:
    """Return the events that a submission holds and what could not be read.

    Raises InvalidValueError for a publication that is no instant.
    """
    said = said_of(given.published)
    if PurePosixPath(given.name).suffix.lower() in ENDINGS:
        found = parse_claims(given.content, given.name, now)
    else:
        found = article_claims(given, said, now)
    return ClaimFile(filled(found.drafts, said, given.symbol), found.problems)


def article_claims(given: Submission, said: Said | None, now: datetime) -> ClaimFile:
    """Return the claims of an article's text."""
    wanted = "a claim file (.toml or .jsonl); this version does not read the text of an article"
    return ClaimFile([], [Problem(f"got {given.name or 'a text'}, wanted {wanted}")])


def said_of(published: str) -> Said | None:
    """Return the publication that a user gives: a day, or an instant with its zone; None for ""."""
    if not published:
        return None
    at = instant(published)
    return Said(day=at.date()) if len(published) == DAY else Said(day=at.date(), at=at)


def filled(drafts: list[Draft], said: Said | None, symbol: str) -> list[Draft]:
    """Return drafts with the publication and the company that the user gives, where they name none.

    An article's id comes from its content, so its claims are told the new one.
    """
    renamed: dict[str, str] = {}
    found = []
    for event, recorded in drafts:
        changed = event
        if isinstance(event, ArticlePublished) and event.said is None and said is not None:
            changed = msgspec.structs.replace(event, said=said)
            renamed[event_id(event)] = event_id(changed)
        elif isinstance(event, ClaimStated):
            claim = event.claim
            if symbol and not (claim.symbol or claim.subject or claim.members):
                claim = msgspec.structs.replace(claim, symbol=symbol.upper())
            changed = ClaimStated(article=renamed.get(event.article, event.article), claim=claim)
        found.append(Draft(changed, recorded))
    return found
