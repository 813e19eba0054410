"""The reading corpus keeps its promises: how much there is, whether lines fit texts, and that the scorer can fail."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from events.model import Expression, Figure, Happening, Level, Move, Quantity, Relation, Reported, Window
from events.plain import claim_of
from tests.corpus.loading import HERE, LANGUAGES, article, corpus, expectation, occurrences, overlap, sentences
from tests.corpus.metamorphic import around, article_of, expected, figure_slot, fillings, slots, templates, written
from tests.corpus.scoring import differences, score
from tests.corpus_check import clean_share, rates, report, scores, told_false, told_miss
from tests.house import shared

ARTICLES = corpus()
TEMPLATES = templates()
HAN = re.compile(r"[^\u3400-\u9fff]+")
by_article = pytest.mark.parametrize("one", ARTICLES, ids=lambda one: one.id)
by_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one["id"])


# ---- how much there is -----------------------------------------------------------------------------------------------


def with_claims(one) -> int:
    """How many of its sentences hold a required claim."""
    places = [place for line in one.claims for place in occurrences(one.text, line.quote)]
    return sum(any(overlap(sentence, place) for place in places) for sentence in one.sentences)


def is_headline(one) -> bool:
    return one.file.startswith("headlines")


def test_at_least_sixty_articles_and_four_hundred_sentences_over_four_languages():
    longer = [one for one in ARTICLES if len(one.sentences) > 1]
    assert len(longer) >= 60
    assert sum(len(one.sentences) for one in longer) >= 400
    assert {one.language for one in longer} == set(LANGUAGES)
    assert min(Counter(one.language for one in longer).values()) >= 15


def test_at_least_sixty_headlines_and_some_market_wraps_in_every_language():
    headlines = [one for one in ARTICLES if is_headline(one)]
    assert len(headlines) >= 60
    assert all(len(one.text.strip().splitlines()) == 1 for one in headlines)
    assert {one.language for one in headlines} == set(LANGUAGES)
    assert {one.language for one in ARTICLES if one.file.startswith("wraps")} == set(LANGUAGES)


def test_half_of_the_articles_and_of_the_sentences_have_nothing_to_find():
    assert sum(one.quiet for one in ARTICLES) >= len(ARTICLES) / 2
    assert sum(with_claims(one) for one in ARTICLES) <= sum(len(one.sentences) for one in ARTICLES) / 2


def test_fifteen_years_and_five_exchanges():
    assert {one.published.year for one in ARTICLES if one.published} >= set(range(2010, 2026))
    symbols = Counter(symbol for one in ARTICLES for line in one.claims for symbol in line.symbols)
    for ending in (".HK", ".VN", ".T", ".SS"):
        assert sum(count for symbol, count in symbols.items() if symbol.endswith(ending)) >= 10, ending
    assert sum(count for symbol, count in symbols.items() if re.fullmatch("[A-Z]+", symbol)) >= 100


def test_every_kind_is_there_in_more_than_one_language():
    told = Counter((kind, one.language) for one in ARTICLES for line in one.claims for kind in line.kinds)
    kinds = Counter(kind for kind, _ in told)
    assert set(kinds) == {
        "conversion", "drawdown", "extreme", "happening", "level", "market-value", "move", "relation", "reported",
        "streak",
    }  # fmt: skip
    assert min(kinds.values()) >= 3, kinds


def test_the_windows_hedges_and_stances_that_matter_are_there():
    fields = [line.fields for one in ARTICLES for line in one.claims]
    spans = {span for each in fields for span in each.get("span", ())}
    assert spans >= {"day", "sessions", "week", "month", "quarter", "year", "year-to-date", "since"}
    parts = {part for each in fields for part in each.get("part", ())}
    assert parts >= {"intraday", "open", "pre-market", "after-hours"}
    assert {hedge for each in fields for hedge in each.get("hedge", ())} >= {"nearly", "over", "about", "under"}
    assert {stance for each in fields for stance in each.get("stance", ())} >= {"actual", "guidance"}


# ---- that lines and texts fit ----------------------------------------------------------------------------------------


def test_ids_are_unique_and_sorted_in_their_file():
    ids = [one.id for one in ARTICLES]
    assert len(ids) == len(set(ids))
    for file in {one.file for one in ARTICLES}:
        own = [one.id for one in ARTICLES if one.file == file]
        assert own == sorted(own), file


@by_article
def test_every_quote_is_a_part_of_its_text(one):
    for line in (*one.claims, *one.allowed):
        assert not line.quote or line.quote in one.text, line.line


@by_article
def test_nothing_to_find_stands_in_the_quiet_files_and_only_there(one):
    assert one.quiet == one.file.endswith("_quiet.toml")


def test_no_two_lines_of_an_article_ask_for_the_same():
    for one in ARTICLES:
        assert len({line.line for line in one.claims}) == len(one.claims), one.id


def test_no_two_articles_share_a_text():
    assert len({one.text for one in ARTICLES}) == len(ARTICLES)


def test_no_run_of_words_comes_from_a_seed_article():
    seeds = [path.read_text(encoding="utf-8") for path in sorted(shared("seeds").glob("*.txt"))]
    characters = {run for seed in seeds for run in runs(HAN.sub("", seed), 12)}
    words = {run for seed in seeds for run in runs(tuple(seed.lower().split()), 8)}
    for path in sorted(HERE.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        assert not characters.intersection(runs(HAN.sub("", text), 12)), path.name
        assert not words.intersection(runs(tuple(text.lower().split()), 8)), path.name


def runs(whole, length):
    return (whole[start : start + length] for start in range(len(whole) - length + 1))


# ---- that the scorer can fail ----------------------------------------------------------------------------------------


def percent(value: float, hedge="") -> Quantity:
    return Quantity(value=value, unit="percent", precision=1.0, hedge=hedge)


TEXT = "Apple fell 4% on Tuesday. Sales rose 12% to $90 billion. Bond yields rose too."
SMALL = article(
    {
        "id": "x",
        "language": "en",
        "published": date(2024, 5, 16),
        "text": TEXT,
        "claims": """
            move AAPL -4 end=2024-05-14 | fell 4%
            reported AAPL 90bn USD metric=revenue growth=12 | $90 billion
        """,
        "allowed": "level AAPL | $90 billion",
    },
    "x_claims.toml",
)
FELL = Move(symbol="AAPL", stated=percent(-4), window=Window(end=date(2024, 5, 14)))
SALES = Reported(
    symbol="AAPL",
    metric="Revenue",
    stated=Quantity(value=90e9, unit="USD", precision=1e9),
    growth=Quantity(value=12, unit="percent", precision=1.0),
)


def at(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def test_a_reader_that_finds_all_and_nothing_else_is_right():
    result = score(SMALL, [(FELL, at("Apple fell 4%")), (SALES, at("$90 billion"))])
    assert (len(result.met), result.misses, result.false) == (2, (), ())


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"symbol": "MSFT"}, "symbol 'MSFT'"),
        ({"stated": percent(4)}, "figure 4 percent"),
        ({"stated": percent(-4, "about")}, "hedge 'about'"),
        ({"stance": "expected"}, "stance 'expected'"),
        ({"window": Window(end=date(2024, 5, 13))}, "end '2024-05-13'"),
        ({"window": Window()}, "end None"),
        ({"window": Window(span="week", end=date(2024, 5, 14))}, "span 'week'"),
        ({"window": Window(part="after-hours", end=date(2024, 5, 14))}, "part 'after-hours'"),
    ],
)
def test_a_claim_that_is_read_otherwise_is_missed_and_false_and_the_miss_says_why(changed, told):
    fields = {"symbol": FELL.symbol, "stated": FELL.stated, "window": FELL.window, **changed}
    result = score(SMALL, [(Move(**fields), at("fell 4%")), (SALES, at("$90 billion"))])
    (miss,), (false,) = result.misses, result.false
    assert told in miss.differs
    assert "nearest differs in" in told_miss(miss)
    assert "'fell 4%'" in told_false(false)


def test_a_move_whose_figure_was_lost_is_missed_but_not_false_beside_its_sentence():
    lost = Move(symbol="AAPL", direction="down", window=FELL.window)
    result = score(SMALL, [(lost, at("fell 4%")), (SALES, at("$90 billion"))])
    assert [miss.differs for miss in result.misses] == [("figure -",)]
    assert result.false == ()
    assert len(score(SMALL, [(lost, at("Bond yields"))]).false) == 1


def test_a_claim_read_from_other_words_is_not_the_one():
    result = score(SMALL, [(FELL, at("Bond yields")), (SALES, at("$90 billion"))])
    assert len(result.misses) == len(result.false) == 1


def test_a_claim_found_twice_counts_once_and_once_as_wrong():
    result = score(SMALL, [(FELL, at("fell 4%")), (FELL, at("fell")), (SALES, at("$90 billion"))])
    assert [one.reason for one in result.false] == ["told once, found twice"]


def test_what_may_be_read_counts_neither_way():
    level = Level(symbol="AAPL", stated=Quantity(value=90e9, unit="USD", precision=1e9))
    result = score(SMALL, [(level, at("$90 billion"))])
    assert (len(result.unjudged), result.false) == (1, ())


def test_happenings_and_known_arithmetic_count_only_where_nothing_is_to_be_found():
    quiet = article({"id": "q", "language": "en", "text": TEXT}, "q_quiet.toml")
    happening = (Happening(symbol="AAPL"), at("Sales"))
    sides = {
        "left": Expression(name="base", parts=(Figure(quantity=SALES.stated), Figure(quantity=SALES.growth))),
        "right": Figure(quantity=SALES.stated),
    }
    relation = (Relation(relation="under", **sides), at("Sales"))
    assert score(SMALL, [happening, relation]).false == ()
    assert len(score(quiet, [happening, relation]).false) == 2


def test_a_claim_about_the_price_of_gold_is_not_judged():
    assert score(SMALL, [(Move(symbol="GC=F", stated=percent(2)), at("Bond yields"))]).false == ()


def test_a_reader_that_finds_nothing_misses_everything_and_leaves_the_quiet_ones_clean():
    results = scores(lambda text, published, language, symbol: [])
    met, missed, false = rates(results)["all", "all"]
    assert (met, missed, false) == (0, sum(len(one.claims) for one in ARTICLES), 0)
    assert len(set(clean_share(results))) == 1
    assert "0%" in report(results)


def test_a_reader_that_takes_every_percentage_for_a_move_is_found_out():
    def rash(text, published, language, symbol):
        return [
            (Move(symbol="AAPL", stated=percent(-float(found[1]))), found.span())
            for found in re.finditer(r"(\d+(?:\.\d+)?)%", text)
        ]

    results = scores(rash)
    met, missed, false = rates(results)["move", "all"]
    assert met < missed
    assert false > 10 * met
    clean, quiet = clean_share(results)
    assert clean < quiet / 2


def test_a_line_that_is_none_is_refused_with_the_reason():
    for line, reason in [
        ("move AAPL -4", "no quote"),
        ("jump AAPL -4 | x", "unknown kinds"),
        ("move AAPL -4 hedg=over | x", "unknown keys"),
        ("move AAPL four | x", "no figure"),
        ("level AAPL 41.50 | x", "without a unit"),
        ("move | x", "no expectation"),
    ]:
        with pytest.raises(ValueError, match=reason):
            expectation(line)


def test_a_year_or_a_month_is_enough_of_a_date():
    line = expectation("extreme AAPL - direction=worst since=2008 | fell 4%")
    found = Move(symbol="AAPL", window=Window(end=date(2024, 5, 14)))
    assert "kind move" in differences(line, (found, at("fell 4%")), SMALL)
    dated = expectation("move AAPL - end=2024-05 | fell 4%")
    assert differences(dated, (found, at("fell 4%")), SMALL) == []


def test_sentences_end_at_stops_and_lines_but_not_inside_figures():
    text = "It rose 1.2% to 3.4. Then it fell.\n恒指跌2.5%。收報17,000點。"
    assert [text[slice(*span)].strip() for span in sentences(text)] == [
        "It rose 1.2% to 3.4.",
        "Then it fell.",
        "恒指跌2.5%。",
        "收報17,000點。",
    ]


def claim_meeting(line, kind: str):
    """A claim of the model that says what a line asks for, with the first of its alternatives."""
    first = {name: words[0] for name, words in line.fields.items()}
    hedge = first.pop("hedge", "")
    table = {"kind": kind, "symbol": line.symbols[0] if line.symbols else ""}
    if line.figures:
        table["stated"] = quantity(line.figures[0], line.units[0] if line.units else "count", hedge)
    for name in ("amount", "expected", "growth", "prior"):
        if name in first:
            table[name] = quantity(first.pop(name), "percent" if name == "growth" else "USD")
    window = {name: first.pop(name) for name in ("span", "part", "start", "end", "count") if first.get(name)}
    if kind == "streak":
        table["count"] = int(window.pop("count", 2))
    if "op" in first:
        figures = [{"value": value, "unit": "USD"} for value in line.fields["figures"]]
        first = {"left": {first["op"]: figures[:-1]}, "right": figures[-1], "relation": "equals"}
    if kind in {"happening", "reported", "relation", "conversion"}:
        window = {}
    fields = {
        name: dated(name, word) for name, word in first.items() if word and name not in ("part", "span", "figures")
    }
    shape = {"window": {name: dated(name, word) for name, word in window.items()}} if window else {}
    return claim_of({**table, **fields, **shape})


def quantity(ends, unit: str, hedge: str = "") -> dict:
    low, high = ends
    return {"value": low, "unit": unit, "hedge": hedge, **({"high": high} if high is not None else {})}


def dated(name: str, word):
    """A year or a month that is enough of a date becomes its first day; a count becomes a number."""
    if name == "count":
        return int(word)
    if name in {"since", "since_end", "peak_from", "peak_to", "start", "end"}:
        return date.fromisoformat(f"{word}-01-01"[:10] if len(word) == 4 else f"{word}-01"[:10])
    return word


def test_every_line_can_be_met_by_a_claim_of_the_model():
    """A reader that answers with the lines themselves scores 100%: no line asks for what the model cannot say."""
    for one in ARTICLES:
        for line in one.claims:
            for kind in line.kinds:
                place = next(occurrences(one.text, line.quote))
                told = differences(line, (claim_meeting(line, kind), place), one)
                assert told == [], (one.id, line.line)


# ---- the templates ---------------------------------------------------------------------------------------------------


def test_at_least_thirty_templates_with_sorted_ids_and_some_with_nothing_to_read():
    ids = [one["id"] for one in TEMPLATES]
    assert len(ids) >= 30
    assert ids == sorted(set(ids))
    assert sum(not one["expects"] for one in TEMPLATES) >= 3
    assert len({one["expects"].split()[0] for one in TEMPLATES if one["expects"]}) >= 7


@by_template
def test_a_template_has_the_same_slots_in_every_language(template):
    asked = {language: slots(template[language]) - {"verb", "adverb"} for language in LANGUAGES}
    assert len(set(asked.values())) == 1, asked
    assert ("hedge={hedge}" in template["expects"]) == ("hedge" in asked["en"] and bool(template["expects"]))


@by_template
def test_a_filled_template_is_an_article_that_can_be_scored(template):
    for filling in fillings(template):
        for language in LANGUAGES:
            one = article_of(template, filling, language)
            assert "{" not in one.text
            assert len(one.claims) == bool(template["expects"])
            if name := figure_slot(template):
                assert written(name, filling.figure, language) in one.text


@by_template
def test_fillings_change_company_figure_hedge_and_direction(template):
    many = list(fillings(template))
    assert len({one.subject["symbol"] for one in many}) >= 4
    if figure_slot(template):
        assert len({one.figure for one in many}) >= 4
    if "{hedge}" in template["en"]:
        assert {one.hedge["word"] if one.hedge else "" for one in many} == {"", "nearly", "over", "about"}
    if "{verb}" in template["en"] and "directions" not in template:
        assert {one.direction["word"] for one in many} == {"up", "down"}
    assert len({expected(template, one) for one in many}) > 1 or "{symbol}" not in template["expects"]


@pytest.mark.parametrize(
    ("name", "figure", "told"),
    [
        ("percent", "7.1", ("7.1%", "7,1%", "7.1%", "7.1%")),
        ("points", "1033.9", ("1,033.9 points", "1.033,9 điểm", "1,033.9点", "1,033.9點")),
        ("price", "41.50", ("$41.50", "41,50 USD", "41.50美元", "41.50美元")),
        ("amount", "3.2", ("$3.2 billion", "3,2 tỷ USD", "32亿美元", "32億美元")),
        ("amount", "307", ("$307 billion", "307 tỷ USD", "3,070亿美元", "3,070億美元")),
    ],
)
def test_a_figure_is_written_as_its_language_does(name, figure, told):
    assert tuple(written(name, figure, language) for language in LANGUAGES) == told


def test_the_sentences_around_are_as_many_in_every_language():
    assert {len(around(language)) for language in LANGUAGES} == {4}
