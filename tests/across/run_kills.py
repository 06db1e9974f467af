"""Run by `test_kills.py`: python -m tests.across.run_kills FOLDER KILLS.

Trains in FOLDER/whole without a break. Then in FOLDER/run, where every process but the last is
killed: by turns at a random time, and at a random one of the calls that write files. After each
kill, whatever lies there must be whole. All are forks of this process, which has imported what
takes long and run none of it.
"""

import csv
import json
import os
import random
import signal
import sys
import time
import zipfile
from pathlib import Path

import tensorflow  # noqa: F401  which reads the data
from PIL import Image

from kerasgan import runs
from kerasgan.runs import run
from kerasgan.utils.checkpoints import checkpoints, damage
from tests.runs.settings import gan_run

EPOCHS_A_KILL = 3
CALLS = (os, "fsync"), (os, "replace"), (os, "unlink"), (zipfile.ZipFile, "open")
CALLS_AN_EPOCH = 30


def fork(task, *args):
    """Runs a function in a process of its own; gives its number."""
    number = os.fork()
    if number:
        return number
    try:
        task(*args)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def ended(number):
    """How a process ended."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def train(config, folder, begun=None, last_call=None):
    """Begins, or goes on; tells when it begins to train, and dies at the call of that number."""
    fit, left = run.fit, last_call

    def counting(call):
        def counted(*args, **kwargs):
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **kwargs)

        return counted

    def telling(*args):
        if last_call:
            for owner, name in CALLS:
                setattr(owner, name, counting(getattr(owner, name)))
        if begun:
            os.write(begun, b".")
        return fit(*args)

    run.fit = telling
    if (folder / "config.json").exists():
        runs.resume(folder, verbose=0)
    else:
        runs.start(config, folder, verbose=0)


def train_and_kill(config, folder, seconds=None, last_call=None):
    """Kills so many seconds after training began, or at that call."""
    reading, writing = os.pipe()
    number = fork(train, config, folder, writing, last_call)
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(number, signal.SIGKILL)
    assert ended(number) == -signal.SIGKILL


def check_files(folder):
    """Asserts that no reader meets half a file."""
    for path in [path for path in folder.rglob("[!.]*.*") if path.name != "log.txt"]:
        if path.suffix == ".json":
            json.loads(path.read_text())
        elif path.suffix == ".csv":
            rows = list(csv.reader(path.open()))
            assert {len(row) for row in rows} == {len(rows[0])}
        elif path.suffix in (".png", ".gif"):
            Image.open(path).load()
        elif path.suffix == ".keras":
            assert damage(path) is None
        else:
            assert path.suffix == ".html" and path.read_text().endswith("</html>\n"), path
    assert len(checkpoints(folder / "checkpoints")) <= 3  # the new one and two to be pruned


if __name__ == "__main__":
    where, kills, rng = Path(sys.argv[1]), int(sys.argv[2]), random.Random(0)
    epochs = EPOCHS_A_KILL * kills
    settings = {**gan_run(where), "compile": {}, "epochs": epochs, "samples_every": 5}
    assert ended(fork(train, settings, where / "whole")) == 0
    epoch = sum(json.loads((where / "whole/history.json").read_text())["seconds"]) / epochs
    for i in range(kills):
        if i % 2:
            train_and_kill(settings, where / "run", last_call=rng.randrange(1, 2 * CALLS_AN_EPOCH))
        else:
            train_and_kill(settings, where / "run", seconds=rng.uniform(0, 8 * epoch))
        check_files(where / "run")
    assert ended(fork(train, settings, where / "run")) == 0
