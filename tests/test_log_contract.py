"""The contract of the log, on every backend."""

from tests.contracts.log_contract import *  # noqa: F403 - the suite is the point
