"""Several processes train one run: one writes, all stop together, and an end of one ends all."""

import os
import re
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.across.processes import ROOT, environment
from tests.runs.same import assert_same_run

pytestmark = pytest.mark.any_backend

KILLS = int(os.environ.get("KILLS", "1"))
WRONG = {
    "versions": "differ in versions",
    "settings": "differ in settings",
    "data": "differ in data",
    "batch": "make its size a multiple of 2",
    "error": "TypeError: 'NoneType' object is not callable",
}


def train(backend, folder, name, *words, **settings):
    """What two processes say of each word, by word, in their order; and how the first one ended.

    No launcher ends one for the other, except for one that hangs after the first has ended badly.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    place = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.across.run_processes", str(folder), name, *words],
            cwd=ROOT,
            env=environment(KERAS_BACKEND=backend, RANK=r, LOCAL_RANK=r, **place, **settings),
            stdout=subprocess.PIPE,
            text=True,
        )
        for r in "01"
    ]
    try:
        texts = [both[0].communicate(timeout=100)[0]]
    finally:
        if both[0].returncode != 0:
            both[1].kill()
            both[0].kill()
    texts.append(both[1].communicate(timeout=100)[0])
    lines = re.findall(r"^[01] (\w+): (.*)$", "".join(texts), re.MULTILINE)
    return {word: [what for about, what in lines if about == word] for word in words}, both[
        0
    ].returncode


@pytest.fixture(scope="module", params=["jax", "torch"])
def whole(request, tmp_path_factory):
    """A backend, a folder, and what two processes say of starts that are wrong and of one that is
    right, of the run "whole"."""
    folder = tmp_path_factory.mktemp(request.param)
    said, code = train(request.param, folder, "whole", *WRONG, "nothing")
    return SimpleNamespace(backend=request.param, folder=folder, said=said, code=code)


def test_what_is_wrong_with_one_is_said_by_both_which_then_go_on(whole):
    for word, message in WRONG.items():
        assert len(whole.said[word]) == 2
        assert all(message in line for line in whole.said[word]), whole.said[word]
    assert whole.said["nothing"] == ["done", "done"] and whole.code == 0


def test_one_process_writes(whole):
    log = (whole.folder / "whole/log.txt").read_text()
    assert log.count(", from epoch 1 of 100, ") == log.count("devices 2") == 1
    assert log.count(" done\n") == 1 and log.count("epoch 100/100: ") == 1


def test_all_stop_at_one_step_and_die_with_one_and_the_run_goes_on_exactly(whole):
    begin = whole.backend, whole.folder, "cut"
    for i in range(KILLS):
        words = ["stop", "kill"] if i == 0 else ["kill"]
        said, code = train(*begin, *words, SECONDS_TRAINED=f"{0.5 - 0.3 * i / KILLS}")
        assert said.pop("stop", ["stopped"] * 2) == ["stopped"] * 2
        (last,) = said["kill"]
        assert code and last.startswith("ConnectionError: Another of the 2 processes"), last
    assert train(*begin, "nothing") == ({"nothing": ["done", "done"]}, 0)
    assert_same_run(whole.folder / "whole", whole.folder / "cut")


def test_a_signal_ends_a_process_that_waits_for_another(tmp_path):
    said, code = train("torch", tmp_path, "run", "hang")
    assert said == {"hang": []} and code != 0
    assert "in wait for another process" in (tmp_path / "run/log.txt").read_text()
