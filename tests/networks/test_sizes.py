import pytest

from kerasgan.networks.sizes import stages


@pytest.mark.parametrize(
    "size, start",
    [
        ((16, 16), (4, 4, 2)),
        ((28, 28), (7, 7, 2)),
        ((32, 32), (4, 4, 3)),
        ((48, 64), (6, 8, 3)),
        ((64, 64), (4, 4, 4)),
        ((128, 128), (4, 4, 5)),
        ((20, 64), (5, 16, 2)),
    ],
)
def test_start_times_doublings_is_the_size(size, start):
    assert stages((*size, 3)) == start
    assert tuple(side * 2 ** start[2] for side in start[:2]) == size


@pytest.mark.parametrize(
    "size, nearest",
    [((30, 30), "32x32"), ((29, 64), "28x64"), ((8, 8), "16x16"), ((66, 5), "68x16")],
)
def test_other_sizes_are_refused_with_the_nearest(size, nearest):
    with pytest.raises(ValueError, match=rf"nearest size that works is {nearest}. Received"):
        stages((*size, 1))


def test_points_are_refused():
    with pytest.raises(ValueError, match=r"pass `generator=`.*Received: data_shape=\(2,\)"):
        stages((2,))
