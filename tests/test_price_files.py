"""Price files: what is understood, and every way to be refused, by its message, file and line."""
# ruff: noqa: E501  the table of cases is read across: what the file holds, then what is said of it

import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from events.bars import bars_of
from jobs.sources.files import read_price_file

TODAY = date(2025, 11, 7)
SHARED = Path(__file__).resolve().parents[2] / "shared" / "prices"
GOOD = "date,open,high,low,close,volume\n2025-01-08,612,620,605.5,610.72,10000\n2025-01-10,610,615,603,615.86,9000\n"


def read(tmp_path, content, name="META.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_price_file(path, today=TODAY)


def refusal(tmp_path, content, name="META.csv"):
    """The one problem for which a file is refused, as (line, message); nothing of the file is handed out."""
    found = read(tmp_path, content, name)
    assert found.bars == {}
    [problem] = found.problems
    assert problem.source == str(tmp_path / name)
    return problem.line, problem.message


# What is understood


def test_a_plain_file_gives_its_bars(tmp_path):
    found = read(tmp_path, "date,close,high\n2025-01-08,610.72,620\n2025-01-10,615.86,\n")
    assert found.problems == found.notes == ()
    assert found.bars == {
        "META": bars_of([date(2025, 1, 8), date(2025, 1, 10)], [610.72, 615.86], high=[620, float("nan")])
    }


def test_yahoo_headers_are_understood_and_the_dividend_adjusted_close_is_left_out_with_a_note(tmp_path):
    found = read(tmp_path, "Date,Open,High,Low,Close,Adj Close,Volume\n2025-01-08,612,620,605.5,610.72,609.1,10000\n")
    assert found.bars["META"].close.tolist() == [610.72]
    [note] = found.notes
    assert (note.line, note.message) == (
        1,
        "the column Adj Close is left out: it is adjusted for dividends; closes as traded are checked",
    )


def test_stooq_headers_are_understood(tmp_path):
    head = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
    found = read(tmp_path, head + "META.US,D,20250108,000000,612,620,605.5,610.72,10000,0\n", "meta.us.txt")
    assert found.problems == ()
    assert found.bars["META"].volume.tolist() == [10000.0]
    assert found.bars["META"].first == date(2025, 1, 8)


def test_timestamps_at_midnight_are_days(tmp_path):
    found = read(tmp_path, "Date,Close\n2025-01-08 00:00:00-05:00,610.72\n")
    assert found.bars["META"].first == date(2025, 1, 8)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [("META.csv", "META"), ("brk-b.csv", "BRK-B"), ("0700.HK.csv", "0700.HK"), ("^GSPC.csv", "^GSPC"), ("meta.us.csv", "META"),
     ("00700.hk.csv", "0700.HK"), ("USDCNY=X.CSV", "USDCNY=X")],
)  # fmt: skip
def test_the_symbol_comes_from_the_files_name(tmp_path, name, symbol):
    assert list(read(tmp_path, "date,close\n2025-01-08,610.72\n", name).bars) == [symbol]


def test_summer_time_moves_a_zone_by_an_hour_and_is_no_other_zone(tmp_path):
    content = "date,close\n2025-03-07 00:00:00-05:00,610\n2025-03-10 00:00:00-04:00,615\n"
    assert len(read(tmp_path, content).bars["META"]) == 2


def test_a_column_names_the_symbols_of_a_file_of_many(tmp_path):
    content = "symbol,date,close\nMETA,2025-01-08,610.72\namzn,2025-01-08,222.13\nMETA,2025-01-10,615.86\n"
    found = read(tmp_path, content, "prices.csv")
    assert {symbol: len(bars) for symbol, bars in found.bars.items()} == {"AMZN": 1, "META": 2}


def test_a_byte_order_mark_windows_line_ends_blank_lines_and_quotes_are_fine(tmp_path):
    content = b'\xef\xbb\xbf"Date","Close"\r\n"2025-01-08","610.72"\r\n\r\n2025-01-10,615.86\r\n\r\n'
    assert len(read(tmp_path, content).bars["META"]) == 2


def test_an_empty_optional_column_is_not_held(tmp_path):
    assert read(tmp_path, "date,close,volume\n2025-01-08,610.72,\n").bars["META"].volume is None


def test_currency_pairs_trade_on_days_of_their_own(tmp_path):
    found = read(tmp_path, "date,close\n2025-01-08,7.33\n2025-01-09,7.33\n", "USDCNY.csv")
    assert len(found.bars["USDCNY"]) == 2


@pytest.mark.skipif(
    not SHARED.is_dir() and os.environ.get("TIMELINE_CI") != "1",
    reason="the shared price figures are not beside the project",
)
def test_the_published_figures_are_read_whole():
    found = {path.stem: read_price_file(path, today=TODAY) for path in sorted(SHARED.glob("*.csv"))}
    assert {name: len(file.bars[name]) for name, file in found.items()} == {
        "AMZN": 466, "GOOG": 466, "GOOGL": 466, "META": 1220, "MSFT": 466, "SPY": 466, "USDCNY": 437,
    }  # fmt: skip
    assert not [problem for file in found.values() for problem in file.problems + file.notes]


# What is refused: the cases stand in REFUSED, which tests/test_importing.py runs against a log as well

LATIN = "date,close,note\n2025-01-08,610.72,caf\xe9\n".encode("latin-1")
UTF16 = "date,close\n2025-01-08,610.72\n"
REFUSED = {
    "a missing column": ("date,open\n2025-01-08,612\n", 1, "the column close is missing, the header has: date, open; wanted a header line with date, close"),
    "a missing date": ("open,close\n612,610\n", 1, "the column date is missing"),
    "no header": ("2025-01-08,610.72\n", 1, "the column date is missing, the header has: 2025-01-08, 610.72"),
    "a column twice": ("date,close,Close\n2025-01-08,1,1\n", 1, "the column close stands 2 times in the header"),
    "text for a number": ("date,close\n2025-01-08,n/a\n", 2, "the close is 'n/a', wanted a number"),
    "text for a high": ("date,close,high\n2025-01-08,610,abc\n", 2, "the high is 'abc', wanted a number"),
    "no close": ("date,close\n2025-01-08,\n", 2, "the close is empty, wanted a number"),
    "a negative": ("date,close\n2025-01-08,610\n2025-01-10,-615\n", 3, "the close of 2025-01-10: got -615, wanted a finite number above zero"),
    "zero": ("date,close\n2025-01-08,0\n", 2, "the close of 2025-01-08: got 0, wanted a finite number above zero"),
    "a negative open": ("date,close,open\n2025-01-08,610,-1\n", 2, "the open of 2025-01-08: got -1"),
    "a negative volume": ("date,close,volume\n2025-01-08,610,-1\n", 2, "the volume of 2025-01-08: got -1"),
    "not a number": ("date,close\n2025-01-08,NaN\n", 2, "the close is 'NaN', wanted a finite number"),
    "infinity": ("date,close\n2025-01-08,-inf\n", 2, "the close is '-inf', wanted a finite number"),
    "too large": ("date,close\n2025-01-08,1e999\n", 2, "the close of 2025-01-08: got inf"),
    "underscores": ("date,close\n2025-01-08,6_10\n", 2, "the close is '6_10', wanted a number"),
    "high below low": ("date,high,low,close\n2025-01-08,600,605,602\n", 2, "the high of 2025-01-08: got 600, wanted at least its low, 605"),
    "close above high": ("date,high,close\n2025-01-08,600,602\n", 2, "the high of 2025-01-08: got 600, wanted at least its close, 602"),
    "close below low": ("date,low,close\n2025-01-08,605,602\n", 2, "the close of 2025-01-08: got 602, wanted at least its low, 605"),
    "a date twice": ("date,close\n2025-01-08,610\n2025-01-08,611\n", 3, "the bar of 2025-01-08: got a second one of this day"),
    "an unsorted file": ("date,close\n2025-01-10,615\n2025-01-08,610\n", 3, "the bar of 2025-01-08: got after that of 2025-01-10, wanted dates in ascending order"),
    "UTF-16 with a mark": (UTF16.encode("utf-16"), None, "this is text in UTF-16; wanted a CSV file in UTF-8"),
    "UTF-16 without a mark": (UTF16.encode("utf-16-le"), 1, "this is text in UTF-16 without a byte order mark; wanted a CSV file in UTF-8"),
    "UTF-16 the other way": (UTF16.encode("utf-16-be"), 1, "this is text in UTF-16 without a byte order mark"),
    "Latin-1": (LATIN, 2, "the byte 0xe9 is not UTF-8 (perhaps Latin-1 or Windows-1252); wanted a CSV file in UTF-8"),
    "GBK": ("date,close,备注\n2025-01-08,610,收盘\n".encode("gbk"), 1, "is not UTF-8 (perhaps GBK)"),
    "a workbook": (b"PK\x03\x04\x14\0\0\0", None, "this is a zip archive or an Excel workbook; wanted a CSV file in UTF-8"),
    "a NUL byte": ("date,close\n2025-01-08,610\n2025-01-10,6\x0015\n", 3, "a NUL byte stands in this line"),
    "an empty file": ("", None, "the file is empty; wanted a header line and a line for each session"),
    "blanks alone": (" \n\n", None, "the file is empty"),
    "a mark alone": (b"\xef\xbb\xbf\n", None, "the file holds blanks alone"),
    "a header only": ("date,close\n\n", 1, "a header line and no bars"),
    "a symbol mismatch": ("date,symbol,close\n2025-01-08,AMZN,222\n", 2, "the symbol is AMZN, but the file's name, META.csv, says META"),
    "a second symbol": ("date,symbol,close\n2025-01-08,META,610\n2025-01-08,AMZN,222\n", 3, "the symbol is AMZN, but the file's name, META.csv, says META"),
    "an empty symbol": ("date,symbol,close\n2025-01-08,,610\n", 2, "the symbol is '', wanted a ticker such as META or 0700.HK"),
    "a Saturday": ("date,close\n2025-01-11,610\n", 2, "2025-01-11 is no session of XNYS (a Saturday), the exchange of META"),
    "a Sunday": ("date,close\n2025-01-12,610\n", 2, "2025-01-12 is no session of XNYS (a Sunday)"),
    "a holiday": ("date,close\n2024-12-25,610\n", 2, "2024-12-25 is no session of XNYS (a holiday or closure)"),
    "a closure": ("date,close\n2025-01-08,610\n2025-01-09,611\n", 3, "2025-01-09 is no session of XNYS (a holiday or closure)"),
    "a future date": ("date,close\n2025-11-10,610\n", 2, "the date 2025-11-10 lies in the future; today is 2025-11-07"),
    "an impossible date": ("date,close\n2025-02-30,610\n", 2, "the date 2025-02-30 does not exist"),
    "an American date": ("date,close\n01/08/2025,610\n", 2, "the date is '01/08/2025', wanted YYYY-MM-DD"),
    "an instant": ("date,close\n2025-01-08 15:59:00,610\n", 2, "the date is '2025-01-08 15:59:00', wanted YYYY-MM-DD"),
    "an instant in UTC": ("date,close\n2025-01-08 05:00:00+00:00,610\n", 2, "the date is '2025-01-08 05:00:00+00:00'"),
    "words after midnight": ("date,close\n2025-01-08 00:00:00 or so,610\n", 2, "wanted YYYY-MM-DD"),
    "mixed zones": ("date,close\n2025-01-08 00:00:00-05:00,610\n2025-01-10 00:00:00+08:00,615\n", 3, "the dates are in different zones (-05:00, +08:00); wanted one zone, or plain days"),
    "zones and none": ("date,close\n2025-01-08,610\n2025-01-10T00:00:00Z,615\n", 3, "the dates are in different zones (none, Z)"),
    "a European date": ("date,close\n31/12/2024,610\n", 2, "the date is '31/12/2024', wanted YYYY-MM-DD"),
    "a European figure": ('date,close\n2025-01-08,"1.610,72"\n', 2, "the close is '1.610,72': a decimal comma"),
    "a blank in a figure": ("date,close\n2025-01-08,1 610.72\n", 2, "the close is '1 610.72', wanted a number"),
    "a currency": ("date,close\n2025-01-08,$610.72\n", 2, "the close is '$610.72', wanted a number"),
    "a formula": ("date,close\n2025-01-08,=1+1\n", 2, "the close is '=1+1', wanted a number"),
    "a huge field": ("date,close\n2025-01-08," + "6" * 200_000 + "\n", 2, "not CSV from here on (field larger than"),
    "semicolons": ("date;close\n2025-01-08;610,72\n", 1, "the columns are separated by semicolons; wanted commas, and a decimal point"),
    "tabs": ("date\tclose\n2025-01-08\t610\n", 1, "the columns are separated by tabs"),
    "a decimal comma": ('date,close\n2025-01-08,"610,72"\n', 2, "the close is '610,72': a decimal comma; wanted a decimal point"),
    "a thousands separator": ('date,close\n2025-01-08,"1,610.72"\n', 2, "the close is '1,610.72': a thousands separator"),
    "more fields": ("date,close\n2025-01-08,610,72\n", 2, "3 fields, wanted 2 as in the header"),
    "fewer fields": ("date,close\n2025-01-08\n", 2, "1 field, wanted 2 as in the header"),
    "an open quote": ('date,close\n2025-01-08,"610\n2025-01-10,615\n', 2, "not CSV from here on"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_with_one_message_that_names_the_line(tmp_path, case):
    content, line, message = REFUSED[case]
    found_line, found_message = refusal(tmp_path, content)
    assert message in found_message
    assert found_line == line


def test_further_bad_lines_are_counted_not_listed(tmp_path):
    content = "date,close\n2025-01-08,x\n2025-01-10,y\n2025-01-13,1\n2025-01-14,-1\n"
    assert refusal(tmp_path, content) == (2, "the close is 'x', wanted a number (and 2 more lines)")


def test_a_line_after_a_quoted_line_break_keeps_its_own_number(tmp_path):
    content = 'date,close,note\n2025-01-08,610,"two\nlines"\n2025-01-10,-615,\n'
    assert refusal(tmp_path, content)[0] == 4


@pytest.mark.parametrize("name", ["META (1).csv", "meta_daily.csv", "prices.csv"])
def test_a_name_that_is_no_symbol_needs_a_column(tmp_path, name):
    line, message = refusal(tmp_path, "date,close\n2025-01-08,610\n", name)
    assert (line, message) == (
        None,
        f"the file's name, {name}, is no symbol; wanted one such as META.csv, or a column symbol",
    )


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path):
    [problem] = read_price_file(tmp_path / "META.csv", today=TODAY).problems
    assert str(problem) == f"{tmp_path / 'META.csv'}: cannot be read (No such file or directory); wanted a CSV file"
    assert "cannot be read" in read_price_file(tmp_path, today=TODAY).problems[0].message


def test_one_bad_byte_anywhere_never_raises(tmp_path):
    rng = np.random.default_rng(3)
    for _ in range(300):
        content = bytearray(GOOD.encode())
        content[rng.integers(len(content))] = rng.integers(256)
        found = read(tmp_path, bytes(content))
        assert bool(found.bars) != bool(found.problems)
