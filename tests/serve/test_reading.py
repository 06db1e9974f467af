"""Bodies that do not come as they should."""

import asyncio

import pytest
from starlette.requests import Request

from kerasgan.serve import Limits, reading
from kerasgan.serve.limits import Refused

pytestmark = pytest.mark.any_backend


def refused(receive, **headers):
    """Why the body of a request is refused that comes by `receive`."""
    pairs = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    request = Request({"type": "http", "method": "POST", "headers": pairs}, receive)
    with pytest.raises(Refused) as error:
        asyncio.run(reading.read_body(request, Limits(body=10)))
    return error.value.status, error.value.reason


def test_a_body_that_comes_too_slowly(monkeypatch):
    async def receive():
        await asyncio.sleep(60)

    monkeypatch.setattr(reading, "SECONDS", 0.01)
    assert refused(receive) == (408, "The body took longer than 0.01 seconds.")


def test_a_body_that_ends_early():
    parts = [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]

    async def receive():
        return parts.pop(0)

    assert refused(receive) == (400, "The request ended early.")


def test_a_body_is_not_read_further_than_it_may_be_long():
    read = []

    async def receive():
        read.append(1)
        return {"type": "http.request", "body": b"x" * 4, "more_body": True}

    assert refused(receive)[0] == 413 and len(read) == 3
    assert refused(receive, content_length=b"11")[0] == 413 and len(read) == 3
