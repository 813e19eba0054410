"""What SPEED.md bounds, measured beside its peers in one run: `python -m tests.bench [--quick] [NAME...]`.

A bench is a module here with `rows(quick)`, named in MODULES. It returns one dict a row: `what`, `value`, `unit`, and
where there are any `ratio` (to a peer, or of a peer to ours), `bound` and `least` (the most and the least that `value`
may be), `ceiling` and `floor` (the most and the least that `ratio` may be). Rows that begin with two blanks are peers.
"""

MODULES = ("log", "postgres", "checking", "reading", "prices", "eventstudy", "web", "start")
