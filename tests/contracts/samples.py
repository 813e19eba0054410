"""Events for the tests of the log: plain, many, and of every kind."""

import hashlib
from datetime import UTC, date, datetime, timedelta

from events.log import Draft
from events.model import (
    ArticlePublished,
    BarsObserved,
    ClaimCorrected,
    ClaimStated,
    ClaimWithdrawn,
    DividendObserved,
    Move,
    Quantity,
    Said,
    SharesObserved,
    SplitObserved,
    TextErased,
)

START = datetime(2025, 2, 7, 21, 0, tzinfo=UTC)
TEXT = "Acme fell nearly 17% / 股价大跌".encode()
TEXT_DIGEST = hashlib.sha256(TEXT).hexdigest()
CONTENT = b"columns of prices"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
QUANTITY = Quantity(value=-17.0, unit="percent", precision=1.0, hedge="nearly")

BARS = BarsObserved(
    symbol="META",
    source="a file",
    columns=DIGEST,
    first=date(2025, 1, 2),
    last=date(2025, 2, 7),
    count=26,
    adjusted_through=date(2025, 2, 7),
)
EVERY_KIND = (
    ArticlePublished(source="A paper", title="Kursrutsch / 股价大跌", said=Said(day=date(2025, 2, 7), at=START)),
    ClaimStated(article="20250207-" + "ab" * 16, claim=Move(symbol="META", stated=QUANTITY)),
    ClaimWithdrawn(claim="20250207-" + "cd" * 16, reason="misread"),
    ClaimCorrected(claim="1", replaces="1", corrected=Move(symbol="META"), reason="no figure was given"),
    BARS,
    SharesObserved(symbol="META", shares=2_520_000_000, on=date(2025, 1, 31), source="10-K"),
    SplitObserved(symbol="AMZN", on=date(2022, 6, 6), new=20.0, old=1.0, source="a file"),
    DividendObserved(
        symbol="META",
        on=date(2025, 3, 14),
        amount=0.525,
        adjusted_through=date(2025, 3, 20),
        source="a file",
        currency="USD",
    ),
    TextErased(text_sha256="ef" * 32, reason="a takedown"),
)


def article(text=TEXT_DIGEST):
    """An article whose text is held beside it."""
    event = ArticlePublished(source="A paper", title="Kursrutsch", said=Said(day=date(2025, 2, 7)), text_sha256=text)
    return Draft(event, START)


def draft(number, at=START):
    """One claim among many, told apart by its number."""
    claim = Move(symbol="META", stated=QUANTITY, key=str(number))
    return Draft(ClaimStated(article="20250207-" + "ab" * 16, claim=claim), at)


def drafts(count, start=0):
    """Claims one second apart."""
    return [draft(start + number, START + timedelta(seconds=start + number)) for number in range(count)]
