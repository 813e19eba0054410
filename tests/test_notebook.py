"""What `timeline.check` promises to a notebook."""

import sys
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

import timeline
from events.errors import InvalidValueError
from events.model import Move, Quantity, Window
from tests.house import ran

SESSIONS = pd.to_datetime(["2025-10-29", "2025-10-30", "2025-10-31", "2025-11-03", "2025-11-04", "2025-11-05"])
CLOSES = pd.DataFrame({"META": [751.67, 666.47, 648.35, 637.71, 627.32, 635.95]}, index=SESSIONS)
FELL = {
    "kind": "move",
    "symbol": "META",
    "text": "META <down> nearly 17% & more",
    "stated": {"value": "-17", "unit": "percent", "hedge": "nearly"},
    "window": {"span": "between", "start": "2025-10-30", "end": "2025-11-04"},
}


def day_move(value, **changes):
    quantity = Quantity(value=value, unit="percent", precision=1.0)
    return Move(
        symbol="META", stated=quantity, window=Window(start=date(2025, 10, 30), end=date(2025, 10, 30)), **changes
    )


def test_a_plain_table_and_a_frame_of_closes_give_a_verdict():
    answer = timeline.check(FELL, prices=CLOSES, published="2025-11-06")
    assert answer.verdicts == ("supported",)
    assert answer[0].verdict.best.actual == pytest.approx(-16.5432, abs=1e-3)


def test_a_claim_of_the_model_gives_the_same_as_its_table():
    claim = Move(
        symbol="META",
        text=FELL["text"],
        stated=Quantity(value=-17.0, unit="percent", precision=1.0, hedge="nearly"),
        window=Window(span="between", start=date(2025, 10, 30), end=date(2025, 11, 4)),
    )
    one, other = (timeline.check(given, prices=CLOSES, published=date(2025, 11, 6)) for given in (claim, FELL))
    assert one.checks() == other.checks()


def test_several_claims_keep_their_order_and_equal_ones_have_an_answer_each():
    answer = timeline.check([day_move(-11.0), day_move(11.0), day_move(-11.0)], prices=CLOSES, published="2025-11-06")
    assert answer.verdicts == ("supported", "contradicted", "supported")


def test_a_claim_without_a_company_takes_the_symbol_that_is_given():
    claim = {key: value for key, value in FELL.items() if key != "symbol"}
    series = pd.DataFrame({"close": CLOSES["META"]})
    answer = timeline.check(claim, prices=series, published="2025-11-06", symbol="META")
    assert answer.verdicts == ("supported",)


def test_the_answer_turns_into_a_frame_with_figures_as_figures():
    frame = timeline.check([day_move(-11.0), day_move(11.0)], prices=CLOSES, published="2025-11-06").frame()
    assert list(frame["verdict"]) == ["supported", "contradicted"]
    assert frame["actual"].dtype == np.float64 and frame["window_end"].dt.year.tolist() == [2025, 2025]
    assert frame["said"].iloc[0] == pd.Timestamp("2025-11-06")


def test_the_answer_shows_itself_and_escapes_what_a_text_says():
    shown = timeline.check(FELL, prices=CLOSES, published="2025-11-06")._repr_html_()
    assert "META &lt;down&gt; nearly 17% &amp; more" in shown and "<down>" not in shown
    assert "supported" in shown and shown.startswith("<table>")


@pytest.mark.parametrize("published", ["yesterday", "2025-13-01", datetime(2025, 11, 6)])  # noqa: DTZ001
def test_a_publication_that_is_no_day_and_no_instant_is_refused_in_words(published):
    with pytest.raises(InvalidValueError, match="an instant with its zone"):
        timeline.check(FELL, prices=CLOSES, published=published)


def test_a_faulty_table_is_refused_with_its_number_and_field():
    with pytest.raises(InvalidValueError, match=r"claim 2.*windows"):
        timeline.check([FELL, {**FELL, "windows": {}}], prices=CLOSES)


def test_importing_the_package_waits_for_no_heavy_library():
    heavy = ran(
        [sys.executable, "-c", "import timeline, sys; print([n for n in ('pandas', 'numpy') if n in sys.modules])"]
    )
    assert heavy.stdout.strip() == "[]"
