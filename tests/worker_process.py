"""`timeline work` as a process of its own, its source a local server: `python -m tests.worker_process URL KIND ...`."""

import sys
import tempfile
from pathlib import Path

import pytest

import jobs.desk
from jobs.cli import main
from tests.sources import Local
from tests.yahoo_server import redirected


def run(url: str, kind: str, *words: str) -> int:
    """Run the command with a source in place of Yahoo at its own address."""
    if kind == "yahoo":
        from jobs.sources.yahoo import Yahoo

        redirected(pytest.MonkeyPatch(), url)
        found = Yahoo(Path(tempfile.mkdtemp()), timeout=30.0)
    else:
        found = Local(url)
    jobs.desk.sources = lambda *_: [found]
    return main(["work", *words])


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
