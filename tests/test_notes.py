"""Heads noted elsewhere: plain and as signed notes, and what a changed one is worth."""

import base64
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidValueError
from events.log import EMPTY, Head
from events.notes import new_key, noted, signed, trusted

HEAD = Head(42, bytes(range(32)), datetime(2025, 2, 7, tzinfo=UTC))

# The example of Go's package golang.org/x/mod/sumdb/note, whose format C2SP wrote down.
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.fixture(scope="module")
def keys():
    return new_key("example.org/log")


def test_a_plain_head_is_read():
    assert noted(f" 42:{'ab' * 32}\n")[:2] == (42, "ab" * 32)


def test_a_signed_head_has_the_lines_of_a_signed_note(keys):
    note = signed(HEAD, keys[0])
    name, position, digest, blank, signature = note.splitlines()
    assert (name, position, base64.b64decode(digest), blank) == ("example.org/log", "42", HEAD.hash, "")
    assert signature.startswith("— example.org/log ")
    assert noted(note)[:2] == (42, HEAD.digest)
    assert trusted(noted(note), keys[1])
    assert note == signed(HEAD, keys[0])


def test_the_id_of_a_key_is_the_hash_of_its_name_its_kind_and_itself(keys):
    name, ident, encoded = keys[1].split("+", 2)
    assert sha256(f"{name}\n".encode() + base64.b64decode(encoded)).hexdigest()[:8] == ident


def test_a_note_signed_by_another_implementation_is_trusted():
    from events.notes import Noted, _signature

    body, _, signature = GO_NOTE.rpartition("\n\n")
    assert trusted(Noted(0, "", body + "\n", (_signature(signature.strip()),)), GO_VERIFIER)


@given(where=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_no_changed_note_is_trusted(keys, where, flip):
    data = bytearray(signed(HEAD, keys[0]).encode())
    data[where % len(data)] ^= flip
    changed = data.decode(errors="replace")
    try:
        note = noted(changed)
    except InvalidValueError:
        return
    assert ((note.position, note.digest) == (42, HEAD.digest) and note.text == noted(signed(HEAD, keys[0])).text) or (
        not trusted(note, keys[1])
    )


def test_the_key_of_somebody_else_is_not_trusted(keys):
    assert not trusted(noted(signed(HEAD, keys[0])), new_key("example.org/log")[1])
    assert not trusted(noted(signed(EMPTY, keys[0])), new_key("other")[1])


@pytest.mark.parametrize("text", ["", "42", "42:xyz", "-1:" + "ab" * 32, "x\n42\nAAAA\n\n— a b\n", "\n\n", "a" * 10**6])
def test_what_is_no_noted_head_is_refused(text):
    with pytest.raises(InvalidValueError, match="a noted head"):
        noted(text)


@pytest.mark.parametrize("key", ["", "PRIVATE+KEY+x", "PRIVATE+KEY+x+00000000+secretsecret", "a+b+c"])
def test_a_key_that_cannot_be_read_is_refused_without_being_shown(key):
    with pytest.raises(InvalidValueError, match="a signer's key") as refused:
        signed(HEAD, key)
    assert "secretsecret" not in str(refused.value)


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_key_needs_a_name_of_one_word(name):
    with pytest.raises(InvalidValueError, match="the name of a key"):
        new_key(name)
