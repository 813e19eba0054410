"""What the tests of refreshing share: a clock of their own, and a log with its desk, in a temporary folder."""

from datetime import UTC, date, datetime, timedelta

from events.codec import event_id
from events.log import Draft
from events.model import ArticlePublished, ClaimStated, Move, Quantity, Said, Window
from events.sqllog import SqlLog
from jobs.desk import refresher
from jobs.gate import Limits
from jobs.operations import Operations
from timeline.replay import fold


class Clock:
    """An instant that moves only when told; a pause moves it too."""

    def __init__(self, at: datetime):
        self.at, self.pauses = at, []

    def now(self) -> datetime:
        return self.at

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += timedelta(seconds=seconds)

    def to(self, *parts: int) -> None:
        self.at = datetime(*parts, tzinfo=UTC)


class Desk:
    """A log, its operations, and a refresher over some sources."""

    def __init__(self, url, clock: Clock, sources, **limits):
        self.url = url
        self.log, self.clock = SqlLog.open(self.url), clock
        self.operations = Operations.open(self.url)
        self.sources = sources
        self.refresher = refresher(
            self.log, self.operations, sources, clock.now, pause=clock.pause, limits=Limits(**limits)
        )

    def refresh(self, *symbols, **how):
        return self.refresher.refresh(symbols, **how)

    def one(self, symbol, **how):
        [outcome] = self.refresher.refresh([symbol], **how)
        return outcome

    def events(self):
        return [record.event for record in self.log.read()]

    def state(self):
        return fold(self.log.read())

    def closes(self, symbol="META", until=None) -> dict[date, float]:
        """The closes that the log adds up to, by day."""
        bars = fold(self.log.read(until=until)).prices(self.log.columns).known(symbol)
        return (
            {}
            if bars is None
            else dict(zip(bars.dates.astype("datetime64[D]").tolist(), bars.close.tolist(), strict=True))
        )

    def attempt(self, symbol="META"):
        return self.operations.attempts()[symbol]

    def close(self):
        self.log.verify()
        self.operations.close()
        self.log.close()


def claims(*found, said=date(2025, 3, 3), at=datetime(2025, 3, 3, 12, tzinfo=UTC), told=None):
    """Drafts of an article with some claims, recorded at an instant; said then too, unless it was `told` at another."""
    article = ArticlePublished(source="A paper", said=Said(day=said, at=told or at))
    return [Draft(article, at), *(Draft(ClaimStated(article=event_id(article), claim=claim), at) for claim in found)]


def day_move(symbol, day, percent, text="") -> Move:
    """The claim that a symbol moved by so much on a day."""
    stated = Quantity(value=percent, unit="percent", precision=0.01)
    return Move(symbol=symbol, text=text, stated=stated, window=Window(span="day", end=day, part="close"))
