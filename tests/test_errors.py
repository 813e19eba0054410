"""The tree of exceptions that events/errors.py draws is the tree that stands."""

import inspect
import re

import pytest

from events import errors

_LINE = re.compile(r"^(?P<branch>[ │├└─]*)(?P<name>[A-Z]\w+Error)(?: \((?P<other>\w+)\))?")


def drawn():
    """Name -> (parent, builtin beside it) of the docstring's drawing."""
    found, above = {}, {}
    for line in errors.__doc__.splitlines():
        if match := _LINE.match(line):
            depth = len(match["branch"])
            parent = max((d for d in above if d < depth), default=None)
            found[match["name"]] = (above.get(parent, "Exception"), match["other"])
            above = {d: name for d, name in above.items() if d < depth} | {depth: match["name"]}
    return found


def standing():
    classes = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, Exception)]
    return {
        one.__name__: (one.__bases__[0].__name__, one.__bases__[1].__name__ if len(one.__bases__) > 1 else None)
        for one in classes
    }


def test_the_drawn_tree_is_the_real_one():
    assert drawn() == standing()


@pytest.mark.parametrize("name", sorted(standing()))
def test_every_error_is_caught_by_the_root(name):
    assert issubclass(getattr(errors, name), errors.TimelineError)


def test_a_problem_says_where_it_stands():
    assert str(errors.Problem("no date", "prices.csv", 3)) == "prices.csv:3: no date"
    assert str(errors.Problem("no date", "prices.csv")) == "prices.csv: no date"
    assert str(errors.Problem("no date")) == "no date"


def test_a_data_error_carries_its_problems_and_tells_them_all():
    problems = (errors.Problem("no date", "a.csv", 2), errors.Problem("no close", "a.csv", 9))
    error = errors.DataError(*problems)
    assert error.problems == problems
    assert str(error) == "a.csv:2: no date\na.csv:9: no close"


def test_damage_names_its_position_and_none_where_it_is_beside_the_rows():
    assert "position 7" in str(errors.DamagedLogError(7, "gone"))
    assert "position" not in str(errors.DamagedLogError(0, "the head is gone"))
