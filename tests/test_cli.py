"""Each command as a user runs it: what it prints, where errors go, and the code that it leaves with."""

import json
import re
import signal
import sqlite3
import subprocess
import sys

import pytest

from jobs.settings import database_url, shown
from tests.house import COMMAND, HOUSE, ran

CLAIMS = """
[article]
source = "A paper"
said = 2025-11-06

[[claim]]
kind = "move"
symbol = "META"
text = "META down nearly 17% over four sessions"
stated = {value = "-17", unit = "percent", hedge = "nearly"}
window = {span = "between", start = 2025-10-30, end = 2025-11-04}
"""
WRONG = CLAIMS.replace("nearly 17%", "more than 30%").replace('"-17"', '"-30"').replace('"nearly"', '"over"')
PRICES = "date,close\n2025-11-03,10.00\n2025-11-04,10.50\n"


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# replay


def test_the_first_replay_fills_an_empty_log_with_the_sample_and_says_so(timeline, own_url):
    first = timeline("replay", "--database", own_url)
    again = timeline("replay", "--database", own_url)
    assert (first.code, again.code) == (0, 0)
    assert "The log was empty: the sample came in" in first.err and again.err == ""
    assert first.out == again.out


def test_no_sample_leaves_an_empty_log_empty(timeline, own_url):
    said = timeline("replay", "--no-sample", "--database", own_url)
    assert said.code == 0 and "No claims to check." in said.out and "0 events" in said.out


def test_replay_prints_each_price_claim_with_its_verdict_and_the_prices_behind_it(timeline, sample_url):
    out = " ".join(timeline("replay", "--database", sample_url).out.split())
    assert "supported" in out and "751.67" in out and "What the prices say" in out
    for section in ("Claims about prices", "Arithmetic", "How the sources differ", "Reported figures", "Happenings"):
        assert section in out


def test_all_lists_what_is_otherwise_counted(timeline, sample_url):
    short, long = (timeline("replay", *words, "--database", sample_url).out for words in ((), ("--all",)))
    assert "--all lists them" in short and "--all lists them" not in long
    assert long.count("\n") > short.count("\n") + 100


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_no_line_is_wider_than_the_terminal(timeline, sample_url, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    lines = timeline("replay", "--database", sample_url).out.splitlines()
    told = [line for line in lines if not re.match(r"log |feed |      (written|not written)", line)]
    assert max(map(len, told)) <= int(columns)


def test_a_pipe_gets_no_colours(sample_url):
    found = ran([COMMAND, "replay", "--database", sample_url])
    assert found.returncode == 0 and "\x1b" not in found.stdout


def test_json_says_what_the_table_says(timeline, sample_url):
    content = json.loads(timeline("replay", "--json", "--database", sample_url).out)
    assert content["log"]["events"] > 1000 and content["problems"] == []
    assert len(content["claims"]) == content["feed"]["items"]
    assert {"id", "kind", "symbol", "text", "said", "stated", "verdict", "evidence"} <= content["claims"][0].keys()


def test_the_feed_is_written_whole_or_not_at_all(timeline, sample_url, tmp_path, monkeypatch):
    target = written(tmp_path, "feed.json", "old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    said = timeline("replay", "--feed", target, "--database", sample_url)
    assert said.code == 2 and "No space left" in said.err
    assert target.read_text() == "old" and [path.name for path in tmp_path.iterdir()] == ["feed.json"]


@pytest.mark.parametrize("given", ["yesterday", "2025-02-30", "2025-02-07T10:00", "2025-2-7"])
def test_an_instant_that_is_none_is_wrong_use(timeline, sample_url, given):
    said = timeline("replay", "--as-of", given, "--database", sample_url)
    assert said.code == 2 and repr(given) in said.err and said.err.count("\n") == 1


def test_a_day_means_its_end_and_the_answer_says_so(timeline, sample_url):
    assert "the end of that day, UTC" in timeline("replay", "--as-of", "2025-02-07", "--database", sample_url).out


# add, check


def test_check_leaves_with_0_where_all_holds_and_with_1_where_something_is_contradicted(timeline, sample_url, tmp_path):
    right, wrong = written(tmp_path, "right.toml", CLAIMS), written(tmp_path, "wrong.toml", WRONG)
    assert timeline("check", right, "--database", sample_url).code == 0
    said = timeline("check", wrong, "--database", sample_url)
    assert said.code == 1 and "contradicted" in said.out


def test_check_stores_nothing(timeline, sample_url, tmp_path):
    before = timeline("verify", "--database", sample_url).out
    timeline("check", written(tmp_path, "right.toml", CLAIMS), "--database", sample_url)
    assert timeline("verify", "--database", sample_url).out == before


def test_jsonl_gives_a_line_for_each_file_in_their_order_and_stops_at_none(timeline, sample_url, tmp_path):
    files = [written(tmp_path, name, text) for name, text in (("a.toml", CLAIMS), ("b.toml", "=="), ("c.toml", WRONG))]
    said = timeline("check", *files, "--jsonl", "--database", sample_url)
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [line["id"] for line in lines] == [str(file) for file in files]
    assert [[claim["verdict"] for claim in line["claims"]] for line in lines] == [["supported"], [], ["contradicted"]]
    assert lines[1]["problems"] and said.code == 1


def test_an_undated_claim_without_a_company_takes_what_the_user_says(timeline, sample_url, tmp_path):
    bare = CLAIMS.replace("said = 2025-11-06\n", "").replace('symbol = "META"\n', "")
    words = ("--published", "2025-11-06", "--symbol", "meta", "--json", "--database", sample_url)
    said = timeline("check", written(tmp_path, "bare.toml", bare), *words)
    [claim] = json.loads(said.out)["claims"]
    assert (claim["symbol"], claim["said"], claim["verdict"]) == ("META", "2025-11-06", "supported")


def test_a_file_that_is_not_there_is_named(timeline, sample_url):
    said = timeline("check", "article.html", "--database", sample_url)
    assert said.code == 1 and "article.html: no such file" in said.err


def test_added_claims_are_in_the_next_replay_and_are_added_once(timeline, own_url, tmp_path):
    file = written(tmp_path, "mine.toml", CLAIMS)
    first, again = (timeline("add", file, "--json", "--database", own_url) for _ in range(2))
    assert json.loads(first.out)["added"] == 2 and json.loads(again.out)["added"] == 0
    content = json.loads(timeline("replay", "--json", "--database", own_url).out)
    assert [claim["verdict"] for claim in content["claims"]] == ["unchecked"]


def test_a_faulty_claim_file_adds_nothing_of_any_file(timeline, own_url, tmp_path):
    files = written(tmp_path, "a.toml", CLAIMS), written(tmp_path, "b.toml", CLAIMS.replace('"move"', '"moves"'))
    said = timeline("add", *files, "--database", own_url)
    assert said.code == 1 and "b.toml:6" in said.err
    assert "0 events" in timeline("replay", "--no-sample", "--database", own_url).out


# prices, status


def test_imported_prices_judge_ones_own_claims(timeline, own_url, tmp_path):
    closes = (
        "date,close\n2025-10-29,751.67\n2025-10-30,666.47\n2025-10-31,648.35\n2025-11-03,637.71\n2025-11-04,627.32\n"
    )
    said = timeline("prices", "import", written(tmp_path, "META.csv", closes), "--database", own_url)
    assert said.code == 0 and re.search(r"META +2025-10-29 +2025-11-04 +5", said.out)
    assert timeline("check", written(tmp_path, "c.toml", CLAIMS), "--database", own_url).code == 0


def test_a_faulty_price_file_imports_nothing_of_any_file(timeline, own_url, tmp_path):
    files = written(tmp_path, "A.csv", PRICES), written(tmp_path, "B.csv", PRICES.replace("10.50", "-1"))
    said = timeline("prices", "import", *files, "--database", own_url)
    assert said.code == 1 and "B.csv:3" in said.err and said.err.count("\n") == 1
    assert "0 events" in timeline("verify", "--database", own_url).out


def test_status_says_how_old_prices_are_in_sessions(timeline, own_url, tmp_path):
    timeline("prices", "import", written(tmp_path, "AAA.csv", PRICES), "--database", own_url)
    content = json.loads(timeline("status", "--json", "--database", own_url).out)
    [symbol] = content["symbols"]
    # From 2025-11-04 to noon of Monday 2026-01-05, by hand: 17 sessions left in November, 22 in December, 1 in January.
    assert (symbol["symbol"], symbol["last"], symbol["sessions_old"]) == ("AAA", "2025-11-04", 40)
    assert content["guards"] == {"intact": True, "missing": []} and content["events"] == {"bars-observed": 1}
    assert "in place" in timeline("status", "--database", own_url).out


# verify


def test_verify_names_the_first_bad_position_and_leaves_with_1(timeline, own_url, tmp_path):
    timeline("replay", "--database", own_url)
    with sqlite3.connect(tmp_path / "own.db") as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        table = next(
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            if {"position", "document"} <= {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}
        )
        connection.execute(f'DELETE FROM "{table}" WHERE position = 7')
    said = timeline("verify", "--database", own_url)
    assert said.code == 1 and said.out.startswith("damaged at position 7: ")
    assert json.loads(timeline("verify", "--json", "--database", own_url).out)["position"] == 7


def test_verify_of_an_intact_log_prints_the_digest_that_replay_prints(timeline, sample_url):
    digest = json.loads(timeline("verify", "--json", "--database", sample_url).out)["digest"]
    assert digest in timeline("replay", "--database", sample_url).out


# the command line itself


@pytest.mark.parametrize("words", [[], ["bogus"], ["replay", "--bogus"], ["export", "--format", "xls"], ["add"]])
def test_wrong_use_is_one_line_and_leaves_with_2(timeline, words):
    said = timeline(*words)
    assert said.code == 2 and said.err.count("\n") == 1 and "--help" in said.err


def test_the_database_may_be_named_before_and_after_the_command(timeline, sample_url):
    assert timeline("--database", sample_url, "verify") == timeline("verify", "--database", sample_url)


def test_a_log_that_is_not_there_is_not_made_by_reading(timeline, own_url, tmp_path):
    for words in (["verify"], ["status"], ["export"], ["power"], ["check", "x.toml"]):
        said = timeline(*words, "--database", own_url)
        assert said.code == 2 and "timeline replay" in said.err and said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused_in_one_line(timeline, tmp_path):
    said = timeline("verify", "--database", f"sqlite:///{written(tmp_path, 'x.db', 'no database at all' * 99)}")
    assert said.code in (1, 2) and said.err.count("\n") == 1 and "Traceback" not in said.err


def test_version_is_the_packages(timeline):
    assert re.fullmatch(r"timeline \d+\.\d+\.\d+\n", timeline("--version").out)


@pytest.mark.parametrize("words", [["export", "--format", "events"], ["replay"], ["replay", "--json"]])
def test_a_reader_that_leaves_early_hears_no_complaint(sample_url, words):
    command = [COMMAND, *words, "--database", sample_url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b"" and process.wait(30) == 128 + signal.SIGPIPE


def test_ctrl_c_leaves_quietly_with_130(tmp_path):
    program = "import signal, sys, jobs.cli\n"
    program += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # whoever runs the tests may ignore it
    program += "def run(order):\n print('on', flush=True); import time; time.sleep(30)\n"
    program += "import jobs.commands.verify; jobs.commands.verify.run = run; sys.exit(jobs.cli.main(['verify']))"
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"on\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130 and process.stderr.read() == b""


def test_a_terminal_that_knows_no_chinese_gets_escapes_and_no_crash(own_url, tmp_path):
    file = written(tmp_path, "c.toml", CLAIMS.replace("META down", "下跌"))
    assert ran([COMMAND, "add", file, "--database", own_url]).returncode == 0
    found = ran([COMMAND, "replay", "--database", own_url], PYTHONIOENCODING="ascii")
    assert found.returncode == 0 and "\\u4e0b" in found.stdout


def test_control_characters_of_a_text_never_reach_the_terminal(timeline, own_url, tmp_path):
    timeline("add", written(tmp_path, "c.toml", CLAIMS.replace("META down", "\\u001b[31mred")), "--database", own_url)
    assert "\x1b" not in timeline("replay", "--database", own_url).out


# where the database is


def test_the_database_is_looked_for_in_the_order_that_is_written_down(tmp_path):
    assert database_url("sqlite:///a.db", {"TIMELINE_DATABASE_URL": "sqlite:///b.db"}, tmp_path) == "sqlite:///a.db"
    assert database_url(None, {"TIMELINE_DATABASE_URL": "sqlite:///b.db"}, tmp_path) == "sqlite:///b.db"
    assert database_url(None, {}, HOUSE / "tests") == f"sqlite:///{HOUSE}/var/timeline.db"
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "market-timeline"\n')
    (tmp_path / "below").mkdir()
    assert database_url(None, {}, tmp_path / "below") == f"sqlite:///{tmp_path}/var/timeline.db"


def test_a_password_is_never_shown():
    assert shown("postgresql://reader:secret@db.example.org/log") == "postgresql://reader@db.example.org/log"
