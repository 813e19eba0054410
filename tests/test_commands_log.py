"""`timeline head`, `verify --against`, `copy` and `erase`, as a user meets them."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from events.log import Draft
from events.model import ArticlePublished
from events.sqllog import SqlLog
from tests.contracts.samples import START, TEXT, TEXT_DIGEST, article, draft, drafts


@pytest.fixture
def filled(own_url):
    with SqlLog.open(own_url) as log:
        log.append([article(), *drafts(5)], texts={TEXT_DIGEST: TEXT})
    return own_url


def rewritten(url, target):
    """Another log that says something else from position 3 on, every hash computed anew."""
    with SqlLog.open(url) as log, SqlLog.open(target) as forged:
        events = [Draft(record.event, record.recorded) for record in log.read()]
        forged.append([*events[:2], draft(99), *events[3:]])
    return target


def test_a_log_extends_every_head_that_was_noted_on_its_way(timeline, filled):
    noted = [timeline("head", "--database", filled).out.strip()]
    for number in range(3):
        with SqlLog.open(filled) as log:
            log.append([draft(100 + number)])
        noted.append(timeline("head", "--database", filled).out.strip())
    for head in ["0:" + "0" * 64, *noted]:
        said = timeline("verify", "--against", head, "--database", filled)
        assert said.code == 0 and f"extends the head noted at position {head.split(':')[0]}" in said.out


def test_a_log_that_was_written_anew_verifies_alone_but_not_against_a_noted_head(timeline, filled, tmp_path):
    head = timeline("head", "--database", filled).out.strip()
    forged = rewritten(filled, f"sqlite:///{tmp_path}/forged.db")
    assert timeline("verify", "--database", forged).code == 0
    said = timeline("verify", "--against", head, "--database", forged)
    assert said.code == 1 and "damaged at position 6" in said.out and "written anew" in said.out
    said = timeline("verify", "--against", head, "--json", "--database", forged)
    assert said.code == 1 and json.loads(said.out)["intact"] is False


def test_a_log_whose_tail_was_cut_off_does_not_extend_the_head(timeline, filled, tmp_path):
    with SqlLog.open(filled) as log, SqlLog.open(f"sqlite:///{tmp_path}/short.db") as short:
        short.append([Draft(record.event, record.recorded) for record in log.read()][:4])
    head = timeline("head", "--database", filled).out.strip()
    said = timeline("verify", "--against", head, "--database", f"sqlite:///{tmp_path}/short.db")
    assert said.code == 1 and "its tail was cut off" in said.out


def test_a_head_signed_with_a_key_is_trusted_by_its_verifier(timeline, filled, tmp_path, monkeypatch):
    key = tmp_path / "key"
    verifier = timeline("head", "--new-key", "example.org/log", "--key", key).out.strip()
    assert key.stat().st_mode & 0o77 == 0
    monkeypatch.setenv("TIMELINE_SIGNING_KEY", str(key))
    (tmp_path / "note.txt").write_text(timeline("head", "--database", filled).out)
    against = ("verify", "--against", "note.txt", "--database", filled)
    assert "signature was not checked" in timeline(*against).out
    said = timeline(*against, "--trust", verifier)
    assert said.code == 0 and "signed by that key" in said.out
    other = timeline("head", "--new-key", "example.org/log", "--key", tmp_path / "other").out.strip()
    said = timeline(*against, "--trust", other)
    assert said.code == 1 and "bears no good signature" in said.err
    said = timeline("export", "--format", "feed", "--database", filled)
    assert json.loads(said.out)["_market_timeline"]["note"] == (tmp_path / "note.txt").read_text()


def test_a_key_is_never_written_over(timeline, tmp_path):
    (tmp_path / "key").write_text("mine")
    said = timeline("head", "--new-key", "x", "--key", "key")
    assert said.code == 2 and (tmp_path / "key").read_text() == "mine"


@pytest.mark.parametrize("given", ["nonsense", "12", "no-such-file", "1:" + "z" * 64])
def test_a_head_that_is_none_is_wrong_use(timeline, filled, given):
    said = timeline("verify", "--against", given, "--database", filled)
    assert said.code == 2 and "POSITION:HASH" in said.err and said.err.count("\n") == 1


def test_copy_tells_both_ends_and_copies_only_what_is_new(timeline, filled, stored_url):
    said = timeline("copy", "--to", stored_url, "--database", filled)
    assert said.code == 0 and "6 events copied" in said.out and "both logs end at 6" in said.out
    assert timeline("copy", "--to", stored_url, "--database", filled).out.startswith("0 events copied")
    head = timeline("head", "--database", filled).out
    assert timeline("head", "--database", stored_url).out == head


def test_copy_onto_another_log_is_refused(timeline, filled, tmp_path):
    other = f"sqlite:///{tmp_path}/other.db"
    with SqlLog.open(other) as log:
        log.append(drafts(2, start=50))
    said = timeline("copy", "--to", other, "--database", filled)
    assert said.code == 2 and "differ from position 1 on" in said.err


def test_erase_takes_the_text_and_says_why_in_the_log(timeline, filled):
    said = timeline("erase", TEXT_DIGEST.upper(), "--reason", "asked by the publisher", "--database", filled)
    assert said.code == 0 and TEXT_DIGEST in said.out
    again = timeline("erase", TEXT_DIGEST, "--reason", "again", "--database", filled)
    assert again.code == 0 and "was erased before" in again.out
    assert timeline("verify", "--database", filled).code == 0
    events = timeline("export", "--format", "events", "--database", filled).out.splitlines()
    assert len(events) == 7 and "asked by the publisher" in events[-1]
    assert json.loads(timeline("status", "--json", "--database", filled).out)["events"]["text-erased"] == 1


def test_nothing_of_an_erased_text_stays_in_the_files(own_url):
    words = b"a sentence that must go " * 400
    digest = sha256(words).hexdigest()
    event = ArticlePublished(source="A paper", text_sha256=digest)
    with SqlLog.open(own_url) as log:
        log.append([Draft(event, START)], texts={digest: words})
        log.erase(digest, "a takedown", datetime(2026, 1, 5, tzinfo=UTC))

        files = Path(own_url.removeprefix("sqlite:///")).parent.glob("own.db*")
        assert not any(b"a sentence that must go" in file.read_bytes() for file in files)


def test_what_is_not_held_cannot_be_erased(timeline, filled):
    said = timeline("erase", "ab" * 32, "--reason", "x", "--database", filled)
    assert said.code == 2 and "no text with the hash" in said.err


def test_no_password_is_shown_where_a_url_is(timeline):
    from jobs.settings import shown

    assert shown("postgresql://me:secret@host/db") == "postgresql://me@host/db"
    assert shown("postgresql://host/db?user=me&password=secret&sslmode=require") == (
        "postgresql://host/db?user=me&sslmode=require"
    )
    assert shown("sqlite:////var/log.db") == "sqlite:////var/log.db"
