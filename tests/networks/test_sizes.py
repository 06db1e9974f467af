import pytest

from kerasgan.networks.sizes import check_size, stages

pytestmark = pytest.mark.any_backend


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


@pytest.mark.parametrize(
    "size, multiple, least, nearest",
    [
        ((30, 64), 4, None, "32x64"),
        ((29, 33), 4, 8, "28x32"),
        ((4, 8), 4, 8, "8x8"),
        ((250, 5), 256, None, "256x256"),
        ((30, 10), 1, 24, "30x24"),
        ((16, 16), 4, 18, "20x20"),
    ],
)
def test_sizes_that_are_no_multiple_are_refused_with_the_nearest(size, multiple, least, nearest):
    with pytest.raises(ValueError, match=rf"size that works is {nearest}. Received: data_shape="):
        check_size((*size, 3), multiple, least)
    check_size((*map(int, nearest.split("x")), 3), multiple, least)


def test_shapes_that_are_not_an_images_are_refused():
    with pytest.raises(ValueError, match=r"Received: data_shape=\(2,\)"):
        check_size((2,), 4)
