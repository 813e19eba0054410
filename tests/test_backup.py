"""A backup as the README describes it, restored: the chain verifies, and the log extends the head noted before."""

import subprocess

import pytest

from events.sqllog import SqlLog
from tests.contracts.samples import TEXT, TEXT_DIGEST, article, drafts
from tests.house import COMMAND, ran
from tests.postgres import Server, new_database, server


def verified(url, noted):
    done = ran([COMMAND, "verify", "--against", f"{noted.position}:{noted.digest}", "--database", url])
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_sqlite_is_backed_up_while_it_is_written_to(url, tmp_path):
    with SqlLog.open(url) as log:
        log.append([article(), *drafts(50)], texts={TEXT_DIGEST: TEXT})
        noted = log.head()
        backup = f"sqlite:///{tmp_path}/backup.db"
        done = ran([COMMAND, "copy", "--to", backup, "--database", url])
        assert done.returncode == 0, done.stderr
        log.append(drafts(5, start=100))
    assert "extends the head noted at position 51" in verified(backup, noted)
    with SqlLog.open(backup, create=False) as restored:
        assert restored.text(TEXT_DIGEST) == TEXT
        assert restored.guards() == []


@pytest.mark.slow
def test_postgresql_is_dumped_and_restored(postgres_url, tmp_path):
    base = server()
    if not isinstance(base, Server):
        pytest.skip("pg_dump is at hand on a server of our own only")
    with SqlLog.open(postgres_url) as log:
        log.append([article(), *drafts(50)], texts={TEXT_DIGEST: TEXT})
        noted = log.head()
    base.tool("pg_dump", "--format=custom", f"--file={tmp_path}/timeline.dump", postgres_url)
    with new_database(base) as restored_url:
        base.tool("pg_restore", "--exit-on-error", f"--dbname={restored_url}", f"{tmp_path}/timeline.dump")
        verified(restored_url, noted)
        with SqlLog.open(restored_url, create=False) as restored:
            assert restored.guards() == []
            assert restored.text(TEXT_DIGEST) == TEXT
            restored.append(drafts(3, start=100))
            assert restored.verify().position == 54


@pytest.mark.slow
def test_a_backup_older_than_the_noted_head_is_told_apart(own_url, stored_url):
    with SqlLog.open(own_url) as log:
        log.append(drafts(5))
        ran([COMMAND, "copy", "--to", stored_url, "--database", own_url])
        log.append(drafts(2, start=50))
        later = log.head()
    done = subprocess.run(
        [COMMAND, "verify", "--against", f"{later.position}:{later.digest}", "--database", stored_url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "its tail was cut off" in done.stdout
