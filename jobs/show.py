"""Tables that a person likes to read: as wide as the terminal, plain when piped, without colours under NO_COLOR."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from events.model import Happening, Relation, Reported
from jobs.out import plain
from timeline.entries import Entry
from timeline.verdict import ORDER

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from jobs.app import Picture
    from timeline.agreement import Agreement

STYLES = {
    "supported": "green",
    "consistent": "cyan",
    "close": "yellow",
    "contradicted": "bold red",
    "pending": "magenta",
    "unchecked": "dim",
}
PIPED_WIDTH = 120
NARROW = 96

# Column -> its width, or its greatest width; the others share the rest.
WIDTHS: dict[str, tuple[int | None, int | None]] = {
    "Company": (None, 14),
    "Said": (10, None),
    "Verdict": (12, None),
    "Stance": (8, None),
    "What it is": (16, None),
}


class Sections(NamedTuple):
    """The entries of a timeline as a reader takes them: what prices judge, what arithmetic judges, and the rest."""

    prices: list[Entry]
    arithmetic: list[Entry]
    reported: list[Entry]
    happenings: list[Entry]


def sections(entries: Iterable[Entry]) -> Sections:
    """Sort entries into sections, each in the order of the timeline."""
    found = Sections([], [], [], [])
    for entry in entries:
        match entry.stated.claim:
            case Relation():
                found.arithmetic.append(entry)
            case Reported():
                found.reported.append(entry)
            case Happening():
                found.happenings.append(entry)
            case _:
                found.prices.append(entry)
    return found


def console() -> Console:
    """Return the console that stdout is: its own width on a terminal, COLUMNS or 110 in a pipe."""
    from rich.console import Console

    class Piped(Console):
        """A console that leaves it to the command what a reader's leaving means."""

        def on_broken_pipe(self) -> None:
            """Say that nobody reads any more; rich would leave with 1, which here means contradicted."""
            raise BrokenPipeError

    width = None if sys.stdout.isatty() else int(_columns() or PIPED_WIDTH)
    return Piped(width=width, highlight=False, soft_wrap=False, markup=False)


def show_picture(out: Console, seen: Picture, *, everything: bool) -> None:
    """Print a checked timeline in its sections, then how many claims came out with which verdict."""
    found = sections(seen.entries)
    show_checks(out, "Claims about prices", found.prices, "What the prices say")
    show_checks(out, "Arithmetic", found.arithmetic, "What the figures give")
    show_agreements(out, seen.agreements, everything=everything)
    show_told(out, "Reported figures", found.reported, everything=everything)
    show_told(out, "Happenings", found.happenings, everything=everything)
    judged = [*found.prices, *found.arithmetic]
    out.print()
    out.print(f"{len(judged)} claims checked: {verdict_tally(judged)}" if judged else "No claims to check.")


def show_checks(out: Console, title: str, entries: Sequence[Entry], told: str) -> None:
    """Print checked claims; `told` heads the column of the answer."""
    if not entries:
        return
    heading(out, f"{title} ({len(entries)})")
    if out.width < NARROW:
        _show_stacked(out, entries)
        return
    table = _table("Company", "Claimed", "Said", "Verdict", told)
    for entry in entries:
        word = entry.verdict.verdict
        table.add_row(_who(entry), _words(entry), _said(entry), _styled(word), plain(_answer(entry)))
    out.print(table)


def show_agreements(out: Console, agreements: Sequence[Agreement], *, everything: bool) -> None:
    """Print where claims bear on each other; the same figure told again over time is only counted."""
    if not agreements:
        return
    shown = [one for one in agreements if everything or one.kind != "history"]
    heading(out, f"How the sources differ ({len(shown)})")
    if out.width < NARROW:
        for one in shown:
            out.print(f"{one.kind}: {plain(one.explanation)}\n")
    else:
        table = _table("What it is", "What the sources say")
        for one in shown:
            table.add_row(one.kind, plain(one.explanation))
        out.print(table)
    if len(shown) < len(agreements):
        out.print(f"\n{len(agreements) - len(shown)} figures told at several times agree; --all lists them")


def show_told(out: Console, title: str, entries: Sequence[Entry], *, everything: bool) -> None:
    """Print what was only told: how many by company, or each."""
    if not entries:
        return
    heading(out, f"{title} ({len(entries)})")
    if not everything:
        out.print(_tally(Counter(_who(entry) for entry in entries)) + "; --all lists them")
        return
    table = _table("Company", "Told", "Stance", "Said")
    for entry in entries:
        table.add_row(_who(entry), _words(entry), entry.stated.claim.stance, _said(entry))
    out.print(table)


def heading(out: Console, text: str) -> None:
    """Print the title of a section."""
    from rich.text import Text

    out.print()
    out.print(Text(text, style="bold"))
    out.print()


def verdict_tally(entries: Iterable[Entry]) -> str:
    """Return how many entries came out with which verdict, best first."""
    found = Counter(entry.verdict.verdict for entry in entries)
    return ", ".join(f"{found[word]} {word}" for word in ORDER if found[word])


def _show_stacked(out: Console, entries: Sequence[Entry]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    for entry in entries:
        said = _said(entry)
        top = Text.assemble((_who(entry), "bold"), "  ", _styled(entry.verdict.verdict), f"  {said}" if said else "")
        out.print(top)
        out.print(Padding(Text(_words(entry)), (0, 0, 0, 2)))
        out.print(Padding(Text(plain(_answer(entry)), style="dim"), (0, 0, 1, 2)))


def _table(*columns: str) -> Table:
    """Return an empty table as wide as the console; the last column, the answer, gets most of what is left."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False, expand=True, leading=1)
    for name in columns:
        fixed, widest = WIDTHS.get(name, (None, None))
        ratio = None if name in WIDTHS else 2 if name == columns[-1] else 1
        table.add_column(name, width=fixed, max_width=widest, overflow="fold", ratio=ratio)
    return table


def _styled(word: str) -> Text:
    from rich.text import Text

    return Text(word, style=STYLES[word])


def _who(entry: Entry) -> str:
    return plain(entry.about) or "-"


def _words(entry: Entry) -> str:
    return plain(entry.stated.claim.text or entry.kind.replace("-", " "))


def _said(entry: Entry) -> str:
    return entry.stated.said.day.isoformat() if entry.stated.said else "undated"


def _answer(entry: Entry) -> str:
    return entry.verdict.explanation or entry.verdict.missing


def _tally(counts: Counter[str], shown: int = 8) -> str:
    """Return the largest counts by name, and how many names are left."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    listed = ", ".join(f"{name} {count}" for name, count in ordered[:shown])
    rest = sum(count for _, count in ordered[shown:])
    return f"{listed} and {rest} of others" if rest else listed


def _columns() -> str:
    found = os.environ.get("COLUMNS", "")
    return found if found.isdecimal() and int(found) > 0 else ""
