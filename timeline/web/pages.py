"""Pages, rendered on the server: the timeline, a claim, the box for an article, and what the words mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args
from urllib.parse import quote, urlencode

import jinja2
import msgspec
from starlette.responses import Response

from events.model import Event
from timeline.entries import Entry, agreement_answer
from timeline.formats.claimreview import claim_review, json_ld
from timeline.formats.jsonfeed import EXTENSION, rfc3339, verdict_word
from timeline.verdict import ORDER
from timeline.web import views
from timeline.web.documents import Documents
from timeline.web.doors import Checked, Submission
from timeline.web.framework import Request
from timeline.web.negotiate import HTML
from timeline.web.parameters import Listed
from timeline.web.problems import RefusalError
from timeline.web.ready import Ready
from timeline.web.selection import VERDICTS, choices, selected
from timeline.web.snapshot import Snapshot
from timeline.web.static_files import StaticFiles

ON_A_PAGE = 60
LATE = 1  # sessions: the last one may not have been fetched yet
MEANINGS = {
    "supported": "A conventional reading of the words gives the figure, to the precision in which it is stated.",
    "consistent": "Daily prices allow it and cannot confirm it: a figure inside the range of a day, a pre-market move.",
    "close": "The best reading misses by little.",
    "contradicted": "No conventional reading gives it.",
    "pending": "Its window has not ended, or the prices of its end are not in yet.",
    "unchecked": "Something that it takes is not held; the answer names it.",
    "withdrawn": "The claim was taken back; the log keeps it, with the reason.",
}


KINDS = tuple(str(kind.__struct_config__.tag).partition(".")[0] for kind in get_args(Event))  # names in /events


class Pages:
    """The templates and what they are filled with."""

    def __init__(self, documents: Documents, static: StaticFiles) -> None:
        self._documents = documents
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("timeline.web"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        self._templates.filters.update(instant=rfc3339, signed=views.signed)
        self._templates.globals.update(file=static.address, kinds=" ".join(KINDS), meanings=MEANINGS, verdicts=VERDICTS)

    def index(self, snapshot: Snapshot, wanted: Listed) -> Ready:
        """Return a page of the timeline."""
        selection = wanted.selection
        everything = selection._replace(judged=not wanted.all_told)
        name = f"index {everything.query()} {wanted.page} {wanted.as_of} {wanted.at}"
        return snapshot.document(name, lambda: self._index(snapshot, wanted))

    def _index(self, snapshot: Snapshot, wanted: Listed) -> Ready:
        selection = wanted.selection._replace(judged=not wanted.all_told)
        among = selected(snapshot.entries, selection._replace(verdict=""))
        if wanted.verdict == "withdrawn":
            found = selected(snapshot.withdrawn, selection._replace(judged=False))
        else:
            found = [entry for entry in among if not selection.verdict or verdict_word(entry) == selection.verdict]
        first = (wanted.page - 1) * ON_A_PAGE
        if first and first >= len(found):
            pages = -(-len(found) // ON_A_PAGE) or 1
            raise RefusalError(404, f"the list has {pages} pages", came=f"page {wanted.page}")
        query = _queries(wanted, snapshot)
        tally: dict[str, int] = dict.fromkeys(ORDER, 0)
        for entry in among:
            tally[verdict_word(entry)] += entry.judged
        return self._page(
            snapshot,
            "index.html",
            wanted=wanted,
            days=views.days(found[first : first + ON_A_PAGE]),
            total=len(found),
            tally=tally,
            choices=choices(snapshot.told),
            newer=query(page=wanted.page - 1) if wanted.page > 1 else "",
            older=query(page=wanted.page + 1) if first + ON_A_PAGE < len(found) else "",
            query=query,
        )

    def claim(self, snapshot: Snapshot, entry: Entry) -> Ready:
        """Return the page of a claim."""
        return snapshot.document(f"claim {entry.id}", lambda: self._claim(snapshot, entry))

    def _claim(self, snapshot: Snapshot, entry: Entry) -> Ready:
        review = claim_review(entry, self._documents.page_of(entry), self._documents.channel)
        touching = [
            {
                "kind": one.kind.replace("-", " "),
                "explanation": one.explanation,
                "others": [views.row(other) for other in snapshot.named(one.claims) if other.id != entry.id],
            }
            for one in entry.agreements
        ]
        heads, bars = views.evidence(entry)
        return self._page(
            snapshot,
            "claim.html",
            row=views.row(entry),
            entry=entry,
            article=entry.article,
            link=_safe(entry.article.url if entry.article else ""),
            claim=entry.stated.claim,
            verdict_text=entry.verdict.explanation,
            verdict_notes=[*entry.verdict.notes, *([entry.stated.claim.note] if entry.stated.claim.note else [])],
            accepted=views.accepted(entry),
            readings=views.readings(entry),
            heads=heads,
            bars=bars,
            chart=bool(self._documents.image_of(entry, snapshot)),
            touching=touching,
            place=snapshot.place(entry.id),
            review=json_ld(review) if review else "",
        )

    def claim_json(self, snapshot: Snapshot, entry: Entry) -> Ready:
        """Return a claim as JSON: the object of the check, with its source, its agreements and its place in the log."""
        place = snapshot.place(entry.id)
        content: dict[str, Any] = {**entry.check(), "url": self._documents.page_of(entry)}
        if entry.article:
            told = {"source": entry.article.source, "title": entry.article.title, "url": entry.article.url}
            content["source"] = {name: value for name, value in told.items() if value}
        if entry.withdrawn is not None:
            content["withdrawn"] = {"reason": entry.withdrawn}
        if entry.agreements:
            content["agreements"] = [agreement_answer(one) for one in entry.agreements]
        content["published"], content["modified"] = rfc3339(entry.published), rfc3339(entry.modified)
        if place:
            content["log"] = {"position": place.position, "hash": place.hash}
        body = msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"
        headers = {"Vary": "Accept", "Content-Location": f"/claims/{quote(entry.id, safe='')}.json"}
        return Ready(body, "application/json", snapshot.changed, headers=headers)

    def box(self, snapshot: Snapshot) -> Ready:
        """Return the page with the box for an article."""
        return snapshot.document("box", lambda: self._page(snapshot, "check.html", given=None, found=None, rows=[]))

    def checked(self, request: Request, given: Submission, found: Checked) -> Response:
        """Return the box with the answer under it; what is not stored has no page to lead to."""
        body = self._render(
            "check.html",
            given=given,
            text="" if given.name else given.content.decode("utf-8", "replace"),
            found=found,
            rows=[views.row(entry)._replace(url="") for entry in found.seen.entries],
        )
        return Response(body, 200, {"Cache-Control": "no-store"}, HTML)

    def about(self, snapshot: Snapshot) -> Ready:
        """Return what verdicts and the feed's extension mean."""
        example = next((entry for entry in snapshot.entries if entry.verdict.verdict == "supported"), None)
        told = msgspec.json.format(msgspec.json.encode(example.check()), indent=2).decode() if example else ""
        return snapshot.document(
            "about", lambda: self._page(snapshot, "about.html", example=told, extension=EXTENSION, order=ORDER)
        )

    def status(self, snapshot: Snapshot, told: Mapping[str, Any]) -> Response:
        """Return how fresh the prices are."""
        late = [one for one in told.get("symbols", ()) if _is_late(one)]
        body = self._render("status.html", snapshot=snapshot, told=told, late=late)
        return Response(body, 200, {"Cache-Control": "no-store", "Vary": "Accept"}, HTML)

    def problem(self, request: Request, told: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
        """Return an error as a page."""
        body = self._render("problem.html", problem=told)
        return Response(body, told["status"], {**headers, "Cache-Control": "no-store"}, HTML)

    def _page(self, snapshot: Snapshot, template: str, **content: Any) -> Ready:
        body = self._render(template, snapshot=snapshot, **content)
        return Ready(body.encode(), "text/html; charset=utf-8", snapshot.changed, headers={"Vary": "Accept"})

    def _render(self, template: str, **content: Any) -> str:
        filled = {"snapshot": None, **content}
        return self._templates.get_template(template).render(**filled)


def _is_late(symbol: Mapping[str, Any]) -> bool:
    """Whether a symbol that is kept fresh has no bar, an old one, or failed when it was tried last."""
    old = symbol["sessions_old"]
    return bool(symbol["next"] and (symbol["last"] is None or symbol["error"] or (old is not None and old > LATE)))


def _queries(wanted: Listed, snapshot: Snapshot) -> Any:
    """Return a function that gives the address of the list with some of its parameters changed."""

    def query(**changes: Any) -> str:
        given = wanted.model_dump(exclude_defaults=True)
        if "page" not in changes:
            given.pop("page", None)
        elif changes["page"] > 1 and not wanted.as_of:
            given["at"] = wanted.at or snapshot.head.position
        given.update(changes)
        kept = {name: _written(value) for name, value in given.items() if value not in (None, "", False)}
        if kept.get("page") == "1":
            kept.pop("page")
        return f"/?{urlencode(kept)}" if kept else "/"

    return query


def _written(value: Any) -> str:
    return "true" if value is True else str(value)


def _safe(url: str) -> str:
    """Return an address that a link may lead to, "" for one of another scheme."""
    return url if url.startswith(("https://", "http://")) else ""
