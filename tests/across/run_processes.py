"""Run by `test_processes.py` in several processes:
python -m tests.across.run_processes FOLDER NAME/WHAT ...

Begins the run FOLDER/NAME, or goes on with it, for each of these, and does to one of the processes
WHAT is said: at once, or some seconds after training began. Each says how it ended.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

from kerasgan import runs
from kerasgan.runs import fingerprint, fitting, processes, run
from kerasgan.utils.versions import versions
from tests.runs.settings import gan_run

SECONDS = float(os.environ.get("SECONDS_TRAINED", "1"))
RANK = int(os.environ.get("RANK", "0"))
SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGTERM}


def later(seconds, number):
    threading.Timer(seconds, os.kill, (os.getpid(), number)).start()


def begin(what, settings):
    """Sets the one process apart, for one run; gives what is to be put back."""
    before = processes.versions, fingerprint.held, run.complete, fitting.EpochLog
    if what == "versions" and RANK == 1:
        processes.versions = lambda: {**versions(), "keras": "2.0"}
    elif what == "settings" and RANK == 1:
        settings["seed"] = 1
    elif what == "data":
        os.environ["LOCAL_RANK"] = "0"  # as on a machine of its own
        fingerprint.held = lambda config: before[1](config)._replace(files={"mine": str(RANK)})
    elif what == "error" and RANK == 1:
        run.complete = None
    elif what == "batch":
        settings["data"]["batch_size"] = 9
    elif what in SIGNALS and RANK == 1:

        class Ending(fitting.EpochLog):
            def on_train_begin(self, logs=None):
                later(SECONDS, SIGNALS[what])

        fitting.EpochLog = Ending
    elif what == "hang":
        processes.PATIENCE = 1

        class Hanging(fitting.EpochLog):
            def on_epoch_begin(self, epoch, logs=None):
                if epoch == 1:
                    if RANK == 0:
                        later(1, signal.SIGTERM)
                    time.sleep(1000 * RANK)

        fitting.EpochLog = Hanging
    return before


if __name__ == "__main__":
    where, *words = sys.argv[1:]
    for word in words:
        name, what = word.split("/")
        folder = Path(where, name)
        settings = {**gan_run(Path(where)), "compile": {}, "epochs": 100, "samples_every": 20}
        before = begin(what, settings)
        try:
            if (folder / "config.json").exists():
                runs.resume(folder, verbose=0)
            else:
                runs.start(settings, folder, verbose=0)
            said = "done"
        except KeyboardInterrupt:
            said = "stopped"
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        processes.versions, fingerprint.held, run.complete, fitting.EpochLog = before
        os.write(1, f"{RANK} {word}: {' '.join(said.split())}\n".encode())  # at once
        if said.startswith("ConnectionError"):
            processes.leave(1)
