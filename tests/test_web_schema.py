"""What /openapi.json declares is what is answered: schemathesis asks, well-meant and not."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from tests.serving import TOKEN, get, running, sample_log

pytestmark = pytest.mark.slow

# What makes an instant an instant, and that an empty field of a form was not given, no schema tells.
BEYOND_A_SCHEMA = [checks.positive_data_acceptance, checks.negative_data_rejection]
ENDLESS = "/events"  # tests/test_web_api.py listens to it


@pytest.fixture(scope="module")
def api():
    with running(sample_log()) as address:
        schema = schemathesis.openapi.from_dict(get(address, "/openapi.json").json())
        schema.config.update(base_url=address, request_timeout=60)
        yield schema


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_every_answer_is_as_declared_and_none_is_a_fault_of_ours(api, mode):
    asked = set()
    for found in api.get_all_operations():
        operation = found.ok()
        asked.add(operation.path)
        if operation.path != ENDLESS:
            ask(operation, mode)
    assert len(asked) > 12


def ask(operation, mode):
    @settings(
        max_examples=4, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case):
        right = operation.path == "/articles" and mode is GenerationMode.POSITIVE
        case.call_and_validate(
            headers={"Authorization": f"Bearer {TOKEN}"} if right else {}, excluded_checks=BEYOND_A_SCHEMA
        )

    try:
        each()
    except Unsatisfiable:  # nothing can be wrong about an operation that takes nothing
        assert mode is GenerationMode.NEGATIVE
