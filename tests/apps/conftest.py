import pytest

import kerasgan as kg


@pytest.fixture
def epochs(monkeypatch):
    """The numbers of the epochs that are trained, from 0; `stop_at` one of them by Ctrl-C."""

    class Epochs(list):
        stop_at = None

    seen = Epochs()

    class Watched(kg.callbacks.LossHistory):
        def on_epoch_begin(self, epoch, logs=None):
            super().on_epoch_begin(epoch, logs)
            if epoch == seen.stop_at:
                raise KeyboardInterrupt
            seen.append(epoch)

    monkeypatch.setattr(kg.callbacks, "LossHistory", Watched)
    return seen
