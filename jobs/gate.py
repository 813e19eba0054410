"""The way to a source: a budget of requests an hour, pauses that grow after a failure, and a circuit.

Pauses are tenacity's, exponential and with jitter, so that many programs that were refused together do not come back
together. When a source says that it was asked too often, or fails several times in a row, it is left alone for a time
that doubles with every opening; then one request tries it. Budget and circuit are kept in the database: a restart does
not forget them, and a command beside the scheduler counts too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeVar

from events.errors import LogError
from jobs.operations import HOUR, Circuit, Operations
from jobs.sources.contract import (
    BadAnswerError,
    NoDataError,
    RateLimitedError,
    Source,
    SourceError,
    SpentError,
    UnreachableError,
)

Answer = TypeVar("Answer")


class Limits(NamedTuple):
    """How a remote source is treated; times in seconds where they are no timedelta."""

    per_hour: int = 600
    tries: int = 4
    first_pause: float = 2.0
    longest_pause: float = 30.0
    failures: int = 5  # in a row, that open the circuit
    left_alone: timedelta = timedelta(minutes=10)
    longest: timedelta = timedelta(hours=4)


class Gate:
    """One source behind its limits; `now` and `pause` are the clock."""

    def __init__(
        self,
        source: Source,
        operations: Operations,
        now: Callable[[], datetime],
        pause: Callable[[float], None],
        limits: Limits = Limits(),  # noqa: B008  # a tuple of constants
    ) -> None:
        self.source, self.limits = source, limits
        self._operations, self._now, self._pause = operations, now, pause
        if source.remote:
            source.spend = self._spend

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Return the source's answer, tried again after failures that may pass. Raises SourceError."""
        question = partial(_answered, question)
        if not self.source.remote:
            return question()
        circuit = self._operations.circuits().get(self.source.name, Circuit())
        if circuit.open_until and self._now() < circuit.open_until:
            told = f"{self.source.name} is left alone until {circuit.open_until:%H:%M} UTC: {circuit.reason}"
            raise SpentError(told, circuit.open_until)
        try:
            answer = self._tried(question, tries=1 if circuit.open_until else self.limits.tries)
        except (NoDataError, SpentError):
            raise
        except SourceError as error:
            self._failed(circuit, error)
            raise
        if circuit != Circuit():
            self._operations.set_circuit(self.source.name, Circuit())
        return answer

    def _tried(self, question: Callable[[], Answer], tries: int) -> Answer:
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential, wait_random

        first, longest = self.limits.first_pause, self.limits.longest_pause
        attempts = Retrying(
            retry=retry_if_exception_type((RateLimitedError, UnreachableError, BadAnswerError)),
            wait=wait_exponential(multiplier=first, max=longest) + wait_random(0, first),
            stop=stop_after_attempt(tries),
            sleep=self._pause,
            reraise=True,
        )
        return attempts(question)

    def _failed(self, circuit: Circuit, error: SourceError) -> None:
        failures, openings, now = circuit.failures + 1, circuit.openings, self._now()
        # A trial that failed, and a source that asks for rest, open the circuit at once.
        if isinstance(error, RateLimitedError) or circuit.open_until or failures >= self.limits.failures:
            alone = min(self.limits.left_alone * 2 ** min(openings, 16), self.limits.longest)
            self._operations.set_circuit(self.source.name, Circuit(failures, openings + 1, now + alone, str(error)))
        else:
            self._operations.set_circuit(self.source.name, circuit._replace(failures=failures, reason=str(error)))

    def _spend(self) -> None:
        now, name = self._now(), self.source.name
        if (spent := self._operations.spent(name, now)) >= self.limits.per_hour:
            raise SpentError(
                f"the budget of {self.limits.per_hour} requests an hour to {name} is spent ({spent})", now + HOUR / 6
            )
        self._operations.spend(name, now)


def _answered(question: Callable[[], Answer]) -> Answer:
    """Ask; whatever a source trips over is its bad answer, and no fault of the other symbols."""
    try:
        return question()
    except (SourceError, LogError):
        raise
    except Exception as error:
        raise BadAnswerError(f"the answer cannot be used ({type(error).__name__}: {error})") from error
