"""yfinance's own code against a server that speaks Yahoo's chart protocol: what the log holds after each answer."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from events.model import BarsObserved, DividendObserved, SharesObserved, SplitObserved
from jobs.sources.contract import NoDataError, RateLimitedError, UnreachableError
from jobs.sources.yahoo import Yahoo, yahoo_symbol
from tests.desk import Clock, Desk
from tests.yahoo_server import listing, redirected, serving

FIRST, LAST = date(2025, 1, 2), date(2025, 4, 30)
FRIDAY = datetime(2025, 3, 7, 22, tzinfo=UTC)  # New York closed an hour ago
MONDAY = datetime(2025, 3, 10, 22, tzinfo=UTC)


@pytest.fixture
def market(monkeypatch):
    with serving() as served:
        redirected(monkeypatch, served.url)
        served.listings["META"] = listing(FIRST, LAST)
        yield served


@pytest.fixture
def desk(market, desk_url, tmp_path):
    clock = Clock(FRIDAY)
    market.now = clock.now
    opened = Desk(desk_url, clock, [Yahoo(tmp_path / "yfinance", timeout=1.0)])
    yield opened
    opened.close()


def told(market, until, symbol="META"):
    """The closes that the market has up to a day."""
    return {day: row[3] for day, row in market.listings[symbol].rows.items() if day <= until}


def chart(result, error="null") -> bytes:
    return f'{{"chart": {{"result": {result}, "error": {error}}}}}'.encode()


def changed(market, day, close, symbol="META"):
    rows = market.listings[symbol].rows
    rows[day] = (close, close + 1, close - 1, close, rows[day][4])


def test_a_new_symbol_comes_with_its_whole_history_to_the_cent(desk, market):
    outcome = desk.one("META")
    assert (outcome.word, outcome.new, outcome.revised, outcome.last) == ("stored", 44, 0, date(2025, 3, 7))
    assert desk.closes() == told(market, date(2025, 3, 7))
    [event] = desk.events()
    assert (event.source, event.currency, event.symbol, event.adjusted_through) == (
        "yahoo",
        "USD",
        "META",
        FRIDAY.date(),
    )
    assert desk.attempt().succeeded == FRIDAY


def test_a_second_refresh_asks_only_for_ten_sessions_of_overlap(desk, market):
    desk.one("META")
    desk.clock.at, market.requests[:] = MONDAY, []
    outcome = desk.one("META")
    assert (outcome.word, outcome.new, outcome.revised) == ("stored", 1, 0)
    assert outcome.first == date(2025, 2, 24)  # ten sessions up to 2025-03-07
    assert market.requests == [("META", "history")]
    assert [event.count for event in desk.events()] == [44, 1]
    assert desk.closes() == told(market, MONDAY.date())


def test_what_is_up_to_date_costs_no_request(desk, market):
    desk.one("META")
    market.requests.clear()
    assert desk.one("META").word == "up to date"
    desk.clock.to(2025, 3, 9, 12)  # a Sunday
    assert desk.one("META").word == "up to date"
    assert market.requests == []


def test_a_changed_bar_is_observed_as_a_revision_and_the_old_one_stays_known(desk, market):
    desk.one("META")
    before = desk.closes()[date(2025, 3, 4)]
    changed(market, date(2025, 3, 4), before + 0.5)
    desk.clock.at = MONDAY
    outcome = desk.one("META")
    assert (outcome.new, outcome.revised) == (1, 1)
    assert desk.events()[-1].revised == 1
    assert desk.closes()[date(2025, 3, 4)] == before + 0.5
    assert desk.closes(until=FRIDAY)[date(2025, 3, 4)] == before


def test_a_session_that_runs_is_never_stored_and_comes_after_its_close(desk, market):
    desk.clock.to(2025, 3, 7, 18)  # it has been open since 14:30 UTC, and Yahoo tells its price so far
    outcome = desk.one("META")
    assert outcome.last == date(2025, 3, 6)
    assert "1 session not over yet" in outcome.notes[0]
    assert max(desk.closes()) == date(2025, 3, 6)
    desk.clock.to(2025, 3, 7, 21, 29)  # closed, but its bar is not final yet
    assert desk.one("META").word == "up to date"
    desk.clock.to(2025, 3, 7, 21, 30)
    changed(market, date(2025, 3, 7), 98.5)
    assert desk.one("META").new == 1
    assert desk.closes()[date(2025, 3, 7)] == 98.5


def test_a_half_day_is_final_earlier(desk, market):
    market.listings["META"] = listing(date(2024, 11, 1), date(2024, 12, 31))
    desk.clock.to(2024, 11, 29, 18, 29)
    assert desk.one("META").last == date(2024, 11, 27)
    desk.clock.to(2024, 11, 29, 18, 30)  # New York closed at 13:00 on the day after Thanksgiving
    assert desk.one("META").last == date(2024, 11, 29)


def test_splits_and_dividends_of_a_first_history_are_kept_and_closes_stay_as_told(desk, market):
    market.listings["META"].splits[date(2025, 2, 6)] = (4.0, 1.0)
    market.listings["META"].dividends[date(2025, 2, 4)] = 0.5
    outcome = desk.one("META")
    assert outcome.dividends == 1
    split = next(event for event in desk.events() if isinstance(event, SplitObserved))
    assert (split.on, split.new, split.old, split.source) == (date(2025, 2, 6), 4.0, 1.0, "yahoo")
    assert desk.closes() == told(market, date(2025, 3, 7))  # neither divided by four again nor less a dividend


def paid(desk):
    """The dividends that the log holds, as events."""
    return [event for event in desk.events() if isinstance(event, DividendObserved)]


def test_a_dividend_is_stored_once_with_its_source_and_a_changed_one_beside_it(desk, market):
    market.listings["META"].dividends |= {date(2025, 2, 4): 0.5, date(2025, 3, 7): 0.525, date(2025, 3, 10): 0.55}
    assert desk.one("META").dividends == 2  # the third is of a session to come
    first, second = paid(desk)
    assert (first.on, first.amount, first.currency, first.source) == (date(2025, 2, 4), 0.5, "USD", "yahoo")
    assert (second.on, second.amount, second.adjusted_through) == (date(2025, 3, 7), 0.525, FRIDAY.date())
    desk.clock.at = MONDAY
    market.listings["META"].dividends[date(2025, 3, 7)] = 0.53
    outcome = desk.one("META")
    assert (outcome.dividends, outcome.notes) == (2, ("2 dividends, the last of 0.55 USD on 2025-03-10",))
    assert [event.amount for event in paid(desk)] == [0.5, 0.525, 0.53, 0.55]
    desk.one("META", full=True)
    assert len(paid(desk)) == 4
    assert [one.amount for one in desk.state().prices(desk.log.columns).dividends("META")] == [0.5, 0.53, 0.55]


def test_dividends_that_were_restated_for_a_new_split_are_no_new_ones(desk, market):
    listed = market.listings["META"]
    listed.dividends[date(2025, 2, 4)] = 0.5
    desk.one("META")
    for day, row in list(listed.rows.items()):
        listed.rows[day] = (*(round(price / 4, 4) for price in row[:4]), row[4])
    listed.splits[date(2025, 3, 10)], listed.dividends[date(2025, 2, 4)] = (4.0, 1.0), 0.125
    desk.clock.at = MONDAY
    assert desk.one("META").word == "stored"
    assert [event.amount for event in paid(desk)] == [0.5]
    assert [one.amount for one in desk.state().prices(desk.log.columns).dividends("META")] == [0.125]


def test_a_dividend_in_another_currency_than_the_prices_is_left_out_and_said(desk, market):
    listed = market.listings["META"]
    listed.dividends[date(2025, 2, 4)], listed.paid_in = 0.5, "CNY"
    outcome = desk.one("META")
    assert (outcome.word, outcome.dividends) == ("stored", 0)
    assert outcome.notes == ("dividends in CNY left out: the prices are in USD",)
    assert paid(desk) == []


def test_a_dividend_of_an_answer_that_is_held_back_is_not_stored(desk, market):
    listed = market.listings["META"]
    listed.dividends[date(2025, 2, 4)], listed.currency = 0.5, "EUR"
    assert desk.one("META").word == "held back"
    assert desk.events() == []


def test_a_new_split_makes_the_history_be_observed_anew(desk, market):
    desk.one("META")
    before = desk.closes()
    rows = market.listings["META"].rows
    for day in [day for day in rows if day < date(2025, 3, 10)]:
        rows[day] = (*(round(price / 4, 4) for price in rows[day][:4]), rows[day][4] * 4)
    rows.update(
        {
            day: (*(round(price / 4, 4) for price in row[:4]), row[4])
            for day, row in rows.items()
            if day >= date(2025, 3, 10)
        }
    )
    market.listings["META"].splits[date(2025, 3, 10)] = (4.0, 1.0)
    desk.clock.at = MONDAY
    outcome = desk.one("META")
    assert outcome.word == "stored"
    split, bars = desk.events()[-2:]
    assert isinstance(split, SplitObserved) and isinstance(bars, BarsObserved)
    assert (bars.first, bars.last, bars.count) == (FIRST, date(2025, 3, 10), 45)
    assert desk.closes() == told(market, MONDAY.date())
    assert desk.closes(until=FRIDAY) == before
    market.requests.clear()
    desk.clock.to(2025, 3, 11, 22)
    assert (desk.one("META").new, len(market.requests)) == (1, 1)


def test_a_split_that_is_told_before_the_prices_are_adjusted_is_held_back(desk, market):
    desk.one("META")
    head = desk.log.head()
    market.listings["META"].splits[date(2025, 3, 10)] = (4.0, 1.0)
    desk.clock.at = MONDAY
    outcome = desk.one("META")
    assert outcome.word == "held back"
    assert "4 times higher than those held" in outcome.reason
    assert desk.log.head() == head


def test_rate_limits_for_a_while_are_waited_out(desk, market):
    market.fault("status", 429, times=6)  # yfinance asks twice before it gives up
    outcome = desk.one("META")
    assert outcome.word == "stored"
    assert len(desk.clock.pauses) == 3
    assert all(later > earlier for earlier, later in pairwise(desk.clock.pauses[:3:2]))
    assert desk.closes() == told(market, date(2025, 3, 7))
    assert len(desk.events()) == 1


def test_a_rate_limit_that_lasts_leaves_the_source_alone_and_keeps_what_came_before(desk, market):
    market.listings["AMZN"] = market.listings["MSFT"] = listing(FIRST, LAST, seed=2)
    assert desk.one("META").word == "stored"
    market.fault("status", 429, times=None)
    first, second = desk.refresh("AMZN", "MSFT")
    assert (first.word, second.word) == ("failed", "left alone")
    assert "asked too often" in first.reason
    assert "left alone until" in second.reason
    assert {event.symbol for event in desk.events()} == {"META"}
    market.heal()
    market.requests.clear()
    assert desk.one("MSFT").word == "left alone"
    assert market.requests == []
    desk.clock.at = desk.operations.circuits()["yahoo"].open_until
    assert [one.word for one in desk.refresh("AMZN", "MSFT")] == ["stored", "stored"]
    assert desk.operations.circuits()["yahoo"].open_until is None


@pytest.mark.parametrize(
    ("fault", "detail", "says"),
    [
        ("status", 500, "a fault of its own (HTTP 500)"),
        ("status", 503, "a fault of its own (HTTP 503)"),
        ("cut", None, "cannot be reached"),
        ("slow", 1.5, "timed out"),
        ("body", b"<html>please wait</html>", "no JSON"),
        ("body", b'{"chart": {"result": [{"meta": {}}', "no JSON"),
        ("body", chart('[{"meta": {"x": 1}, "indicators": {"quote": [{"close": [1]}]}}]'), "cannot be read"),
        ("body", chart("[]"), "no price data found"),
        ("body", chart("null"), "no price data found"),
        ("body", chart("null", '{"code": "Not Found", "description": "symbol may be delisted"}'), "delisted"),
    ],
)  # fmt: skip
def test_a_bad_answer_stores_nothing_and_the_next_good_one_everything(desk, market, fault, detail, says):
    desk.one("META")
    head = desk.log.head()
    desk.clock.at = MONDAY
    market.fault(fault, detail, times=None)
    outcome = desk.one("META")
    assert (outcome.word, outcome.new) == ("failed", 0)
    assert says in outcome.reason
    assert desk.log.head() == head
    assert desk.attempt().error == outcome.reason
    assert desk.attempt().due > desk.clock.at
    market.heal()
    assert desk.one("META").new == 1
    assert (desk.attempt().error, desk.attempt().failures) == ("", 0)
    assert desk.closes() == told(market, MONDAY.date())


def test_an_outage_while_a_symbol_is_new_is_not_remembered(desk, market):
    market.fault("status", 502, times=None)
    assert desk.one("META").word == "failed"
    market.heal()
    desk.clock.at += timedelta(hours=1)
    assert desk.one("META").word == "stored"


def test_an_unknown_symbol_is_told_once_and_does_not_count_against_the_source(desk, market):
    outcomes = desk.refresh("NOPE", "META")
    assert [one.word for one in outcomes] == ["failed", "stored"]
    assert "Yahoo has no prices of NOPE" in outcomes[0].reason
    assert desk.clock.pauses == []
    assert desk.operations.circuits() == {}


def test_a_hole_is_held_back_whole_until_it_is_filled(desk, market):
    desk.one("META")
    rows = market.listings["META"].rows
    kept = rows.pop(date(2025, 3, 11))
    desk.clock.to(2025, 3, 12, 22)
    outcome = desk.one("META")
    assert outcome.word == "held back"
    assert "a hole: 1 session of XNYS missing, the first 2025-03-11" in outcome.reason
    assert max(desk.closes()) == date(2025, 3, 7)
    rows[date(2025, 3, 11)] = kept
    assert desk.one("META").new == 3
    assert desk.closes() == told(market, date(2025, 3, 12))


def test_a_session_without_a_close_is_a_hole_and_at_the_end_it_is_not_there_yet(desk, market):
    desk.one("META")
    rows = market.listings["META"].rows
    kept, rows[date(2025, 3, 10)] = rows[date(2025, 3, 10)], (None, None, None, None, None)
    desk.clock.at = MONDAY
    outcome = desk.one("META")
    assert (outcome.word, outcome.new, outcome.failed) == ("not yet", 0, False)
    desk.clock.to(2025, 3, 11, 22)
    assert desk.one("META").word == "held back"
    rows[date(2025, 3, 10)] = kept
    assert desk.one("META").new == 2


def test_a_partial_answer_is_held_back(desk, market):
    desk.one("META")
    head = desk.log.head()
    for day in (date(2025, 2, 24), date(2025, 2, 25)):
        market.listings["META"].rows.pop(day)
    desk.clock.at = MONDAY
    outcome = desk.one("META")
    assert "a partial answer: 2 sessions that the log holds missing, the first 2025-02-24" in outcome.reason
    assert desk.log.head() == head


@pytest.mark.parametrize(
    ("fact", "value", "says"),
    [
        ("currency", "EUR", "the prices are in EUR, wanted USD"),
        ("symbol", "FB", "asked for META, the answer is about FB"),
        ("zone", "Europe/London", "it trades in the zone Europe/London, wanted America/New_York"),
    ],
)
def test_what_looks_like_another_listing_is_held_back(desk, market, fact, value, says):
    desk.one("META")
    head = desk.log.head()
    setattr(market.listings["META"], fact, value)
    desk.clock.at = MONDAY
    outcome = desk.one("META")
    assert outcome.word == "held back"
    assert says in outcome.reason
    assert desk.log.head() == head


def test_a_first_history_in_an_unusual_currency_waits_for_a_user(desk, market):
    market.listings["META"].currency = "EUR"
    assert desk.one("META").word == "held back"
    assert desk.one("META", accept=True).word == "stored"
    assert desk.events()[0].currency == "EUR"
    market.listings["META"].currency = "USD"
    desk.clock.at = MONDAY
    assert desk.one("META", accept=True).word == "held back"


def test_a_jump_by_a_factor_without_a_split_is_held_back_until_a_user_accepts_it(desk, market):
    desk.one("META")
    changed(market, date(2025, 3, 10), round(desk.closes()[date(2025, 3, 7)] / 2, 2))
    desk.clock.at = MONDAY
    outcome = desk.one("META")
    assert outcome.word == "held back"
    assert "as after a split of 2 for 1: no split is told" in outcome.reason
    assert max(desk.closes()) == date(2025, 3, 7)
    assert desk.one("META", accept=True).new == 1
    assert max(desk.closes()) == date(2025, 3, 10)


def test_a_day_that_is_no_session_is_left_out(desk, market):
    market.listings["META"].rows[date(2025, 1, 9)] = market.listings["META"].rows[date(2025, 1, 8)]  # a day of mourning
    outcome = desk.one("META")
    assert outcome.notes == ("2025-01-09 is no session of XNYS, left out",)
    assert date(2025, 1, 9) not in desk.closes()


def test_one_symbols_failure_never_stops_the_others(desk, market):
    market.listings["AMZN"] = listing(FIRST, LAST, seed=2, currency="EUR")
    market.listings["MSFT"] = listing(FIRST, LAST, seed=3)
    assert [one.word for one in desk.refresh("META", "AMZN", "NOPE", "MSFT")] == [
        "stored",
        "held back",
        "failed",
        "stored",
    ]
    assert {event.symbol for event in desk.events()} == {"META", "MSFT"}


def test_an_hours_budget_of_requests_is_kept_and_survives_a_restart(market, desk_url, tmp_path):
    clock = Clock(FRIDAY)
    market.now = clock.now
    names = ["AAPL", "AMZN", "GOOG", "META", "MSFT", "NVDA"]
    market.listings.update({name: listing(FIRST, LAST, seed=seed) for seed, name in enumerate(names)})
    desk = Desk(desk_url, clock, [Yahoo(tmp_path / "yfinance")], per_hour=8)
    words = [one.word for one in desk.refresh(*names)]
    stored = words.count("stored")
    assert 1 <= stored < 6
    assert words == ["stored"] * stored + ["left alone"] * (6 - stored)
    assert desk.operations.spent("yahoo", clock.at) == 8
    desk.close()
    again = Desk(desk_url, clock, [Yahoo(tmp_path / "yfinance")], per_hour=8)
    assert [one.word for one in again.refresh(*names[stored:])] == ["left alone"] * (6 - stored)
    clock.at += timedelta(hours=1, minutes=1)
    assert again.one(names[stored]).word == "stored"
    again.close()


def test_shares_outstanding_come_where_a_claim_needs_them(desk, market):
    market.shares["META"] = 2_520_000_000
    outcome = desk.one("META", shares_of={"META"})
    assert "2,520,000,000 shares outstanding" in outcome.notes[-1]
    [shares] = [event for event in desk.events() if isinstance(event, SharesObserved)]
    assert (shares.shares, shares.source) == (2_520_000_000, "yahoo")
    desk.clock.at = MONDAY
    desk.one("META", shares_of={"META"})
    counts = [event.on for event in desk.events() if isinstance(event, SharesObserved)]
    assert counts == [date(2025, 3, 7), date(2025, 3, 10)]  # a count of another day; the same again adds nothing
    desk.one("META", full=True, shares_of={"META"})
    assert len([event for event in desk.events() if isinstance(event, SharesObserved)]) == 2


@pytest.mark.parametrize("count", [0, None])
def test_a_share_count_of_nothing_is_none_and_the_prices_stay(desk, market, count):
    market.shares["META"] = count
    assert desk.one("META", shares_of={"META"}).word == "stored"
    assert not [event for event in desk.events() if isinstance(event, SharesObserved)]


def test_old_opens_of_zero_are_left_out_and_the_close_stays(desk, market):
    rows = market.listings["META"].rows
    _, high, low, close, volume = rows[date(2025, 1, 3)]
    rows[date(2025, 1, 3)] = (0.0, high, low, close, volume)
    outcome = desk.one("META")
    assert "open, high and low of 1 sessions cannot be, left out" in outcome.notes
    assert desk.closes()[date(2025, 1, 3)] == close


def test_symbols_are_asked_for_as_yahoo_writes_them():
    written = {"META": "META", "BRK.B": "BRK-B", "0700.HK": "0700.HK", "600519.SH": "600519.SS", "VOD.UK": "VOD.L"}
    written |= {"7203.JP": "7203.T", "USDCNY": "USDCNY=X", "^GSPC": "^GSPC", "VNINDEX": "^VNINDEX.VN", "VOD.L": "VOD.L"}
    assert {symbol: yahoo_symbol(symbol) for symbol in written} == written


def test_errors_of_yfinance_come_in_our_own_words(market, tmp_path):
    source = Yahoo(tmp_path / "yfinance", timeout=1.0)
    for fault, error in ((429, RateLimitedError), (500, UnreachableError), (404, NoDataError)):
        market.heal()
        market.fault("status", fault, times=None)
        with pytest.raises(error):
            source.history("META", None, FRIDAY)


def test_yfinance_writes_nowhere_but_into_the_folder_that_it_was_given(market, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    Yahoo(tmp_path / "yfinance").history("META", None, FRIDAY)
    assert any((tmp_path / "yfinance").iterdir())
    assert list((tmp_path / "home").rglob("*")) == []
