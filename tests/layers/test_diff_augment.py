import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan as kg
from kerasgan.engine import gradient
from kerasgan.layers import DiffAugment

POSITIVE = np.random.default_rng(0).uniform(0.1, 1, (256, 16, 24, 3)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def augmented(layer, images):
    return numpy(layer(ops.array(images)))


def test_color_brightens_then_scales_about_the_channel_mean_then_about_the_image_mean():
    y = augmented(DiffAugment("color", seed=1), POSITIVE)
    mean = POSITIVE.mean(axis=(1, 2, 3))
    brightness = y.mean(axis=(1, 2, 3)) - mean  # the other two leave the image's mean alone
    grey, grey_y = POSITIVE.mean(axis=3), y.mean(axis=3)
    contrast = (grey_y - y.mean(axis=(1, 2, 3))[:, None, None]) / (grey - mean[:, None, None])
    contrast = np.median(contrast, axis=(1, 2))
    differing, differing_y = POSITIVE - grey[..., None], y - grey_y[..., None]
    saturation = np.median(differing_y / differing, axis=(1, 2, 3)) / contrast
    want = POSITIVE + brightness[:, None, None, None]
    for axes, factor in ((3, saturation), ((1, 2, 3), contrast)):
        centre = want.mean(axis=axes, keepdims=True)
        want = (want - centre) * factor[:, None, None, None] + centre
    np.testing.assert_allclose(y, want, atol=1e-4)
    for draw, low, high in ((brightness, -0.5, 0.5), (saturation, 0, 2), (contrast, 0.5, 1.5)):
        assert low - 1e-3 < draw.min() < low + 0.05 * (high - low)
        assert high + 1e-3 > draw.max() > high - 0.05 * (high - low)
        assert draw.mean() == pytest.approx((low + high) / 2, abs=0.08 * (high - low))
    draws = np.corrcoef([brightness, saturation, contrast])
    assert np.abs(draws - np.eye(3)).max() < 0.25


def test_saturation_leaves_one_channel_alone():
    x = POSITIVE[..., :1]
    y = augmented(DiffAugment("color", seed=1), x)
    spread = y.std(axis=(1, 2, 3)) / x.std(axis=(1, 2, 3))
    assert 0.5 - 1e-3 < spread.min() and spread.max() < 1.5 + 1e-3


def moved(image, down, right):
    result = np.zeros_like(image)
    h, w, _ = image.shape
    result[max(down, 0) : h + min(down, 0), max(right, 0) : w + min(right, 0)] = image[
        max(-down, 0) : h + min(-down, 0), max(-right, 0) : w + min(-right, 0)
    ]
    return result


def test_translation_moves_by_whole_pixels_and_fills_with_zero():
    y = augmented(DiffAugment("translation", seed=1), POSITIVE)
    offsets = []
    for image, result in zip(POSITIVE, y, strict=True):
        fits = [
            (down, right)
            for down in range(-2, 3)
            for right in range(-3, 4)
            if np.array_equal(moved(image, down, right), result)
        ]
        assert len(fits) == 1
        offsets += fits
    assert len(set(offsets)) == 5 * 7  # each of them, in 256 draws: missed with probability 2e-2
    assert np.abs(np.mean(offsets, axis=0)).max() < 0.5


def test_cutout_zeroes_a_rectangle_of_half_the_size_clipped_at_the_border():
    y = augmented(DiffAugment("cutout", seed=1), POSITIVE)
    hole = y == 0
    np.testing.assert_array_equal(np.where(hole, 0, POSITIVE), y)
    heights, widths = hole.any(axis=(2, 3)).sum(axis=1), hole.any(axis=(1, 3)).sum(axis=1)
    np.testing.assert_array_equal(hole.sum(axis=(1, 2, 3)), 3 * heights * widths)
    assert (heights.min(), heights.max(), widths.min(), widths.max()) == (4, 8, 6, 12)
    # centres 0..h: the mean over them of the clipped length, 8 - 2 * (1 + 2 + 3 + 4) / 17
    assert heights.mean() == pytest.approx(8 - 20 / 17, abs=0.3)


def test_cutout_of_an_odd_size():
    y = augmented(DiffAugment("cutout", seed=1), POSITIVE[:, :5, :6, :1])
    heights = (y == 0).any(axis=(2, 3)).sum(axis=1)
    assert set(heights) == {2, 3}  # centres 0..4 of a length of 3


def test_the_gradient_is_that_of_what_is_left():
    x = ops.array(POSITIVE)
    for policy in ("translation", "cutout"):
        layer = DiffAugment(policy, seed=1)
        y = augmented(DiffAugment(policy, seed=1), POSITIVE)
        slope = numpy(gradient(layer, x))
        np.testing.assert_allclose((slope * POSITIVE).sum((1, 2, 3)), y.sum((1, 2, 3)), 1e-5)
        assert set(np.unique(slope)) == {0, 1}
    assert np.isfinite(numpy(gradient(DiffAugment(), x))).all()


def test_each_call_draws_anew_and_a_seed_repeats():
    layer = DiffAugment(seed=3)
    first, second = augmented(layer, POSITIVE), augmented(layer, POSITIVE)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, augmented(DiffAugment(seed=3), POSITIVE))


def test_config_and_dtype():
    layer = DiffAugment(("cutout", "color"), seed=3, name="augment")
    copy = DiffAugment.from_config(layer.get_config())
    assert (copy.policy, copy.seed, copy.name) == (("cutout", "color"), 3, "augment")
    for dtype in ("float16", "bfloat16", "float32"):
        y = DiffAugment(seed=1, dtype="mixed_float16")(ops.cast(POSITIVE, dtype))
        assert keras.backend.standardize_dtype(y.dtype) == dtype
        assert layer(keras.KerasTensor((None, 8, 8, 1), dtype)).dtype == dtype


def test_it_trains_inside_a_discriminator(images):
    layer = DiffAugment(seed=1)
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), layer, layers.Flatten(), layers.Dense(1)]
    )
    gan = kg.GAN((8, 8, 1), 4, discriminator=discriminator, generator_units=(8,))
    gan.compile()
    state = numpy(layer.seed_generator.state)
    history = gan.fit(images[:24], batch_size=16, epochs=2, verbose=0).history  # 16, then 8
    assert np.isfinite([*history["d_loss"], *history["g_loss"]]).all()
    # three passes of three draws for colour, two for each of the others, in each of four steps
    assert numpy(layer.seed_generator.state)[1] - state[1] == 4 * 3 * 7
