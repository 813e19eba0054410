"""The README does not lie."""

import pytest

from tests.readme import BLOCK, README, refreshed


@pytest.mark.slow
def test_the_readme_shows_what_its_commands_print(tmp_path):
    text = README.read_text(encoding="utf-8")
    assert len([block for block in BLOCK.finditer(text) if block["kind"] == "console"]) > 5
    assert refreshed(text, tmp_path) == text, "`.venv/bin/python -m tests.readme` writes its outputs anew"
