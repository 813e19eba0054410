"""Coverage-guided fuzzing with atheris, where it is installed: `python -m tests.soak.fuzzer TARGET FOLDER SECONDS`.

A target is a way in from outside. Whatever bytes come, it ends in a value or in the refusal that it documents; any
other error ends the run with the bytes that did it in FOLDER. The seeds are small texts of our own.
"""

import sys
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

DAY = date(2025, 3, 7)
NOW = datetime(2025, 3, 7, 22, tzinfo=UTC)

SEEDS = {
    "codec": [],  # filled from the samples of every kind of event
    "prices": [
        b"date,open,high,low,close,volume\n2025-01-08,612,615,605,610.72,100\n",
        b"\xef\xbb\xbfsymbol,date,close\nMETA,2025-01-08,610.72\n0700.HK,2025-01-08 00:00:00+08:00,375\n",
        b'date;close\n2025-01-08;610,72\n"',
    ],
    "article": [
        b"---\ntitle: Bad\ndate: 2025-11-05T09:00:00-05:00\n---\nMeta (META.US) fell nearly 17% over four days.\n",
        "<html><body><p>亚马逊(AMZN.US)周四跌4.05%，报229.15美元</p></body></html>".encode(),
        "Cổ phiếu Apple giảm gần 5% trong ba phiên, xuống 180,5 USD ngày 3/4/2025.".encode(),
    ],
    "claims": [
        b'[article]\nsource = "A"\nsaid = 2025-03-07\n[[claim]]\nkind = "move"\nsymbol = "META"\n'
        b'stated = {value = "-9", unit = "percent"}\nwindow = {span = "sessions", count = 3}\n',
        b'{"article": {"source": "A"}, "claim": {"kind": "level", "stated": {"value": "4", "unit": "USD"}}}\n',
    ],
    "note": [b"42:" + b"ab" * 32, b"example.org/log\n42\nAAAA\n\n\xe2\x80\x94 example.org/log c2ln\n"],
}


def targets(folder):
    """Each target as a function of bytes; the modules are imported here, so that they are instrumented."""
    from events.codec import decode, encode
    from events.errors import TimelineError, UnknownEventError
    from events.model import Said
    from events.notes import noted
    from events.reading.article import read_article
    from events.reading.claims import read_claims
    from jobs.claimfile import parse_claims
    from jobs.sources.files import read_price_file

    file = folder / "META.csv"

    def codec(content):
        with suppress(UnknownEventError):
            held = decode(content)
            assert decode(encode(held.event, held.recorded)[1]).event == held.event

    def prices(content):
        file.write_bytes(content)
        found = read_price_file(file, today=DAY)
        assert bool(found.bars) != bool(found.problems)

    def article(content):
        read_claims(read_article(content, published=Said(day=DAY)))

    def claims(content):
        for name in ("x.toml", "x.jsonl"):
            parse_claims(content, name, NOW)

    def note(content):
        with suppress(TimelineError):
            noted(content.decode("utf-8", "replace"))

    return {"codec": codec, "prices": prices, "article": article, "claims": claims, "note": note}


def run(name, folder, seconds):
    """Fuzz one target for some seconds; atheris ends the process, with 0 where nothing was found."""
    import atheris

    with atheris.instrument_imports(include=["events", "jobs", "timeline"]):
        known = targets(folder)
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = SEEDS[name]
    if name == "codec":
        from events.codec import encode
        from tests.contracts.samples import EVERY_KIND

        seeds = [encode(event, NOW)[1] for event in EVERY_KIND]
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    told = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=60", "-rss_limit_mb=4096", "-seed=2026"]
    atheris.Setup([sys.argv[0], *told, f"-artifact_prefix={folder}/", str(corpus)], known[name])
    atheris.Fuzz()


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
