import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan as kg
from kerasgan.networks import efficientnet

rng = np.random.default_rng(0)
IMAGES = rng.uniform(-1, 1, (4, 16, 16, 1)).astype("float32")
NARROW = {"filters": 2, "blocks": 1}


def enlarge(weight=1.0):
    """A generator that repeats each pixel, times one weight."""
    dense = layers.Dense(1, use_bias=False)
    network = keras.Sequential([keras.Input((None, None, 1)), dense, layers.UpSampling2D(2)])
    network.set_weights([np.full((1, 1), weight)])
    return network


def mean_judge(weight):
    dense = layers.Dense(1, use_bias=False)
    pool = layers.GlobalAveragePooling2D()
    network = keras.Sequential([keras.Input((16, 16, 1)), pool, dense])
    network.set_weights([np.full((1, 1), weight)])
    return network


def shrunk():
    return ops.convert_to_numpy(kg.layers.Shrink(2)(IMAGES))


def test_first_stage_by_hand():
    model = kg.SRResNet((16, 16, 1), 2, generator=enlarge(0.5))
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    before = model.evaluate(IMAGES, verbose=0, return_dict=True)["mse"]
    history = model.fit(IMAGES, batch_size=4, verbose=0).history
    large = shrunk().repeat(2, 1).repeat(2, 2)
    error = 0.5 * large - IMAGES
    np.testing.assert_allclose([before, *history["mse"]], 2 * [np.square(error).mean()], rtol=1e-5)
    want = 0.5 - 0.1 * (2 * error * large).mean()
    np.testing.assert_allclose(model.generator.get_weights()[0].item(), want, rtol=1e-5)


def test_second_stage_weighs_the_adversarial_loss():
    gan = kg.SRGAN(
        (16, 16, 1), 2, generator=enlarge(), discriminator=mean_judge(2.0), adversarial_weight=0.5
    )
    gan.compile(optimizer={p: keras.optimizers.SGD(0.0) for p in ("generator", "discriminator")})
    history = gan.fit(IMAGES, batch_size=4, verbose=0).history
    large = shrunk().repeat(2, 1).repeat(2, 2)
    real, fake = (2 * images.mean(axis=(1, 2, 3)) for images in (IMAGES, large))
    d_loss = np.log1p(np.exp(-real)).mean() + np.log1p(np.exp(fake)).mean()
    np.testing.assert_allclose(history["d_loss"], [d_loss], rtol=1e-5)
    np.testing.assert_allclose(history["g_loss"], [np.log1p(np.exp(-fake)).mean()], rtol=1e-5)
    np.testing.assert_allclose(history["content"], [np.square(IMAGES - large).mean()], rtol=1e-5)
    got = gan.evaluate(IMAGES, verbose=0, return_dict=True)
    assert got == {name: pytest.approx(history[name][0], rel=1e-5) for name in got}


class Contrast(kg.losses.Penalty):
    """Tells real from generated images: the difference of their mean squares."""

    def __call__(self, critic, real, fake, *, seed, step):
        return ops.mean(ops.square(real)) - ops.mean(ops.square(fake))


def test_penalty_is_given_real_and_generated_images():
    found = []
    for penalty in ("none", Contrast()):
        gan = kg.SRGAN((16, 16, 1), 2, generator=enlarge(), discriminator=mean_judge(2.0))
        gan.compile(optimizer="sgd", penalty=penalty)
        found.append(gan.train_on_batch(IMAGES, return_dict=True)["d_loss"])
    want = np.square(IMAGES).mean() - np.square(shrunk()).mean()
    assert found[1] - found[0] == pytest.approx(want, rel=1e-4) and want > 0.1


def test_content_may_be_features_which_do_not_move():
    features = keras.Sequential(
        [keras.Input((None, None, 1)), layers.Conv2D(2, 3), layers.BatchNormalization()]
    )
    kept = features.get_weights()
    gan = kg.SRGAN((16, 16, 1), 2, features=features, discriminator_filters=1, **NARROW)
    gan.compile()
    start = gan.translate(shrunk())
    content = gan.evaluate(IMAGES, verbose=0, return_dict=True)["content"]
    real, fake = (ops.convert_to_numpy(features(x, training=False)) for x in (IMAGES, start))
    assert content == pytest.approx(np.square(real - fake).mean(), rel=1e-4)
    gan.fit(IMAGES, verbose=0)
    for before, after in zip(kept, features.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    assert not np.array_equal(start, gan.translate(shrunk()))


@pytest.mark.any_backend
def test_content_may_be_named_features_beside_the_pixels():
    gan = kg.SRGAN(
        (16, 16, 1), 2, generator=enlarge(), discriminator=mean_judge(1.0),
        features="efficientnet_lite0",
    )  # fmt: skip
    gan.compile()
    content = gan.evaluate(IMAGES, verbose=0, return_dict=True)["content"]
    large = shrunk().repeat(2, 1).repeat(2, 2)
    want = np.square(IMAGES - large).mean()
    network = efficientnet.efficientnet_maps()
    for maps in zip(*(network(x.repeat(3, -1)) for x in (IMAGES, large)), strict=True):
        maps = [ops.convert_to_numpy(x) for x in maps]
        want += kg.metrics.feature_distance(*([x] for x in maps)) / maps[0].shape[-1]
    assert content == pytest.approx(want, rel=1e-4)
    before = gan.content.get_weights()
    gan.fit(IMAGES, verbose=0)
    for a, b in zip(before, gan.content.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.any_backend
def test_named_features_need_their_package_to_train_unless_a_file_holds_them(tmp_path, monkeypatch):
    small = {"scale": 2, "discriminator_filters": 1, "features": "efficientnet_lite0", **NARROW}
    gan = kg.SRGAN((16, 16, 1), **small)
    gan.compile()
    gan.save(tmp_path / "gan.keras")
    monkeypatch.setattr(efficientnet, "PACKAGE", "no_such_package")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert np.isfinite(loaded.train_on_batch(IMAGES, return_dict=True)["content"])
    new = kg.SRGAN((16, 16, 1), **small)
    new.compile()
    with pytest.raises(ImportError, match="pip install"):
        new.fit(IMAGES, verbose=0)


def test_translates_by_the_moving_average():
    model = kg.SRResNet((16, 16, 1), 2, generator=enlarge(0.5), ema_decay=0.9)
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    model.fit(IMAGES, batch_size=4, verbose=0)
    weight = model.generator.get_weights()[0].item()
    average = 0.1 * 0.5 + 0.9 * weight  # the first step's decay is a tenth
    assert weight != 0.5
    want = average * shrunk().repeat(2, 1).repeat(2, 2)
    np.testing.assert_allclose(model.translate(shrunk()), want, atol=1e-5)


def test_second_stage_goes_on_from_the_first(tmp_path):
    first = kg.SRResNet((16, 16, 1), 2, **NARROW)
    first.compile()
    first.fit(IMAGES, verbose=0)
    first.save(tmp_path / "first.keras")
    loaded = keras.models.load_model(tmp_path / "first.keras")
    gan = kg.SRGAN((16, 16, 1), 2, generator=loaded.generator, discriminator_filters=1)
    np.testing.assert_array_equal(gan.translate(shrunk()), first.translate(shrunk()))


@pytest.mark.any_backend
@pytest.mark.parametrize("scale", [2, 4])
def test_enlarges_any_size(scale):
    model = kg.SRResNet((16, 16, 1), scale, **NARROW)
    assert model.translate(IMAGES[:, :5, :7]).shape == (4, 5 * scale, 7 * scale, 1)


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: kg.SRResNet((18, 16, 1), 4), "nearest size that works is 16x16"),
        (lambda: kg.SRResNet((16, 16), 4), r"`data_shape` must be \(height, width, channels\)"),
        (lambda: kg.SRResNet((18, 18, 1), 3, **NARROW), "power of two. Received: scale=3"),
        (lambda: kg.SRGAN((24, 24, 1), 2, **NARROW), "multiples of 16"),
        (
            lambda: kg.SRGAN((16, 16, 1), 2, features="vgg19", **NARROW),
            "`features` must be one of efficientnet_lite0. Received: features='vgg19'",
        ),
    ],
)
def test_refuses(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_discriminator_may_step_oftener():
    small = {"filters": 2, "blocks": 1, "discriminator_filters": 2}
    gan = kg.SRGAN((16, 16, 1), scale=2, critic_steps=2, **small)
    gan.compile()
    gan.fit(np.zeros((4, 16, 16, 1), "float32"), batch_size=4, verbose=0)
    assert [int(gan.optimizer[p].iterations) for p in ("generator", "discriminator")] == [1, 2]
