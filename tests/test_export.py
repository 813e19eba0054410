"""What leaves the log: tables that a spreadsheet and a program read alike, and the events themselves."""

import csv
import io
from datetime import UTC, date, datetime

import pyarrow.parquet as pq
import pytest

from events.errors import DataError
from events.log import MemoryLog
from events.model import ArticlePublished, Happening, Move, Quantity, Said
from events.sqllog import SqlLog
from timeline.entries import Entry
from timeline.formats import lines, tables
from timeline.verdict import Reading, StatedClaim, Verdict

MORNING = datetime(2025, 11, 6, 1, 30, tzinfo=UTC)


def entry(text="down", symbol="META", source="A paper") -> Entry:
    stated = Quantity(value=-17.0, unit="percent", precision=1.0, hedge="nearly")
    reading = Reading("four sessions", "supported", -16.54, 0.0, date(2025, 10, 29), date(2025, 11, 4))
    return Entry(
        stated=StatedClaim("c1", Move(symbol=symbol, text=text, stated=stated), "a1", Said(day=date(2025, 11, 6))),
        verdict=Verdict("supported", "It fell, as told.", (reading,), residual=0.46),
        article=ArticlePublished(source=source),
        position=1,
        published=MORNING,
        modified=MORNING,
    )


BARE = Entry(StatedClaim("c2", Happening(subject="a company")), Verdict("unchecked", ""), None, 2, MORNING, MORNING)


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_csv_has_a_row_for_each_entry_and_the_columns_that_are_written_down():
    rows = read_csv(tables.csv_bytes([entry(), BARE]))
    assert list(rows[0]) == list(tables.COLUMNS) and len(rows) == 2
    assert (rows[0]["symbol"], rows[0]["stated"], rows[0]["actual"]) == ("META", "-17.0", "-16.54")
    assert (rows[0]["said"], rows[0]["published"]) == ("2025-11-06", "2025-11-06T01:30:00Z")
    assert {rows[1][name] for name in ("symbol", "stated", "said", "actual", "source")} == {""}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-17% in a week", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_no_text_of_others_becomes_a_formula(text):
    [row] = read_csv(tables.csv_bytes([entry(text, source=text)]))
    assert row["text"] == "'" + text and row["source"] == "'" + text


@pytest.mark.parametrize("text", ['a "quote", a comma', "two\nlines", "下跌17%", "x=1"])
def test_any_other_text_comes_back_as_it_went(text):
    assert read_csv(tables.csv_bytes([entry(text)]))[0]["text"] == text


def test_parquet_keeps_types_and_says_nothing_with_null():
    table = pq.read_table(io.BytesIO(tables.parquet_bytes([entry(), BARE])))
    assert table.column_names == list(tables.COLUMNS)
    assert str(table.schema.field("said").type) == "date32[day]"
    assert str(table.schema.field("published").type) == "timestamp[us, tz=UTC]"
    assert table["actual"].to_pylist() == [-16.54, None] and table["said"].to_pylist() == [date(2025, 11, 6), None]


def test_an_empty_timeline_is_a_table_without_rows():
    assert read_csv(tables.csv_bytes([])) == []
    assert pq.read_table(io.BytesIO(tables.parquet_bytes([]))).num_rows == 0


def test_csv_parquet_and_frame_tell_the_same():
    some = [entry(), BARE]
    frame = tables.frame(some)
    assert frame["verdict"].tolist() == [row["verdict"] for row in read_csv(tables.csv_bytes(some))]
    assert frame["id"].tolist() == pq.read_table(io.BytesIO(tables.parquet_bytes(some)))["id"].to_pylist()


def test_the_events_written_out_and_read_back_are_the_same_chain(sample_url):
    with SqlLog.open(sample_url, create=False) as log:
        content = list(lines.lines(log.rows()))
        copy = MemoryLog()
        copy.append(lines.drafts(content))
        assert copy.head() == log.head()
    assert list(lines.lines(copy.rows())) == content


def test_events_up_to_an_instant_are_a_head_of_all_of_them(sample_url):
    until = datetime(2025, 2, 12, tzinfo=UTC)
    with SqlLog.open(sample_url, create=False) as log:
        whole, part = list(lines.lines(log.rows())), list(lines.lines(log.rows(), until))
    assert 0 < len(part) < len(whole) and whole[: len(part)] == part


def test_a_line_that_is_no_event_is_named():
    with pytest.raises(DataError, match=r"events\.jsonl:2"):
        list(lines.drafts([b"\n", b"{}"], "events.jsonl"))


@pytest.mark.parametrize("form", ["feed", "csv", "parquet", "events"])
def test_every_format_is_written_the_same_twice(timeline, sample_url, tmp_path, form):
    for name in ("a", "b"):
        said = timeline("export", "--format", form, "--output", tmp_path / name, "--database", sample_url)
        assert said.code == 0 and said.out == ""
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != b""


def test_a_folder_that_is_not_there_is_said_in_one_line(timeline, sample_url, tmp_path):
    said = timeline("export", "--output", tmp_path / "none" / "x.json", "--database", sample_url)
    assert said.code == 2 and "a folder that exists" in said.err and said.err.count("\n") == 1
