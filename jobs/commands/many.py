"""Many texts, one JSON object a line: read or checked, and answered one line for each line, in order.

A line that cannot be read is answered with its problem, and never stops the lines behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.out import print_json_line, warn
from jobs.progress import progress
from jobs.texts import STDIN, TextRead, drafts_of, is_file, lines_of, read_line, understood

if TYPE_CHECKING:
    from events.log import Draft
    from events.model import Said
    from jobs.app import Picture

# Texts judged together: enough to share the work, few enough to answer a reader soon.
BATCH = 100
WORTH_SHOWING = 50


def read_lines(
    names: Sequence[str], said: Said | None, symbol: str, companies: Sequence[Path], *, explain: bool
) -> int:
    """Print what was understood of each line; leaves with 1 where a line could not be read."""
    faulty = False
    for read in _reads(names, said, symbol, companies):
        answer = understood(read, explain=explain)
        print_json_line({"id": answer["id"], "claims": answer["claims"], "problems": answer["problems"]})
        faulty = faulty or read.article is None
    return int(faulty)


def check_lines(
    names: Sequence[str], judge: Callable[[Iterable[Draft]], Picture], said: Said | None, symbol: str, now: datetime,
    companies: Sequence[Path] = (),
) -> int:  # fmt: skip
    """Print the verdicts of each line; leaves with 1 where one is contradicted or a line could not be read."""
    code = 0
    reads = _reads(names, said, symbol, companies)
    while batch := list(islice(reads, BATCH)):
        drafts = [drafts_of(read, now)[0] for read in batch]
        seen = judge([draft for each in drafts for draft in each])
        by_claim = {entry.stated.id: entry for entry in seen.entries}
        for read, own in zip(batch, drafts, strict=True):
            claims = [by_claim[key].check() for key in _claim_ids(own) if key in by_claim]
            print_json_line({"id": read.id, "claims": claims, "problems": [str(problem) for problem in read.problems]})
            if read.article is None or any(claim["verdict"] == "contradicted" for claim in claims):
                code = 1
    return code


def _claim_ids(drafts: Sequence[Any]) -> list[str]:
    from events.codec import event_id

    return list(dict.fromkeys(event_id(draft.event) for draft in drafts[1:]))


def _reads(names: Sequence[str], said: Said | None, symbol: str, companies: Sequence[Path]) -> Iterator[TextRead]:
    for name in names:
        if name != STDIN and not is_file(name):
            warn(f"problem: {name}: no such file; wanted a file of JSON lines, or - for stdin")
            continue
        total = 0 if name == STDIN else sum(1 for _ in lines_of(name))
        source = "stdin" if name == STDIN else Path(name).name
        with progress(f"Reading {source}", total, worth=WORTH_SHOWING, step=10) as tick:
            for number, line in enumerate(lines_of(name), 1):
                yield read_line(line, number, source, said, symbol, companies)
                tick(number)
