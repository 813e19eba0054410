"""A user's own companies: in a file, for every command and door that reads text."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from starlette.testclient import TestClient

import timeline as notebook
from events.errors import DataError
from events.sqllog import SqlLog
from jobs.serving import doors
from tests.command import NOON
from tests.serving import ADDRESS, sample_log
from timeline.web.application import application
from timeline.web.doors import Settings

TABLE = (
    "company,symbol,exchange,en,zh_hans,zh_hant,vi\n"
    "nordic-widgets,NOWI.OL,XOSL,Nordic Widgets|NoWi,北方零件,北方零件,Nordic Widgets\n"
)
TOLD = {
    "en": "Nordic Widgets shares fell 5.2% on Wednesday.",
    "zh-Hans": "北方零件股价周三下跌5.2%。",
    "zh-Hant": "北方零件股價週三下跌5.2%。",
    "vi": "Cổ phiếu Nordic Widgets giảm 5,2% hôm thứ Tư.",
}
CLOSES = "date,close\n2025-11-04,100\n2025-11-05,94.8\n"
PUBLISHED = ("--published", "2025-11-06")


@pytest.fixture
def table(tmp_path):
    (tmp_path / "mine.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path / "mine.csv"


def symbols(said):
    return [claim["symbol"] for claim in json.loads(said.out)["claims"]]


@pytest.mark.parametrize("language", TOLD)
def test_a_company_of_the_user_is_read_in_every_language(timeline, table, language):
    assert symbols(timeline("read", "--companies", "mine.csv", *PUBLISHED, "--json", TOLD[language])) == ["NOWI.OL"]
    assert symbols(timeline("read", *PUBLISHED, "--json", TOLD[language])) == []


def test_its_claims_are_checked_against_the_users_own_prices(timeline, table, own_url, tmp_path):
    (tmp_path / "NOWI.OL.csv").write_text(CLOSES, encoding="utf-8")
    timeline("prices", "import", "NOWI.OL.csv", "--database", own_url)
    said = timeline("check", "--companies", table, *PUBLISHED, "--json", "--database", own_url, TOLD["en"])
    [claim] = json.loads(said.out)["claims"]
    assert (claim["symbol"], claim["verdict"], said.code) == ("NOWI.OL", "supported", 0)


def test_a_price_in_its_own_money_is_read(timeline, table):
    told = "Nordic Widgets stock closed at 94.80 kroner on Wednesday."
    said = timeline("read", "--companies", table, *PUBLISHED, "--json", told)
    [claim] = json.loads(said.out)["claims"]
    assert (claim["kind"], claim["stated"]["unit"]) == ("level", "NOK")


def test_many_lines_are_read_with_it(timeline, table, own_url, sample_url, tmp_path):
    (tmp_path / "texts.jsonl").write_text(json.dumps({"text": TOLD["en"], "published": "2025-11-06"}) + "\n")
    for words in (("read", "--jsonl"), ("check", "--jsonl", "--database", sample_url)):
        said = timeline(*words, "--companies", table, "texts.jsonl")
        assert symbols(said) == ["NOWI.OL"], words


def test_what_is_added_was_read_with_it(timeline, table, own_url, tmp_path):
    (tmp_path / "a.txt").write_text(TOLD["en"], encoding="utf-8")
    timeline("add", "--companies", table, *PUBLISHED, "a.txt", "--database", own_url)
    with SqlLog.open(own_url) as log:
        assert [row.event.claim.symbol for row in log.read() if hasattr(row.event, "claim")] == ["NOWI.OL"]


def test_the_variable_names_tables_for_all_commands(timeline, table, monkeypatch):
    monkeypatch.setenv("TIMELINE_COMPANIES", "mine.csv")
    assert symbols(timeline("read", *PUBLISHED, "--json", TOLD["en"])) == ["NOWI.OL"]


def test_several_tables_are_taken_and_the_first_wins(timeline, table, tmp_path):
    (tmp_path / "other.csv").write_text("company,symbol,en\nother,NOWI.ST,NoWi\nfoo,FOO.ST,Foobarium\n")
    text = "NoWi shares fell 2% on Wednesday. Foobarium shares rose 1% on Wednesday."
    said = timeline("read", "--companies", table, "--companies", "other.csv", *PUBLISHED, "--json", text)
    assert symbols(said) == ["NOWI.OL", "FOO.ST"]


def test_a_name_of_the_user_wins_over_one_of_ours(timeline, tmp_path):
    (tmp_path / "mine.csv").write_bytes(b"\xef\xbb\xbfcompany,symbol,en\r\nmeta-mine,MTA.OL,Meta\r\n")
    said = timeline("read", "--companies", "mine.csv", *PUBLISHED, "--json", "Meta shares fell 2% on Wednesday.")
    assert symbols(said) == ["MTA.OL"]


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        ("company,sym\nx,y\n", 1, "wanted company and any of symbol"),
        ("", 1, "columns: got nothing"),
        ("company,symbol,en\nx,Y.OL,A\n", 2, "two characters or more"),
        ("company,symbol,en\nx,Y.OL,2024\n", 2, "wanted letters"),
        ("company,symbol,en\nx,Y.OL,Widgets\nz,Z.OL,the\n", 3, "'the?'"),
        ("company,symbol,zh_hans\nx,Y.OL,股价\n", 2, "'股价?'"),
        ("company,symbol,en\nx,Y.OL,Widget, Co\n", 2, "4 cells, wanted 3"),
        ("company,kind,en\nx,firm,Widgets\n", 2, "kind: got 'firm'"),
        ("company,valid_from,en\nx,2025-13-01,Widgets\n", 2, "month must be in"),
    ],
)
def test_a_table_with_a_fault_is_refused_with_its_line(timeline, tmp_path, content, line, told):
    (tmp_path / "bad.csv").write_text(content, encoding="utf-8")
    said = timeline("read", "--companies", "bad.csv", "Meta fell 2%.")
    assert said.code != 0 and said.out == ""
    assert f"bad.csv:{line}:" in said.err and told in said.err


@pytest.mark.parametrize("content", [None, b"company,en\nx,\xff\xfe\n"])
def test_a_table_that_cannot_be_read_is_refused(timeline, tmp_path, content):
    if content is not None:
        (tmp_path / "bad.csv").write_bytes(content)
    said = timeline("check", "--companies", "bad.csv", "Meta fell 2%.")
    assert said.code != 0 and "bad.csv: cannot be read" in said.err


def test_an_ordinary_word_counts_where_the_user_marks_it(timeline, tmp_path):
    (tmp_path / "mine.csv").write_text("company,symbol,en\nx,HIGH.OL,High?\n", encoding="utf-8")
    text = "High shares fell 2% on Wednesday."
    assert symbols(timeline("read", "--companies", "mine.csv", *PUBLISHED, "--json", text)) == ["HIGH.OL"]


def test_the_server_reads_what_is_sent_with_the_tables_that_it_was_given(table):
    for given, found in (((table,), ["NOWI.OL"]), ((), [])):
        app = application(doors(sample_log(), lambda: NOON, companies=given), Settings(address=ADDRESS, poll=0.05))
        with TestClient(app) as client:
            answer = client.post("/check", json={"text": TOLD["en"], "published": "2025-11-06"})
        assert [claim["symbol"] for claim in answer.json()["claims"]] == found


def test_a_notebook_reads_with_it(table):
    closes = pd.DataFrame({"NOWI.OL": [100.0, 94.8]}, index=pd.to_datetime(["2025-11-04", "2025-11-05"]))
    answer = notebook.check(TOLD["en"], prices=closes, published="2025-11-06", companies=table)
    assert answer.verdicts == ("supported",)
    with pytest.raises(DataError, match=r"nowhere\.csv"):
        notebook.check(TOLD["en"], prices=closes, companies="nowhere.csv")
