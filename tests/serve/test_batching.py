"""Requests that come together are carried out together, and get what they would get alone."""

import asyncio
import threading

import numpy as np
import pytest
from starlette.testclient import TestClient

from kerasgan.serve import Limits, application
from kerasgan.serve.batching import Batcher

pytestmark = pytest.mark.any_backend


class Model:
    """Twice what it is given, once it may; refuses negative numbers."""

    def __init__(self):
        self.batches, self.may = [], threading.Event()
        self.may.set()

    def run(self, key, rows):
        self.may.wait()
        self.batches.append((key, rows.tolist()))
        if (rows < 0).any():
            raise ValueError("negative")
        return (2 * rows, -rows)


def gathered(model, jobs, pixels=100):
    """What jobs, (key, rows), get that come while a first one runs."""
    sizes, limits = [], Limits(batch=8, pixels=pixels, wait=20)

    async def all_of_them():
        batcher = Batcher(model.run, limits, lambda: 1 + len(jobs), sizes.append)
        model.may.clear()
        first = asyncio.ensure_future(batcher.submit("first", [np.zeros(8)], 0))
        while not sizes:
            await asyncio.sleep(0.001)
        waiting = [batcher.submit(key, [np.array(rows)], len(rows)) for key, rows in jobs]
        waiting = asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(0)
        model.may.set()
        await first
        found = await waiting
        assert batcher.alive
        await batcher.close()
        assert not batcher.alive
        return found

    found = asyncio.run(all_of_them())
    assert sizes[0] == 8
    return found, model.batches[1:], sizes[1:]


def test_jobs_of_one_kind_are_one_batch_filled_to_a_power_of_two():
    found, batches, sizes = gathered(Model(), [("a", [1.0, 2.0]), ("b", [3.0]), ("a", [4.0])])
    assert batches == [("a", [1, 2, 4, 4]), ("b", [3])] and sizes == [3, 1]
    assert [[x.tolist() for x in pair] for pair in found] == [
        [[2, 4], [-1, -2]],
        [[6], [-3]],
        [[8], [-4]],
    ]


def test_a_batch_is_within_the_limits_and_the_first_come_first():
    jobs = [("a", [1.0] * 5), ("a", [2.0] * 4), ("a", [3.0] * 3)]
    _, batches, sizes = gathered(Model(), jobs)
    assert sizes == [8, 4] and batches[0][1] == [1] * 5 + [3] * 3
    _, _, sizes = gathered(Model(), jobs, pixels=7)
    assert sizes == [5, 7]


def test_one_bad_job_harms_no_other():
    found, _, sizes = gathered(Model(), [("a", [1.0]), ("a", [-1.0]), ("a", [2.0])])
    assert found[0][0] == [2] and found[2][0] == [4] and str(found[1]) == "negative"
    assert sizes == [3, 1, 1, 1]


def test_nobody_is_waited_for_who_does_not_come():
    model, sizes = Model(), []

    async def alone():
        batcher = Batcher(model.run, Limits(wait=60_000), lambda: 1, sizes.append)
        await asyncio.wait_for(batcher.submit("a", [np.ones(1)], 0), 5)
        await batcher.close()

    asyncio.run(alone())
    assert sizes == [1]


def test_a_seed_gives_the_same_images_in_whatever_company(live):
    def ask(seed, n):
        body = {"seed": seed, "n": n}
        return client.post("/v1/models/gan:generate", json=body).json()["images"]

    limits = Limits(batch=16, wait=500)
    with TestClient(application(live, limits)) as client:
        alone = [ask(seed, seed % 3 + 1) for seed in range(9)]
        together: dict = {}
        threads = [
            threading.Thread(target=lambda s=seed: together.update({s: ask(s, s % 3 + 1)}))
            for seed in range(9)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        text = client.get("/metrics").text
    assert [together[seed] for seed in range(9)] == alone
    rows = 2 * sum(seed % 3 + 1 for seed in range(9))
    assert f'kerasgan_batch_rows_sum{{model="gan"}} {rows}.0' in text
    (batches,) = [line for line in text.splitlines() if line.startswith("kerasgan_batch_rows_count")
                  and '"gan"' in line]  # fmt: skip
    assert float(batches.split()[1]) < 18


def test_more_than_the_queue_are_sent_away(live, monkeypatch):
    may, run = threading.Event(), live["gan"].run
    monkeypatch.setattr(live["gan"], "run", lambda *args: may.wait(10) and run(*args))
    statuses = []

    def ask():
        statuses.append(client.post("/v1/models/gan:generate").status_code)

    with TestClient(application(live, Limits(queue=2))) as client:
        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        while 'open_requests{model="gan"} 2.0' not in client.get("/metrics").text:
            pass
        refused = client.post("/v1/models/gan:generate")
        assert refused.status_code == 429 and refused.headers["retry-after"] == "1"
        assert refused.json()["error"] == "2 requests are open: try again later."
        assert client.post("/v1/models/conditional:generate").status_code == 200
        may.set()
        for thread in threads:
            thread.join()
    assert statuses == [200, 200]
