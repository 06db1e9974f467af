import errno

import pytest

from kerasgan.callbacks.frames import EpochFrames, drawing

pytestmark = pytest.mark.any_backend


def test_what_cannot_be_drawn_is_told_and_no_more():
    with pytest.warns(UserWarning, match=r"a\.png is not drawn: KeyError: 'odd'"), drawing("a.png"):
        raise KeyError("odd")
    with pytest.raises(KeyboardInterrupt), drawing("a.png"):
        raise KeyboardInterrupt
    with pytest.raises(OSError, match="no room"), drawing("a.png"):  # for the model neither
        raise OSError(errno.ENOSPC, "no room")


def test_pictures_get_rarer_in_a_long_run(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(EpochFrames, "_save_frame", lambda self, epoch: drawn.append(epoch))
    frames = EpochFrames(tmp_path / "samples", every=3)
    frames.on_train_begin()
    for epoch in range(13_000):
        frames.on_epoch_end(epoch)
    expected = [*range(3, 3000, 3), *range(3000, 6000, 6), *range(6000, 12_000, 12)]
    assert drawn == [*expected, *range(12_000, 13_000, 24)]
