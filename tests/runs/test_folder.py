import logging
import os
import re
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest

from kerasgan.runs.folder import EpochLog, logged, logger, occupied

pytestmark = pytest.mark.any_backend

OCCUPY = """
import sys, time, pathlib
from kerasgan.runs.folder import occupied
with occupied(pathlib.Path(sys.argv[1])):
    print("occupied", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that occupies `tmp_path / "run"`."""
    process = subprocess.Popen(
        [sys.executable, "-c", OCCUPY, str(tmp_path / "run")],
        env={**os.environ, "KERAS_BACKEND": "jax"},  # the quickest to start
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout.readline() == b"occupied\n"
    yield process
    process.kill()
    process.wait()


def test_a_folder_has_one_occupant_until_it_is_killed(other, tmp_path):
    folder = tmp_path / "run"
    with pytest.raises(ValueError, match=f"Process {other.pid} trains in .*Received: folder="):
        with occupied(folder):
            pass
    (folder / "samples").mkdir()
    left = [folder / name / f".kerasgan-{'0' * 16}.png" for name in ("", "samples")]
    for path in left:  # what it had half written
        path.touch()
    other.kill()
    other.wait()
    with occupied(folder):
        assert not any(path.exists() for path in left)
        with pytest.raises(ValueError, match=f"Process {os.getpid()} trains"), occupied(folder):
            pass
    with occupied(folder):
        pass


def lines(folder):
    """What the log holds, without the times."""
    found = (folder / "log.txt").read_text().splitlines()
    return [re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ", "", line) for line in found]


def test_what_the_log_holds(tmp_path):
    shown, level = warnings.showwarning, logger.level
    with pytest.warns(UserWarning, match="odd"), logged(tmp_path):
        logging.getLogger("kerasgan").info("begun")
        warnings.warn("odd", stacklevel=1)
        epochs = EpochLog()
        epochs.set_params({"epochs": 3})
        epochs.on_epoch_end(1, {"d_loss": 0.123456, "g_loss": 2.0})
    begun, warned, epoch, end = lines(tmp_path)
    assert (begun, epoch, end) == ("begun", "epoch 2/3: d_loss 0.1235, g_loss 2", "done")
    assert re.fullmatch(r"UserWarning: odd \(.*test_folder.py:\d+\)", warned)
    logging.getLogger("kerasgan").info("afterwards")
    with pytest.raises(KeyboardInterrupt), logged(tmp_path):
        raise KeyboardInterrupt
    with pytest.raises(ZeroDivisionError), logged(tmp_path):
        1 / 0  # noqa: B018
    assert lines(tmp_path)[4:7] == [
        "stopped by a signal",
        "stopped by an error",
        "Traceback (most recent call last):",
    ]
    assert lines(tmp_path)[-1] == "ZeroDivisionError: division by zero"
    assert (warnings.showwarning, logger.level) == (shown, level) and not logger.handlers


def test_two_runs_in_one_process_have_logs_of_their_own(tmp_path):
    shown, level, both = warnings.showwarning, logger.level, threading.Barrier(2)

    def train(name):
        (tmp_path / name).mkdir()
        with logged(tmp_path / name):
            both.wait()
            logger.info("%s begins", name)
            warnings.warn(name, stacklevel=1)
            reader = threading.Thread(target=logger.info, args=(f"read for {name}",))
            reader.start()
            reader.join()
            both.wait()

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        threads = [threading.Thread(target=train, args=(name,)) for name in ("one", "two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(str(warning.message) for warning in heard) == ["one", "two"]
    for name, other in (("one", "two"), ("two", "one")):
        found = lines(tmp_path / name)
        assert f"{name} begins" in found and found[-1] == "done"
        assert sum(line.startswith(f"UserWarning: {name}") for line in found) == 1
        assert f"read for {name}" in found  # by a thread of which nobody knows whose it is
        assert not any(f"{other} begins" in line or f": {other}" in line for line in found)
    assert (warnings.showwarning, logger.level) == (shown, level) and not logger.handlers


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path, capfd):
    (tmp_path / "log.txt").symlink_to("/dev/full")
    with logged(tmp_path):
        logger.info("begun")
    assert "Logging error" not in capfd.readouterr().err
