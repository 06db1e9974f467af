"""Runs measurements one after another."""

import json
import os
import subprocess
import sys
import traceback

BACKENDS = ("tensorflow", "jax", "torch")


def child(module, *words):
    """What a module prints in its last line, as JSON, from a process of its own, where TensorFlow
    computes by oneDNN as under the `kerasgan` command.

    Raises:
        subprocess.CalledProcessError: if it fails.
    """
    command = [sys.executable, "-m", module, *map(str, words)]
    env = {"TF_ENABLE_ONEDNN_OPTS": "1", **os.environ}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=env)
    return json.loads(done.stdout.splitlines()[-1])


def run_all(jobs):
    """Do all jobs; what fails is reported, and the others go on.

    Args:
        jobs: iterable of (name, function without arguments that returns a text of what it found).

    Returns:
        The exit code of a command that goes on when it is given again: 1 if a job failed, 130
        after Ctrl-C.
    """
    failed = 0
    try:
        for name, job in jobs:
            print(f"{name} ...", flush=True)
            try:
                print(f"{name}: {job()}", flush=True)
            except Exception:
                traceback.print_exc()
                print(f"{name} failed", file=sys.stderr)
                failed += 1
    except KeyboardInterrupt:
        print("stopped; the same command goes on", file=sys.stderr)
        return 130
    if failed:
        print(f"{failed} failed, see above", file=sys.stderr)
    return 1 if failed else 0
