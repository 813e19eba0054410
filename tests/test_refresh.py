"""Refreshing over sources that stand in: preference, conflicts, the gate, the watch list, what is due, what changed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events.errors import InvalidValueError
from events.model import BarsObserved, Conversion, Happening, MarketValue, Quantity
from jobs.app import picture
from jobs.desk import sources
from jobs.exchanges import ZONES, calendar_of, runs_out
from jobs.freshness import freshness
from jobs.gate import Gate
from jobs.importing import import_prices
from jobs.operations import Attempt
from jobs.recheck import changes
from jobs.refresh import LATER, LATEST
from jobs.sources.contract import BadAnswerError, NoDataError, RateLimitedError, UnreachableError
from jobs.sources.folder import Folder
from jobs.watch import Watched, due, held_until, next_run, wants_shares, watched
from tests.desk import Clock, Desk, claims, day_move
from tests.sources import Shelf
from timeline.replay import State
from timeline.revisions import revisions
from timeline.web.freshness import families
from timeline.web.metrics import exposition

FRIDAY = datetime(2025, 3, 7, 22, tzinfo=UTC)
MONDAY = datetime(2025, 3, 10, 22, tzinfo=UTC)


@pytest.fixture
def clock():
    return Clock(FRIDAY)


@pytest.fixture
def shelf():
    return Shelf("META", "AMZN", "SPY")


@pytest.fixture
def desk(desk_url, clock, shelf):
    opened = Desk(desk_url, clock, [shelf])
    yield opened
    opened.close()


# sources


def test_the_second_source_is_asked_where_the_first_has_nothing_and_its_name_is_kept(desk_url, clock):
    first, second = Shelf("AMZN", name="first"), Shelf("META", "AMZN", name="second")
    desk = Desk(desk_url, clock, [first, second])
    assert [(one.symbol, one.source) for one in desk.refresh("META", "AMZN")] == [("META", "second"), ("AMZN", "first")]
    assert {event.symbol: event.source for event in desk.events()} == {"META": "second", "AMZN": "first"}
    assert second.asked == [("META", None)]
    desk.close()


def test_what_one_source_says_oddly_another_may_say_well(desk_url, clock):
    odd, good = Shelf("META", name="odd"), Shelf("META", name="good")
    odd.listings["META"].currency = "EUR"
    desk = Desk(desk_url, clock, [odd, good])
    assert (desk.one("META").word, desk.events()[0].source) == ("stored", "good")
    desk.close()


def test_a_folder_of_files_is_a_source(desk_url, tmp_path, clock):
    folder = tmp_path / "prices"
    folder.mkdir()
    (folder / "meta.csv").write_text("date,close\n2025-03-05,656.47\n2025-03-06,627.93\n2025-03-07,625.66\n")
    (folder / "AMZN.csv").write_text("date,close\n2025-03-06,200.70\n2025-03-07,x\n")
    desk = Desk(desk_url, clock, [Folder(folder)])
    meta, amzn, goog = desk.refresh("META", "AMZN", "GOOG")
    assert (meta.word, meta.new, meta.source) == ("stored", 3, "files")
    assert amzn.word == goog.word == "failed"
    assert "AMZN.csv:3: the close is 'x'" in amzn.reason
    assert "holds no file GOOG.csv" in goog.reason
    assert desk.closes() == {date(2025, 3, 5): 656.47, date(2025, 3, 6): 627.93, date(2025, 3, 7): 625.66}
    desk.close()


def test_sources_are_told_by_words(tmp_path):
    assert [one.name for one in sources(None, {})] == ["yahoo"]
    both = [f"files:{tmp_path}", "yahoo"]
    assert [one.name for one in sources(both, {})] == ["files", "yahoo"]
    assert [one.name for one in sources(None, {"TIMELINE_SOURCES": ",".join(both)})] == ["files", "yahoo"]
    for wrong in ("stooq", "files:", f"files:{tmp_path / 'none'}"):
        with pytest.raises(InvalidValueError):
            sources([wrong], {})


# the log


def test_a_writer_that_was_faster_makes_it_look_again_and_nothing_is_stored_twice(desk, clock, shelf, tmp_path):
    path = tmp_path / "META.csv"
    rows = shelf.listings["META"].rows
    given = {day: row[3] for day, row in rows.items() if day <= date(2025, 3, 6)}
    path.write_text("date,close\n" + "".join(f"{day},{close}\n" for day, close in given.items()))
    told = shelf.history

    def history(symbol, start, now):
        found = told(symbol, start, now)
        import_prices(desk.log, [path], recorded=clock.now())
        return found

    shelf.history = history
    assert desk.one("META").word == "stored"
    first, second = desk.events()
    assert (first.source, second.source) == ("META.csv", "shelf")
    assert second.previous == next(iter(desk.log.read())).id
    assert desk.closes() == {day: row[3] for day, row in rows.items() if day <= date(2025, 3, 7)}


def test_gaps_of_what_was_imported_are_asked_for_once(desk, clock, shelf, tmp_path):
    rows, path = shelf.listings["META"].rows, tmp_path / "META.csv"
    held = [day for day in rows if day <= date(2025, 3, 6) and day not in (date(2025, 1, 8), date(2025, 1, 13))]
    path.write_text("date,close\n" + "".join(f"{day},{rows[day][3]}\n" for day in held))
    import_prices(desk.log, [path], recorded=clock.now())
    rows.pop(date(2025, 1, 13))  # the source has not got it either
    outcome = desk.one("META")
    assert shelf.asked == [("META", date(2025, 1, 7))]
    assert (outcome.word, outcome.new, outcome.revised) == ("stored", 2, 0)
    assert date(2025, 1, 8) in desk.closes()
    clock.at = MONDAY
    desk.one("META")
    assert shelf.asked[-1] == ("META", date(2025, 2, 24))


def test_bars_that_only_gain_an_open_are_no_revision(desk, clock, shelf, tmp_path):
    path = tmp_path / "META.csv"
    path.write_text(
        "date,close\n"
        + "".join(f"{d},{r[3]}\n" for d, r in shelf.listings["META"].rows.items() if d <= date(2025, 3, 6))
    )
    import_prices(desk.log, [path], recorded=clock.now())
    assert (desk.one("META").new, desk.events()[-1].revised) == (1, 0)


def test_the_whole_history_can_be_asked_for(desk, shelf):
    desk.one("META")
    day = date(2025, 1, 6)
    shelf.listings["META"].rows[day] = (10.0, 200.0, 5.0, desk.closes()[day] + 1, 1000)
    assert desk.one("META").word == "up to date"
    outcome = desk.one("META", full=True)
    assert (outcome.word, outcome.new, outcome.revised) == ("stored", 0, 1)


# the gate


def test_failures_are_tried_again_after_pauses_that_grow_and_differ(desk, shelf, clock):
    shelf.error = UnreachableError("no line")
    assert desk.one("META").word == "failed"
    first, second, third = clock.pauses
    assert 2 <= first <= 4 <= second <= 6
    assert 8 <= third <= 10
    assert len(set(clock.pauses)) == 3
    assert len(shelf.asked) == 4


def test_a_source_that_fails_again_and_again_is_left_alone_longer_each_time(desk, shelf, clock):
    shelf.error = BadAnswerError("nonsense")
    words = [desk.one(f"A{letter}").word for letter in "ABCDEFG"]
    assert words == ["failed"] * 5 + ["left alone"] * 2
    asked = len(shelf.asked)
    first = desk.operations.circuits()["shelf"].open_until
    clock.at = first
    assert desk.one("META").word == "failed"
    assert len(shelf.asked) == asked + 1  # one trial, without a second try
    second = desk.operations.circuits()["shelf"].open_until
    assert second - clock.at == timedelta(minutes=20)
    clock.at, shelf.error = second, None
    assert desk.one("META").word == "stored"
    assert desk.operations.circuits()["shelf"].failures == 0


def test_a_source_that_asks_for_rest_gets_it_at_once(desk, shelf):
    shelf.error = RateLimitedError("slow down")
    assert [one.word for one in desk.refresh("META", "AMZN")] == ["failed", "left alone"]
    assert desk.attempt("AMZN").due == desk.operations.circuits()["shelf"].open_until


def test_each_source_has_a_circuit_and_a_budget_of_its_own(desk_url, clock):
    first, second = Shelf("META", "AMZN", "GOOG", name="first"), Shelf("META", "AMZN", "GOOG", name="second")
    first.error = RateLimitedError("slow down")
    desk = Desk(desk_url, clock, [first, second])
    assert [(one.word, one.source) for one in desk.refresh("META", "AMZN")] == [("stored", "second")] * 2
    asked = len(first.asked)
    assert asked == 4  # of the first symbol alone
    circuits = desk.operations.circuits()
    assert circuits["first"].open_until > clock.at
    assert "second" not in circuits
    assert (desk.operations.spent("first", clock.at), desk.operations.spent("second", clock.at)) == (4, 2)
    first.error, clock.at = None, circuits["first"].open_until
    assert desk.one("GOOG").source == "first"
    desk.close()


def test_a_symbol_that_fails_is_due_later_each_time_and_at_most_twice_a_day_apart(desk, shelf, clock):
    waits = []
    for _ in range(9):
        desk.one("NOPE")
        waits.append(desk.attempt("NOPE").due - clock.at)
    assert waits[:3] == [LATER, LATER * 2, LATER * 4]
    assert waits[-1] == LATEST
    assert desk.attempt("NOPE").failures == 9


def test_a_local_folder_has_no_circuit(desk, clock):
    shelf = Shelf(remote=False)
    gate = Gate(shelf, desk.operations, clock.now, clock.pause)
    for _ in range(9):
        with pytest.raises(NoDataError):
            gate.ask(lambda: shelf.history("META", None, FRIDAY))
    assert desk.operations.circuits() == {}


# the watch list


def test_symbols_come_from_claims_with_their_benchmarks_and_currencies(desk):
    amount = Quantity(value=1e9, unit="USD", precision=1e9)
    told = Quantity(value=7.2e9, unit="CNY", precision=1e8)
    desk.log.append(
        claims(
            day_move("META", date(2025, 3, 6), -4.35),
            day_move("00700.HK", date(2025, 3, 6), 1.0),
            Conversion(amount=amount, stated=told),
            Conversion(amount=told, stated=Quantity(value=1e9, unit="EUR", precision=1e8)),
            Happening(symbol="S&P 500", text="an index in words is no symbol"),
            Happening(members=("GOOG", "GOOGL")),
        )
    )
    found = watched(desk.state().stated(), {})
    assert found == [
        Watched("0700.HK", "claims"), Watched("2800.HK", "benchmark"), Watched("EURCNY", "rate"),
        Watched("GOOG", "claims"), Watched("GOOGL", "claims"), Watched("META", "claims"),
        Watched("SPY", "benchmark"), Watched("USDCNY", "rate"),
    ]  # fmt: skip


def test_a_renamed_symbol_is_watched_under_the_name_of_today(desk):
    desk.log.append(claims(day_move("FB", date(2021, 5, 3), 1.0), said=date(2021, 5, 4)))
    assert [one.symbol for one in watched(desk.state().stated(), {})] == ["META", "SPY"]


def test_a_user_adds_and_mutes(desk):
    desk.log.append(claims(day_move("META", date(2025, 3, 6), -4.35)))
    found = watched(desk.state().stated(), {"NVDA": "added", "SPY": "muted"})
    assert found == [Watched("META", "claims"), Watched("NVDA", "added")]


def test_shares_are_wanted_where_a_market_value_is_claimed_and_no_fresh_count_is_held(desk):
    stated = Quantity(value=-1e11, unit="USD", precision=1e9)
    desk.log.append(claims(MarketValue(symbol="META", stated=stated), day_move("AMZN", date(2025, 3, 6), 1.0)))
    assert wants_shares(desk.state(), FRIDAY) == {"META"}


# what is due


def test_a_symbol_is_due_from_half_an_hour_after_the_close_until_its_bar_is_held():
    listed, held = [Watched("META", "claims")], {"META": date(2025, 3, 6)}
    close = datetime(2025, 3, 7, 21, tzinfo=UTC)
    assert due(listed, held, {}, close + timedelta(minutes=29)) == []
    assert due(listed, held, {}, close + timedelta(minutes=30)) == ["META"]
    assert due(listed, {"META": date(2025, 3, 7)}, {}, close + timedelta(hours=60)) == []
    assert due(listed, {}, {}, close) == ["META"]
    waiting = {"META": Attempt("META", due=close + timedelta(hours=2))}
    assert due(listed, held, waiting, close + timedelta(hours=1)) == []
    assert due(listed, held, waiting, close + timedelta(hours=2)) == ["META"]


def test_a_currency_pair_is_due_when_a_weekday_has_ended():
    listed = [Watched("USDCNY", "rate")]
    assert due(listed, {"USDCNY": date(2025, 3, 7)}, {}, datetime(2025, 3, 10, 12, tzinfo=UTC)) == []
    assert due(listed, {"USDCNY": date(2025, 3, 7)}, {}, datetime(2025, 3, 11, 0, 31, tzinfo=UTC)) == ["USDCNY"]
    assert next_run("USDCNY", date(2025, 3, 7), None, FRIDAY + timedelta(days=1)) == datetime(
        2025, 3, 11, 0, 30, tzinfo=UTC
    )


def test_the_next_run_is_after_the_next_close_or_when_a_pause_ends():
    assert next_run("META", date(2025, 3, 7), None, FRIDAY) == datetime(2025, 3, 10, 20, 30, tzinfo=UTC)  # summer time
    assert next_run("META", date(2025, 3, 6), None, FRIDAY) == FRIDAY
    later = FRIDAY + timedelta(hours=3)
    assert next_run("META", date(2025, 3, 6), Attempt("META", due=later), FRIDAY) == later


# what changed


def test_what_was_pending_is_settled_by_the_bar_that_comes(desk, shelf, clock):
    desk.refresh("META", "SPY")
    closes = [shelf.listings["META"].rows[day][3] for day in (date(2025, 3, 7), date(2025, 3, 10))]
    move = round((closes[1] / closes[0] - 1) * 100, 2)
    evening = datetime(2025, 3, 10, 21, tzinfo=UTC)
    desk.log.append(claims(day_move("META", date(2025, 3, 10), move), said=date(2025, 3, 10), at=FRIDAY, told=evening))
    before = desk.log.head().position
    clock.at = MONDAY
    desk.refresh("META", "SPY")
    [change] = changes(desk.log, before, ["META"])
    assert (change.before, change.after, change.revised) == ("pending", "supported", False)


def test_a_revision_shows_on_the_claim_whose_verdict_it_changes(desk, shelf, clock):
    desk.refresh("META", "SPY")
    rows, day = shelf.listings["META"].rows, date(2025, 3, 7)
    move = round((rows[day][3] / rows[date(2025, 3, 6)][3] - 1) * 100, 2)
    desk.log.append(claims(day_move("META", day, move), said=day, at=FRIDAY))
    before, (opened, high, low, close, volume) = desk.log.head().position, rows[day]
    rows[day] = (opened, high + 9, low, round(close * 1.05, 2), volume)
    clock.at = MONDAY
    desk.refresh("META", "SPY")
    [change] = changes(desk.log, before, ["META", "SPY"])
    assert (change.before, change.after, change.revised) == ("supported", "contradicted", True)
    assert changes(desk.log, desk.log.head().position, ["META"]) == []
    [entry] = picture(desk.log).entries
    assert entry.verdict.notes[-1] == "supported until prices of META were revised on 2025-03-10, then contradicted"
    [entry] = picture(desk.log, until=FRIDAY).entries
    assert not any("revised" in note for note in entry.verdict.notes)


def test_a_revised_volume_is_stored_and_changes_no_verdict(desk, shelf, clock):
    desk.one("META")
    desk.log.append(claims(day_move("META", date(2025, 3, 7), 1.0), at=FRIDAY))
    rows, day = shelf.listings["META"].rows, date(2025, 3, 7)
    rows[day] = (*rows[day][:4], rows[day][4] + 5)
    clock.at = MONDAY
    assert desk.one("META").revised == 1
    assert list(revisions(desk.state(), {"META"}, desk.log.columns)) == []


# alarms, state, metrics


def test_calendars_give_an_alarm_ninety_days_before_they_end():
    calendar = calendar_of("META")
    end = datetime.combine(calendar.day(len(calendar) - 1), datetime.min.time(), UTC)
    assert runs_out(calendar, end - timedelta(days=91)) is None
    assert runs_out(calendar, end - timedelta(days=89)) == end.date()


def test_the_zones_are_those_of_exchange_calendars():
    import exchange_calendars
    from exchange_calendars.calendar_utils import _default_calendar_factories

    assert set(ZONES) <= set(exchange_calendars.get_calendar_names())
    for name, zone in ZONES.items():
        told = _default_calendar_factories[name].tz
        assert str(told.fget(None) if isinstance(told, property) else told) in (zone, "Asia/Calcutta"), name


def test_status_tells_of_each_symbol_and_of_what_went_wrong(desk, shelf, clock):
    desk.log.append(claims(day_move("META", date(2025, 3, 6), 1.0), day_move("NOPE", date(2025, 3, 6), 1.0)))
    desk.refresh("META", "NOPE")
    desk.operations.count("runs missed", FRIDAY)
    fresh = freshness(desk.state(), desk.operations, MONDAY)
    by_symbol = {one["symbol"]: one for one in fresh["symbols"]}
    assert (by_symbol["META"]["last"], by_symbol["META"]["sessions_old"]) == ("2025-03-07", 1)
    assert by_symbol["META"]["succeeded"] == by_symbol["META"]["attempted"] == "2025-03-07T22:00:00Z"
    assert by_symbol["NOPE"]["error"] == "shelf: shelf has nothing of NOPE"
    assert by_symbol["NOPE"]["next"] == "2025-03-10T22:00:00Z"
    assert by_symbol["SPY"]["why"] == "benchmark"
    assert fresh["counters"]["runs missed"]["times"] == 1
    text = exposition(families(fresh)).decode()
    assert 'timeline_sessions_old{symbol="META"} 1.0' in text
    assert 'timeline_refresh_failures{symbol="NOPE"} 1.0' in text
    assert 'timeline_events_counted_total{event="runs missed"} 1.0' in text
    assert 'timeline_calendar_runs_out{calendar="XNYS"} 0.0' in text


def test_what_is_held_is_held_under_the_name_of_today():
    days = {"first": date(2021, 1, 4), "last": date(2021, 1, 5), "adjusted_through": date(2021, 1, 5)}
    state = State()
    state.bars.append((BarsObserved(symbol="FB", source="x", columns="00", count=2, **days), FRIDAY))
    assert held_until(state) == {"META": date(2021, 1, 5)}


def test_a_source_is_not_asked_where_the_log_cannot_be_written(desk, shelf, monkeypatch):
    monkeypatch.setattr(desk.log, "head", lambda: (_ for _ in ()).throw(OSError("gone")))
    with pytest.raises(OSError, match="gone"):
        desk.one("META")
    assert shelf.asked == []
