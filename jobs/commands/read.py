"""`timeline read`: what was understood of an article, and nothing else; no prices, no log."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from jobs.commands.order import Order, takes_companies, takes_json
from jobs.out import plain, print_json, say, warn

if TYPE_CHECKING:
    from jobs.texts import TextRead


def add(commands: Any) -> None:
    """Add the command."""
    reading: argparse.ArgumentParser = commands.add_parser(
        "read",
        help="show what is understood of an article",
        description="Read articles (HTML, Markdown, plain text; Chinese, Vietnamese, English) and show their claims "
        "with the words that they came from. Nothing is checked or stored.",
    )
    reading.add_argument(
        "files", nargs="+", metavar="TEXT|FILE", help="an article, the text itself in quotes, - for stdin"
    )
    reading.add_argument("--published", metavar="D", help="when it was published, for articles that do not say")
    reading.add_argument("--symbol", metavar="S", help="the company, for claims that do not name one")
    reading.add_argument("--explain", action="store_true", help="show which rule made each part of a claim")
    takes_companies(reading)
    takes_json(reading)
    reading.add_argument(
        "--jsonl",
        action="store_true",
        help="many texts: in, one JSON object a line with text and published; out, one line each",
    )
    reading.set_defaults(run=run)


def run(order: Order) -> int:
    """Read each text; leaves with 1 where one could not be read at all."""
    from jobs.texts import read_given, said_of, understood

    given = order.given
    said = said_of(given.published)
    if given.jsonl:
        from jobs.commands.many import read_lines

        return read_lines(given.files, said, given.symbol or "", order.companies, explain=given.explain)
    companies = order.companies
    reads = [read_given(name, said, given.symbol or "", companies) for name in given.files]
    if given.json:
        answers = [understood(read, explain=given.explain) for read in reads]
        print_json(answers[0] if len(answers) == 1 else answers)
    else:
        for read in reads:
            _show(read, explain=given.explain, named=len(reads) > 1)
    return int(any(read.article is None for read in reads))


def _show(read: TextRead, *, explain: bool, named: bool) -> None:
    """Print the claims of a text, one a paragraph: what is claimed, then the words."""
    if named:
        say(f"== {plain(read.id)}")
    if read.article is not None and read.reading is not None:
        when = f"published {read.article.published}" if read.article.published else "undated"
        say(f"{read.article.language or 'unknown language'}, {when}, {len(read.reading.claims)} claims")
        for claim, rules in zip(read.reading.claims, read.reading.traces, strict=True):
            say()
            say(plain(told(claim)))
            say(f"  {plain(claim.text)}")
            for rule in rules if explain else ():
                say(f"    {plain(rule)}")
    for problem in read.problems:
        warn(f"problem: {problem}")


def told(claim: Any) -> str:
    """Return a claim in one line: its kind, its company, its figure and what its words say of the time."""
    from timeline.amounts import figure_words

    parts = [claim.__struct_config__.tag, claim.symbol or claim.subject or "+".join(claim.members) or "-"]
    if getattr(claim, "metric", ""):
        parts.append(claim.metric)
    if getattr(claim, "amount", None) is not None:
        parts.append(f"{figure_words(claim.amount)} =")
    if getattr(claim, "stated", None) is not None:
        parts.append(figure_words(claim.stated))
    if (count := getattr(claim, "count", None)) is not None:
        parts.append(f"{count} {claim.per}s")
    parts += [
        str(value) for name in ("direction", "sense", "touched", "period", "on") if (value := getattr(claim, name, ""))
    ]
    for name in ("growth", "expected", "prior"):
        if getattr(claim, name, None) is not None:
            parts.append(f"{name} {figure_words(getattr(claim, name))}")
    if getattr(claim, "since", None) is not None:
        parts.append(f"since {claim.since}" + (f" to {claim.since_end}" if claim.since_end else ""))
    if (window := getattr(claim, "window", None)) is not None:
        parts.append(_window_words(window))
    if claim.stance != "actual":
        parts.append(claim.stance)
    return ", ".join([" ".join(parts[:2]), *parts[2:]])


def _window_words(window: Any) -> str:
    words = [f"{window.count} {window.span}" if window.span in ("sessions", "days") else window.span]
    words += [
        f"{name} {value}"
        for name in ("start", "end", "event", "news", "timing", "part")
        if (value := getattr(window, name))
    ]
    words += ["suffered"] if window.suffered else []
    return "window: " + " ".join(words)
