"""What somebody sent -> events: a claim file by its name, everything else as the text of an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import msgspec

from events.codec import event_id
from events.errors import Problem
from events.log import Draft
from events.model import ArticlePublished, ClaimStated, Said
from jobs.claimfile import ENDINGS, parse_claims
from timeline.web.doors import Submission

UNNAMED = "sent to this server"


class Submitted(NamedTuple):
    """Events, the texts that they speak of by their hash, and what could not be read.

    `whole` tells a claim file, of which a fault spoils everything, from an article, of which it does not.
    """

    drafts: Sequence[Draft]
    texts: Mapping[str, bytes]
    problems: tuple[Problem, ...]
    whole: bool

    @property
    def claims(self) -> int:
        """How many claims are among the events."""
        return sum(isinstance(event, ClaimStated) for event, _ in self.drafts)


def submitted(given: Submission, now: datetime, companies: Sequence[Path] = ()) -> Submitted:
    """Return what a submission holds; `companies` are the server's own tables.

    Raises InvalidValueError for a publication that is no day and no instant.
    """
    from jobs.texts import drafts_of, read_one, said_of  # the reader's tables take a while

    said = said_of(given.published)
    if PurePosixPath(given.name).suffix.lower() in ENDINGS:
        found = parse_claims(given.content, given.name, now)
        return Submitted(filled(found.drafts, said, given.symbol), {}, tuple(found.problems), True)
    read = read_one(given.name, given.name or UNNAMED, given.content, said, given.symbol, companies=companies)
    drafts, texts = drafts_of(read, now)
    return Submitted(drafts, texts, read.problems, False)


def filled(drafts: Sequence[Draft], said: Said | None, symbol: str) -> list[Draft]:
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
