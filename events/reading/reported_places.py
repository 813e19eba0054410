"""A figure of a sentence with what stands around it: the words up to the figure before, and up to the next one."""

from __future__ import annotations

import re

import msgspec

from events.reading.clauses import Item
from events.reading.figure import FigureToken
from events.reading.metrics import Line

RESULTS = ("profit", "net income", "loss", "net loss", "operating income", "operating loss", "adjusted net income",
           "adjusted net loss", "adjusted operating income")  # fmt: skip
LOSSES = ("loss", "net loss", "operating loss", "adjusted net loss")
PERCENTS = ("percent", "tenths", "fraction")
# It begins with a set of characters, which is what a search is quick at; a comma between digits is none.
BREAK = re.compile(r"[,，;；:：。!?！？—](?:(?!\d)|(?<=,)(?<!\d,))")
A_SHARE = re.compile(
    r"\s*(?:a share|per share|a/share|mỗi cổ phiếu|trên mỗi cổ phiếu|/cổ phiếu|一股|/股|每股)", re.IGNORECASE
)

# "净利润11.6亿美元，合每股0.78美元": what stands between an amount and that of a share.
_A_SHARE_BEFORE = re.compile(r"[\s，,、（(]*(?:也?即|或|合|折合|约合|相当于|折)?每股(?:摊薄后?)?(?:为|约|约为)?\s*")


class Place(msgspec.Struct, frozen=True, gc=False):
    """A figure with what stands around it."""

    line: Line
    text: str
    name: str
    figure: Item
    left: tuple[Item, ...]  # from the figure before on
    right: tuple[Item, ...]  # up to the next figure
    left_start: int
    right_end: int
    clause: int  # where the figure's own clause begins
    stop: int  # where it ends

    @property
    def token(self) -> FigureToken:
        """The figure."""
        return self.figure.value  # type: ignore[no-any-return]

    def near(self, *kinds: str) -> list[Item]:
        """Return the words of these classes in the figure's own clause, before it."""
        return [item for item in self.left if item.kind in kinds and item.start >= self.clause]

    def after(self, *kinds: str) -> list[Item]:
        """Return the words of these classes behind the figure, before the next comma."""
        return [item for item in self.right if item.kind in kinds and item.end <= self.stop]


def places(line: Line, text: str, name: str) -> list[Place]:
    """Return the figures of a line with what stands around them."""
    figures = line.of("figure")
    found: list[Place] = []
    last: Item | None = None  # the figure before, durations aside
    for number, figure in enumerate(figures):
        left_start = last.end if last else line.start
        right_end = figures[number + 1].start if number + 1 < len(figures) else line.end
        breaks = [one.end() for one in BREAK.finditer(text, left_start, figure.start)]
        stop = BREAK.search(text, figure.end, right_end)
        found.append(
            Place(
                line, text, name, figure,
                tuple(line.between(left_start, figure.start)), tuple(line.between(figure.end, right_end)),
                left_start, right_end, breaks[-1] if breaks else left_start, stop.start() if stop else right_end,
            )
        )  # fmt: skip
        last = last if figure.value.kind == "duration" else figure
    return found


def is_a_share(place: Place, head: Item) -> bool:
    """Tell whether a figure is told as one of a share, behind it ("$3 a share") or before it (合每股3元)."""
    if A_SHARE.match(place.text, place.figure.end):
        return True
    start = head.end if place.left_start <= head.end <= place.figure.start else place.left_start
    return place.name == "zh" and _A_SHARE_BEFORE.fullmatch(place.text, start, place.token.outer[0]) is not None
