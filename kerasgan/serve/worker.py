"""One process of a service: python -m kerasgan.serve.worker SOCKET PIPE SETTINGS."""

import contextlib
import json
import os
import signal
import socket
import sys
import threading

from kerasgan.serve.server import work


def _main(number, pipe, settings):
    def follow():  # the supervisor, into its end
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    def ready():
        os.write(int(pipe), b"1")

    threading.Thread(target=follow, daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):  # of Ctrl-C, which all of them get
        work(socket.socket(fileno=int(number)), json.loads(settings), ready)


if __name__ == "__main__":
    _main(*sys.argv[1:])
