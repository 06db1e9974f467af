"""Programs of these tests, each in a process under a backend of its own, as users run them."""

import os
import socket
import subprocess
import sys
from pathlib import Path

TORCHRUN = ["torch.distributed.run", "--standalone"]
ROOT = Path(__file__).parents[2]


def environment(**settings):
    """The variables of a user's process: no backend but the one in `settings`, and JAX with all the
    optimisations of which `tests/conftest.py` spares it most."""
    ours = {"KERAS_BACKEND", "JAX_DISABLE_MOST_OPTIMIZATIONS", "XLA_FLAGS"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


def start(program, backend, *words, processes=1):
    """Runs `tests/across/PROGRAM.py` with words on its command line, to its end; in several
    processes, where that is asked for. JAX compiles as cheaply as in the tests around it."""
    places = ranks(processes) if processes > 1 else [{}]
    running = [begin(program, backend, *words, **place) for place in places]
    try:
        assert [process.wait() for process in running] == [0] * processes
    finally:
        for process in running:
            process.kill()


def begin(program, backend, *words, pipe=None, **settings):
    """The process of such a program; with `subprocess.PIPE` to tell it something and to hear it."""
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.across.{program}", *map(str, words)],
        env={**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT), **settings},
        cwd=ROOT,
        stdin=pipe,
        stdout=pipe,
        text=True,
    )


def ranks(processes):
    """The variables of each of several processes that are to find each other, as torchrun sets
    them. No launcher ends one for the other."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    place = {"WORLD_SIZE": str(processes), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    return [{**place, "RANK": str(i), "LOCAL_RANK": str(i)} for i in range(processes)]
