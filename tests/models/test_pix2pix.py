import keras
import numpy as np
import pytest
from keras import layers

import kerasgan as kg

rng = np.random.default_rng(0)
A = rng.uniform(-1, 1, (3, 2, 2, 1)).astype("float32")
B = rng.uniform(-1, 1, (3, 2, 2, 1)).astype("float32")


def linear(*weights):
    """A network that sums each pixel's channels with these weights."""
    dense = layers.Dense(1, use_bias=False)
    network = keras.Sequential([keras.Input((None, None, len(weights))), dense])
    network.set_weights([np.reshape(weights, (-1, 1))])
    return network


def softplus(x):
    return np.log1p(np.exp(x)).mean()


def losses(g, d_a, d_b):
    """The paper's: the discriminator sees both images, its loss is halved."""
    a, b = np.float64(A), np.float64(B)
    real, fake = d_a * a + d_b * b, d_a * a + d_b * g * a
    d_loss = (softplus(-real) + softplus(fake)) / 2
    return d_loss, softplus(-fake), np.abs(g * a - b).mean()


def test_a_step_by_hand():
    rate, g, d = 0.1, 0.5, [0.75, -1.25]
    gan = kg.Pix2Pix((2, 2, 1), (2, 2, 1), generator=linear(g), discriminator=linear(*d))
    gan.compile(optimizer=keras.optimizers.SGD(rate))
    history = gan.fit(A, B, batch_size=3, verbose=0).history

    def slope(fn, at):
        return (fn(at + 1e-5) - fn(at - 1e-5)) / 2e-5

    d_slopes = [
        slope(lambda x, i=i: losses(g, *(x if i == j else w for j, w in enumerate(d)))[0], d[i])
        for i in range(2)
    ]
    moved = [w - rate * s for w, s in zip(d, d_slopes, strict=True)]
    np.testing.assert_allclose(gan.discriminator.get_weights()[0].ravel(), moved, rtol=1e-4)

    def total(g):
        _, adversarial, l1 = losses(g, *moved)
        return adversarial + 100 * l1

    want = g - rate * slope(total, g)
    np.testing.assert_allclose(gan.generator.get_weights()[0].item(), want, rtol=1e-4)
    np.testing.assert_allclose(history["d_loss"], [losses(g, *d)[0]], rtol=1e-5)
    np.testing.assert_allclose(history["g_loss"], [losses(g, *moved)[1]], rtol=1e-5)
    np.testing.assert_allclose(history["l1"], [losses(g, *moved)[2]], rtol=1e-5)


def test_evaluate_gives_the_losses_without_a_step():
    gan = kg.Pix2Pix((2, 2, 1), (2, 2, 1), generator=linear(0.5), discriminator=linear(1, -1))
    gan.compile()
    got = gan.evaluate(A, B, verbose=0, return_dict=True)
    d_loss, g_loss, l1 = (pytest.approx(value, rel=1e-5) for value in losses(0.5, 1, -1))
    assert got == {"d_loss": d_loss, "g_loss": g_loss, "l1": l1}


def test_evaluate_is_at_inference():
    """With their first statistics, 0 and 1, batch norms leave images as they are."""
    networks = [
        keras.Sequential([keras.Input((None, None, n)), layers.BatchNormalization(epsilon=0)])
        for n in (1, 2)
    ]
    networks[1].add(linear(0.75, -1.25))
    gan = kg.Pix2Pix((2, 2, 1), (2, 2, 1), generator=networks[0], discriminator=networks[1])
    gan.compile()
    got = gan.evaluate(A, B, verbose=0, return_dict=True)
    d_loss, g_loss, l1 = (pytest.approx(value, rel=1e-5) for value in losses(1, 0.75, -1.25))
    assert got == {"d_loss": d_loss, "g_loss": g_loss, "l1": l1}


@pytest.mark.any_backend
def test_defaults_are_the_papers():
    gan = kg.Pix2Pix((64, 64, 1), (64, 64, 3), filters=1, discriminator_filters=1)
    gan.compile()
    assert type(gan.adversarial_loss).__name__ == "NonSaturating" and gan.lambda_l1 == 100
    config = gan.optimizer["generator"].get_config()
    assert config["learning_rate"] == pytest.approx(2e-4) and config["beta_1"] == 0.5
    downs = [w for w in gan.generator.layers if isinstance(w, layers.Conv2D)]
    assert len(downs) == 6 and kg.networks.receptive_field(gan.discriminator) == 70


@pytest.mark.parametrize("noise", [False, True])
def test_noise_is_an_argument(noise):
    small = {"filters": 1, "discriminator": "pixel", "normalization": None}
    gan = kg.Pix2Pix((64, 64, 1), (64, 64, 1), noise=noise, **small)
    gan.generator.set_weights([np.ones_like(w) * 0.1 for w in gan.generator.get_weights()])
    x = np.full((1, 64, 64, 1), 0.5, "float32")
    assert np.array_equal(gan.translate(x), gan.translate(x)) != noise


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"noise": True}, "from depth 6 on"),
        ({"blocks": 6}, "multiples of 64.*nearest size that works is 64x64"),
        ({"generator": "resnet", "noise": True}, "'unet' for noise"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        kg.Pix2Pix((32, 32, 1), (32, 32, 1), filters=1, **arguments)


def test_the_discriminator_may_step_oftener():
    gan = kg.Pix2Pix((16, 16, 1), (16, 16, 1), filters=2, discriminator="pixel", critic_steps=2)
    gan.compile()
    images = np.zeros((4, 16, 16, 1), "float32")
    gan.fit(images, images, batch_size=4, verbose=0)
    assert [int(gan.optimizer[p].iterations) for p in ("generator", "discriminator")] == [1, 2]
