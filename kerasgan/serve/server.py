"""The service as processes: one, or several workers that share a port and are replaced."""

import contextlib
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kerasgan.serve.counters import FOLDER
from kerasgan.serve.limits import Limits
from kerasgan.utils.checks import whole

GRACE = 30  # seconds for requests that run when the service is to stop
TICK = 0.05  # seconds from one look at the workers to the next
PAUSE = 1.0  # seconds before a worker that could not start again is tried once more


def serve(
    models: Mapping[str, str],
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    limits: Limits | None = None,
    origins: Sequence[str] = (),
    trust: bool = False,
) -> None:
    """Serve models until SIGTERM or Ctrl-C; requests that run then are still answered.

    Args:
        models: dict of names to presets, runs, `.keras` files, `.onnx` files or SavedModels.
        host: str, the address to listen at; "0.0.0.0" for all of the machine's.
        port: int; 0 takes a free one.
        workers: int, processes that share the port. Each holds all models. One that dies is
            replaced.
        limits: `Limits` of each worker, or None for the default ones.
        origins: list of str, web sites whose pages may ask, or "*".
        trust: bool. True imports the modules that runs of classes of one's own name.

    Raises:
        ValueError: if there are no models, or one cannot be loaded.
        OSError: if the port is taken.
        RuntimeError: if a worker cannot start.
    """
    if not models:
        raise ValueError(f"There must be a model to serve. Received: models={dict(models)}")
    whole("workers", workers)
    whole("port", port, least=0, most=65535)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=2048) as listener:
        port = listener.getsockname()[1]
        settings = {
            "models": dict(models),
            "limits": dataclasses.asdict(limits or Limits()),
            "origins": list(origins),
            "trust": trust,
        }
        url = f"http://{f'[{host}]' if family == socket.AF_INET6 else host}:{port}"

        def ready():
            print(f"{url} serves {', '.join(models)}; {url}/docs explains", flush=True)

        if workers == 1:
            work(listener, settings, ready)
        else:
            _Supervisor(listener, settings, workers).run(ready)


def work(listener: socket.socket, settings: dict[str, Any], ready: Callable[[], None]) -> None:
    """Load the models and answer requests until a signal comes.

    Args:
        listener: socket that listens.
        settings: dict, see `serve`.
        ready: function that is called when all models are loaded.
    """
    import uvicorn

    from kerasgan.serve.application import application
    from kerasgan.serve.served import opened

    warnings.filterwarnings("ignore", ".*could be decompression bomb.*")  # they are refused
    limits = Limits(**settings["limits"])
    models = {
        name: opened(source, settings["trust"]) for name, source in settings["models"].items()
    }
    for model in models.values():
        model.warm(limits.batch)
    app = application(models, limits, settings["origins"])
    # Nothing of requests is logged. A client that is slow to ask again keeps no one waiting.
    config = uvicorn.Config(
        app, access_log=False, log_level="warning", timeout_graceful_shutdown=GRACE, backlog=2048
    )
    before = signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it again at its end
    server = uvicorn.Server(config)
    try:
        with server.capture_signals():  # before anybody is told that there is something to end
            ready()
            server.run(sockets=[listener])
    finally:
        signal.signal(signal.SIGTERM, before)


class _Supervisor:
    """Keeps workers alive, which are processes of `kerasgan.serve.worker`."""

    def __init__(self, listener: socket.socket, settings: dict[str, Any], workers: int):
        self._listener, self._settings, self._workers = listener, settings, workers
        self._running: dict[subprocess.Popen, int] = {}  # and the pipes that say they are ready
        self._ready: set[subprocess.Popen] = set()
        self._stopping = threading.Event()

    def run(self, ready: Callable[[], None]) -> None:
        before = signal.signal(signal.SIGTERM, lambda *_: self._stopping.set())
        with tempfile.TemporaryDirectory() as folder:
            try:
                for _ in range(self._workers):
                    self._start(folder)
                while len(self._ready) < self._workers and not self._stopping.wait(TICK):
                    self._look()
                    if ended := self._ended():
                        raise RuntimeError(
                            "A worker could not start, as it said above. "
                            f"Received: workers={self._workers}, status={ended[0].returncode}"
                        )
                if not self._stopping.is_set():
                    ready()
                while not self._stopping.wait(TICK):
                    self._replace(folder)
            finally:
                signal.signal(signal.SIGTERM, before)
                self._stop()

    def _start(self, folder):
        reading, writing = os.pipe()
        command = [sys.executable, "-m", "kerasgan.serve.worker"]
        numbers = [self._listener.fileno(), writing]
        path = os.pathsep.join(filter(None, sys.path))
        process = subprocess.Popen(
            [*command, *map(str, numbers), json.dumps(self._settings)],
            pass_fds=numbers,
            stdin=subprocess.PIPE,  # which ends when this process does, however it does
            env={**os.environ, FOLDER: folder, "PYTHONPATH": path},
        )
        os.close(writing)
        os.set_blocking(reading, False)
        self._running[process] = reading

    def _look(self):
        """Note which workers have become ready."""
        found = set()
        for process in self._running.keys() - self._ready:
            with contextlib.suppress(BlockingIOError):
                found |= {process} if os.read(self._running[process], 1) else set()
        self._ready |= found
        return found

    def _ended(self):
        return [process for process in self._running if process.poll() is not None]

    def _replace(self, folder):
        from prometheus_client.multiprocess import mark_process_dead

        for process in self._look():
            _say(f"worker {process.pid} is ready")
        for process in self._ended():
            was_ready = process in self._ready
            self._forget(process)
            mark_process_dead(process.pid, folder)
            _say(f"worker {process.pid} ended with {process.returncode}")
            if was_ready or not self._stopping.wait(PAUSE):
                self._start(folder)

    def _forget(self, process):
        self._ready.discard(process)
        os.close(self._running.pop(process))
        process.stdin.close()

    def _stop(self):
        for process in self._running:
            process.terminate()
        until = time.monotonic() + GRACE + 5
        for process in list(self._running):
            try:
                process.wait(max(until - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self._forget(process)


def _say(what):
    print(f"kerasgan: {what}", file=sys.stderr, flush=True)
