import keras
import numpy as np
import pytest
from skimage import metrics as skimage

from kerasgan.metrics import paired
from kerasgan.metrics.extractors import Extractor
from kerasgan.metrics.paired import feature_distance, l1, psnr, ssim

pytestmark = pytest.mark.any_backend


@pytest.fixture
def pairs():
    """21 images 16x13x3 that are smooth, and the same with noise of growing strength."""
    rng = np.random.default_rng(0)
    coarse = rng.uniform(-0.8, 0.8, (21, 4, 4, 3)).repeat(4, axis=1).repeat(4, axis=2)[:, :, :13]
    noise = rng.normal(size=coarse.shape) * np.linspace(0.01, 1, 21)[:, None, None, None]
    return coarse.astype("float32"), np.clip(coarse + noise, -1, 1).astype("float32")


@pytest.fixture
def maps(pairs):
    """Two feature maps of each side."""

    def of(images):
        return [images[:, :8, ::2] + 0.1, np.concatenate([images, images**2], axis=3)[:, ::3]]

    return tuple(of(side) for side in pairs)


@pytest.fixture
def extractor():
    inputs = keras.Input((16, 13, 3))
    shallow = keras.layers.Conv2D(4, 3, strides=2, activation="relu", name="shallow")(inputs)
    deep = keras.layers.Conv2D(6, 3, strides=2, activation="relu", name="deep")(shallow)
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(deep))
    return Extractor(model, "random", maps=["shallow", "deep"])


def test_l1_by_hand():
    real, fake = np.zeros((2, 1, 2, 1)), np.array([0.5, -0.25, 1, -1]).reshape(2, 1, 2, 1)
    assert l1(real, fake) == (0.5 + 0.25 + 1 + 1) / 4


def test_psnr_is_the_mean_over_images_and_not_that_of_the_mean_error():
    real = np.zeros((2, 2, 3, 1))
    fake = np.array([0.2, 0.02]).reshape(2, 1, 1, 1) * np.ones_like(real)
    assert psnr(real, fake) == pytest.approx((20 + 40) / 2, rel=1e-12)


def test_psnr_is_scikit_images(pairs):
    real, fake = (side.astype(float) for side in pairs)
    expected = [
        skimage.peak_signal_noise_ratio(x, y, data_range=2) for x, y in zip(real, fake, strict=True)
    ]
    assert psnr(*pairs) == pytest.approx(np.mean(expected), rel=1e-12)


def test_psnr_of_one_identical_pair_is_infinite(pairs):
    real, fake = pairs
    assert psnr(real, np.concatenate([real[:1], fake[1:]])) == np.inf


@pytest.mark.parametrize("height, width", [(16, 13), (11, 11), (11, 13)])
@pytest.mark.parametrize("channels", [1, 3])
def test_ssim_is_scikit_images(pairs, height, width, channels):
    real, fake = (side[:, :height, :width, :channels] for side in pairs)
    expected = [
        skimage.structural_similarity(
            x.astype(float),
            y.astype(float),
            data_range=2,
            channel_axis=2,
            gaussian_weights=True,
            use_sample_covariance=False,
        )
        for x, y in zip(real, fake, strict=True)
    ]
    assert ssim(real, fake) == pytest.approx(np.mean(expected), abs=1e-12)


def test_ssim_of_flat_images_is_that_of_their_luminance():
    # no structure: (2 a b + c1) / (a^2 + b^2 + c1) with c1 = (0.01 * 2)^2
    expected = (2 * 0.5 * -0.1 + 0.0004) / (0.25 + 0.01 + 0.0004)
    found = ssim(np.full((1, 12, 15, 2), 0.5), np.full((1, 12, 15, 2), -0.1))
    assert found == pytest.approx(expected, rel=1e-9)


def test_ssim_refuses_images_smaller_than_the_window(pairs):
    real, fake = (side[:, :10] for side in pairs)
    with pytest.raises(ValueError, match="11x11 pixels. Received: height=10, width=13"):
        ssim(real, fake)


def test_feature_distance_by_hand():
    x = np.array([[3.0, 4.0], [1.0, 0.0]]).reshape(1, 2, 1, 2)
    y = np.array([[8.0, 6.0], [-2.0, 0.0]]).reshape(1, 2, 1, 2)
    one = (0.6 - 0.8) ** 2 + (0.8 - 0.6) ** 2  # (3, 4) / 5 and (8, 6) / 10
    assert feature_distance([x], [y]) == pytest.approx((one + 4) / 2, rel=1e-12)
    opposite = np.full((1, 3, 2, 1), 5.0)
    both = feature_distance([x, opposite], [y, -opposite])
    assert both == pytest.approx((one + 4) / 2 + 4, rel=1e-12)


def test_feature_distance_is_two_less_twice_the_cosine(maps):
    expected = 0
    for x, y in zip(*maps, strict=True):
        lengths = np.linalg.norm(x, axis=3) * np.linalg.norm(y, axis=3)
        expected += (2 - 2 * np.einsum("nhwc,nhwc->nhw", x, y) / lengths).mean()
    assert feature_distance(*maps) == pytest.approx(expected, rel=1e-5)


def test_features_that_are_all_zero_stay_zero():
    zero, other = np.zeros((1, 2, 2, 3)), np.full((1, 2, 2, 3), 7.0)
    assert feature_distance([zero], [zero]) == 0
    assert feature_distance([zero], [other]) == pytest.approx(1, rel=1e-12)


def test_identity_symmetry_and_order(pairs, maps, extractor):
    real, fake = pairs
    half = (real + fake) / 2
    for function in (l1, psnr, ssim):
        assert function(real, fake) == pytest.approx(function(fake, real), rel=1e-12)
        worse, better = function(real, fake), function(real, half)
        assert worse > better if function is l1 else worse < better
    assert l1(real, real) == 0 and ssim(real, real) == pytest.approx(1, rel=1e-12)
    assert feature_distance(*maps) == pytest.approx(feature_distance(*maps[::-1]), rel=1e-12)
    assert feature_distance(maps[0], maps[0]) == 0
    of_real, of_fake, of_half = (extractor.maps(images) for images in (real, fake, half))
    assert 0 < feature_distance(of_real, of_half) < feature_distance(of_real, of_fake) < 8


def test_chunks_do_not_change_them(pairs, maps, monkeypatch):
    whole = [function(*pairs) for function in (l1, psnr, ssim)] + [feature_distance(*maps)]
    monkeypatch.setattr(paired, "CHUNK", 2000)
    parts = [function(*pairs) for function in (l1, psnr, ssim)] + [feature_distance(*maps)]
    assert parts == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize("function", [l1, psnr, ssim])
def test_images_are_checked(pairs, function):
    real, fake = pairs
    for bad in (fake[:-1], fake[..., :1], fake[:, :, :, 0]):
        with pytest.raises(ValueError, match=r"Received: real.shape=\(21, 16, 13, 3\), fake.shape"):
            function(real, bad)
    with pytest.raises(ValueError, match="Received: real.shape="):
        function(real[:0], fake[:0])
    with pytest.raises(ValueError, match="8-bit images.*Received: fake from 0 to 255"):
        function(real, np.linspace(0, 255, real.size).reshape(real.shape))
    with pytest.raises(ValueError, match="`real` must lie in .*from nan to nan"):
        function(np.where(real == real[3, 4, 5, 1], np.nan, real), fake)


def test_maps_are_checked(maps):
    first, second = maps
    with pytest.raises(ValueError, match=r"Received: len\(real\)=2, len\(fake\)=1"):
        feature_distance(first, second[:1])
    with pytest.raises(ValueError, match=r"Received: len\(real\)=0, len\(fake\)=0"):
        feature_distance([], [])
    with pytest.raises(ValueError, match="Received: real.shape="):
        feature_distance(first, second[::-1])
    with pytest.raises(ValueError, match="NaN or infinite values. Received: a map of shape"):
        feature_distance(first, [second[0], second[1] * np.inf])
