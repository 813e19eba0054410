"""The rules of the house, so that nobody has to remember them."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import events.errors
from tests.house import COMMAND, HOUSE, ran

FLOORS = {"events": 0, "timeline": 1, "jobs": 2}
# Library -> the one place that may import it.
DOORS = {"yfinance": "jobs/sources/yahoo.py", "apscheduler": "jobs/schedule.py", "fastapi": "timeline/web/framework.py"}
# Not needed for --help, and slow to import.
HEAVY = ("numpy", "pandas", "pyarrow", "sqlmodel", "sqlalchemy", "alembic", "rich", "exchange_calendars", "yfinance")
CLOCK = re.compile(r"datetime\.(utc)?now|date\.today|\btime\.time\(|Timestamp\.(now|today)|\bdatetime\.today|utcnow")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def modules() -> list[Path]:
    return sorted(path for room in FLOORS for path in (HOUSE / room).rglob("*.py"))


def name_of(path) -> str:
    return path.relative_to(HOUSE).as_posix()


def tree(path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_go_one_way_only(path):
    floor = FLOORS[path.relative_to(HOUSE).parts[0]]
    upward = [name for name in imported(path) if FLOORS.get(name.split(".")[0], -1) > floor]
    assert not upward


@pytest.mark.parametrize("library", DOORS)
def test_each_big_library_has_one_door(library):
    users = [name_of(path) for path in modules() if any(name.split(".")[0] == library for name in imported(path))]
    assert [user for user in users if not user.startswith(DOORS[library])] == []


def test_only_jobs_reads_the_clock():
    found = [name_of(path) for path in modules() if CLOCK.search(path.read_text(encoding="utf-8"))]
    assert [name for name in found if not name.startswith("jobs/")] == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_every_module_says_what_the_room_is_for(path):
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_files_and_functions_stay_small(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_FILE
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [one.name for one in functions if one.end_lineno - one.lineno > LONGEST_FUNCTION] == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_error_is_swallowed_and_nothing_is_left_for_later(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is None or (isinstance(node.type, ast.Name) and "Exception" in node.type.id)
            assert not (broad and all(isinstance(step, ast.Pass) for step in node.body)), node.lineno
    assert not re.search(r"TODO|FIXME|XXX|NotImplementedError", path.read_text(encoding="utf-8"))


def test_every_exception_is_drawn_in_the_tree_and_says_what_it_is():
    drawn = events.errors.__doc__
    for name, kind in vars(events.errors).items():
        if isinstance(kind, type) and issubclass(kind, Exception):
            assert re.search(rf"\b{name}\b", drawn), f"{name} is not in the tree"
            assert kind.__doc__ and kind.__doc__ != Exception.__doc__


def test_every_exception_of_ours_hangs_on_the_one_root():
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
                assert any(base == "Exception" or base.endswith("Error") for base in bases), node.name
                assert node.name == "TimelineError" or bases != ["Exception"], f"{name_of(path)}: {node.name}"


def test_help_imports_nothing_heavy():
    program = "import sys, jobs.cli; jobs.cli.parser().format_help(); print(*sys.modules)"
    loaded = set(ran([sys.executable, "-c", program]).stdout.split())
    assert loaded & set(HEAVY) == set()


def test_no_file_names_a_machine_or_a_package_index():
    listed = subprocess.run(["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=False).stdout
    files = [HOUSE / name for name in listed.splitlines()] or modules()
    forbidden = re.compile(r"(?<![\w.$~-])/(?:work|farm|root)/|(?:extra-)?index-url\s*[= ]\s*\S")
    texts = {
        path: path.read_bytes().decode(errors="ignore") for path in files if path.is_file() and path != Path(__file__)
    }
    assert [name_of(path) for path, text in texts.items() if forbidden.search(text)] == []


def commands() -> list[str]:
    """The commands that --help lists, `prices import` and its kind by both words."""
    listed = re.findall(r"^    (\w+) ", ran([COMMAND, "--help"]).stdout, re.MULTILINE)
    both = [
        f"prices {name}" for name in re.findall(r"^    (\w+) ", ran([COMMAND, "prices", "--help"]).stdout, re.MULTILINE)
    ]
    return [name for name in listed if name != "prices"] + both


def test_the_readme_tells_of_every_command():
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    found = commands()
    assert len(found) > 5
    assert [name for name in found if f"timeline {name}" not in readme] == []


def test_every_option_explains_itself():
    for name in commands():
        for line in ran([COMMAND, *name.split(), "--help"], COLUMNS="300").stdout.splitlines():
            if re.match(r"^  -", line):
                assert re.search(r"\S  +\S", line), f"{name}: {line}"


def inner_imports(path, known) -> set[str]:
    """The modules of ours that a module imports, inside its functions too, but for what only a type checker sees."""
    looked = tree(path)
    for node in ast.walk(looked):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    found = set()
    for node in ast.walk(looked):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            parts = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            found.update(part if part in known else node.module for part in parts.values())
    return found & known


def test_no_modules_import_one_another_in_a_circle():
    paths = {name_of(path)[:-3].replace("/", ".").removesuffix(".__init__"): path for path in modules()}
    graph = {name: inner_imports(path, paths.keys()) - {name} for name, path in paths.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(paths)  # a CycleError names the circle
