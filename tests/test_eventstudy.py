"""The event study agrees with pencil and paper, with a public package, and with statistics that it should follow."""

import math
from datetime import date
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from events.errors import InvalidValueError
from timeline.context import contexts
from timeline.eventstudy import fit, patell, study
from timeline.prices import PriceHistory
from timeline.student import normal_two_sided, student_two_sided

ORACLE = yaml.safe_load((Path(__file__).parent / "oracles" / "market_model.yaml").read_text("utf-8"))


def worked_by_hand(gap=2):
    estimation, event = ORACLE["estimation"], ORACLE["event"]
    between = [50.0] * gap  # a wild gap that nothing may look at
    share = np.array([[*estimation["share"], *between, *event["share"]]], dtype=float)
    market = np.array([*estimation["market"], *between, *event["market"]], dtype=float)
    return study(share, market, [0], [5 + gap], window=(0, 1), estimation=5, gap=gap, minimum=3)


def test_a_model_worked_by_hand_comes_out_to_the_last_digit():
    found, wanted = worked_by_hand(), ORACLE["answers"]
    assert found.fit.alpha[0] == pytest.approx(wanted["alpha"], abs=1e-15)
    assert found.fit.beta[0] == pytest.approx(wanted["beta"], rel=1e-14)
    assert found.fit.variance[0] * 3 == pytest.approx(wanted["variance_times_3"], rel=1e-14)
    assert found.degrees_of_freedom[0] == wanted["degrees_of_freedom"]
    assert found.abnormal[0].tolist() == pytest.approx(wanted["abnormal"], rel=1e-14)
    assert found.cumulative[0] == pytest.approx(wanted["cumulative"], rel=1e-14)
    assert found.cumulative_variance[0] * 3 == pytest.approx(wanted["cumulative_variance_times_3"], rel=1e-14)
    assert found.t[0] == pytest.approx(wanted["t"], abs=5e-7)
    assert found.p[0] == pytest.approx(wanted["p"], abs=5e-7)


@pytest.mark.parametrize(("freedom", "t", "p"), ORACLE["student"])
def test_the_tables_percentage_points_come_out(freedom, t, p):
    assert student_two_sided(t, freedom) == pytest.approx(p, rel=2e-3)  # the tables print four digits


@pytest.mark.parametrize("t", [0.0, 1e-9, 0.3, 1.0, 4.0, 60.0, 1e5])
def test_one_and_two_degrees_of_freedom_match_their_closed_forms(t):
    cauchy = 2 / math.pi * math.atan2(1, t)
    two = 2 / (math.sqrt(2 + t * t) * (math.sqrt(2 + t * t) + t))
    assert student_two_sided(t, 1) == pytest.approx(cauchy, rel=1e-13)
    assert student_two_sided(-t, 2) == pytest.approx(two, rel=1e-13)


def test_the_tail_agrees_with_scipy_over_every_size_and_shape():
    stats = pytest.importorskip("scipy.stats")
    t = np.array([0.01, 0.5, 1.0, 2.0, 5.0, 20.0])[:, None]
    freedom = np.array([3, 5, 28, 108, 118, 1000])[None, :]
    assert np.allclose(student_two_sided(t, freedom), 2 * stats.t.sf(t, freedom), rtol=1e-11, atol=0)


def test_what_has_no_tail_has_no_figure():
    assert np.isnan(student_two_sided([np.nan, 1.0], [5, 0])).all()
    assert student_two_sided(np.inf, 4) == 0.0
    assert student_two_sided(0.0, 4) == 1.0
    assert student_two_sided([], []).shape == (0,)
    assert normal_two_sided(1.959963984540054) == pytest.approx(0.05, rel=1e-12)


@pytest.fixture(scope="module")
def bundled_panel():
    """The panel that event-study-toolkit 1.0.0 ships: its returns as a matrix, its events as places in it.

    Four sessions of the exchange (Columbus and Veterans Day, two years) are missing from it; the toolkit counts its
    windows in sessions of the exchange, and so do we: they are gaps.
    """
    package = pytest.importorskip("event_study_toolkit")
    calendar = pytest.importorskip("pandas_market_calendars").get_calendar("NYSE")
    files = resources.files(package)
    long = pd.read_csv(files / "data_panel.csv", parse_dates=["date"])
    events = pd.read_csv(files / "event_panel.csv", parse_dates=["EVT_DATE"])
    wide = long.pivot(index="date", columns="subject_id", values="ret_dlst_adj")
    sessions = calendar.schedule(wide.index[0], wide.index[-1]).index.as_unit(wide.index.unit)
    wide = wide.reindex(sessions)
    market = long.drop_duplicates("date").set_index("date")["vwretd"].reindex(sessions)
    rows = wide.columns.get_indexer(events["subject_id"])
    at = wide.index.get_indexer(events["EVT_DATE"])
    assert (rows >= 0).all() and (at >= 0).all()
    return wide.to_numpy().T, market.to_numpy(), rows, at


def test_the_published_figures_of_the_toolkits_own_panel_come_out(bundled_panel):
    found = study(*bundled_panel, window=(-5, 5), estimation=110, gap=10)
    assert found.abnormal.shape == (100, 11)
    assert (found.degrees_of_freedom == 106).all(), "110 sessions, two of them missing, two parameters"
    assert found.cumulative.mean() == pytest.approx(-0.017367, abs=5e-7)
    assert patell(found, prediction_error=False).z == pytest.approx(-0.326535, abs=5e-7)
    honest = patell(found)
    assert honest.events == 100
    assert abs(honest.z) < abs(patell(found, prediction_error=False).z), "the prediction error widens every CAR"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::Warning")  # the toolkit's own
def test_every_cumulative_return_and_variance_is_the_toolkits(bundled_panel):
    toolkit = pytest.importorskip("event_study_toolkit.eventstudy")
    events = toolkit.open_example_events()
    theirs = toolkit.eventstudy(
        estperiod=110,
        gap=10,
        start=-5,
        end=5,
        data=toolkit.open_example_data(),
        events=events,
        unique_id="subject_id",
        calType="NYSE",
        groups=["GSIB", "CCAR"],
    ).getCARS("market")
    ours = study(*bundled_panel, window=(-5, 5), estimation=110, gap=10)
    order = theirs.set_index("subject_id").loc[events["subject_id"]]
    assert np.abs(ours.cumulative - order["car"].to_numpy()).max() < 1e-12
    assert np.allclose(np.sqrt(ours.fit.variance), order["sigma"].to_numpy(), rtol=1e-12, atol=0)


def test_each_event_equals_numpys_least_squares_one_by_one():
    generator = np.random.default_rng(20)
    market = generator.standard_t(4, 700) * 0.01
    returns = 0.7 * market + generator.standard_t(4, (40, 700)) * 0.02
    returns[generator.random(returns.shape) < 0.02] = np.nan
    rows, at = generator.integers(0, 40, 300), generator.integers(140, 690, 300)
    found = study(returns, market, rows, at, window=(-2, 3))
    for i, (row, event) in enumerate(zip(rows, at, strict=True)):
        span = np.arange(event - 2 - 10 - 120, event - 2 - 10)
        y, x = returns[row, span], market[span]
        keep = np.isfinite(y)
        design = np.column_stack([np.ones(keep.sum()), x[keep]])
        (alpha, beta), rest, *_ = np.linalg.lstsq(design, y[keep], rcond=None)
        abnormal = returns[row, event - 2 : event + 4] - alpha - beta * market[event - 2 : event + 4]
        ahead = np.column_stack([np.ones(6), market[event - 2 : event + 4]])
        sigma2 = rest[0] / (keep.sum() - 2)
        covariance = sigma2 * (np.eye(6) + ahead @ np.linalg.inv(design.T @ design) @ ahead.T)
        assert np.allclose(found.abnormal[i], abnormal, rtol=0, atol=1e-14, equal_nan=True)
        assert found.degrees_of_freedom[i] == keep.sum() - 2
        if np.isfinite(abnormal).all():
            assert found.cumulative_variance[i] == pytest.approx(covariance.sum(), rel=1e-10)


def test_the_variance_never_sees_the_gap_or_the_event():
    generator = np.random.default_rng(3)
    market, returns = generator.normal(0, 0.01, 300), generator.normal(0, 0.02, (1, 300))
    calm = study(returns, market, [0], [200])
    wild = returns.copy()
    wild[0, 190:] = 5.0
    assert np.array_equal(study(wild, market, [0], [200]).fit.variance, calm.fit.variance)
    wild[0, 189] = 5.0
    assert study(wild, market, [0], [200]).fit.variance[0] > calm.fit.variance[0]


def test_fewer_than_thirty_pairs_give_no_result():
    generator = np.random.default_rng(4)
    market, returns = generator.normal(0, 0.01, 300), generator.normal(0, 0.02, (2, 300))
    returns[0, : 190 - 29] = np.nan
    returns[1, : 190 - 30] = np.nan
    found = study(returns, market, [0, 1], [200, 200])
    assert np.isnan([found.cumulative[0], found.t[0], found.p[0], found.fit.beta[0]]).all()
    assert found.degrees_of_freedom.tolist() == [27, 28]
    assert np.isfinite([found.cumulative[1], found.t[1], found.p[1]]).all()


def test_a_market_that_never_moved_and_a_window_beyond_the_prices_give_no_result():
    generator = np.random.default_rng(5)
    returns = generator.normal(0, 0.02, (1, 300))
    assert np.isnan(study(returns, np.zeros(300), [0], [200]).p).all()
    market = generator.normal(0, 0.01, 300)
    found = study(returns, market, [0, 0, 0], [299, 20, 5], window=(0, 1))
    assert np.isnan(found.p).all()
    assert np.isnan(found.abnormal[0, 1])


def test_on_noise_the_p_values_are_as_even_as_they_should_be():
    generator = np.random.default_rng(6)
    market = generator.normal(0, 0.01, 200)
    returns = 0.001 + 1.3 * market + generator.normal(0, 0.02, (20_000, 200))
    found = study(returns, market, np.arange(20_000), np.full(20_000, 150), window=(0, 9), estimation=40)
    for level in (0.01, 0.05, 0.5):
        assert (found.p < level).mean() == pytest.approx(level, abs=4 * math.sqrt(level * (1 - level) / 20_000))
    naive = found.cumulative / np.sqrt(10 * found.fit.variance)
    assert (np.abs(naive) > 2.024).mean() > 0.07, "without the prediction error the test would reject too often"
    assert abs(patell(found).z) < 40, "one market for all events: dependent, but finite"


def test_no_event_at_all_is_an_empty_answer():
    found = study(np.zeros((1, 10)), np.zeros(10), [], [])
    assert found.abnormal.shape == (0, 1)
    assert patell(found).events == 0 and math.isnan(patell(found).p)


@pytest.mark.parametrize("wrong", [{"window": (1, 0)}, {"gap": -1}, {"minimum": 2}, {"estimation": 20}])
def test_a_study_that_cannot_be_is_refused_with_what_was_wanted(wrong):
    with pytest.raises(InvalidValueError, match=r"an event study: got .* wanted"):
        study(np.zeros((1, 10)), np.zeros(10), [0], [5], **wrong)


def test_a_fit_alone_leaves_out_what_is_not_finite():
    market = np.array([[-2.0, -1, 0, 1, 2, np.nan, 7]])
    share = np.array([[-3.0, -1, 1, 0, 3, 9, np.inf]])
    found = fit(share, market, minimum=3)
    assert found.pairs[0] == 5
    assert found.beta[0] == pytest.approx(1.3)


# Beside a verdict: windows of the sample's prices.


@pytest.fixture(scope="module")
def sample():
    files = sorted((Path(__file__).parents[1] / "jobs" / "sample" / "prices").glob("*.csv"))
    assert files, "the sample's prices ship with the package"
    return pd.concat([pd.read_csv(file, parse_dates=["date"]).assign(symbol=file.stem) for file in files])


@pytest.fixture(scope="module")
def prices(sample):
    return PriceHistory.from_frame(sample)


def by_pandas(sample, symbol, start, end):
    """The same model from a wide table and numpy's least squares: benchmark's move, CAR, t and degrees of freedom."""
    wide = sample.pivot(index="date", columns="symbol", values="close")[[symbol, "SPY"]].dropna()
    returns = wide.pct_change()
    first, last = wide.index.get_loc(start) + 1, wide.index.get_loc(end)
    before, event = returns.iloc[max(first - 130, 1) : first - 10], returns.iloc[first : last + 1]
    design = np.column_stack([np.ones(len(before)), before["SPY"]])
    parameters, rest, *_ = np.linalg.lstsq(design, before[symbol].to_numpy(), rcond=None)
    ahead = np.column_stack([np.ones(len(event)), event["SPY"]])
    abnormal = event[symbol].to_numpy() - ahead @ parameters
    sigma2 = rest[0] / (len(before) - 2)
    variance = sigma2 * (np.eye(len(event)) + ahead @ np.linalg.inv(design.T @ design) @ ahead.T).sum()
    move = wide["SPY"].loc[end] / wide["SPY"].loc[start] - 1
    return 100 * move, 100 * abnormal.sum(), abnormal.sum() / math.sqrt(variance), len(before) - 2


@pytest.mark.parametrize(
    ("symbol", "start", "end"),
    [
        ("AMZN", "2025-02-06", "2025-02-07"),
        ("META", "2025-10-29", "2025-11-04"),
        ("MSFT", "2024-12-31", "2025-11-04"),
        ("GOOG", "2024-03-15", "2024-03-22"),  # fewer than 120 sessions before it
    ],
)
def test_the_context_of_a_window_is_what_pandas_and_least_squares_give(sample, prices, symbol, start, end):
    move, car, t, freedom = by_pandas(sample, symbol, start, end)
    (found,) = contexts(prices, [symbol], [date.fromisoformat(start)], [date.fromisoformat(end)])
    assert found.benchmark == "SPY"
    assert found.benchmark_move == pytest.approx(move, rel=1e-12)
    assert found.abnormal == pytest.approx(car, rel=1e-9)
    assert found.t_statistic == pytest.approx(t, rel=1e-9)
    assert found.degrees_of_freedom == freedom
    assert found.p_value == pytest.approx(float(student_two_sided(t, freedom)), rel=1e-9)


def test_the_days_of_the_sample_stand_out_as_they_should(prices):
    (results,) = contexts(prices, ["GOOGL"], [date(2025, 2, 4)], [date(2025, 2, 5)])
    assert results.abnormal < -6 and results.p_value < 0.001, "the session after Alphabet's results"
    (quiet,) = contexts(prices, ["GOOGL"], [date(2025, 1, 13)], [date(2025, 1, 14)])
    assert quiet.p_value > 0.05


def test_what_cannot_be_known_stays_out_of_the_context(prices):
    day = date.fromisoformat
    asked = [
        ("SPY", day("2025-02-06"), day("2025-02-07")),  # its own benchmark
        ("TSLA", day("2025-02-06"), day("2025-02-07")),  # not held
        ("USDCNY", day("2025-02-06"), day("2025-02-07")),  # another calendar
        ("AMZN", None, day("2025-02-07")),
        ("AMZN", day("2025-02-07"), day("2025-02-07")),  # no session between
        ("AMZN", day("2025-02-08"), day("2025-02-10")),  # a Saturday
        ("META", day("2022-02-02"), day("2022-02-03")),  # before the benchmark's first close
        ("AMZN", day("2024-01-10"), day("2024-01-11")),  # too few sessions before it for a model
        ("AMZN", day("2025-02-06"), day("2025-02-07")),
    ]
    *nothing, early, known = contexts(prices, *(list(column) for column in zip(*asked, strict=True)))
    assert nothing == [None] * 7
    assert early.benchmark_move and (early.abnormal, early.t_statistic, early.p_value) == (None, None, None)
    assert known.abnormal is not None


def test_many_windows_together_answer_as_each_alone(prices):
    generator = np.random.default_rng(8)
    panel, row = prices.where("AMZN")
    held = [panel.calendar.day(int(i)) for i in range(panel.first[row], panel.last[row] + 1)]
    symbols, starts, ends = [], [], []
    for _ in range(1500):
        start = int(generator.integers(0, len(held) - 1))
        symbols.append(str(generator.choice(["AMZN", "META", "GOOG", "MSFT"])))
        starts.append(held[start])
        ends.append(held[int(generator.integers(start + 1, len(held)))])
    together = contexts(prices, symbols, starts, ends)
    alone = [
        contexts(prices, [s], [a], [b])[0] for s, a, b in zip(symbols[:100], starts[:100], ends[:100], strict=True)
    ]
    assert together[:100] == alone


def test_a_benchmark_of_ones_own_replaces_the_table(prices):
    window = [date(2025, 2, 6)], [date(2025, 2, 7)]
    (found,) = contexts(prices, ["AMZN"], *window, benchmark="MSFT")
    assert found.benchmark == "MSFT"
    assert contexts(prices, ["AMZN"], *window, benchmark="NONE") == [None]
    with pytest.raises(InvalidValueError, match="columns of windows"):
        contexts(prices, ["AMZN", "META"], *window)
