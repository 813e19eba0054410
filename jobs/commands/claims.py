"""`timeline add` and `timeline check`: claims from files, into the log or only against its prices."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.commands.order import Order, takes_database, takes_json
from jobs.out import print_json, print_json_line, say, warn

if TYPE_CHECKING:
    from events.errors import Problem
    from events.log import Draft, EventLog
    from events.model import Said
    from jobs.claimfile import ClaimFile

ENDINGS = (".toml", ".jsonl")


def add(commands: Any) -> None:
    """Add both commands."""
    appending: argparse.ArgumentParser = commands.add_parser(
        "add",
        help="append the claims of files to the log",
        description="Append articles and their claims from claim files (.toml or .jsonl) to the log. A file with a "
        "fault adds nothing; what the log holds already is not added again.",
    )
    appending.add_argument("files", nargs="+", metavar="FILE", help="a claim file")
    takes_database(appending)
    takes_json(appending)
    appending.set_defaults(run=run_add)
    checking: argparse.ArgumentParser = commands.add_parser(
        "check",
        help="check the claims of files, storing nothing",
        description="Check the claims of claim files (.toml or .jsonl) against the prices in the log. Nothing is "
        "stored. Leaves with 1 where a claim is contradicted or a file has a fault.",
    )
    checking.add_argument("files", nargs="+", metavar="FILE", help="a claim file")
    checking.add_argument("--published", metavar="D", help="when it was published, for articles that do not say")
    checking.add_argument("--symbol", metavar="S", help="the company, for claims that do not name one")
    takes_database(checking)
    takes_json(checking)
    checking.add_argument("--jsonl", action="store_true", help="print one JSON object a line, one for each file")
    checking.set_defaults(run=run_check)


def run_add(order: Order) -> int:
    """Append what the files hold, all of it or nothing."""
    from events.errors import DataError
    from jobs.app import open_log

    read = [found for _, found in _read(order.given.files, order.clock())]
    problems = [problem for found in read for problem in found.problems]
    if problems:
        raise DataError(*problems)
    drafts = [draft for found in read for draft in found.drafts]
    with open_log(order.database, create=True) as log:
        added, head = len(log.append(drafts)), log.head()
    if order.given.json:
        print_json({"added": added, "held": len(drafts) - added, "log": _log(head)})
    else:
        say(f"{added} events added, {len(drafts) - added} were held already; the log ends at {head.position}")
    return 0


def run_check(order: Order) -> int:
    """Judge what the files claim, each file by itself."""
    from events.model import Said
    from jobs.app import instant, open_log

    given = order.given
    said = None
    if given.published:
        at = instant(given.published)
        said = Said(day=at.date()) if len(given.published) == len("2025-02-07") else Said(day=at.date(), at=at)
    answers: list[dict[str, Any]] = []
    with open_log(order.database) as log:
        for name, found in _read(given.files, order.clock()):
            answers.append(_check(name, found, log, said, order))
    for answer in answers if given.jsonl else []:
        print_json_line(answer)
    if given.json and not given.jsonl:
        print_json(answers[0] if len(answers) == 1 else answers)
    faulty = any(answer["problems"] for answer in answers)
    contradicted = any(claim["verdict"] == "contradicted" for answer in answers for claim in answer["claims"])
    return int(faulty or contradicted)


def _check(name: str, found: ClaimFile, log: EventLog, said: Said | None, order: Order) -> dict[str, Any]:
    """Judge one file; print it unless a program reads; return its answer."""
    from jobs.app import checked
    from timeline.entries import agreement_answer

    seen = checked(_filled(found.drafts, said, order.given.symbol), log)
    if not (order.given.json or order.given.jsonl):
        from jobs.show import console, show_picture

        show_picture(console(), seen, everything=False)
        for problem in found.problems:
            warn(f"problem: {problem}")
    return {
        "id": name,
        "claims": [entry.check() for entry in seen.entries],
        "agreements": [agreement_answer(one) for one in seen.agreements],
        "problems": [str(problem) for problem in found.problems],
    }


def _read(names: Sequence[str], now: datetime) -> Iterator[tuple[str, ClaimFile]]:
    from jobs.claimfile import read_claims

    for name in names:
        if Path(name).suffix.lower() not in ENDINGS:
            yield name, _no_claim_file(name)
        else:
            yield name, read_claims(Path(name), now)


def _no_claim_file(name: str) -> ClaimFile:
    from events.errors import Problem
    from jobs.claimfile import ClaimFile

    wanted = "a claim file (.toml or .jsonl); this version does not read the text of an article"
    problem: Problem = Problem(f"got {Path(name).suffix or 'a name without an ending'}, wanted {wanted}", name)
    return ClaimFile([], [problem])


def _filled(drafts: Sequence[Draft], said: Said | None, symbol: str | None) -> list[Draft]:
    """Return drafts with the publication and the company that the user gives, where the file names none.

    An article's id comes from its content, so its claims are told the new one.
    """
    import msgspec

    from events.codec import event_id
    from events.model import ArticlePublished, ClaimStated

    renamed: dict[str, str] = {}
    filled = []
    for event, recorded in drafts:
        if isinstance(event, ArticlePublished) and event.said is None and said is not None:
            dated = msgspec.structs.replace(event, said=said)
            renamed[event_id(event)] = event_id(dated)
            event = dated  # noqa: PLW2901
        elif isinstance(event, ClaimStated):
            claim = event.claim
            if symbol and not (claim.symbol or claim.subject or claim.members):
                claim = msgspec.structs.replace(claim, symbol=symbol.upper())
            event = ClaimStated(article=renamed.get(event.article, event.article), claim=claim)  # noqa: PLW2901
        filled.append((event, recorded))
    from events.log import Draft

    return [Draft(*pair) for pair in filled]


def _log(head: Any) -> dict[str, Any]:
    return {"events": head.position, "digest": head.digest}
