"""The bytes of a file -> its text, or the Problem that says what the bytes are instead of UTF-8."""

from __future__ import annotations

import os
from pathlib import Path

from events.errors import Problem

LARGEST = 200_000_000  # bytes: some four million bars
SAVE = "wanted a CSV file in UTF-8: save it again in that encoding"

# What people hand in instead of text, by its first bytes.
KINDS = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xff\xfe\0\0", "text in UTF-32"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)


def text_of(path: Path) -> str | Problem:
    """Return the text of a file in UTF-8, with or without a byte order mark, or the Problem with it."""
    try:
        with path.open("rb") as file:
            large = os.fstat(file.fileno()).st_size > LARGEST
            content = b"" if large else file.read(LARGEST + 1)  # a device has no size, and may never end
    except OSError as error:
        return Problem(f"cannot be read ({error.strerror or error}); wanted a CSV file", source=str(path))
    if large or len(content) > LARGEST:
        wanted = f"wanted up to {LARGEST // 1_000_000} MB: split it, for instance by symbols"
        return Problem(f"the file is larger than {LARGEST // 1_000_000} MB; {wanted}", source=str(path))
    if not content.strip():
        return Problem("the file is empty; wanted a header line and a line for each session", source=str(path))
    for beginning, kind in KINDS:
        if content.startswith(beginning):
            return Problem(f"this is {kind}; {SAVE}", source=str(path))
    if (found := content.find(b"\0")) >= 0:
        return _with_zeros(path, content, found)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        guess = _guess(content)
        return Problem(f"the byte 0x{content[error.start]:02x} is not UTF-8 ({guess}); {SAVE}", str(path), line)


def _with_zeros(path: Path, content: bytes, found: int) -> Problem:
    """Tell UTF-16 without a mark, where every other byte of such a file is zero, from a stray NUL."""
    pairs = max(len(content) // 2, 1)
    if content[1::2].count(0) > pairs * 0.8 or content[0::2].count(0) > pairs * 0.8:
        return Problem(f"this is text in UTF-16 without a byte order mark; {SAVE}", str(path), 1)
    line = content.count(b"\n", 0, found) + 1
    return Problem("a NUL byte stands in this line; the file is damaged or no text", str(path), line)


def _guess(content: bytes) -> str:
    """Name an encoding that fits; only those whose double bytes are rarely anything else by chance can be told."""
    beginning = content[:65_536].rpartition(b"\n")[0] or content[:65_536]
    for encoding, name in (("gb18030", "GBK"), ("big5", "Big5")):
        try:
            text = beginning.decode(encoding)
        except UnicodeDecodeError:
            continue
        wide = [letter for letter in text if not letter.isascii()]
        if len(wide) >= 2 and all("\u3000" <= letter <= "\uffef" for letter in wide):
            return f"perhaps {name}"
    return "perhaps Latin-1 or Windows-1252"
