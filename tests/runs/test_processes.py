import signal

import pytest

from kerasgan.runs import processes

pytestmark = pytest.mark.any_backend


@pytest.mark.parametrize("before", [signal.SIG_DFL, signal.SIG_IGN, lambda number, frame: None])
def test_signals_are_as_before_after_a_run_of_several_processes(monkeypatch, before):
    monkeypatch.setattr(processes.backend, "process", lambda: (0, 2))
    usual = signal.signal(signal.SIGTERM, before)
    try:
        with pytest.raises(KeyError), processes._leaving():
            assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
            raise KeyError
        assert signal.getsignal(signal.SIGTERM) == before
        assert signal.set_wakeup_fd(-1) == -1
    finally:
        signal.signal(signal.SIGTERM, usual)
