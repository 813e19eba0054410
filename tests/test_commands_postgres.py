"""The command and the service on PostgreSQL: what they say is what they say on SQLite."""

import json

import pytest

from tests.serving import CLAIMS, served


def answers(timeline, url, folder):
    """Load the sample, import prices and a claim; return what the commands then say."""
    prices, claims = folder / "ACME.csv", folder / "acme.toml"
    prices.write_text("date,close\n2025-03-03,41.80\n2025-03-04,40.10\n", encoding="utf-8")
    claims.write_text(CLAIMS, encoding="utf-8")
    said = [
        timeline("replay", "--json", "--database", url),
        timeline("prices", "import", prices, "--json", "--database", url),
        timeline("prices", "import", prices, "--json", "--database", url),
        timeline("add", claims, "--json", "--database", url),
        timeline("check", claims, "--json", "--database", url),
        timeline("export", "--format", "feed", "--database", url),
        timeline("export", "--format", "events", "--database", url),
        timeline("replay", "--as-of", "2025-02-12", "--json", "--database", url),
        timeline("verify", "--json", "--database", url),
        timeline("head", "--database", url),
    ]
    return [(one.code, one.out) for one in said]


@pytest.mark.slow
def test_every_command_says_the_same_on_either_database(timeline, own_url, postgres_url, tmp_path):
    on_postgresql = answers(timeline, postgres_url, tmp_path)
    assert on_postgresql == answers(timeline, own_url, tmp_path)
    assert [code for code, _ in on_postgresql] == [0] * 10


@pytest.mark.slow
def test_status_names_the_database_and_finds_its_guards(timeline, postgres_url):
    timeline("replay", "--json", "--database", postgres_url)
    found = json.loads(timeline("status", "--json", "--database", postgres_url).out)
    assert found["guards"] == {"intact": True, "missing": []}
    assert found["database"].startswith("postgresql://") and found["log"]["events"] > 1_000


@pytest.mark.slow
def test_the_feed_is_served_from_postgresql(postgres_url):
    from events.sqllog import SqlLog
    from jobs.app import load_sample

    with SqlLog.open(postgres_url) as log:
        load_sample(log)
        with served(log) as client:
            feed = client.get("/feed.json").json()
            assert feed["_market_timeline"]["log"] == log.head().digest and feed["items"]
