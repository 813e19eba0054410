"""Exchange calendars, by dates that the exchanges announced; and the cache that must never be able to do harm."""

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import platformdirs
import pytest

from events.bars import number_of
from events.errors import InvalidValueError, NotHeldError
from timeline import sessions
from timeline.sessions import exchange_calendar, made_by, observed_calendar, seconds_of, worked_out
from timeline.shipped import EXCHANGES, FOLDER, shipped
from timeline.symbols import calendar_for, canonical, is_currency_pair, resolve

BEIJING = timezone(timedelta(hours=8))


def instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(calendar, day):
    index = calendar.index(day)
    spans = (calendar.opens[index], calendar.closes[index])
    return tuple(datetime.fromtimestamp(int(second), UTC).strftime("%H:%M") for second in spans)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2025, 1, 9), "day of mourning for Jimmy Carter"),
        (date(2018, 12, 5), "day of mourning for George H. W. Bush"),
        (date(2012, 10, 29), "hurricane Sandy"),
        (date(2001, 9, 11), "attacks"),
        (date(2024, 3, 29), "Good Friday"),
        (date(2022, 6, 20), "Juneteenth, observed on Monday"),
        (date(2025, 2, 8), "a Saturday"),
    ],
)
def test_new_york_did_not_trade(day, why):
    calendar = exchange_calendar("XNYS")
    assert calendar.index(day) is None, why
    assert calendar.day(calendar.at_or_before(day)) < day


def test_closures_leave_no_gap_in_the_session_numbers():
    calendar = exchange_calendar("XNYS")
    assert calendar.index(date(2025, 1, 10)) - calendar.index(date(2025, 1, 8)) == 1
    assert calendar.index(date(2001, 9, 17)) - calendar.index(date(2001, 9, 10)) == 1


@pytest.mark.parametrize(
    ("exchange", "day", "opened", "closed"),
    [
        ("XNYS", date(2025, 3, 7), "14:30", "21:00"),  # the last session before summer time
        ("XNYS", date(2025, 3, 10), "13:30", "20:00"),
        ("XNYS", date(2025, 10, 31), "13:30", "20:00"),
        ("XNYS", date(2025, 11, 3), "14:30", "21:00"),  # winter time again
        ("XNYS", date(2024, 7, 3), "13:30", "17:00"),  # half days close at 13:00 in New York
        ("XNYS", date(2024, 11, 29), "14:30", "18:00"),
        ("XNYS", date(2024, 12, 24), "14:30", "18:00"),
        ("XHKG", date(2024, 12, 23), "01:30", "08:00"),
        ("XHKG", date(2024, 12, 24), "01:30", "04:00"),  # half day in Hong Kong
        ("XSHG", date(2024, 12, 24), "01:30", "07:00"),
    ],
)
def test_a_session_opens_and_closes_at_its_own_hour(exchange, day, opened, closed):
    assert hours(exchange_calendar(exchange), day) == (opened, closed)


@pytest.mark.parametrize(
    ("at", "last"),
    [
        (datetime(2025, 2, 11, 16, 59, 12, tzinfo=BEIJING), date(2025, 2, 10)),
        (datetime(2025, 2, 7, 14, 58, tzinfo=BEIJING), date(2025, 2, 6)),
        (instant("2024-11-29T17:59:59"), date(2024, 11, 27)),  # before the early close; the day before was a holiday
        (instant("2024-11-29T18:00:00"), date(2024, 11, 29)),
        (instant("2025-03-10T20:00:00"), date(2025, 3, 10)),
        (instant("2025-03-07T20:59:59"), date(2025, 3, 6)),
    ],
)
def test_a_publication_maps_to_the_last_session_that_had_closed(at, last):
    calendar = exchange_calendar("XNYS")
    assert calendar.day(calendar.last_closed(at)) == last


def test_an_instant_in_a_session_finds_it_and_one_outside_finds_none():
    calendar = exchange_calendar("XNYS")
    assert calendar.day(calendar.in_session(instant("2025-02-07T14:30:00"))) == date(2025, 2, 7)
    assert calendar.in_session(instant("2025-02-07T14:29:59")) is None
    assert calendar.in_session(instant("2025-02-07T21:00:00")) is None
    assert calendar.in_session(instant("2025-01-09T16:00:00")) is None


def test_before_its_first_session_a_calendar_says_minus_one():
    calendar = exchange_calendar("XNYS")
    assert calendar.at_or_before(date(1970, 1, 1)) == -1
    assert calendar.last_closed(instant("1969-05-05T00:00:00")) == -1
    with pytest.raises(IndexError):
        calendar.day(-1)


def test_the_bounds_do_not_depend_on_the_clock():
    calendar = exchange_calendar("XNYS")
    assert (calendar.day(0), calendar.day(len(calendar) - 1)) == (date(1970, 1, 2), date(2030, 12, 31))


def test_exchanges_that_are_known_for_a_shorter_time_are_taken_as_far_as_they_go():
    shanghai, tokyo = exchange_calendar("XSHG"), exchange_calendar("XTKS")
    assert shanghai.day(0).year == 1990
    assert shanghai.index(date(2025, 10, 8)) is None  # the golden week of 2025 ended on the 8th
    assert shanghai.index(date(2025, 10, 9)) is not None
    assert tokyo.day(0).year == 1997


def test_many_answers_are_the_single_answers():
    calendar = exchange_calendar("XNYS")
    days = [
        date(1960, 1, 1),
        date(1970, 1, 2),
        *(date(2025, 1, 1) + timedelta(days=n) for n in range(40)),
        date(2040, 1, 1),
    ]
    numbers = np.array([number_of(day) for day in days])
    assert calendar.at_or_before_many(numbers).tolist() == [calendar.at_or_before(day) for day in days]
    assert calendar.index_many(numbers).tolist() == [-1 if (i := calendar.index(day)) is None else i for day in days]
    instants = [instant("2025-01-01T00:00:00") + timedelta(hours=5 * n) for n in range(60)]
    seconds = np.array([seconds_of(at) for at in instants])
    assert calendar.last_closed_many(seconds).tolist() == [calendar.last_closed(at) for at in instants]


def test_an_instant_without_a_zone_is_a_wrong_call():
    with pytest.raises(InvalidValueError, match="one with a zone"):
        exchange_calendar("XNYS").last_closed(datetime(2025, 2, 7))  # noqa: DTZ001


def test_an_unknown_exchange_is_named():
    with pytest.raises(NotHeldError, match="'NOPE'"):
        exchange_calendar("NOPE")


def test_observed_sessions_last_the_whole_day_and_count_once():
    calendar = observed_calendar("dong", [date(2025, 2, 4), date(2025, 2, 3), date(2025, 2, 4)])
    assert [calendar.day(i) for i in range(len(calendar))] == [date(2025, 2, 3), date(2025, 2, 4)]
    assert calendar.last_closed(instant("2025-02-04T23:59:58")) == 0
    assert calendar.last_closed(instant("2025-02-04T23:59:59")) == 1
    assert calendar.observed


def test_days_outside_of_the_bounds_extend_a_calendar_and_days_inside_do_not():
    calendar = exchange_calendar("XNYS")
    more = calendar.extended(
        np.array([number_of(date(1969, 12, 31)), number_of(date(2025, 1, 9)), number_of(date(2031, 1, 2))])
    )
    assert len(more) == len(calendar) + 2
    assert (more.day(0), more.day(len(more) - 1)) == (date(1969, 12, 31), date(2031, 1, 2))
    assert more.index(date(2025, 1, 9)) is None
    assert np.all(np.diff(more.closes) > 0)
    assert calendar.extended(np.array([number_of(date(2025, 1, 9))])) is calendar


def test_an_empty_calendar_answers():
    empty = observed_calendar("nothing", [])
    assert (empty.at_or_before(date(2025, 1, 1)), empty.index(date(2025, 1, 1))) == (-1, None)
    assert empty.index_many(np.array([5])).tolist() == [-1]


# The cache


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(sessions, "shipped", lambda *_: None)
    exchange_calendar.cache_clear()
    yield tmp_path / "cache"
    exchange_calendar.cache_clear()


def fresh(name="XSHG"):
    exchange_calendar.cache_clear()
    return exchange_calendar(name)


def same(one, other):
    return all(np.array_equal(getattr(one, part), getattr(other, part)) for part in ("days", "opens", "closes"))


def test_a_second_start_reads_the_cache_alone(folder, monkeypatch):
    first = fresh()
    monkeypatch.setattr(sessions, "worked_out", lambda _: pytest.fail("worked out again"))
    assert same(fresh(), first)
    assert [path.name.startswith("XSHG-19700101-20301231-") for path in (folder / "sessions").iterdir()] == [True]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:1000] + bytes([data[1000] ^ 1]) + data[1001:],
        lambda data: data[:-24],
        lambda data: data[: len(data) // 2],
        lambda _: b"",
        lambda _: b"\x80\x04garbage",
        lambda data: data + b"\0" * 24,
    ],
)
def test_a_damaged_cache_file_is_worked_out_and_written_again(folder, damage):
    first = fresh()
    [path] = (folder / "sessions").iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert same(fresh(), first)
    assert path.read_bytes() == whole


def test_the_file_of_another_calendar_is_not_taken_for_this_one(folder):
    shanghai, hong_kong = fresh("XSHG"), fresh("XHKG")
    paths = {path.name[:4]: path for path in (folder / "sessions").iterdir()}
    paths["XSHG"].write_bytes(paths["XHKG"].read_bytes())
    assert same(fresh("XSHG"), shanghai)
    assert not same(shanghai, hong_kong)


def test_a_cache_folder_that_cannot_be_made_is_no_trouble(folder):
    folder.write_text("a file where the folder should be")
    assert len(fresh()) > 8000


def test_a_user_without_a_home_is_no_trouble(monkeypatch):
    def homeless(*_, **__):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(platformdirs, "user_cache_path", homeless)
    monkeypatch.setattr(sessions, "shipped", lambda *_: None)
    assert len(fresh()) > 8000
    exchange_calendar.cache_clear()


def test_another_version_of_the_library_has_its_own_file(folder, monkeypatch):
    fresh()
    monkeypatch.setattr("importlib.metadata.version", lambda _: "99.0")
    fresh()
    assert len(list((folder / "sessions").iterdir())) == 2


# What ships with the package


@pytest.mark.parametrize("name", EXCHANGES)
def test_the_sessions_that_ship_are_those_that_the_library_says(name):
    ready = shipped(name, made_by())
    assert ready is not None, "made by another version: run `make calendars`"
    assert np.array_equal(ready, worked_out(name))


def test_a_first_start_does_not_ask_the_library(monkeypatch):
    monkeypatch.setattr(sessions, "worked_out", lambda _: pytest.fail("the library was asked"))
    assert len(fresh("XNYS")) > 15_000


def test_sessions_of_another_version_or_a_damaged_file_do_not_count(tmp_path, monkeypatch):
    whole = (FOLDER / "XNYS").read_bytes()
    monkeypatch.setattr("timeline.shipped.FOLDER", tmp_path)
    for content in (whole.replace(b"exchange_calendars-", b"exchange_calendars-0"), whole[:-7], b"", b"XNYS"):
        (tmp_path / "XNYS").write_bytes(content)
        assert shipped("XNYS", made_by()) is None
    (tmp_path / "XNYS").write_bytes(whole)
    assert shipped("XNYS", made_by()) is not None


# Symbols


@pytest.mark.parametrize(
    ("symbol", "exchange"),
    [
        ("META", "XNYS"), ("BRK-B", "XNYS"), ("BRK.B", "XNYS"), ("F", "XNYS"), ("AMZN.US", "XNYS"), ("SPY", "XNYS"),
        ("^GSPC", "XNYS"), ("^IXIC", "XNYS"), ("^DJI", "XNYS"), ("QQQ", "XNYS"), ("0700.HK", "XHKG"), ("^HSI", "XHKG"),
        ("7203.T", "XTKS"), ("^N225", "XTKS"), ("000001.SS", "XSHG"), ("600519.SS", "XSHG"), ("300750.SZ", "XSHG"),
        ("VOD.L", "XLON"), ("SAP.DE", "XETR"), ("^VNINDEX", ""), ("VNM.VN", ""), ("VNINDEX", ""), ("USDCNY", ""),
        ("USDCNY=X", ""), ("CNY=X", ""), ("EURUSD", ""), ("BTC-USD", ""), ("CL=F", ""), ("^UNHEARD", ""),
        ("600519", ""),
    ],
)  # fmt: skip
def test_a_symbol_keeps_the_sessions_of_its_exchange(symbol, exchange):
    assert calendar_for(symbol) == exchange


@pytest.mark.parametrize(("symbol", "pair"), [("USDCNY", True), ("USDVND", True), ("GOOGLE", False), ("USDUSD", False)])
def test_six_letters_are_a_currency_pair_only_when_both_halves_are_currencies(symbol, pair):
    assert is_currency_pair(symbol) is pair


def test_symbols_have_one_form():
    given = ["00700.hk", "700.HK", " meta ", "amzn.us", "brk-b"]
    assert [canonical(one) for one in given] == ["0700.HK", "0700.HK", "META", "AMZN", "BRK-B"]


def test_facebook_was_meta_until_its_name_changed():
    assert resolve("FB", date(2021, 5, 3)) == "META"
    assert resolve("FB", date(2022, 6, 8)) == "META"
    assert resolve("FB", date(2022, 6, 9)) == "FB"
    assert resolve("FB") == "META"
    assert resolve("META", date(2021, 5, 3)) == "META"
