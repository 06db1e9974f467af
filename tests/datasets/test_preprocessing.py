import numpy as np
import pytest

from kerasgan.datasets.preprocessing import MODES, Preprocessing

pytestmark = pytest.mark.any_backend


def make(mode="resize_and_crop", load_size=None, crop_size=None, random=True, flip=True):
    return Preprocessing(mode, load_size, crop_size, random, flip)


POSITIONS = np.arange(6 * 9).reshape(6, 9, 1)


@pytest.mark.parametrize(
    "mode, sizes, expected",
    [
        ("resize_and_crop", (None, None), (30, 40)),
        ("resize_and_crop", (16, 8), (16, 16)),
        ("resize_and_crop", ((12, 20), None), (12, 20)),
        ("crop", (None, 8), (30, 40)),
        ("scale_width", (20, None), (15, 20)),
        ("scale_width_and_crop", (60, (8, 50)), (45, 60)),
        ("none", (None, None), (30, 40)),
    ],
)
def test_what_a_landscape_is_loaded_at(mode, sizes, expected):
    assert make(mode, *sizes).scaled_size((30, 40)) == expected


def test_a_very_wide_image_keeps_one_row():
    assert make("scale_width", 10).scaled_size((1, 100)) == (1, 10)


def test_draws_place_the_cut():
    preprocessing = make(crop_size=(4, 5))
    first = preprocessing.cut(POSITIONS, np.array([0.0, 0.0, 0.5]))
    last = preprocessing.cut(POSITIONS, np.array([0.9999, 0.9999, 0.9999]))
    np.testing.assert_array_equal(first, POSITIONS[:4, :5])
    np.testing.assert_array_equal(last, POSITIONS[2:, 4:])
    mirrored = preprocessing.cut(POSITIONS, np.array([0.0, 0.0, 0.4999]))
    np.testing.assert_array_equal(mirrored, first[:, ::-1])


def test_every_place_is_as_likely():
    preprocessing = make(crop_size=(4, 5), flip=False)
    draws = np.random.default_rng(0).random((6000, 3))
    corners = [preprocessing.cut(POSITIONS, draw)[0, 0, 0] for draw in draws]
    places, counts = np.unique(corners, return_counts=True)
    np.testing.assert_array_equal(places, POSITIONS[:3, :5].ravel())
    np.testing.assert_allclose(counts, 400, atol=5 * 20)  # 5 standard deviations


def test_not_random_is_the_centre_as_it_is():
    preprocessing = make(crop_size=(4, 5), random=False)
    for draw in np.random.default_rng(0).random((5, 3)):
        np.testing.assert_array_equal(preprocessing.cut(POSITIONS, draw), POSITIONS[1:5, 2:7])


def test_final_size():
    sizes = [(6, 9), (6, 9), (8, 9)]
    assert make().final_size("ab", sizes[:2], 4) == (6, 9)
    assert make(crop_size=6).final_size("abc", sizes, 4) == (6, 6)
    assert make("none").final_size("abc", sizes, 1) == (None, None)
    assert make("scale_width", 9).final_size("abc", sizes, 1) == (None, None)


@pytest.mark.parametrize("mode, batch_size", [("resize_and_crop", 1), ("none", 2)])
def test_sizes_that_differ(mode, batch_size):
    with pytest.raises(
        ValueError, match=rf"a.png is .*\(6, 9\), c.png at \(8, 9\).*load_size=.*Received: .*{mode}"
    ):
        make(mode).final_size(["a.png", "b.png", "c.png"], [(6, 9), (6, 9), (8, 9)], batch_size)


@pytest.mark.parametrize("size", [(5, 9), (9, 5)])
def test_an_image_smaller_than_the_crop(size):
    with pytest.raises(ValueError, match=r"b.png is loaded at .*Received: crop_size=\(6, 6\)"):
        make(crop_size=6).final_size(["a.png", "b.png"], [(6, 6), size], 1)


def test_an_unknown_mode_lists_the_known_ones():
    with pytest.raises(ValueError, match=f"{', '.join(MODES)}. Received: preprocess='resize'"):
        make("resize")


@pytest.mark.parametrize(
    "mode, load_size, crop_size, message",
    [
        ("crop", 8, 4, "does not use load_size. Received: load_size=8"),
        ("crop", None, None, "needs crop_size. Received: crop_size=None"),
        ("scale_width", 8, 4, "does not use crop_size. Received: crop_size=4"),
        ("scale_width", None, None, "needs load_size. Received: load_size=None"),
        ("scale_width", (8, 8), None, r"takes a width. Received: load_size=\(8, 8\)"),
        ("scale_width_and_crop", 8, None, "needs crop_size. Received: crop_size=None"),
        ("none", None, 4, "does not use crop_size. Received: crop_size=4"),
        ("resize_and_crop", 0, None, "positive int.*Received: load_size=0"),
        ("resize_and_crop", None, (4, -4), r"positive int.*Received: crop_size=\(4, -4\)"),
        ("scale_width", -8, None, "positive int.*Received: load_size=-8"),
    ],
)
def test_sizes_that_a_mode_cannot_use(mode, load_size, crop_size, message):
    with pytest.raises(ValueError, match=message):
        make(mode, load_size, crop_size)
