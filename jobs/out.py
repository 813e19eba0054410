"""What leaves the command: lines, JSON, and files that are there whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from events.errors import InvalidValueError


def say(line: str = "") -> None:
    """Print a line of the answer on stdout, without what would steer a terminal."""
    print_raw(_plain_lines(line))


def warn(line: str) -> None:
    """Print a line beside the answer, on stderr, without what would steer a terminal."""
    print(_plain_lines(line), file=sys.stderr)  # noqa: T201


def print_raw(text: str) -> None:
    """Print text for a program, as it is."""
    print(text)  # noqa: T201  # this is the command line


def print_json(content: Any) -> None:
    """Print a value as one indented JSON document."""
    print_raw(msgspec.json.format(msgspec.json.encode(content), indent=2).decode())


def print_json_line(content: Any) -> None:
    """Print a value as one line of JSON."""
    print_raw(msgspec.json.encode(content).decode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name and put it in place at once, so that a reader never sees half of it.

    Raises InvalidValueError where the folder is not there.
    """
    if not path.parent.is_dir():
        raise InvalidValueError("a file to write", str(path), "one in a folder that exists")
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_out(target: str, content: bytes) -> None:
    """Write to a file, or to stdout where the target is "-"."""
    if target == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    else:
        write_whole(Path(target), content)


def plain(text: str) -> str:
    """Return text without the characters that would steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _plain_lines(text: str) -> str:
    """Return text whose line ends stay."""
    return text if text.isascii() and text.isprintable() else "\n".join(map(plain, text.split("\n")))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
