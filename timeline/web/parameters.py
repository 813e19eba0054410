"""The parameters of lists and feeds, in one place: names, types, bounds; what is empty was not given."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from timeline.web.doors import Doors
from timeline.web.framework import Request
from timeline.web.live import Live
from timeline.web.problems import RefusalError
from timeline.web.selection import Selection
from timeline.web.snapshot import Snapshot

Word = Literal["supported", "consistent", "close", "contradicted", "pending", "unchecked", "withdrawn"]
Kind = Literal[
    "move", "level", "extreme", "streak", "drawdown", "market-value", "conversion", "relation", "reported", "happening"
]
Name = Annotated[str | None, Field(max_length=120)]
LATEST = 2**53  # what JSON numbers hold exactly


class Wanted(BaseModel):
    """What a list is asked for."""

    company: Annotated[Name, Field(description="a symbol such as META, or words of a name")] = None
    verdict: Word | None = None
    kind: Kind | None = None
    source: Annotated[Name, Field(description="the name of a source, whole")] = None
    language: Annotated[Name, Field(description="en, vi, zh, zh-Hans, zh-Hant")] = None
    since: Annotated[date | None, Field(description="said on this day or later")] = None
    until: Annotated[date | None, Field(description="said on this day or earlier")] = None
    judged: Annotated[bool, Field(description="only claims that prices or arithmetic can judge")] = False
    as_of: Annotated[
        str | None,
        Field(max_length=40, description="as known at an instant with its zone, or at the end of a day, UTC"),
    ] = None
    at: Annotated[int | None, Field(ge=1, le=LATEST, description="the state at this position of the log")] = None
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1

    @model_validator(mode="before")
    @classmethod
    def empty_is_not_given(cls, given: Any) -> Any:
        """Drop what a form sends for fields that nobody filled in."""
        return {name: value for name, value in given.items() if value != ""} if isinstance(given, dict) else given

    @property
    def selection(self) -> Selection:
        """The entries that are wanted."""
        return Selection(
            self.company or "",
            self.verdict or "",
            self.kind or "",
            self.source or "",
            self.language or "",
            self.since,
            self.until,
            self.judged,
        )


class Listed(Wanted):
    """The same for the page: what is only told is left out unless it is asked for, unknown parameters are ignored."""

    everything: bool = False

    @property
    def all_told(self) -> bool:
        """Whether reported figures and happenings are listed too."""
        return self.everything or self.kind in ("reported", "happening")


class Exactly(Wanted):
    """The same for programs: a parameter that means nothing is a mistake, and is told."""

    model_config = ConfigDict(extra="forbid")


async def snapshot_of(wanted: Wanted, live: Live, doors: Doors) -> Snapshot:
    """Return the state that is asked for. Raises RefusalError (422) where instant and position are both given."""
    if wanted.as_of is not None and wanted.at is not None:
        raise RefusalError(422, "as_of and at both name a state", came=f"{wanted.as_of} and {wanted.at}", wanted="one")
    instant = doors.instant(wanted.as_of) if wanted.as_of else None
    return await live.at(instant, wanted.at)


def client_of(request: Request) -> str:
    """Return the address of whoever asks."""
    return request.client.host if request.client else ""
