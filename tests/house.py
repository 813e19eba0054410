"""What several tests share: where the house stands, how a command is run, and what lies beside the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
SHARED = HOUSE.parent / "shared"
COMMAND = Path(sys.executable).parent / "timeline"


def shared(name: str) -> Path:
    """A file beside the checkout; a test that needs it is skipped where it is missing, unless this is CI."""
    path = SHARED / name
    if not path.exists():
        reason = f"{path.name} is not beside this checkout"
        if os.environ.get("TIMELINE_CI") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def ran(arguments, folder=None, **environment) -> subprocess.CompletedProcess:
    """A process run to its end, with text for its output and an environment of its own."""
    kept = {name: value for name, value in os.environ.items() if name != "TIMELINE_DATABASE_URL"}
    return subprocess.run(
        [str(part) for part in arguments],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
