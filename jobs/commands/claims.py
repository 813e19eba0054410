"""`timeline add` and `timeline check`: articles and claim files, into the log or only against its prices."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.commands.order import Order, takes_companies, takes_database, takes_json
from jobs.out import print_json, print_json_line, say, warn

if TYPE_CHECKING:
    from events.errors import Problem
    from events.log import Draft
    from events.model import Said
    from jobs.app import Picture
    from jobs.claimfile import ClaimFile

Judge = Callable[[Iterable["Draft"]], "Picture"]

ENDINGS = (".toml", ".jsonl")
LONGEST_NAME = 240


def add(commands: Any) -> None:
    """Add the commands."""
    from jobs.commands import read

    read.add(commands)
    appending: argparse.ArgumentParser = commands.add_parser(
        "add",
        help="append articles, or the claims of files, to the log",
        description="Append articles with the claims that were read from them, and claim files (.toml or .jsonl), to "
        "the log. A file with a fault adds nothing; what the log holds already is not added again.",
    )
    appending.add_argument("files", nargs="+", metavar="FILE", help="an article (HTML, Markdown, text) or a claim file")
    _takes_article(appending)
    takes_database(appending)
    takes_json(appending)
    appending.set_defaults(run=run_add)
    checking: argparse.ArgumentParser = commands.add_parser(
        "check",
        help="check an article, a sentence or the claims of files, storing nothing",
        description="Read articles, or a sentence in quotes, and check every market claim in them against the prices "
        "in the log; claim files (.toml or .jsonl) are checked as they are. Nothing is stored. Leaves with 1 where a "
        "claim is contradicted or a file has a fault.",
    )
    checking.add_argument(
        "files", nargs="+", metavar="TEXT|FILE", help="an article, the text itself in quotes, - for stdin, a claim file"
    )
    _takes_article(checking)
    takes_database(checking)
    takes_json(checking)
    checking.add_argument(
        "--jsonl",
        action="store_true",
        help="many texts: in, one JSON object a line with text and published; out, one line each",
    )
    checking.set_defaults(run=run_check)


def _takes_article(command: argparse.ArgumentParser) -> None:
    command.add_argument("--published", metavar="D", help="when it was published, for articles that do not say")
    command.add_argument("--symbol", metavar="S", help="the company, for claims that do not name one")
    takes_companies(command)


def run_add(order: Order) -> int:
    """Append what the files hold, all of it or nothing."""
    from events.errors import DataError
    from jobs.app import open_log
    from jobs.texts import STDIN, drafts_of, is_file, read_given, said_of

    given = order.given
    said, symbol, companies = said_of(given.published), given.symbol or "", order.companies
    drafts: list[Draft] = []
    texts: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name in given.files:
        if _is_claim_file(name):
            [(_, found)] = _read([name], order.clock())
            problems += found.problems
            drafts += _filled(found.drafts, said, given.symbol)
            continue
        if name != STDIN and not is_file(name):
            problems.append(_no_file(name))
            continue
        read = read_given(name, said, symbol, companies)
        problems += [] if read.article is not None else read.problems
        for problem in read.problems if read.article is not None else ():
            warn(f"problem: {problem}")
        more, content = drafts_of(read, order.clock())
        drafts, texts = [*drafts, *more], texts | content
    if problems:
        raise DataError(*problems)
    with open_log(order.database, create=True) as log:
        held = {digest: content for digest, content in texts.items() if log.erased(digest) is None}
        added, head = len(log.append(drafts, texts=held)), log.head()
    if given.json:
        print_json({"added": added, "held": len(drafts) - added, "log": _log(head)})
    else:
        say(f"{added} events added, {len(drafts) - added} were held already; the log ends at {head.position}")
    return 0


def run_check(order: Order) -> int:
    """Judge articles, sentences and claim files, each by itself."""
    from jobs.app import checker, open_log
    from jobs.texts import said_of

    given = order.given
    said, companies = said_of(given.published), order.companies
    with open_log(order.database) as log:
        judge = checker(log)
        if given.jsonl and not any(_is_claim_file(name) and not _holds_texts(name) for name in given.files):
            from jobs.commands.many import check_lines

            return check_lines(given.files, judge, said, given.symbol or "", order.clock(), companies)
        answers = [_answer(name, judge, said, order, companies) for name in given.files]
    unread = [answer for answer in answers if answer.pop("faulty") and answer["problems"]]
    for answer in answers if given.jsonl else []:
        print_json_line(answer)
    if given.json and not given.jsonl:
        print_json(answers[0] if len(answers) == 1 else answers)
    contradicted = any(claim["verdict"] == "contradicted" for answer in answers for claim in answer["claims"])
    return int(bool(unread) or contradicted)


def _answer(name: str, judge: Judge, said: Said | None, order: Order, companies: Sequence[Path]) -> dict[str, Any]:
    from jobs.texts import drafts_of, read_given

    if _is_claim_file(name):
        [(_, found)] = _read([name], order.clock())
        filled = _filled(found.drafts, said, order.given.symbol)
        return {**_check(name, filled, found.problems, judge, order)}
    read = read_given(name, said, order.given.symbol or "", companies)
    drafts, _ = drafts_of(read, order.clock())
    return _check(read.id, drafts, read.problems, judge, order, faulty=read.article is None)


def _is_claim_file(name: str) -> bool:
    return len(name) < LONGEST_NAME and "\n" not in name and Path(name).suffix.lower() in ENDINGS


def _holds_texts(name: str) -> bool:
    """Tell whether a file of lines holds texts to be read, and not claims."""
    import msgspec

    if Path(name).suffix.lower() != ".jsonl" or not Path(name).is_file():
        return False
    with Path(name).open("rb") as file:
        first = next((line for line in file if line.strip()), b"")
    try:
        content = msgspec.json.decode(first)
    except msgspec.DecodeError:
        return True
    return not (isinstance(content, dict) and ("article" in content or "kind" in content))


def _no_file(name: str) -> Problem:
    from events.errors import Problem

    return Problem("no such file; wanted an article, a claim file, or - for stdin", name)


def _check(
    name: str, drafts: Sequence[Draft], problems: Sequence[Problem], judge: Judge, order: Order, *, faulty: bool = True
) -> dict[str, Any]:
    """Judge one file or text; print it unless a program reads; return its answer."""
    from timeline.entries import agreement_answer

    seen = judge(drafts)
    if not (order.given.json or order.given.jsonl):
        from jobs.show import console, show_picture

        show_picture(console(), seen, everything=False)
        for problem in problems:
            warn(f"problem: {problem}")
    answer = {
        "id": name,
        "claims": [entry.check() for entry in seen.entries],
        "agreements": [agreement_answer(one) for one in seen.agreements],
        "problems": [str(problem) for problem in problems],
    }
    return answer | {"faulty": faulty}


def _read(names: Sequence[str], now: datetime) -> Iterator[tuple[str, ClaimFile]]:
    from jobs.claimfile import read_claims

    for name in names:
        yield name, read_claims(Path(name), now)


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
