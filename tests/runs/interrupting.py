"""Ctrl-C at a step."""

import os
import signal

from kerasgan.runs.fitting import Stop


def interrupt_at(monkeypatch, step, by=signal.SIGINT):
    """Ctrl-C during a step, counted from 1 over the whole run; again for every later run."""
    end = Stop.on_train_batch_end

    def on_train_batch_end(self, batch, logs=None):
        if self._before + batch + 1 == step:
            os.kill(os.getpid(), by)
        end(self, batch, logs)

    monkeypatch.setattr(Stop, "on_train_batch_end", on_train_batch_end)
