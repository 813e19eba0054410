"""Imports: all or nothing, once and not twice, revisions observed, and warnings for what looks odd."""

from datetime import UTC, date, datetime

import pytest
from test_price_files import GOOD, REFUSED

from events.bars import bars_of, from_bytes
from events.errors import ConflictError, DataError, InvalidValueError
from events.log import MemoryLog
from events.model import SplitObserved
from jobs.importing import import_prices, observe
from timeline.replay import fold

EVENING = datetime(2025, 11, 7, 22, tzinfo=UTC)
LATER = datetime(2025, 11, 8, 22, tzinfo=UTC)


def write(tmp_path, name="META.csv", **closes):
    """A file of closes: write(tmp_path, d20250108=610.72)."""
    rows = [f"{day[1:5]}-{day[5:7]}-{day[7:]},{close}" for day, close in closes.items()]
    path = tmp_path / name
    path.write_text("\n".join(["date,close", *rows]) + "\n")
    return path


def held(log, symbol="META", until=None):
    bars = fold(log.read(until=until)).prices(log.columns).known(symbol)
    return dict(zip(map(int, bars.dates), bars.close.tolist(), strict=True)) if bars else {}


def test_an_import_says_what_is_new_revised_and_unchanged(tmp_path):
    log = MemoryLog()
    first = import_prices(log, [write(tmp_path, d20250108=610.72, d20250110=615.86)], recorded=EVENING)
    [one] = first.symbols
    assert (one.symbol, one.new, one.revised, one.unchanged, first.appended) == ("META", 2, 0, 0, 1)
    assert (one.first, one.last, one.source) == (date(2025, 1, 8), date(2025, 1, 10), "META.csv")
    [two] = import_prices(
        log, [write(tmp_path, d20250108=610.72, d20250110=615.9, d20250113=608)], recorded=LATER
    ).symbols
    assert (two.new, two.revised, two.unchanged) == (1, 1, 1)
    events = [record.event for record in log.read()]
    assert [(e.count, e.revised, e.first, e.adjusted_through) for e in events] == [
        (2, 0, date(2025, 1, 8), date(2025, 11, 7)),
        (2, 1, date(2025, 1, 10), date(2025, 11, 8)),
    ]
    assert events[1].previous == next(iter(log.read())).id == one.event
    assert events[1].source == "META.csv"


def test_an_event_holds_only_what_is_new_or_changed(tmp_path):
    log = MemoryLog()
    import_prices(log, [write(tmp_path, d20250108=610.72)], recorded=EVENING)
    import_prices(log, [write(tmp_path, d20250108=610.72, d20250110=615.86)], recorded=LATER)
    last = [record.event for record in log.read()][-1]
    assert from_bytes(log.columns(last.columns)) == bars_of([date(2025, 1, 10)], [615.86])


def test_the_same_file_again_adds_nothing(tmp_path):
    log, path = MemoryLog(), write(tmp_path, d20250108=610.72, d20250110=615.86)
    import_prices(log, [path], recorded=EVENING)
    head = log.head()
    again = import_prices(log, [path], recorded=LATER)
    assert log.head() == head
    assert (again.appended, again.symbols[0].unchanged, again.symbols[0].event) == (0, 2, "")


def test_the_same_values_after_a_revision_are_a_new_observation(tmp_path):
    log = MemoryLog()
    for close, hour in ((610.72, 1), (611, 2), (610.72, 3)):
        import_prices(log, [write(tmp_path, d20250108=close)], recorded=EVENING.replace(hour=hour))
    assert log.head().position == 3
    assert held(log) == {20096: 610.72}
    assert held(log, until=EVENING.replace(hour=2)) == {20096: 611.0}


@pytest.mark.parametrize("case", REFUSED)
def test_of_a_bad_file_and_a_good_one_nothing_is_imported(tmp_path, case):
    log = MemoryLog()
    import_prices(log, [write(tmp_path, "AMZN.csv", d20250108=222.13)], recorded=EVENING)
    before = (log.head(), held(log, "AMZN"))
    content, line, message = REFUSED[case]
    bad = tmp_path / "META.csv"
    bad.write_bytes(content if isinstance(content, bytes) else content.encode())
    good = write(tmp_path, "AMZN.csv", d20250108=222.13, d20250110=218.94)
    with pytest.raises(DataError) as caught:
        import_prices(log, [good, bad], recorded=EVENING)
    [problem] = caught.value.problems
    assert (problem.source, problem.line) == (str(bad), line)
    assert message in problem.message
    assert (log.head(), held(log, "AMZN")) == before


def test_each_bad_file_has_its_own_problem(tmp_path):
    bad = [write(tmp_path, "META.csv", d20250108="x"), write(tmp_path, "AMZN.csv", d20250111=1)]
    with pytest.raises(DataError) as caught:
        import_prices(MemoryLog(), bad, recorded=EVENING)
    assert [problem.source for problem in caught.value.problems] == list(map(str, bad))


def test_a_future_date_is_measured_by_the_instant_of_recording(tmp_path):
    path = write(tmp_path, d20251107=621.71)
    with pytest.raises(DataError, match="lies in the future; today is 2025-11-06"):
        import_prices(MemoryLog(), [path], recorded=EVENING.replace(day=6))
    assert import_prices(MemoryLog(), [path], recorded=EVENING).appended == 1


def test_files_of_many_symbols_become_one_event_each_in_one_transaction(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("symbol,date,close\nMETA,2025-01-08,610.72\nAMZN,2025-01-08,222.13\n")
    log = MemoryLog()
    assert import_prices(log, [path], recorded=EVENING, currency="USD").appended == 2
    assert [(r.event.symbol, r.event.currency) for r in log.read()] == [("AMZN", "USD"), ("META", "USD")]


def test_two_files_of_one_symbol_follow_each_other(tmp_path):
    log = MemoryLog()
    second = tmp_path / "more"
    second.mkdir()
    files = [write(tmp_path, d20250108=610.72), write(second, d20250108=610.72, d20250110=615.86)]
    found = import_prices(log, files, recorded=EVENING)
    assert [(one.new, one.unchanged) for one in found.symbols] == [(1, 0), (1, 1)]
    one, two = list(log.read())
    assert two.event.previous == one.id


def test_progress_hears_of_each_file(tmp_path):
    heard, path = [], write(tmp_path, d20250108=610.72)
    import_prices(MemoryLog(), [path], recorded=EVENING, progress=heard.append)
    assert heard == [path]


# Warnings


def test_sessions_missing_inside_a_file_are_a_warning(tmp_path):
    found = import_prices(MemoryLog(), [write(tmp_path, d20250106=1, d20250113=1.1)], recorded=EVENING)
    assert [str(warning) for warning in found.warnings] == [
        "META.csv: META: 3 sessions are missing between 2025-01-06 and 2025-01-13, the first 2025-01-07; "
        "moves over them are unchecked"
    ]


def test_a_closure_is_no_hole(tmp_path):
    assert not import_prices(MemoryLog(), [write(tmp_path, d20250108=610, d20250110=615)], recorded=EVENING).warnings


def test_a_hole_that_the_log_fills_is_none(tmp_path):
    log = MemoryLog()
    import_prices(log, [write(tmp_path, d20250107=1, d20250108=1, d20250110=1)], recorded=EVENING)
    assert not import_prices(log, [write(tmp_path, d20250106=1, d20250113=1.1)], recorded=LATER).warnings


def test_notes_of_a_file_come_with_the_warnings(tmp_path):
    path = tmp_path / "META.csv"
    path.write_text("date,close,adj close\n2025-01-08,610.72,609\n")
    [note] = import_prices(MemoryLog(), [path], recorded=EVENING).warnings
    assert note.message.startswith("the column adj close is left out")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (2447, 124.79, "from 2447 to 124.79 on 2025-01-10, as after a split of 20 for 1; no split is observed"),
        (500.04, 125.1, "as after a split of 4 for 1; no split is observed"),
        (1.01, 10, "as after a split of 1 for 10; no split is observed"),
    ],
)
def test_a_jump_like_a_split_is_a_warning(tmp_path, before, after, told):
    found = import_prices(MemoryLog(), [write(tmp_path, d20250108=before, d20250110=after)], recorded=EVENING)
    assert [told in str(warning) for warning in found.warnings] == [True]


def test_a_great_fall_is_no_split(tmp_path):
    assert not import_prices(MemoryLog(), [write(tmp_path, d20250108=323, d20250110=237.76)], recorded=EVENING).warnings


# Splits

SPLIT = SplitObserved(symbol="AMZN", on=date(2022, 6, 6), new=20.0, old=1.0, source="test")


def after_a_split(tmp_path):
    """A log with the last closes before Amazon's split, then the split."""
    log = MemoryLog()
    path = write(tmp_path, "AMZN.csv", d20220602=2510.22, d20220603=2447.00)
    import_prices(log, [path], recorded=datetime(2022, 6, 3, 22, tzinfo=UTC))
    log.append([(SPLIT, datetime(2022, 6, 6, 22, tzinfo=UTC))])
    return log, path


def test_the_same_file_adds_nothing_even_after_a_split(tmp_path):
    log, path = after_a_split(tmp_path)
    assert import_prices(log, [path], recorded=LATER).appended == 0
    assert held(log, "AMZN") == {19145: 125.511, 19146: 122.35}


def test_the_restated_prices_add_nothing_that_is_not_new(tmp_path):
    log, _ = after_a_split(tmp_path)
    path = write(tmp_path, "AMZN.csv", d20220602=125.511, d20220603=122.35, d20220606=124.79)
    found = import_prices(log, [path], recorded=LATER)
    assert (found.symbols[0].new, found.symbols[0].revised, found.warnings) == (1, 0, ())
    assert held(log, "AMZN") == {19145: 125.511, 19146: 122.35, 19149: 124.79}


def test_old_prices_can_be_told_as_adjusted_through_an_earlier_day(tmp_path):
    log, _ = after_a_split(tmp_path)
    path = write(tmp_path, "AMZN.csv", d20220601=2433.68, d20220602=2510.22)
    found = import_prices(log, [path], recorded=LATER, adjusted_through=date(2022, 6, 3))
    assert (found.symbols[0].new, found.symbols[0].unchanged, found.warnings) == (1, 1, ())
    assert held(log, "AMZN")[19144] == pytest.approx(121.684)


def test_prices_not_adjusted_for_a_known_split_are_a_warning(tmp_path):
    log, _ = after_a_split(tmp_path)
    path = write(tmp_path, "AMZN.csv", d20220603=2447.5, d20220606=124.79)
    [warning] = import_prices(log, [path], recorded=LATER).warnings[-1:]
    assert "that split is observed, yet the prices are not adjusted for it" in warning.message


# Writers


class Contested(MemoryLog):
    """A log on which another writer is faster, a number of times."""

    def __init__(self, times):
        super().__init__()
        self.times = times

    def append(self, drafts, *, expect=None, columns=None):
        if expect is not None and self.times:
            self.times -= 1
            super().append(
                [(SplitObserved(symbol="ZZZ", on=date(2020, 1, 1 + self.times), new=2.0, old=1.0, source="x"), EVENING)]
            )
        return super().append(drafts, expect=expect, columns=columns)


def test_an_import_beside_another_writer_is_worked_out_again(tmp_path):
    log = Contested(times=2)
    assert import_prices(log, [write(tmp_path, d20250108=610.72)], recorded=EVENING).appended == 1
    assert held(log) == {20096: 610.72}


def test_an_import_that_never_gets_its_turn_says_so(tmp_path):
    log = Contested(times=20)
    with pytest.raises(ConflictError):
        import_prices(log, [write(tmp_path, d20250108=610.72)], recorded=EVENING)
    assert held(log) == {}


def test_an_instant_without_a_zone_is_a_wrong_call(tmp_path):
    with pytest.raises(InvalidValueError, match="one with a zone"):
        import_prices(MemoryLog(), [write(tmp_path, d20250108=1)], recorded=EVENING.replace(tzinfo=None))


def test_bars_from_another_source_take_the_same_way():
    log = MemoryLog()
    bars = bars_of([date(2022, 6, 8)], [196.45])
    found = observe(log, [("FB", bars, "elsewhere"), ("AMZN", bars_of([], []), "elsewhere")], recorded=EVENING)
    assert [(one.symbol, one.source) for one in found.symbols] == [("META", "elsewhere")]


def test_the_good_file_of_these_tests_is_good(tmp_path):
    path = tmp_path / "META.csv"
    path.write_text(GOOD.replace("615.86", "614.86"))
    assert import_prices(MemoryLog(), [path], recorded=EVENING).symbols[0].new == 2
