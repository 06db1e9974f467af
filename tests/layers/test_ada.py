import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan.engine import AdversarialModel, gradient
from kerasgan.layers import AdaptiveAugment
from kerasgan.layers.ada import compose, recolor, rotation, scaling, translation, warp

IMAGES = np.random.default_rng(0).uniform(-1, 1, (64, 8, 8, 3)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def at(p, **kwargs):
    layer = AdaptiveAugment(seed=1, **kwargs)
    layer.p.assign(p)
    return layer


def augmented(layer, images=IMAGES):
    return numpy(layer(ops.array(images)))


def each(*values):
    return [ops.array([value] * len(IMAGES), "float32") for value in values]


def warped(matrix, images=IMAGES):
    return numpy(warp(ops.array(images), matrix))


# ---- the strength


def test_strength_moves_by_the_batch_over_the_speed_towards_the_target():
    layer = AdaptiveAugment(target=0.6, speed=100)
    moves = (
        ([3, 1, 2, 0.1], 0.04),  # mean sign 1, above the target
        ([[3], [1], [2], [0.1]], 0.08),
        ([3, 1, 2, -0.1], 0.04),  # mean sign 1/2, below it
        ([-1] * 20, 0.0),
        ([1] * 300, 1.0),
        ([1] * 3, 1.0),
        ([-1], 0.99),
    )
    for logits, want in moves:
        layer.observe(ops.array(np.array(logits, "float32")))
        assert float(numpy(layer.p)) == pytest.approx(want, abs=1e-6)


def test_half_precision_logits():
    layer = AdaptiveAugment(speed=1000)
    layer.observe(ops.cast(np.ones((3, 1)), "float16"))
    assert float(numpy(layer.p)) == pytest.approx(0.003)


@pytest.mark.parametrize("arguments", [{"target": 1}, {"target": 0}, {"speed": 0}, {"speed": 0.5}])
def test_arguments_out_of_range_are_refused(arguments):
    (name,) = arguments
    with pytest.raises(ValueError, match=f"Received: {name}="):
        AdaptiveAugment(**arguments)


# ---- the map of the pixels


def test_identity_is_exact():
    np.testing.assert_array_equal(
        warped(compose(scaling(*each(1, 1)), rotation(*each(1, 0)))), IMAGES
    )
    for shape in ((1, 6), (7, 4)):
        x = np.resize(IMAGES, (64, *shape, 1))
        np.testing.assert_array_equal(warped(translation(*each(0, 0)), x), x)


def test_quarter_turns_flips_and_moves_are_exact():
    x = IMAGES
    np.testing.assert_array_equal(warped(rotation(*each(0, 1))), np.rot90(x, 1, (1, 2)))
    np.testing.assert_array_equal(warped(rotation(*each(-1, 0))), np.rot90(x, 2, (1, 2)))
    np.testing.assert_array_equal(warped(scaling(*each(-1, 1))), x[:, :, ::-1])
    np.testing.assert_array_equal(warped(scaling(*each(1, -1))), x[:, ::-1])
    mirrored = np.pad(x, ((0, 0), (3, 3), (2, 2), (0, 0)), "reflect")
    np.testing.assert_array_equal(warped(translation(*each(2, -3))), mirrored[:, :8, 4:])


def test_between_pixels_it_is_bilinear():
    x = np.zeros((64, 3, 4, 1), "float32")
    x[:, 1, 2] = 8
    y = warped(translation(*each(0.25, 0.5)), x)[0, :, :, 0] / 8
    # the bright pixel is 3/4 and 1/4 of a pixel from the places 1.25, 2.25 and 3.25 -> 2.75 of
    # its row, and half a pixel from those of its column, 0.5, 1.5 and 2.5 -> 1.5
    np.testing.assert_allclose(y, [[0, 0.125, 0.375, 0.125]] * 3, atol=1e-6)


def test_scaling_keeps_the_centre():
    ramp = np.tile(np.arange(9, dtype="float32"), (64, 9, 1))[..., None]
    y = warped(scaling(*each(0.5, 0.5)), ramp)
    np.testing.assert_allclose(y[0, 3, :, 0], 2 + np.arange(9) / 2, atol=1e-6)


def test_composition_takes_the_first_map_last_to_the_source():
    turned, shifted = rotation(*each(0, 1)), translation(*each(1, 0))
    y = warped(compose(turned, shifted))
    np.testing.assert_array_equal(y, warped(shifted, warped(turned)))


# ---- the colours


def test_colours():
    def recoloured(luma, hue, saturation):
        values = [ops.reshape(v, (-1, 1, 1, 1)) for v in each(luma, hue, saturation)]
        return numpy(recolor(ops.array(IMAGES), *values))

    grey = IMAGES.mean(axis=3, keepdims=True)
    np.testing.assert_array_equal(recoloured(1, 0, 1), IMAGES)
    np.testing.assert_allclose(recoloured(-1, 0, 1), IMAGES - 2 * grey, atol=1e-6)
    np.testing.assert_allclose(recoloured(1, 0, 2), 2 * IMAGES - grey, atol=1e-6)
    third = recoloured(1, 2 * np.pi / 3, 1)  # a third of a turn: the channels change places
    np.testing.assert_allclose(third, np.roll(IMAGES, 1, axis=3), atol=1e-6)
    np.testing.assert_allclose(recoloured(1, np.pi, 1), 2 * grey - IMAGES, atol=1e-6)


# ---- the layer


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_at_strength_zero_images_pass_exactly(channels):
    x = IMAGES[..., :channels]
    np.testing.assert_array_equal(augmented(at(0.0), x), x)


def symmetries(image):
    turned = [np.rot90(image, k) for k in range(4)]
    return [*turned, *(t[:, ::-1] for t in turned)]


def test_blits_permute_pixels():
    kinds = []
    for image, result in zip(IMAGES, augmented(at(1.0, policy="blit")), strict=True):
        fits = [
            (k, down, right)
            for k, turned in enumerate(symmetries(image))
            for down in range(-1, 2)
            for right in range(-1, 2)
            if np.array_equal(
                np.pad(turned, ((1, 1), (1, 1), (0, 0)), "reflect")[
                    1 + down : 9 + down, 1 + right : 9 + right
                ],
                result,
            )
        ]
        assert len(fits) == 1
        kinds += fits
    assert {k for k, _, _ in kinds} == set(range(8))
    assert {d for _, d, _ in kinds} == {d for _, _, d in kinds} == {-1, 0, 1}


def test_oblong_images_turn_by_half_only():
    x = np.zeros((64, 4, 8, 1), "float32")
    x[:, :, :, 0] = np.arange(8)
    y = augmented(at(1.0, policy="blit"), x)
    assert (y == y[:, :1]).all()
    assert {tuple(np.sign(np.diff(row[3:5])).astype(int)) for row in y[:, 0, :, 0]} == {(1,), (-1,)}


def test_half_of_the_images_change_at_strength_one_half():
    x = np.random.default_rng(1).uniform(-1, 1, (1000, 4, 4, 1)).astype("float32")
    # brightness, contrast and luma: an image stays itself with 1/2 * 1/2 * 3/4
    same = (augmented(at(0.5, policy="color"), x) == x).all(axis=(1, 2, 3)).mean()
    assert same == pytest.approx(3 / 16, abs=0.04)


def test_colour_of_one_channel_has_the_papers_spread():
    x = np.random.default_rng(1).uniform(-1, 1, (1000, 4, 4, 1)).astype("float32")
    y = augmented(at(1.0, policy="color"), x)
    slope = (y[:, 0, 0, 0] - y[:, 1, 1, 0]) / (x[:, 0, 0, 0] - x[:, 1, 1, 0])
    np.testing.assert_allclose(
        y, (x + (y / slope[:, None, None, None] - x).mean((1, 2, 3), keepdims=True))
        * slope[:, None, None, None], atol=2e-3
    )  # fmt: skip
    assert np.mean(slope < 0) == pytest.approx(0.5, abs=0.06)
    assert np.log2(np.abs(slope)).std() == pytest.approx(0.5, rel=0.1)
    brightness = (y / slope[:, None, None, None] - x).mean(axis=(1, 2, 3))
    assert brightness.std() == pytest.approx(0.2, rel=0.1)


def test_geometric_moves_images_and_keeps_flat_ones():
    layer = at(1.0, policy="geometric")
    flat = np.full((64, 8, 8, 1), 0.5, "float32")
    np.testing.assert_allclose(augmented(layer, flat), flat, atol=1e-6)
    y = augmented(layer)
    assert np.isfinite(y).all() and np.abs(y).max() <= 1 + 1e-6
    assert (np.abs(y - IMAGES).mean(axis=(1, 2, 3)) > 0.05).all()


def test_linear_in_the_images_and_differentiable_twice():
    x = ops.array(IMAGES)
    slope = numpy(gradient(at(1.0), x))
    assert np.isfinite(slope).all() and np.any(slope)

    def penalty(images):  # as R1 has it: the slope of a slope
        layer = at(0.8)
        return ops.sum(gradient(lambda z: layer(z) ** 2, images) ** 2, axis=(1, 2, 3))

    second = numpy(gradient(penalty, x))
    assert np.isfinite(second).all() and np.any(second)
    # y = A x + b: the slope is 2 Aᵀ(A x + b), so along x the second slope is linear in x
    value = numpy(penalty(x))
    nudge = 1e-2 * np.sign(second)
    changed = numpy(penalty(ops.array(IMAGES + nudge)))
    np.testing.assert_allclose(changed - value, (second * nudge).sum((1, 2, 3)), rtol=0.15)


def test_config_and_dtype():
    layer = AdaptiveAugment(0.5, 1000, ("blit", "color"), seed=3, name="augment")
    copy = AdaptiveAugment.from_config(layer.get_config())
    assert (copy.target, copy.speed, copy.policy) == (0.5, 1000, ("blit", "color"))
    assert (copy.seed, copy.name) == (3, "augment")
    y = AdaptiveAugment(dtype="mixed_float16")(ops.cast(IMAGES, "bfloat16"))
    assert keras.backend.standardize_dtype(y.dtype) == "bfloat16"
    assert layer(keras.KerasTensor((None, 8, 8, 3), "float16")).dtype == "float16"


class Critic(AdversarialModel):
    """A discriminator of augmented images alone."""

    log_names = {"d_loss": "discriminator"}
    data_spec = {"images": (8, 8, 1)}

    def __init__(self, augment):
        super().__init__()
        self.augment = augment
        self.network = keras.Sequential(
            [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1, bias_initializer="ones")]
        )

    def players(self):
        return {"discriminator": [self.network]}

    def train_step(self, data):
        (real,) = self.batch(data)

        def loss():
            logits = self.network(self.augment(real), training=True)
            self.augment.observe(ops.ones_like(logits))
            slope = gradient(lambda x: self.network(self.augment(x)), real)
            return ops.mean(logits) + ops.mean(slope**2)

        return self.logs(d_loss=self.minimize(loss, "discriminator"))


def test_it_adapts_under_fit(images, tmp_path):
    model = Critic(AdaptiveAugment(speed=1000, seed=1))
    model.compile()
    state = numpy(model.augment.seed_generator.state)
    history = model.fit(images[:24], batch_size=16, epochs=2, verbose=0).history  # 16, then 8
    assert np.isfinite(history["d_loss"]).all()
    assert float(numpy(model.augment.p)) == pytest.approx(0.048, abs=1e-6)
    # two passes of 2 + 4 + 3 draws in each of four steps
    assert numpy(model.augment.seed_generator.state)[1] - state[1] == 4 * 2 * 9
    model.save_weights(tmp_path / "critic.weights.h5")
    other = Critic(AdaptiveAugment(speed=1000, seed=1))
    other.compile()
    other.load_weights(tmp_path / "critic.weights.h5")
    assert float(numpy(other.augment.p)) == pytest.approx(0.048, abs=1e-6)
    np.testing.assert_array_equal(
        numpy(other.augment.seed_generator.state), numpy(model.augment.seed_generator.state)
    )
