"""What is each variant's own: its paper's defaults and its algorithm."""

import keras
import numpy as np
import pytest

import kerasgan as kg
from tests.models.variants import CONV, MLP, SMALL, batches, projected_gan, weights


def settings(optimizer):
    config = optimizer.get_config()
    names = ("learning_rate", "beta_1", "beta_2", "rho")
    return {name: pytest.approx(config[name]) for name in names if name in config}


ADAM = {"learning_rate": 2e-4, "beta_1": 0.5, "beta_2": 0.999}


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "make, loss, penalties, critic_steps, optimizer",
    [
        (lambda: kg.ConditionalGAN(**MLP, num_classes=3), "NonSaturating", [], 1, ADAM),
        (lambda: kg.ACGAN(**CONV, num_classes=3), "NonSaturating", [], 1, ADAM),
        (lambda: kg.DCGAN(**CONV), "NonSaturating", [], 1, ADAM),
        (lambda: kg.LSGAN(**CONV), "LeastSquares", [], 1, ADAM),
        (
            lambda: kg.WGAN(**CONV),
            "Wasserstein",
            [("WeightClipping", {"limit": 0.01})],
            5,
            {"learning_rate": 5e-5, "rho": 0.9},
        ),
        (
            lambda: kg.WGANGP(**CONV),
            "Wasserstein",
            [("GradientPenalty", {"weight": 10.0, "target": 1.0, "one_sided": False})],
            5,
            {"learning_rate": 1e-4, "beta_1": 0.0, "beta_2": 0.9},
        ),
        (
            lambda: kg.SNGAN(**SMALL, generator_filters=4, discriminator_filters=4),
            "Hinge",
            [],
            5,
            {"learning_rate": 2e-4, "beta_1": 0.0, "beta_2": 0.9},
        ),
        (
            lambda: kg.FastGAN(**SMALL, filters=1),
            "Hinge",
            [],
            1,
            ADAM,
        ),
        (
            projected_gan,
            "Hinge",
            [],
            1,
            {"learning_rate": 2e-4, "beta_1": 0.0, "beta_2": 0.99},
        ),
        (
            lambda: kg.R3GAN(**SMALL, filters=8),
            "RelativisticPairing",
            [("R1", {"weight": 0.05}), ("R2", {"weight": 0.05})],
            1,
            {"learning_rate": 2e-4, "beta_1": 0.0, "beta_2": 0.9},
        ),
    ],
)
def test_defaults_are_the_papers(make, loss, penalties, critic_steps, optimizer):
    gan = make()
    gan.compile()
    assert type(gan.adversarial_loss).__name__ == loss
    assert [(type(p).__name__, p.get_config()) for p in gan.penalties] == penalties
    assert gan.critic_steps == critic_steps
    for player in gan.players():
        assert settings(gan.optimizer[player]) == optimizer


def test_weights_of_the_wasserstein_critic_stay_clipped():
    gan = kg.WGAN(**CONV, critic_steps=1)
    gan.compile(optimizer=keras.optimizers.SGD(100.0))
    gan.fit(*batches(gan), batch_size=16, verbose=0)
    trained = [w for w in gan.discriminator.trainable_weights]
    largest = [np.abs(keras.ops.convert_to_numpy(w)).max() for w in trained]
    assert max(largest) == pytest.approx(0.01) and min(largest) <= 0.01 + 1e-9
    assert max(np.abs(w).max() for w in weights(gan.generator)) > 0.01


def test_schedules_of_r3gan():
    gan = kg.R3GAN(**SMALL, filters=8, gamma=2.0, schedule_steps=10)
    gan.compile()
    optimizer = gan.optimizer["generator"]
    assert float(optimizer.learning_rate) == pytest.approx(2e-4)
    assert float(optimizer.beta_2) == pytest.approx(0.9) and optimizer.epsilon == 1e-8
    for step, gamma, rate, beta in ((5, 1.1, 1.25e-4, 0.945), (10, 0.2, 5e-5, 0.99)):
        optimizer.iterations.assign(step)
        assert float(gan.penalties[0].weight(step)) == pytest.approx(gamma)
        assert float(gan.penalties[1].weight(step)) == pytest.approx(gamma)
        assert float(optimizer.learning_rate) == pytest.approx(rate)
        assert float(optimizer.beta_2) == pytest.approx(beta, rel=1e-5)


def test_acgan_adds_the_cross_entropy_of_both_batches():
    gan = kg.ACGAN(**CONV, num_classes=3, class_weight=2.0)
    gan.compile()
    (real, labels), rng = batches(gan, 6), np.random.default_rng(3)
    fake = rng.uniform(-1, 1, real.shape).astype("float32")

    def judged(images):
        return [keras.ops.convert_to_numpy(x) for x in gan.discriminator(images)]

    def cross_entropy(logits):
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return -logs[np.arange(6), labels].mean()

    (real_logits, real_classes), (fake_logits, fake_classes) = judged(real), judged(fake)
    d_want = np.log1p(np.exp(-real_logits)).mean() + np.log1p(np.exp(fake_logits)).mean()
    d_want += 2 * (cross_entropy(real_classes) + cross_entropy(fake_classes))
    g_want = np.log1p(np.exp(-fake_logits)).mean() + 2 * cross_entropy(fake_classes)
    tensors = [keras.ops.convert_to_tensor(x) for x in (real, fake)]
    d_loss = gan.discriminator_loss(*tensors, [labels], training=False)
    g_loss = gan.generator_loss(*tensors, [labels], training=False)
    assert keras.ops.convert_to_numpy(d_loss) == pytest.approx(d_want, rel=1e-5)
    assert keras.ops.convert_to_numpy(g_loss) == pytest.approx(g_want, rel=1e-5)


@pytest.mark.any_backend
def test_acgan_refuses_a_discriminator_that_names_no_class():
    with pytest.raises(ValueError, match=r"must give .*\(n, 1\), \(n, 3\). Received"):
        kg.ACGAN(**CONV, num_classes=3, discriminator=kg.networks.dcgan_discriminator((16, 16, 1)))


@pytest.mark.any_backend
@pytest.mark.parametrize("given", [{}, {"num_classes": 3, "condition_dim": 4}])
def test_conditional_gan_wants_one_kind_of_labels(given):
    with pytest.raises(ValueError, match="Pass `num_classes` .* or `condition_dim`.*Received"):
        kg.ConditionalGAN((8, 8, 1), 4, **given)


@pytest.mark.any_backend
def test_unknown_networks_are_refused():
    with pytest.raises(ValueError, match="one of mlp, dcgan. Received: networks='unet'"):
        kg.ConditionalGAN((8, 8, 1), 4, num_classes=3, networks="unet")


@pytest.mark.any_backend
@pytest.mark.parametrize("variant", [kg.DCGAN, kg.LSGAN, kg.WGAN, kg.WGANGP, kg.SNGAN, kg.R3GAN])
def test_sizes_that_the_strides_do_not_divide_are_refused(variant):
    with pytest.raises(ValueError, match="nearest size that works is 32x28"):
        variant((30, 29, 1), 4)


def test_projection_discriminator_and_conditional_generator_hear_the_label():
    widths = {"generator_filters": 4, "discriminator_filters": 4}
    gan = kg.SNGAN(**SMALL, num_classes=3, critic_steps=1, **widths)
    images = np.ones((2, 16, 16, 1), "float32")
    logits = keras.ops.convert_to_numpy(gan.discriminator([images, np.array([0, 2])]))
    assert logits[0] != logits[1]
    gan.compile()
    gan.fit(*batches(gan), batch_size=16, epochs=2, verbose=0)
    same = gan.generate(labels=[0, 2], latents=np.ones((2, 4)))
    assert np.abs(same[0] - same[1]).max() > 1e-6


def test_relativistic_losses_give_the_generator_the_real_logits():
    gan = kg.GAN((2,), 2, generator_units=(4,), discriminator_units=(4,))
    gan.compile(loss="relativistic_pairing")
    real, fake = np.ones((3, 2), "float32"), -np.ones((3, 2), "float32")
    a, b = (keras.ops.convert_to_numpy(gan.discriminator(x)) for x in (real, fake))
    got = gan.generator_loss(*map(keras.ops.convert_to_tensor, (real, fake)), [], training=False)
    want = np.log1p(np.exp(a - b)).mean()
    assert keras.ops.convert_to_numpy(got) == pytest.approx(want, rel=1e-5)
