import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.engine.gradients import gradient
from kerasgan.layers.basis import DiscriminativeBasis, GenerativeBasis
from kerasgan.networks.r3gan import r3gan_discriminator, r3gan_generator


def block(width, groups, expansion=2):
    """Three kernels, the middle one grouped, and the two hidden layers' biases."""
    hidden = expansion * width
    return width * hidden + 9 * hidden * hidden // groups + hidden * width + 2 * hidden


# The authors' configurations: widths, groups, classes; two blocks a size, 64 latents.
PAPER = {
    "cifar10": ((32, 32, 3), [768] * 4, [96] * 4, None),
    "cifar10_labels": ((32, 32, 3), [768] * 4, [96] * 4, 10),
    "ffhq64": ((64, 64, 3), [768] * 4 + [384], [96] * 4 + [48], None),
}


@pytest.mark.any_backend
@pytest.mark.parametrize("name", PAPER)
def test_parameters_of_the_papers_networks(name):
    shape, widths, groups, classes = PAPER[name]
    shared = sum(2 * block(w, g) for w, g in zip(widths, groups, strict=True))
    shared += sum(a * b for a, b in zip(widths, widths[1:], strict=False) if a != b)
    shared += 16 * widths[0] + 3 * widths[-1]  # the basis, to or from colours
    latents = 64 * 2 if classes else 64
    expected = shared + latents * widths[0] + (64 * classes if classes else 0)
    given = widths[0] if len(set(widths)) == 1 else tuple(widths)
    assert r3gan_generator(shape, 64, given, num_classes=classes).count_params() == expected
    outputs = widths[0] if classes else 1
    expected = shared + widths[0] * outputs + (widths[0] * classes if classes else 0)
    assert r3gan_discriminator(shape, given, num_classes=classes).count_params() == expected
    if name == "cifar10":
        # The sum worked out: a block has 2 * 1179648 + 221184 + 3072 = 2583552.
        assert expected == 8 * 2583552 + 12288 + 2304 + 768 == 20683776


@pytest.mark.any_backend
@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3), (64, 64, 3), (64, 32, 1)])
def test_shapes(shape):
    g = r3gan_generator(shape, 5, widths=8, blocks=1)
    d = r3gan_discriminator(shape, widths=8, blocks=1)
    assert g.output_shape == (None, *shape) and d.output_shape == (None, 1)
    if shape == (28, 28, 1):
        assert d(g(np.ones((2, 5), "float32"))).shape == (2, 1)
    assert (g.name, d.name) == ("generator", "discriminator")


def test_blocks_are_the_identity_at_first():
    shape = (16, 16, 1)
    with_blocks = r3gan_discriminator(shape, widths=8)
    without = r3gan_discriminator(shape, widths=8, blocks=0)
    mine = [v for v in with_blocks.variables if "basis" in v.path or "logit" in v.path]
    first = [with_blocks.layers[1].kernel, *mine]
    without.set_weights([ops.convert_to_numpy(v) for v in first])
    x = np.random.default_rng(0).normal(size=(3, *shape)).astype("float32")
    np.testing.assert_allclose(with_blocks.predict(x), without.predict(x), rtol=1e-4, atol=1e-5)


@pytest.mark.any_backend
def test_scale_of_the_weights_at_first():
    network = r3gan_generator((32, 32, 3), 64, widths=64)  # 8 blocks
    gain = np.sqrt(2 / 1.04) * 8**-0.25
    kernels = [x.get_weights()[0] for x in network.layers if isinstance(x, keras.layers.Conv2D)]
    np.testing.assert_allclose(kernels[0].std(), gain / np.sqrt(64), rtol=0.05)
    np.testing.assert_allclose(kernels[1].std(), gain / np.sqrt(9 * 16), rtol=0.05)
    assert not kernels[2].any()
    np.testing.assert_allclose(kernels[-1].std(), 1 / np.sqrt(64), rtol=0.2)
    basis = next(x for x in network.layers if isinstance(x, GenerativeBasis))
    np.testing.assert_allclose(basis.get_weights()[0].std(), 1, rtol=0.1)
    critic = r3gan_discriminator((32, 32, 3), widths=64)
    basis = next(x for x in critic.layers if isinstance(x, DiscriminativeBasis))
    np.testing.assert_allclose(basis.get_weights()[0].std(), 0.25, rtol=0.1)


def penalty_and_gradients(network, x):
    """A compiled function: half the squared gradient at x, and its derivative by the weights."""
    variables, x = network.trainable_variables, ops.convert_to_tensor(x)

    def penalty():
        return 0.5 * ops.sum(ops.square(gradient(network, x)))

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        @tf.function
        def both():
            with tf.GradientTape() as tape:
                value = penalty()
            return value, tape.gradient(value, [v.value for v in variables])

        return both
    if keras.backend.backend() == "jax":
        import jax

        def of(weights):
            with keras.StatelessScope(list(zip(variables, weights, strict=True))):
                return penalty()

        compiled = jax.jit(jax.value_and_grad(of))
        return lambda: compiled([v.value for v in variables])
    import torch

    def eager():
        value = penalty()
        return value.detach(), torch.autograd.grad(value, [v.value for v in variables])

    return eager


@pytest.mark.compiled
def test_second_derivative_matches_finite_differences():
    """Along each variable's gradient; with tanh for the activation, whose kinks make the penalty
    jump."""
    network = r3gan_discriminator((16, 16, 1), widths=4, blocks=1, cardinalities=2)
    for layer in network.layers:
        if getattr(layer, "activation", None) is keras.activations.leaky_relu:
            layer.activation = keras.activations.tanh
    rng = np.random.default_rng(0)
    for v in network.trainable_variables:  # away from the zeros
        v.assign(rng.normal(size=v.shape) * (0.3 if len(v.shape) > 1 else 0.1))
    x = 3 * rng.normal(size=(2, 16, 16, 1)).astype("float32")
    both = penalty_and_gradients(network, x)
    checked = 0
    for v, g in zip(network.trainable_variables, both()[1], strict=True):
        g = ops.convert_to_numpy(g)
        length = np.linalg.norm(g)
        assert np.isfinite(length) and length > 0
        before, step = ops.convert_to_numpy(v).copy(), 1e-2
        values = []
        for move in (step, -step):
            v.assign(before + move * g / length)
            values.append(float(both()[0]))
        v.assign(before)
        np.testing.assert_allclose(length, (values[0] - values[1]) / (2 * step), rtol=0.02)
        checked += 1
    assert checked == 1 + 3 * 5 + 2


def test_labels():
    g = r3gan_generator((16, 16, 1), 3, widths=8, blocks=1, num_classes=2)
    d = r3gan_discriminator((16, 16, 1), widths=8, blocks=1, num_classes=2)
    latents = np.ones((2, 3), "float32")
    images = g.predict([latents, np.array([0, 1], "int32")], verbose=0)
    assert np.abs(images[0] - images[1]).max() > 1e-3
    same = np.repeat(images[:1], 2, axis=0)
    a, b = d.predict([same, np.array([0, 1], "int32")], verbose=0)
    assert a.shape == (1,) and a != b


def test_saves_and_loads(tmp_path):
    g = r3gan_generator((16, 16, 1), 3, widths=8, blocks=1, activation="tanh")
    d = r3gan_discriminator((16, 16, 1), widths=8, blocks=1)
    latents = 10 * np.random.default_rng(0).normal(size=(2, 3)).astype("float32")
    images = g.predict(latents, verbose=0)
    assert np.abs(images).max() <= 1
    for network, x in ((g, latents), (d, images)):
        network.save(tmp_path / "n.keras")
        again = keras.saving.load_model(tmp_path / "n.keras")
        before = network.predict(x, verbose=0)
        np.testing.assert_allclose(again.predict(x, verbose=0), before, rtol=1e-5)


def test_refuses():
    with pytest.raises(ValueError, match="multiples of 4"):
        r3gan_generator((30, 30, 1), 3)
    with pytest.raises(ValueError, match=r"3 stages.*widths=\(8, 8\)"):
        r3gan_discriminator((28, 28, 1), widths=(8, 8))
    with pytest.raises(ValueError, match="multiple of 16"):
        r3gan_discriminator((28, 28, 1), widths=12)
    with pytest.raises(ValueError, match="must divide"):
        r3gan_discriminator((28, 28, 1), widths=12, cardinalities=5)
