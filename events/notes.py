"""Heads of the log noted elsewhere, so that a reader need not trust whoever keeps the log.

A noted head is POSITION:HASH, or a signed note as C2SP describes it (c2sp.org/signed-note): three lines (whose log it
is, its position, its hash in base64), a blank line, and Ed25519 signatures. Keys have that format's text too: the
verifier's NAME+ID+KEY is to be told to everybody, the signer's PRIVATE+KEY+NAME+ID+KEY to nobody.
"""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import sha256
from types import ModuleType
from typing import NamedTuple

from events.errors import InvalidValueError, StorageError
from events.log import Head

ED25519 = b"\x01"
_PLAIN = re.compile(r"(\d{1,18}):([0-9a-f]{64})")
_MARK = "\N{EM DASH} "
WANTED = "POSITION:HASH (64 hexadecimal digits), or a signed note as `timeline head` prints it"


class Noted(NamedTuple):
    """A head as somebody noted it: position, hash in hexadecimal, and what was signed where it is a note."""

    position: int
    digest: str
    text: str = ""
    signatures: tuple[tuple[str, bytes], ...] = ()


def noted(text: str) -> Noted:
    """Return a head that was noted, in either form; signatures are not checked. Raises InvalidValueError."""
    if found := _PLAIN.fullmatch(text.strip()):
        return Noted(int(found[1]), found[2])
    body, blank, rest = text.rpartition("\n\n")
    lines = body.split("\n")
    try:
        if not blank or len(lines) < 3 or not re.fullmatch(r"0|[1-9]\d{0,17}", lines[1]):
            raise ValueError("its lines")
        digest = base64.b64decode(lines[2], validate=True)
        signatures = tuple(_signature(line) for line in rest.splitlines())
        if len(digest) != sha256().digest_size or not signatures:
            raise ValueError("its hash")
    except ValueError as error:
        raise InvalidValueError("a noted head", repr(text.strip()[:80]), WANTED) from error
    return Noted(int(lines[1]), digest.hex(), body + "\n", signatures)


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not name:
        raise ValueError("no signature line")
    return name, base64.b64decode(encoded, validate=True)


def signed(head: Head, key: str) -> str:
    """Return a head as a note signed by a signer's key. Raises InvalidValueError for what is no such key."""
    name, secret = _key(key.strip().removeprefix("PRIVATE+KEY+"), "a signer's key")
    if not key.strip().startswith("PRIVATE+KEY+"):
        raise InvalidValueError("a signer's key", "a verifier's key", "PRIVATE+KEY+NAME+ID+KEY")
    signer = _ed25519().Ed25519PrivateKey.from_private_bytes(secret)
    text = f"{name}\n{head.position}\n{base64.b64encode(head.hash).decode()}\n"
    marked = _id(name, signer.public_key().public_bytes_raw()) + signer.sign(text.encode())
    return f"{text}\n{_MARK}{name} {base64.b64encode(marked).decode()}\n"


def trusted(note: Noted, verifier: str) -> bool:
    """Tell whether a note carries a good signature by a verifier's key (NAME+ID+KEY)."""
    from cryptography.exceptions import InvalidSignature

    name, public = _key(verifier.strip(), "a verifier's key")
    key = _ed25519().Ed25519PublicKey.from_public_bytes(public)
    for signer, content in note.signatures:
        if signer == name and content[:4] == _id(name, public):
            try:
                key.verify(content[4:], note.text.encode())
            except InvalidSignature:
                return False
            return True
    return False


def new_key(name: str) -> tuple[str, str]:
    """Return a new signer's key and its verifier's key. Raises InvalidValueError for a name with blanks or "+"."""
    if not name or "+" in name or re.search(r"\s", name):
        raise InvalidValueError("the name of a key", repr(name), "a word without blanks or +, such as example.org/log")
    signer = _ed25519().Ed25519PrivateKey.generate()
    public = signer.public_key().public_bytes_raw()
    ident = _id(name, public).hex()
    secret, told = (base64.b64encode(ED25519 + part).decode() for part in (signer.private_bytes_raw(), public))
    return f"PRIVATE+KEY+{name}+{ident}+{secret}", f"{name}+{ident}+{told}"


def _id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def _key(text: str, what: str) -> tuple[str, bytes]:
    """Return the name and the 32 bytes of a key. What it is never stands in a message."""
    parts = text.split("+", 2)
    try:
        name, ident, encoded = parts
        content = base64.b64decode(encoded, validate=True)
        if not name or content[:1] != ED25519 or len(content) != 33 or len(bytes.fromhex(ident)) != 4:
            raise ValueError("its parts")
    except (ValueError, binascii.Error):
        raise InvalidValueError(
            what, "one that cannot be read", "NAME+ID+KEY, an Ed25519 key of a signed note"
        ) from None
    return name, content[1:]


def _ed25519() -> ModuleType:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise StorageError(f"signatures need the package cryptography ({error}): pip install cryptography") from error
    return ed25519
