import numpy as np
import pytest

from kerasgan.datasets import arguments

pytestmark = pytest.mark.any_backend


@pytest.mark.parametrize("batch_size", [0, -3, 2.0, "64", None])
def test_batch_size_must_be_a_positive_int(batch_size):
    arguments.check_batch_size(np.int64(3))
    with pytest.raises(ValueError, match="positive int. Received: batch_size="):
        arguments.check_batch_size(batch_size)


def test_channels_are_named():
    arguments.check_channels(channels_a=None, channels_b=1, channels=3)
    with pytest.raises(ValueError, match="channels_b must be 1, 3 or None. Received: channels_b=2"):
        arguments.check_channels(channels_a=1, channels_b=2)


def test_one_batch_must_be_full_unless_the_remainder_is_kept():
    arguments.check_count(4, 4, True)
    arguments.check_count(4, 5, False)
    with pytest.raises(ValueError, match="There are 4 pairs, .*Received: batch_size=5"):
        arguments.check_count(4, 5, True, "pairs")


def test_height_and_width():
    assert arguments.height_and_width(load_size=None) is None
    assert arguments.height_and_width(load_size=7) == (7, 7)
    assert arguments.height_and_width(load_size=[7, 8]) == (7, 8)
    for size in (0, -1, (4,), (4, 4, 3), (4, 0), 2.5, "64"):
        with pytest.raises(ValueError, match="positive int or .*Received: load_size="):
            arguments.height_and_width(load_size=size)
