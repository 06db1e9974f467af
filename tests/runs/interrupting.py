"""Ctrl-C at a step."""

import os
import signal

from kerasgan.runs.fitting import Stop


def interrupt_at(monkeypatch, step, by=signal.SIGINT):
    """Ctrl-C during a step, counted from 1 over the whole run; again for every later run."""
    begin = Stop.on_train_batch_begin

    def on_train_batch_begin(self, batch, logs=None):
        begin(self, batch, logs)
        if self._before + batch + 1 == step:
            os.kill(os.getpid(), by)

    monkeypatch.setattr(Stop, "on_train_batch_begin", on_train_batch_begin)
