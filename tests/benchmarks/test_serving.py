"""The benchmark of the service: what it makes of figures, and where it writes them."""

import asyncio
import io

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import serving
from tests.serve.running import running

pytestmark = pytest.mark.any_backend


def figures(requests, p50=2.0, p99=9.0):
    return {"requests": requests, "p50": p50, "p99": p99, "cpu": 1.25}


FOUND = {
    "backend": "torch",
    "machine": "2 cores, x",
    "load": 3.5,
    "preset": "some",
    "contenders": {"kerasgan": {64: figures(600.4)}, "fastapi": {64: figures(100.0, 600.0)}},
}


def test_the_table_holds_each_against_plain_fastapi():
    text = serving.table(FOUND)
    assert "| kerasgan | 64 | 600 | 6.0 | 2 | 9 | 1.2 |" in text
    assert "| fastapi | 64 | 100 | 1.0 | 600 | 9 | 1.2 |" in text
    assert "some, torch, 2 cores, x, load average 3.5\n" in text
    quarters = [{"memory_mib": n} for n in (500, 510, 505, 505)]
    more = {**FOUND, "memory": {"minutes": 10, "quarters": quarters}}
    assert "10 minutes of 64 clients: 500, 510, 505, 505" in serving.table(more)


def test_both_pages_have_a_place_for_it():
    for page in serving.PAGES:
        text = page.read_text(encoding="utf-8")
        made = serving.MARK.sub(lambda m: m[1] + "new" + m[2], text)
        assert made != text and serving.MARK.sub(lambda m: m[1] + "new" + m[2], made) == made


def test_a_turn_counts_requests_and_their_times():
    file = io.BytesIO()
    Image.fromarray(np.zeros((2, 2), "uint8")).save(file, "PNG")
    bodies = []

    async def generate(request):
        bodies.append(await request.json())
        await asyncio.sleep(0.01)
        return Response(file.getvalue(), media_type="image/png")

    app = Starlette(routes=[Route("/generate", generate, methods=["POST"])])
    with running(app) as address:
        found = serving.turn("fastapi", int(address.split(":")[-1]), 2, 0.3)
    assert 10 <= found["p50"] <= found["p99"] and found["requests"] <= 200
    assert {body["n"] for body in bodies} == {1}
    assert len({body["seed"] for body in bodies}) == len(bodies)
    assert found.pop("count") == len(bodies)
    found["cpu"] = 1.0
    assert serving.medians([found, found, {**found, "p50": 1e9}]) == found
