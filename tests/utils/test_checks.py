import numpy as np
import pytest

from kerasgan.utils import checks

pytestmark = pytest.mark.any_backend


@pytest.mark.parametrize("value", [0, -1, 2.0, True, "3", None])
def test_whole(value):
    assert checks.whole("n", np.int64(1)) == 1 and checks.whole("n", 0, least=0) == 0
    with pytest.raises(ValueError, match=f"`n` must be a whole number.*Received: n={value!r}"):
        checks.whole("n", value)


@pytest.mark.parametrize("value", [0.0, 1.0, -1, np.nan, np.inf, True, "0.5", None])
def test_number(value):
    assert checks.number("x", np.float32(0.5), above=0, below=1) == 0.5
    assert checks.number("x", 0, least=0, most=0) == 0
    with pytest.raises(ValueError, match="`x` must be a number above 0 and below 1. Received: x="):
        checks.number("x", value, above=0, below=1)


def test_one_of():
    checks.one_of("direction", "AtoB", ("AtoB", "BtoA"))
    with pytest.raises(ValueError, match="be one of AtoB, BtoA. Received: direction='atob'"):
        checks.one_of("direction", "atob", ("AtoB", "BtoA"))


def test_height_and_width():
    assert checks.height_and_width("size", None) is None
    assert checks.height_and_width("size", 7) == (7, 7)
    assert checks.height_and_width("size", [7, 8]) == (7, 8)
    for size in (0, -1, (4,), (4, 4, 3), (4, 0), 2.5, "64"):
        with pytest.raises(ValueError, match="positive int or .*Received: size="):
            checks.height_and_width("size", size)


@pytest.mark.parametrize("value", [1.02, -1.02, np.nan, np.inf])
def test_bounds_of_images(value):
    images = np.zeros((2, 4, 4, 1))
    images[1, 2, 3] = 1.005  # as interpolation overshoots
    assert checks.images("x", images).max() == np.float32(1.005)
    images[0, 0, 0] = value
    with pytest.raises(ValueError, match=r"`x` must lie in \[-1, 1\].*Received: x from"):
        checks.images("x", images)
    assert checks.images("x", images, in_range=False).shape == images.shape


@pytest.mark.parametrize("channels, wanted", [(None, "1 or 3"), (4, "4")])
def test_shapes_of_images(channels, wanted):
    for shape in ((4, 4, 3), (0, 4, 4, 3), (2, 4, 4, 2)):
        with pytest.raises(ValueError, match=rf"with {wanted} channels. Received: x.shape=\("):
            checks.images("x", np.zeros(shape), channels)
    with pytest.raises(ValueError, match="floats.*Received: x.dtype=uint8"):
        checks.images("x", np.zeros((2, 4, 4, channels or 3), "uint8"), channels)


@pytest.mark.parametrize("value", [np.float32("inf"), np.float32("nan"), 10**400, -(10**400), 1j])
def test_what_no_float_holds(value):
    with pytest.raises(ValueError, match="`x` must be a finite number. Received: x="):
        checks.number("x", value)
    with pytest.raises(ValueError, match="`n` must be a whole number.* Received: n="):
        checks.whole("n", value)


def test_upper_bounds():
    with pytest.raises(ValueError, match="at least 1 and at most 65536. Received: filters=65537"):
        checks.width("filters", 2**16 + 1)
    with pytest.raises(ValueError, match=r"Received: n=1000+\.\.\.$"):
        checks.whole("n", 10**300)
    with pytest.raises(ValueError, match="Received: n=a int$"):
        checks.whole("n", 10**5000)


@pytest.mark.parametrize("values", ["12", {1: 2}, {1}, 3, None, (1, 0), (1, 2.0), (1, 2, 3)])
def test_widths(values):
    assert checks.widths("shape", [1, np.int64(2)], 2) == (1, 2)
    with pytest.raises((TypeError, ValueError), match="Received: shape="):
        checks.widths("shape", values, 2)


@pytest.mark.parametrize("seed", [-1, 2**31, True, 1.0, "x"])
def test_seed(seed):
    assert checks.seed("seed", None) is None and checks.seed("seed", np.int64(3)) == 3
    with pytest.raises(ValueError, match="`seed` must be a whole number"):
        checks.seed("seed", seed)


def test_floats():
    assert checks.floats("x", [[1, 2]]).dtype == float
    for value in (10**400, "x", [object()], [[1], [1, 2]]):
        with pytest.raises(ValueError, match="`x` must be an array of numbers.*Received: x="):
            checks.floats("x", value)


def test_instance():
    checks.instance("x", 1, int)
    with pytest.raises(TypeError, match="`x` must be a str. Received: x=1"):
        checks.instance("x", 1, str)
