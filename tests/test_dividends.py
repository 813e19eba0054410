"""Dividends: into the log once, restated for splits, shown beside prices, and told where they would change a return."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from events.bars import bars_of, digest, to_bytes
from events.codec import decode
from events.errors import InvalidValueError
from events.log import Draft, MemoryLog
from events.model import BarsObserved, DividendObserved, Drawdown, Extreme, Move, Quantity, SplitObserved, Window
from events.sqllog import SqlLog
from tests.command import NOON
from tests.desk import claims
from timeline.checking import judge
from timeline.replay import fold

AT = datetime(2024, 3, 13, tzinfo=UTC)
DAYS = [date(2024, 3, day) for day in (1, 4, 5, 6, 7, 8, 11, 12)]
CLOSES = [100.0, 103.0, 98.0, 97.0, 95.0, 99.0, 90.0, 92.0]
PAID = {"symbol": "ACME", "adjusted_through": date(2024, 3, 13), "source": "yahoo", "currency": "USD"}


def bars(days=DAYS, closes=CLOSES, through=date(2024, 3, 13), source="a file"):
    """A draft of bars, and their columns."""
    content = to_bytes(bars_of(days, closes))
    event = BarsObserved(
        symbol="ACME",
        source=source,
        columns=digest(content),
        first=days[0],
        last=days[-1],
        count=len(days),
        adjusted_through=through,
    )
    return Draft(event, AT), {digest(content): content}


def log_of(*events, of=bars, **how):
    log, (draft, columns) = MemoryLog(), of(**how)
    log.append([draft, *(Draft(event, AT) for event in events)], columns=columns)
    return log


def dividend(day, amount, **facts):
    return DividendObserved(on=date(2024, 3, day), amount=amount, **{**PAID, **facts})


def move(figure, start=4, end=6, **how):
    stated = Quantity(value=figure, unit="percent", precision=0.1)
    window = Window(span="between", start=date(2024, 3, start), end=date(2024, 3, end))
    return Move(symbol="ACME", stated=stated, window=window, **how)


def judged(log, claim):
    log.append(claims(claim, at=AT))
    state = fold(log.read())
    [verdict] = judge(state.stated(), state.prices(log.columns), state.facts())
    return verdict


# the event


def test_the_bytes_of_a_dividend_are_these():
    log = log_of(dividend(5, 0.5))
    document = list(log.rows())[-1].document
    assert document.startswith(
        b'{"event":{"adjusted_through":"2024-03-13","amount":0.5,"currency":"USD","kind":"dividend-observed.v1",'
        b'"on":"2024-03-05","source":"yahoo","symbol":"ACME"},"id":"20240305-'
    )
    assert decode(document).event == dividend(5, 0.5)


@pytest.mark.parametrize("amount", [0, -1.0, float("nan"), float("inf")])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(InvalidValueError, match="a dividend"):
        dividend(5, amount)


# as known


def test_an_amount_is_restated_for_the_splits_that_it_does_not_know_of():
    splits = [
        SplitObserved(symbol="ACME", on=date(2024, 3, day), new=new, old=1, source="yahoo")
        for day, new in ((6, 4), (11, 2))
    ]
    log = log_of(
        dividend(1, 0.8, adjusted_through=date(2024, 3, 8)),
        dividend(4, 0.8, adjusted_through=date(2024, 3, 4)),
        *splits,
    )
    found = fold(log.read()).prices(log.columns).dividends("ACME")
    assert [one.amount for one in found] == [0.4, 0.1]  # only the 2 for 1 was to come; both were


def test_of_two_amounts_for_one_day_the_later_recorded_stands_and_the_earlier_stays_known():
    log = log_of(dividend(5, 0.5))
    later = datetime(2024, 3, 20, tzinfo=UTC)
    log.append([Draft(dividend(5, 0.55, adjusted_through=date(2024, 3, 20)), later)])
    assert [one.amount for one in fold(log.read()).prices(log.columns).dividends("ACME")] == [0.55]
    assert [one.amount for one in fold(log.read(until=AT)).prices(log.columns).dividends("ACME")] == [0.5]


# in a check: from 100 to 98 is down 2%; a holder who got 2 that day lost nothing but 0.98 / 0.98


def test_a_window_that_holds_an_ex_dividend_day_says_what_the_return_is_with_it():
    verdict = judged(log_of(dividend(5, 2.0)), move(-5.8))  # 103 on the 4th, 97 on the 6th
    assert verdict.verdict == "supported"
    # (97 / 103) / (1 - 2 / 103) - 1 = 97 / 101 - 1 = -3.96%
    assert verdict.notes == (
        "ACME went ex-dividend on 2024-03-05 (2 USD a share, told by yahoo): counted in, "
        "2024-03-04 to 2024-03-06 was down 3.96%, by the closes alone down 5.83%",
    )


def test_a_claim_that_counts_dividends_in_stays_contradicted_and_is_told_why():
    verdict = judged(log_of(dividend(5, 2.0)), move(-4.0))
    assert verdict.verdict == "contradicted"
    assert "2024-03-04 to 2024-03-06 was down 3.96%" in verdict.notes[-1]
    assert verdict.notes[-1].endswith("that is within what the claim says")


def test_several_dividends_are_counted_together():
    verdict = judged(log_of(dividend(5, 1.03), dividend(6, 0.98)), move(-5.8))
    # (97 / 103) / (0.99 * 0.99) - 1 = -3.91%
    assert "ex-dividend 2 times, the last on 2024-03-06 (0.98 USD a share" in verdict.notes[0]
    assert "down 3.91%" in verdict.notes[0]


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (4, 2.0),  # who holds from the close of the 4th on did not get it
        (7, 2.0),  # after the window
        (5, 0.001),  # less than is shown
        (5, 80.0),  # no small part of the price: another currency, or no dividend
    ],
)
def test_what_changes_nothing_is_not_told(day, amount):
    assert judged(log_of(dividend(day, amount)), move(-5.8)).notes == ()


def test_a_fall_from_a_high_and_a_superlative_are_told_too():
    stated = Quantity(value=-12.6, unit="percent", precision=0.1)
    fall = Drawdown(symbol="ACME", stated=stated, window=Window(span="day", end=date(2024, 3, 11)))
    verdict = judged(log_of(dividend(7, 2.0)), fall)  # 103 to 90 is -12.62%; (90 / 103) / (95 / 97) - 1 = -10.78%
    assert (verdict.verdict, "down 10.78%" in verdict.notes[0]) == ("consistent", True)
    worst = Extreme(
        symbol="ACME", direction="worst", since=date(2024, 3, 1), window=Window(span="day", end=date(2024, 3, 11))
    )
    assert "down 7.22%" in judged(log_of(dividend(11, 2.0)), worst).notes[0]  # 90 / 99, and 90 / 97


def test_where_the_close_before_is_not_held_nothing_is_worked_out():
    days, closes = DAYS[:2] + DAYS[3:], CLOSES[:2] + CLOSES[3:]
    verdict = judged(log_of(dividend(6, 2.0), of=bars, days=days, closes=closes), move(-5.8))
    assert verdict.notes == ()


# as a user sees them


@pytest.fixture
def held(own_url):
    first, second = bars(), bars([DAYS[2]], [98.5], source="=cmd()")
    split = SplitObserved(symbol="ACME", on=date(2024, 3, 6), new=2, old=1, source="yahoo")
    events = [first[0], second[0], Draft(dividend(5, 0.525), AT), Draft(split, AT)]
    with SqlLog.open(own_url) as log:
        log.append(events, columns={**first[1], **second[1]})
    return own_url


def test_prices_are_shown_with_their_dividends_splits_and_sources(timeline, held):
    said = timeline("prices", "show", "acme", "--database", held)
    assert said.code == 0
    lines = [line.split() for line in said.out.splitlines() if line.startswith("acme")]
    assert lines[2][1:] == ["2024-03-05", "98.5", "0.525", "=cmd()"]
    assert lines[3][1:] == ["2024-03-06", "97", "2", "for", "1", "a", "file"]
    assert len(lines) == 8
    rows = json.loads(
        timeline(
            "prices", "show", "ACME", "--json", "--from", "2024-03-05", "--to", "2024-03-06", "--database", held
        ).out
    )
    assert [(row["date"], row["dividend"], row["split"]) for row in rows] == [
        ("2024-03-05", 0.525, None),
        ("2024-03-06", None, 2.0),
    ]
    assert "1  dividend-observed" in timeline("status", "--database", held).out


def test_prices_shown_as_csv_are_read_again_and_run_no_formula(timeline, held, tmp_path):
    text = timeline("prices", "show", "ACME", "--csv", "--database", held).out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [float(row["close"]) for row in rows] == [*CLOSES[:2], 98.5, *CLOSES[3:]]
    assert rows[2]["source"] == "'=cmd()"
    (tmp_path / "what is held.csv").write_text(text)
    again = timeline("prices", "import", "what is held.csv", "--json", "--database", f"sqlite:///{tmp_path}/again.db")
    assert json.loads(again.out)["symbols"][0]["new"] == 8


def test_prices_as_known_earlier_and_of_nobody(timeline, held):
    early = timeline("prices", "show", "ACME", "--as-of", "2024-03-01", "--database", held)
    assert (early.code, early.err) == (
        2,
        "timeline: no prices of ACME are held: `timeline prices refresh ACME` fetches them\n",
    )
    assert timeline("prices", "show", "ACME", "--from", "soon", "--database", held).code == 2
    none = timeline("prices", "show", "ACME", "--from", "2024-04-01", "--database", held, clock=lambda: NOON)
    assert "no session between these days" in none.err
