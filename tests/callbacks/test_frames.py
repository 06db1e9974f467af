import errno

import pytest

from kerasgan.callbacks.frames import drawing

pytestmark = pytest.mark.any_backend


def test_what_cannot_be_drawn_is_told_and_no_more():
    with pytest.warns(UserWarning, match=r"a\.png is not drawn: KeyError: 'odd'"), drawing("a.png"):
        raise KeyError("odd")
    with pytest.raises(KeyboardInterrupt), drawing("a.png"):
        raise KeyboardInterrupt
    with pytest.raises(OSError, match="no room"), drawing("a.png"):  # for the model neither
        raise OSError(errno.ENOSPC, "no room")
