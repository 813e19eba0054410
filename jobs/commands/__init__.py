"""The commands, one room each: `add` gives a room's arguments to the parser, its `run` does the work.

A room imports what is heavy only when it runs, because `timeline --help` must answer at once.
"""

from jobs.commands import claims, export, power, prices, replay, status, verify
from jobs.commands.order import Order

# In the order in which --help lists them.
COMMANDS = (replay, claims, prices, verify, status, export, power)

__all__ = ["COMMANDS", "Order"]
