"""What a user or the network sends to break it: each input ends in a value or one clear refusal, in its own time.

Time bounds are ratios of one input to another four times as long, never seconds: a machine may be slow.
"""

import json
import string
import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.codec import decode, encode
from events.errors import InvalidValueError, TimelineError, UnknownEventError
from events.log import Draft
from events.model import ArticlePublished, ClaimStated, Move, Said
from events.notes import noted
from events.plain import claim_of
from events.reading.article import read_article
from events.reading.companies import find_companies
from events.reading.dates import dates
from events.reading.numbers import figures
from events.sqllog import SqlLog
from jobs.claimfile import parse_claims
from jobs.sources.files import is_symbol, read_price_file
from tests.contracts.samples import EVERY_KIND, START, drafts
from timeline.symbols import canonical

DAY = date(2025, 2, 7)
fuzz = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])

# Text as the wild has it: four languages, figures, markup, controls, surrogates, marks that turn the writing around.
PIECES = st.sampled_from(
    [
        *("META", "$META", "(AMZN.US)", "NASDAQ: ", "00700.HK", "Meta", "亚马逊", "跌", "giảm", "fell ", "up "),
        *(
            "17%",
            "1,234.5",
            "七成三",
            "三成五",
            "一亿",
            "72 billion",
            "tỷ",
            "$",
            "€",
            "5 to 7%",
            "-",
            "~",
            "近",
            "gần ",
        ),
        *("2025-02-30", "2月7日", "ngày 7/2", "Feb. 7, 2025", "last week", "上周", "今年以来", "since 1999"),
        *("<p>", "</p>", "<script>", "<!--", "&#x41;", "&amp;", "---\n", "published: ", "\n", "\t", " ", "\r\n", '"'),
        *("\0", "\ufeff", "\u200b", "\u202e", "\u0301", "\ud800", "\U0001f469\u200d", "Ã©â€™", "';--", "%s", "{0}"),
    ]
)
wild = st.lists(st.one_of(PIECES, st.text(max_size=6), st.text(string.digits + ".,%-", max_size=8)), max_size=40).map(
    "".join
)


# Documents of the log.


@fuzz
@given(content=st.binary(max_size=300))
def test_bytes_that_are_no_document_are_refused_in_one_way(content):
    with pytest.raises(UnknownEventError):
        decode(content)


@fuzz
@given(event=st.sampled_from(EVERY_KIND), where=st.integers(0, 10_000), put=st.binary(max_size=6))
def test_a_document_with_bytes_changed_is_an_event_or_refused(event, where, put):
    _, document = encode(event, START)
    at = where % len(document)
    try:
        decode(document[:at] + put + document[at + len(put) :])
    except UnknownEventError:
        return


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@fuzz
@given(event=json_values, rest=st.dictionaries(st.sampled_from(["id", "recorded", "event", "x"]), json_values))
def test_json_of_any_shape_is_refused_in_one_way(event, rest):
    with pytest.raises(UnknownEventError):
        decode(json.dumps({"event": event, **rest}).encode())


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"event":{"claim":', '{"event":[{"left":'])
def test_deep_json_is_refused_not_followed_down(opening):
    for depth in (5_000, 1_000_000):
        with pytest.raises(UnknownEventError):
            decode((opening * depth).encode())


@fuzz
@given(text=wild)
def test_any_text_goes_through_the_log_and_comes_back_as_it_was(text):
    event = ClaimStated(article=text[:8], claim=Move(symbol=text, subject=text, text=text))
    try:
        _, document = encode(event, START)
    except InvalidValueError:
        assert any("\ud800" <= letter <= "\udfff" for letter in text)
        return
    assert decode(document).event == event


# Nothing that is stored is ever a statement, a header or a path.

INJECTIONS = [
    "'; DROP TABLE events; --",
    '"; DELETE FROM head; --',
    "x') ; UPDATE head SET position = 0; --",
    "%s %(x)s ? ?1 :x $1 {0}",
    "\\'; SELECT pg_terminate_backend(pg_backend_pid()) --",
    "Robert\r\nSet-Cookie: a=b\r\n\r\n<script>",
    "\N{RIGHT-TO-LEFT OVERRIDE}meta\N{ZERO WIDTH SPACE}",
]


def test_what_looks_like_sql_is_stored_as_it_is_and_does_nothing(stored_url):
    events = [ClaimStated(article="", claim=Move(symbol=text, text=text, key=text)) for text in INJECTIONS]
    with SqlLog.open(stored_url) as log:
        log.append(drafts(2))
        log.append([Draft(event, START) for event in events])
        assert [record.event for record in log.read()][2:] == events
        for text in INJECTIONS:
            assert log.position_of(text) is None
            assert log.erased(text) is None
        assert log.verify().position == 2 + len(events)
        assert log.guards() == []


def test_a_symbol_that_looks_like_sql_is_only_a_symbol(stored_url):
    from jobs.operations import Operations

    SqlLog.open(stored_url).close()
    with Operations.open(stored_url) as notes:
        for text in INJECTIONS:
            notes.watch(text, "added", START)
            notes.spend(text, START)
            notes.count(text, START)
        assert set(notes.watches()) == set(INJECTIONS)
    with SqlLog.open(stored_url, create=False) as log:
        assert log.guards() == []


# Files.


@fuzz
@given(content=st.binary(max_size=400) | wild.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_price_file_gives_bars_or_one_problem(tmp_path, content):
    path = tmp_path / "META.csv"
    path.write_bytes(b"date,close\n" + content)
    found = read_price_file(path, today=DAY)
    assert not found.problems or not found.bars


@pytest.mark.parametrize(
    "line",
    [
        "2025-01-02," + "9" * 5_000,
        "2025-01-02,1e999999999",
        "2025-01-02,nan",
        "2025-01-02,-inf",
        "2025-01-02,0x10",
        "2025-01-02,１２",
        "2025-01-02,1_000",
        "٢٠٢٥-٠١-٠٢,12",
        "2025-01-02," + '"' * 9_999,
        "=cmd|'/c calc'!A1,12",
    ],
)
def test_a_figure_that_is_none_is_one_problem(tmp_path, line):
    path = tmp_path / "META.csv"
    path.write_text(f"date,close\n{line}\n", encoding="utf-8")
    found = read_price_file(path, today=DAY)
    assert len(found.problems) == 1 and not found.bars
    assert len(str(found.problems[0])) < 12_000


NAMES = [
    "..",
    "../../etc/passwd",
    "META\0",
    "CON",
    ".csv",
    "-rf",
    "~",
    "$(id)",
    "META;rm -rf x",
    "a/b",
    "ＭＥＴＡ",
    "МЕТА",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_is_a_symbol_or_it_is_refused(name):
    assert not is_symbol(canonical(name)) or canonical(name) == "CON"


@fuzz
@given(content=st.binary(max_size=300) | wild.map(lambda text: text.encode("utf-8", "surrogatepass")))
@pytest.mark.parametrize("name", ["x.toml", "x.jsonl"])
def test_any_claim_file_gives_claims_or_problems(name, content):
    for before in (b"", b'[article]\nsource = "a"\n', b'{"article": {"source": "a"}}\n'):
        found = parse_claims(before + content, name, START)
        lines = [line.strip(b" \t\r") for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
        assert found.problems or found.drafts or not [line for line in lines if line and not line.startswith(b"#")]


@fuzz
@given(
    table=st.dictionaries(st.sampled_from(["kind", "symbol", "stated", "window", "left", "right", "x"]), json_values)
)
def test_any_table_is_a_claim_or_refused(table):
    import msgspec

    for kind in ("move", "relation", table.get("kind")):
        try:
            claim_of({**table, "kind": kind})
        except (InvalidValueError, msgspec.ValidationError):
            continue


def test_a_claim_file_that_is_deep_is_a_problem():
    for content in (b"a=" + b"[" * 100_000, b"[" * 100_000, b"a." * 100_000 + b"b=1", b"'a' ." * 99_999 + b"b=1"):
        assert parse_claims(content, "x.toml", START).problems
    for content in (b"[" * 1_000_000, b'{"left":' * 100_000):
        assert parse_claims(content, "x.jsonl", START).problems


# Tickers.

LOOKALIKES = ["МЕТА", "MEТA", "ΜΕΤΑ", "\u202eATEM", "METᎪ", "ᎷЕТА", "ſPY", "META\u0301"]


@pytest.mark.parametrize("ticker", LOOKALIKES)
def test_a_ticker_that_only_looks_like_one_is_never_read_as_it(ticker):
    for text in (
        f"${ticker} fell 5%",
        f"shares of ({ticker}.US) fell 5%",
        f"NASDAQ: {ticker} fell 5%",
        f"{ticker}: -5%",
    ):
        symbols = {one.symbol for one in find_companies(read_article(text).text, DAY, "en")}
        assert not symbols & {"META", "SPY", "M", "ME", "MET"}, (text, symbols)
    assert canonical(ticker) not in ("META", "SPY")
    assert not is_symbol(canonical(ticker))


def test_full_width_letters_are_the_same_letters():
    (found,) = find_companies(read_article("（ＮＡＳＤＡＱ：ＭＥＴＡ）跌5%").text, DAY, "zh")
    assert found.symbol == "META"


# Articles.


@fuzz
@given(text=wild)
def test_any_text_is_read_without_an_error(text):
    article = read_article(text, published=Said(day=DAY))
    for language in ("en", "zh", "vi", ""):
        figures(article.text, language or "en")
        dates(article.text, language or "en", Said(day=DAY))
        find_companies(article.text, DAY, language)
    for start, end in article.paragraphs:
        first, last = article.span(start, end)
        assert 0 <= first <= last <= len(article.original)


@fuzz
@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_without_an_error(content):
    read_article(content)


@fuzz
@given(text=wild)
def test_claims_of_any_text_are_claims_that_the_log_takes(text):
    from events.reading.claims import read_claims

    article = read_article(text, published=Said(day=DAY))
    for one in read_claims(article).claims:
        claim = getattr(one, "claim", one)
        _, document = encode(ClaimStated(article="", claim=claim), START)
        assert decode(document).event.claim == claim


# What makes a careless expression try every way to split a text.
ATTACKS = [
    *(
        "9",
        "1,234,567.",
        ",,,,",
        "5%%",
        "((",
        "$META $",
        "META, GOOG, ",
        "(NASDAQ: ",
        "down 5% up 7% ",
        "5 percent to ",
    ),
    *(
        "between 5 and ",
        "from 5% to ",
        "2025-02-",
        "2025年",
        "1月2日",
        "亿",
        "一亿万千百十",
        "下跌百分之",
        "từ 5% đến ",
    ),
    *("giảm mạnh ", "a", "Aa ", "...", "!?。", '"', "\t \n", " ", "\n", "<a ", "<", "<div>", "<!--", "&#x41;", "---\n"),
    *("e\u0301\u0301", "\u202e\u2066", "Ã©â€™", "US$", "Meta Platforms Inc ", "about nearly over ", "last week "),
]


def spent(work):
    began = time.process_time()
    work()
    return time.process_time() - began


def grows(work, attack, short=6_000):
    """How many times longer four times the text takes; the best of three, with a floor for what is too quick."""
    ratios = []
    for _ in range(3):
        small, large = ((attack * (size // len(attack) + 1))[:size] for size in (short, 4 * short))
        ratios.append(spent(lambda text=large: work(text)) / max(spent(lambda text=small: work(text)), 0.02))
        if ratios[-1] < 8:
            break
    return min(ratios)


def read_through(text):
    from events.reading.claims import read_claims

    read_claims(read_article(text, published=Said(day=DAY)))


# A sentence of thousands of companies: the claims' `Line.between` and `Line.of` look at all of its tokens for each.
LONG_LIST = "META, GOOG, "


@pytest.mark.slow
@pytest.mark.parametrize("attack", [one for one in ATTACKS if one != LONG_LIST], ids=ascii)
def test_reading_takes_time_in_proportion(attack):
    read_through("META fell 5% on Friday.")
    assert grows(read_through, attack) < 10


@pytest.mark.slow
def test_a_sentence_of_many_companies_takes_time_in_proportion():
    assert grows(read_through, LONG_LIST) < 10


@pytest.mark.soak
@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_figures_dates_and_companies_alone_take_time_in_proportion(attack):
    for language in ("en", "zh", "vi"):
        figures("5%", language), dates("2025", language), find_companies("META", DAY, language)
        assert grows(lambda text, name=language: figures(text, name), attack) < 10
        assert grows(lambda text, name=language: dates(text, name, Said(day=DAY)), attack) < 10
        assert grows(lambda text, name=language: find_companies(text, DAY, name), attack) < 10


@pytest.mark.slow
def test_an_article_of_a_hundred_megabytes_is_read_to_its_bound_and_says_so():
    line = "Meta (META.US) shares fell nearly 17% over four sessions to $627.32, line {}.\n"
    few = "".join(line.format(number) for number in range(52_000)).encode()
    assert len(few) > 4_000_000
    many = few * (100_000_000 // len(few))
    read_article(few[:1_000])
    short, long = spent(lambda: read_article(few)), None
    found = []
    long = spent(lambda: found.append(read_article(many)))
    assert any("only the first 4000000 are read" in problem.message for problem in found[0].problems)
    assert len(found[0].original) == 4_000_000
    assert long < 6 * short


@pytest.mark.slow
def test_a_text_that_is_large_goes_into_the_log_and_out_of_it(stored_url):
    from hashlib import sha256

    text = b"0123456789abcdef" * 2_000_000
    digest = sha256(text).hexdigest()
    with SqlLog.open(stored_url) as log:
        log.append([Draft(ArticlePublished(source="x", text_sha256=digest), START)], texts={digest: text})
        assert log.text(digest) == text
        log.erase(digest, "too large", START)
        assert log.verify().position == 2


# The command line.


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--database", "sqlite:///" + "x" * 5_000),
        ("verify", "--database", "sqlite:///\N{RIGHT-TO-LEFT OVERRIDE}/a"),
        ("verify", "--database", "postgresql://%00"),
        ("verify", "--against", "9" * 100_000),
        ("verify", "--against", "../" * 2_000),
        ("erase", "x" * 10_000, "--reason", "x"),
        ("copy", "--to", "file:///etc/passwd"),
        ("copy", "--to", "'; DROP TABLE events; --"),
        ("check", "../../../../etc/shadow\x01"),
        ("prices", "import", "."),
        ("export", "--format", "feed", "--output", "/nowhere/at/all.json"),
    ],
    ids=lambda words: ascii(" ".join(words)[:30]),
)
def test_a_hostile_argument_is_one_line_and_never_a_traceback(timeline, sample_url, words):
    given_url = () if "--database" in words else ("--database", sample_url)
    said = timeline(*words, *given_url)
    assert said.code in (1, 2)
    assert said.err and "Traceback" not in said.err + said.out


@fuzz
@given(text=wild)
def test_any_text_is_a_noted_head_or_refused(text):
    try:
        noted(text)
    except TimelineError:
        return
