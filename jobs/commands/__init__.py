"""The commands, one room each: `add` gives a room's arguments to the parser, its `run` does the work.

A room imports what is heavy only when it runs, because `timeline --help` must answer at once.
"""
