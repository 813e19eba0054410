"""What the events add up to: prices, verdicts, entries. `timeline.check` is the door for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from timeline.notebook import Answer, check

__all__ = ["Answer", "check"]


def __getattr__(name: str) -> Any:
    """Import the notebook's room when somebody asks for it: nobody else should wait for it."""
    if name in __all__:
        from timeline import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
