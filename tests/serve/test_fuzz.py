"""Whatever is sent, the service says what was wrong with it, and does not fail."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

pytestmark = pytest.mark.any_backend
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
]


def fuzz(client, examples):
    """Send so many requests to each operation that its schema allows, and that it does not."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", client.app)
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


def test_no_request_is_too_much(client):
    assert len(fuzz(client, examples=4)) == 9


@pytest.mark.slow
def test_no_request_is_too_much_of_thousands(client):
    fuzz(client, examples=300)
