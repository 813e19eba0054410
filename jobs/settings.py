"""Where things are: the database, unless the user says otherwise, and his own tables of companies.

In order: `--database`, the variable TIMELINE_DATABASE_URL, `var/timeline.db` in a checkout of this project (the folder
worked in or one above it, or the one that this program runs from), and `timeline.db` in the user's data folder.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from events.errors import InvalidValueError

VARIABLE = "TIMELINE_DATABASE_URL"
COMPANIES = "TIMELINE_COMPANIES"
PROJECT = "market-timeline"


def database_url(given: str | None, environment: Mapping[str, str], folder: Path) -> str:
    """Return the URL of the database; `folder` is the one worked in. Raises InvalidValueError for what is no URL."""
    chosen, where = (given, "--database") if given else (environment.get(VARIABLE), VARIABLE)
    if chosen:
        if "://" not in chosen:
            raise InvalidValueError(where, repr(chosen), f"a URL, such as sqlite:///{chosen}")
        return chosen
    checkout = _checkout(folder) or _checkout(Path(__file__).resolve().parent)
    return f"sqlite:///{(checkout / 'var' if checkout else _user_data()) / 'timeline.db'}"


def companies_files(given: Sequence[str] | None, environment: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    """Return the user's own tables of companies: those given, else those of TIMELINE_COMPANIES (as in PATH), else none.

    Raises DataError with a Problem for each line that is wrong, before anything is read with them.
    """
    named = list(given or ())
    if not named:
        named = [name for name in environment.get(COMPANIES, "").split(os.pathsep) if name]
    files = tuple((folder / name).resolve() for name in named)
    if files:
        from events.reading.companies_table import load

        load(*files)
    return files


def database_file(url: str) -> Path | None:
    """Return the file of an SQLite URL, None for another database or one in memory."""
    scheme, _, path = url.partition(":///")
    return Path(path) if scheme.split("+")[0] == "sqlite" and path and path != ":memory:" else None


def cache_folder() -> Path:
    """Return the user's folder for what is costly to make and no loss when it is gone."""
    from platformdirs import user_cache_path

    return user_cache_path(PROJECT, appauthor=False)


def shown(url: str) -> str:
    """Return a database URL without the password that it may hold, before the host or among the parameters."""
    scheme, separator, rest = url.partition("://")
    rest, mark, parameters = rest.partition("?")
    user, at, host = rest.rpartition("@")
    kept = "&".join(one for one in parameters.split("&") if "password" not in one.lower())
    place = f"{user.partition(':')[0]}{at}{host}" if at else rest
    return f"{scheme}{separator}{place}{mark if kept else ''}{kept}"


def _checkout(folder: Path) -> Path | None:
    """Return the checkout of this project that a folder lies in, None outside of one."""
    for place in (folder, *folder.parents):
        try:
            project = tomllib.loads((place / "pyproject.toml").read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue
        if project.get("project", {}).get("name") == PROJECT:
            return place
    return None


def _user_data() -> Path:
    from platformdirs import user_data_path

    return user_data_path(PROJECT, appauthor=False)
