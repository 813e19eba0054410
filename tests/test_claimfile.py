"""Claims in a file that a person writes: what is read, and what is said of a fault and where it stands."""

from __future__ import annotations

import json
import textwrap
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import jobs.claimfile
from events.codec import event_id
from events.errors import InvalidValueError
from events.model import ArticlePublished, ClaimStated, Expression, Figure, Move, Quantity, Said, Window
from events.plain import article_of, claim_of
from jobs.claimfile import read_claims

NOW = datetime(2025, 11, 8, 12, tzinfo=UTC)
ARTICLE = '[article]\nsource = "My paper"\nsaid = 2025-11-06\n\n'


@pytest.fixture
def write(tmp_path):
    def written(text: str | bytes, name: str = "mine.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return path

    return written


def problem(path) -> str:
    """The one problem of a file, as a user sees it, with the folder left out."""
    problems = read_claims(path, NOW).problems
    assert len(problems) == 1, problems
    return str(problems[0]).replace(f"{path.parent}/", "")


def stated(drafts):
    return [draft.event.claim for draft in drafts if isinstance(draft.event, ClaimStated)]


# ---- what is read ----------------------------------------------------------------------------------------------------


def test_the_example_of_the_module_works(write):
    example = jobs.claimfile.__doc__.split("\n\n")[2:4]
    drafts, problems = read_claims(write("\n\n".join(example)), NOW)
    assert problems == []
    article, claim = (draft.event for draft in drafts)
    assert article == ArticlePublished(source="My paper", said=Said(day=date(2025, 11, 6)), language="en")
    assert claim == ClaimStated(
        article=event_id(article),
        claim=Move(
            symbol="META",
            text="META nearly 17% down in four sessions",
            stated=Quantity(value=-17.0, unit="percent", precision=1.0, hedge="nearly"),
            window=Window(span="sessions", count=4),
        ),
    )
    assert {draft.recorded for draft in drafts} == {NOW}


def test_the_same_claims_as_json_lines_are_the_same_events(write):
    toml = write(ARTICLE + '[[claim]]\nkind = "level"\nsymbol = "META"\nstated = {value = "627.32", unit = "USD"}\n')
    lines = [
        {"article": {"source": "My paper", "said": "2025-11-06"}},
        {"kind": "level", "symbol": "META", "stated": {"value": "627.32", "unit": "USD"}},
    ]
    jsonl = write("\n".join(map(json.dumps, lines)), "mine.jsonl")
    assert read_claims(toml, NOW) == read_claims(jsonl, NOW)
    assert len(read_claims(toml, NOW).drafts) == 2


def test_json_lines_may_hold_several_articles(write):
    lines = [
        {"article": {"source": "one"}}, {"kind": "move", "key": "a"},
        {"article": {"source": "two"}}, {"kind": "move", "key": "b"},
    ]  # fmt: skip
    drafts, problems = read_claims(write("\n\n".join(map(json.dumps, lines)), "mine.jsonl"), NOW)
    assert problems == []
    one, a, two, b = (draft.event for draft in drafts)
    assert (a.article, b.article) == (event_id(one), event_id(two))


@pytest.mark.parametrize(
    ("figure", "value", "precision"),
    [
        ({"value": "-17", "unit": "percent"}, -17.0, 1.0),
        ({"value": "−17.0", "unit": "percent"}, -17.0, 0.1),
        ({"value": "41.50", "unit": "USD"}, 41.5, 0.01),
        ({"value": "72bn", "unit": "USD"}, 72e9, 1e9),
        ({"value": "187.792bn", "unit": "USD"}, 187.792e9, 1e6),
        ({"value": "0.263 bn", "unit": "USD"}, 0.263e9, 1e6),
        ({"value": "1.7tn", "unit": "CNY"}, 1.7e12, 1e11),
        ({"value": "150k", "unit": "people"}, 150e3, 1e3),
        ({"value": 26.3e9, "unit": "USD"}, 26.3e9, 1e8),
        ({"value": 7.1, "unit": "percent"}, 7.1, 0.1),
        ({"value": "70m", "unit": "people", "precision": 1e7}, 70e6, 1e7),
    ],
)
def test_a_figure_keeps_the_precision_in_which_it_is_written(figure, value, precision):
    claim = claim_of({"kind": "reported", "metric": "capex", "stated": figure})
    assert (claim.stated.value, claim.stated.precision) == (value, pytest.approx(precision, rel=1e-12))


def test_a_range_has_two_ends_and_the_finer_precision():
    claim = claim_of(
        {"kind": "reported", "metric": "revenue", "expected": {"value": "151bn", "high": "155.5bn", "unit": "USD"}}
    )
    assert claim.expected == Quantity(value=151e9, high=155.5e9, unit="USD", precision=1e8)


def test_a_relation_is_operations_over_figures():
    growth = {"growth": [{"value": "223bn", "unit": "USD", "ref": "a"}, {"value": "325bn", "unit": "USD"}]}
    claim = claim_of(
        {"kind": "relation", "left": growth, "relation": "equals", "right": {"value": "46", "unit": "percent"}}
    )
    assert claim.left == Expression(
        name="growth",
        parts=(
            Figure(quantity=Quantity(value=223e9, unit="USD", precision=1e9), ref="a"),
            Figure(quantity=Quantity(value=325e9, unit="USD", precision=1e9)),
        ),
    )
    assert claim.right == Figure(quantity=Quantity(value=46.0, unit="percent", precision=1.0))


def test_said_is_a_day_or_an_instant_with_its_zone():
    beijing = timezone(timedelta(hours=8))
    instant = datetime(2025, 2, 7, 1, 30, tzinfo=beijing)
    assert article_of({"source": "x", "said": date(2025, 2, 7)}).said == Said(day=date(2025, 2, 7))
    assert article_of({"source": "x", "said": "2025-02-07T01:30:00+08:00"}).said == Said(
        day=date(2025, 2, 7), at=instant
    )
    assert article_of({"source": "x", "said": instant}).said.day == date(2025, 2, 7), "the day is the publisher's own"


def test_dates_may_be_text_or_dates_of_toml():
    for start in (date(2022, 7, 1), "2022-07-01"):
        assert claim_of({"kind": "move", "window": {"start": start}}).window.start == date(2022, 7, 1)


# ---- what is said of a fault -----------------------------------------------------------------------------------------


def test_what_is_not_toml_names_its_line(write):
    told = problem(write("[article]\nsource = \n"))
    assert told.startswith("mine.toml:2: is not TOML: ")


def test_what_is_not_json_names_its_line_and_the_others_are_read(write):
    path = write('{"article": {"source": "x"}}\n{"kind": \n{"kind": "move"}\n', "mine.jsonl")
    assert problem(path).startswith("mine.jsonl:2: is not JSON: ")
    assert len(read_claims(path, NOW).drafts) == 2


def test_an_unknown_field_is_named_with_the_fields_there_are(write):
    told = problem(write(ARTICLE + '[[claim]]\nkind = "move"\nsymbols = "META"\n'))
    assert told.startswith("mine.toml:5: claim 1: Object contains unknown field `symbols`; the fields are symbol, ")


def test_an_unknown_field_of_the_article_is_named(write):
    told = problem(write('[article]\nsource = "x"\npublished = 2025-11-06\n'))
    assert told.startswith("mine.toml:1: article: Object contains unknown field `published`; the fields are source, ")


def test_a_wrong_type_names_the_field(write):
    told = problem(write(ARTICLE + '[[claim]]\nkey = "K"\nkind = "move"\nsymbol = 7\n'))
    assert told == "mine.toml:5: claim 1 (K): symbol: Expected `str`, got `int`"


def test_an_unknown_kind_is_answered_with_the_kinds_there_are(write):
    told = problem(write(ARTICLE + '[[claim]]\nkind = "rumour"\n'))
    assert told.startswith("mine.toml:5: claim 1: the kind of the claim: got 'rumour', wanted one of move, level, ")


def test_a_claim_without_a_kind_is_told_so(write):
    assert "the kind of the claim: got none, wanted one of move" in problem(write(ARTICLE + "[[claim]]\n"))


def test_a_file_without_an_article_says_what_is_missing(write):
    path = write('[[claim]]\nkind = "move"\n')
    assert problem(path).startswith("mine.toml:1: claim 1: no article before it; wanted an [article] table")
    assert read_claims(path, NOW).drafts == []


def test_a_bad_date_names_the_field_and_the_line_of_its_claim(write):
    text = ARTICLE + '[[claim]]\nkind = "move"\n\n[[claim]]\nkind = "move"\nwindow = {start = "2025-02-30"}\n'
    path = write(text)
    assert problem(path).startswith("mine.toml:8: claim 2: window.start: ")
    assert len(read_claims(path, NOW).drafts) == 2, "the article and the claim that is whole"


@pytest.mark.parametrize("said", ['"yesterday"', '"2025-02-30"', "2025-02-07T09:30:00"])
def test_a_publication_that_is_no_day_or_has_no_zone_is_refused(write, said):
    told = problem(write(f'[article]\nsource = "x"\nsaid = {said}\n'))
    assert told.startswith("mine.toml:1: article: said: got ")
    assert "wanted a" in told


@pytest.mark.parametrize("value", ["seventeen", "1,000", "17%", "", "1e5", "72 billions"])
def test_a_figure_that_is_none_is_shown_what_figures_look_like(value):
    with pytest.raises(InvalidValueError, match=r'wanted a figure such as "-17", "41.50" or "72bn"'):
        claim_of({"kind": "move", "stated": {"value": value, "unit": "percent"}})


def test_a_bare_number_for_a_figure_is_refused_with_an_example(write):
    told = problem(write(ARTICLE + '[[claim]]\nkind = "move"\nstated = -17\n'))
    assert told.endswith('stated: got -17, wanted a table such as {value = "-17", unit = "percent"}')


def test_a_figure_without_a_unit_names_what_is_missing(write):
    told = problem(write(ARTICLE + '[[claim]]\nkind = "move"\nstated = {value = "-17"}\n'))
    assert told == "mine.toml:5: claim 1: stated: Object missing required field `unit`"


def test_a_misspelt_table_is_not_passed_over(write):
    told = problem(write(ARTICLE + '[[claims]]\nkind = "move"\n'))
    assert told == "mine.toml: unknown table or key 'claims'; wanted [article] and [[claim]]"


def test_a_value_that_cannot_be_is_told_in_our_words(write):
    told = problem(write(ARTICLE + '[[claim]]\nkind = "streak"\ndirection = "down"\ncount = 0\n'))
    assert told == "mine.toml:5: claim 1: a streak's count: got 0, wanted 1 or more"


def test_a_file_of_another_kind_a_missing_one_and_another_encoding_are_problems(write, tmp_path):
    assert "claims are read from .toml or .jsonl, got .yaml" in problem(write("", "mine.yaml"))
    assert problem(tmp_path / "none.toml") == "none.toml: cannot be read: No such file or directory"
    assert "is not UTF-8 (byte 11)" in problem(write('[article]\n"近"'.encode("gb18030")))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("9" * 400 + "bn"),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["kind", "stated", "value", "unit", "left", "right", "sum", "op", "window", "article"]),
                inner | st.sampled_from(["move", "relation", "figure", "percent"]),
                max_size=4,
            )
        ),
        max_leaves=8,
    )
)
def test_no_line_raises(tmp_path, content):
    path = tmp_path / "any.jsonl"
    path.write_text('{"article": {"source": "x"}}\n' + json.dumps(content) + "\n", encoding="utf-8")
    drafts, problems = read_claims(path, NOW)
    assert len(drafts) + len(problems) == 2
