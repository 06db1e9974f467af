"""Several processes train one run: one writes, all stop together, and an end of one ends all."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.across.processes import ROOT, environment, ranks
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


def train(backend, folder, *words, **settings):
    """What two processes say of each word, by word, in their order; and how the first one ended.

    The second is ended if it hangs after the first has ended badly.
    """
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.across.run_processes", str(folder), *words],
            cwd=ROOT,
            env=environment(KERAS_BACKEND=backend, **place, **settings),
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in ranks(2)
    ]
    try:
        texts = [both[0].communicate(timeout=200)[0]]
    finally:
        if both[0].returncode != 0:
            both[1].kill()
            both[0].kill()
    texts.append(both[1].communicate(timeout=200)[0])
    lines = re.findall(r"^[01] (\S+): (.*)$", "".join(texts), re.MULTILINE)
    said = {word: [what for about, what in lines if about == word] for word in words}
    return said, both[0].returncode


@pytest.fixture(scope="module", params=["jax", "torch"])
def begun(request, tmp_path_factory):
    """A backend, a folder, and what two processes say of starts of the run "whole" that are wrong,
    of one that is right, and of the run "cut", which is stopped once and dies once."""
    folder = tmp_path_factory.mktemp(request.param)
    words = [*(f"whole/{word}" for word in (*WRONG, "nothing")), "cut/stop", "cut/kill"]
    said, code = train(request.param, folder, *words, SECONDS_TRAINED="0.5")
    return SimpleNamespace(backend=request.param, folder=folder, said=said, code=code)


def assert_dies_with_the_other(lines, code):
    (last,) = lines
    assert code and last.startswith("ConnectionError: Another of the 2 processes"), last


def test_what_is_wrong_with_one_is_said_by_both_which_then_go_on(begun):
    for word, message in WRONG.items():
        said = begun.said[f"whole/{word}"]
        assert len(said) == 2
        assert all(message in line for line in said), said
    assert begun.said["whole/nothing"] == ["done", "done"]


def test_one_process_writes(begun):
    log = (begun.folder / "whole/log.txt").read_text()
    assert log.count(", from epoch 1 of 100, ") == log.count("devices 2") == 1
    assert log.count(" done\n") == 1 and log.count("epoch 100/100: ") == 1


def test_all_stop_at_one_step_and_die_with_one_and_the_run_goes_on_exactly(begun):
    assert begun.said["cut/stop"] == ["stopped"] * 2
    assert_dies_with_the_other(begun.said["cut/kill"], begun.code)
    begin = begun.backend, begun.folder
    for i in range(1, KILLS):
        said, code = train(*begin, "cut/kill", SECONDS_TRAINED=f"{0.5 - 0.3 * i / KILLS}")
        assert_dies_with_the_other(said["cut/kill"], code)
    assert train(*begin, "cut/nothing") == ({"cut/nothing": ["done", "done"]}, 0)
    assert_same_run(begun.folder / "whole", begun.folder / "cut")


def test_a_signal_ends_a_process_that_waits_for_another(tmp_path):
    said, code = train("torch", tmp_path, "run/hang")
    assert said == {"run/hang": []} and code != 0
    assert "in wait for another process" in (tmp_path / "run/log.txt").read_text()
