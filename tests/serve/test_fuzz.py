"""Whatever is sent, the service says what was wrong with it, and does not fail."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from kerasgan.serve import Limits, application
from tests.serve.running import running

pytestmark = pytest.mark.any_backend
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
]


@pytest.fixture(scope="module")
def schema(live):
    with running(application(live, Limits(batch=16, pixels=4096, body=20_000))) as address:
        yield schemathesis.openapi.from_url(f"{address}/openapi.json")


def fuzz(schema, examples):
    """Send so many requests to each operation that its schema allows, and that it does not."""
    sent = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        # Of what takes nothing, there is no request that its schema does not allow.
        modes = list(schemathesis.GenerationMode)
        for mode in modes if "{name}" in operation.path else modes[:1]:

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=examples,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def send(case):
                case.call_and_validate(checks=CHECKS)
                sent.add(case.operation.label)

            send()
    return sent


def test_no_request_is_too_much(schema):
    assert len(fuzz(schema, examples=4)) == 9


@pytest.mark.slow
def test_no_request_is_too_much_of_thousands(schema):
    fuzz(schema, examples=300)
