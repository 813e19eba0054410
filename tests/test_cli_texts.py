"""What the command does with articles: read, check and add, in quotes, from files and as JSON lines."""

from __future__ import annotations

import hashlib
import json

import pytest

from events.sqllog import SqlLog

SENTENCE = "Amazon shares fell 4% on Friday."


def written(folder, name, content):
    (folder / name).write_text(content, encoding="utf-8")
    return str(folder / name)


@pytest.fixture
def own_url(tmp_path):
    return f"sqlite:///{tmp_path / 'own.db'}"


def test_a_sentence_in_quotes_is_checked(timeline, sample_url):
    said = timeline("check", SENTENCE, "--published", "2025-02-10", "--json", "--database", sample_url)
    [claim] = json.loads(said.out)["claims"]
    assert (claim["symbol"], claim["verdict"], claim["window"]["end"]) == ("AMZN", "supported", "2025-02-07")
    assert said.code == 0


def test_a_contradicted_sentence_leaves_with_1(timeline, sample_url):
    said = timeline("check", "Amazon shares rose 4% on Friday.", "--published", "2025-02-10", "--database", sample_url)
    assert said.code == 1 and "contradicted" in said.out


def test_an_html_file_is_read_without_its_markup(timeline, sample_url, tmp_path):
    page = (
        f"<html><body><article><h1>Markets</h1><p>{SENTENCE}</p><p>Nothing else happened.</p></article></body></html>"
    )
    said = timeline(
        "check", written(tmp_path, "a.html", page), "--published", "2025-02-10", "--json", "--database", sample_url
    )
    [claim] = json.loads(said.out)["claims"]
    assert page[slice(*claim["span"])] == SENTENCE == claim["text"]


def test_the_user_names_the_company_that_the_text_leaves_out(timeline):
    said = timeline("read", "The stock fell 4% on Friday.", "--symbol", "amzn", "--published", "2025-02-10", "--json")
    assert [claim["symbol"] for claim in json.loads(said.out)["claims"]] == ["AMZN"]


def test_read_explains_which_rule_made_each_part(timeline):
    said = timeline("read", SENTENCE, "--published", "2025-02-10", "--explain")
    assert "direction: fell before the figure" in said.out and "window: Friday" in said.out and said.code == 0


def test_lines_are_answered_one_by_one_in_order_and_a_bad_one_stops_nothing(timeline, sample_url, tmp_path):
    lines = [
        {"id": "one", "text": SENTENCE, "published": "2025-02-10"},
        {"id": "two", "text": 5},
        {"id": "three", "text": "Nobody said anything.", "published": "2025-02-10"},
        {"text": SENTENCE, "published": "tomorrow"},
    ]
    file = written(tmp_path, "many.jsonl", "\n".join([*map(json.dumps, lines), "no json", ""]))
    said = timeline("check", file, "--jsonl", "--database", sample_url)
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [answer["id"] for answer in answers] == ["one", "two", "three", "4", "5"]
    assert [len(answer["claims"]) for answer in answers] == [1, 0, 0, 0, 0]
    assert [bool(answer["problems"]) for answer in answers] == [False, True, False, True, True]
    assert all(answer.keys() == {"id", "claims", "problems"} for answer in answers) and said.code == 1


def test_the_same_line_twice_is_answered_twice(timeline, sample_url, tmp_path):
    line = json.dumps({"text": SENTENCE, "published": "2025-02-10"})
    said = timeline("check", written(tmp_path, "many.jsonl", f"{line}\n{line}\n"), "--jsonl", "--database", sample_url)
    first, second = (json.loads(one)["claims"] for one in said.out.splitlines())
    assert first == second and len(first) == 1


def test_an_added_article_keeps_its_text_and_is_added_once(timeline, own_url, tmp_path):
    file = written(tmp_path, "story.txt", SENTENCE)
    first, again = (
        timeline("add", file, "--published", "2025-02-10", "--json", "--database", own_url) for _ in range(2)
    )
    assert json.loads(first.out)["added"] == 2 and json.loads(again.out)["added"] == 0
    digest = hashlib.sha256(SENTENCE.encode()).hexdigest()
    with SqlLog.open(own_url) as log:
        assert log.text(digest) == SENTENCE.encode()


def test_a_missing_file_adds_nothing_of_the_others(timeline, own_url, tmp_path):
    said = timeline("add", written(tmp_path, "story.txt", SENTENCE), "gone.txt", "--database", own_url)
    assert said.code == 1 and "gone.txt: no such file" in said.err
