"""Progress bars on stderr for long work, and silence where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Tick = Callable[[int], None]

# Below this many steps the work is over before a bar could be read.
WORTH_SHOWING = 5_000
STEP = 500


@contextmanager
def progress(label: str, total: int, *, worth: int = WORTH_SHOWING, step: int = STEP) -> Iterator[Tick]:
    """Give a function that takes how many steps are done; it draws a bar where stderr is a terminal."""
    if total < worth or not sys.stderr.isatty():
        yield _nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)

        def tick(done: int) -> None:
            if done % step == 0 or done >= total:
                bar.update(task, completed=done)

        yield tick


def counted(items: Iterable[Item], tick: Tick) -> Iterator[Item]:
    """Yield the items and tick for each."""
    for number, item in enumerate(items, 1):
        yield item
        tick(number)


def _nothing(done: int) -> None:
    """Take a step that nobody watches."""
