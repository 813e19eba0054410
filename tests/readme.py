"""The README runs: its files are written, its commands are run, and what they print is what it shows.

`python -m tests.readme` writes the outputs anew; the test only compares. A block ```toml file=NAME is a file; a block
```console holds commands after "$ " with their output.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.house import COMMAND, HOUSE

README = HOUSE / "README.md"
WIDTH = "100"
BLOCK = re.compile(r"^```(?P<kind>\w+)(?: file=(?P<name>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def refreshed(text: str, folder: Path) -> str:
    """Return the README with the outputs of its commands as they are now, run one after another in a folder."""
    return BLOCK.sub(lambda block: _block(block, folder), text)


def _block(block: re.Match[str], folder: Path) -> str:
    if block["name"]:
        (folder / block["name"]).write_text(block["body"], encoding="utf-8")
    if block["kind"] != "console":
        return block[0]
    commands = [line[2:] for line in block["body"].splitlines() if line.startswith("$ ")]
    return "```console\n" + "\n".join(_shown(command, folder) for command in commands) + "```"


def _shown(command: str, folder: Path) -> str:
    path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": WIDTH, "TIMELINE_DATABASE_URL": "sqlite:///timeline.db"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return "\n".join([f"$ {command}", *lines, ""])


def main() -> None:
    """Write the README anew."""
    with tempfile.TemporaryDirectory() as folder:
        README.write_text(refreshed(README.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
