import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import SpectralNormalization
from kerasgan.networks.resnet import (
    ConditionalBatchNormalization,
    resnet_discriminator,
    resnet_generator,
)


def dense(i, o):
    return i * o + o


def conv(i, o, k=3):
    return k * k * i * o + o


def norm(c, classes):
    return 2 * c * max(classes, 1)


def up_block(i, o, classes=0):
    return conv(i, o) + conv(o, o) + conv(i, o, 1) + norm(i, classes) + norm(o, classes)


def down_block(i, o, hidden, shortcut=True):
    return conv(i, hidden) + conv(hidden, o) + shortcut * conv(i, o, 1)


def trainable(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


# Tables 3 to 5 of the paper: G's channels, D's (in, out, hidden, shortcut has weights).
TABLES = {
    32: (
        [256, 256, 256, 256],
        [(3, 128, 128, 1), (128, 128, 128, 1), (128, 128, 128, 0), (128, 128, 128, 0)],
    ),
    64: (
        [1024, 512, 256, 128, 64],
        [
            (3, 64, 64, 1),
            (64, 128, 64, 1),
            (128, 256, 128, 1),
            (256, 512, 256, 1),
            (512, 1024, 512, 1),
        ],
    ),
}


@pytest.mark.any_backend
@pytest.mark.parametrize("classes", [0, 10])
@pytest.mark.parametrize("side", [32, 64])
def test_parameters_of_the_papers_networks(side, classes):
    g, d = TABLES[side]
    expected = dense(128, 4 * 4 * g[0]) + norm(g[-1], 0) + conv(g[-1], 3)
    expected += sum(up_block(i, o, classes) for i, o in zip(g, g[1:], strict=False))
    assert (
        trainable(resnet_generator((side, side, 3), 128, num_classes=classes or None)) == expected
    )
    expected = sum(down_block(*block) for block in d) + dense(d[-1][1], 1) + classes * d[-1][1]
    network = resnet_discriminator((side, side, 3), num_classes=classes or None)
    assert trainable(network) == expected
    if (side, classes) == (32, 0):
        assert trainable(resnet_generator((32, 32, 3), 128)) == 4276739  # the sum, worked out


@pytest.mark.any_backend
@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3), (64, 64, 3), (64, 32, 3)])
def test_shapes(shape):
    g = resnet_generator(shape, 5, filters=4)
    d = resnet_discriminator(shape, filters=4)
    assert g.output_shape == (None, *shape) and d.output_shape == (None, 1)
    if shape == (28, 28, 1):
        images = g(np.full((2, 5), 100.0, "float32"))
        assert images.shape == (2, *shape) and np.abs(ops.convert_to_numpy(images)).max() <= 1
        assert d(images).shape == (2, 1)
    assert (g.name, d.name) == ("generator", "discriminator")


@pytest.mark.any_backend
def test_maps_of_the_discriminators():
    def sides(network):
        return [x.output.shape[1] for x in network.layers if isinstance(x, keras.layers.Add)]

    assert sides(resnet_discriminator((32, 32, 3), filters=4)) == [16, 8, 8, 8]
    assert sides(resnet_discriminator((28, 28, 1), filters=4)) == [14, 7, 7, 7]
    assert sides(resnet_discriminator((64, 64, 3), filters=4)) == [32, 16, 8, 4, 2]
    assert sides(resnet_discriminator((128, 128, 3), filters=1)) == [64, 32, 16, 8, 4, 4]


@pytest.mark.any_backend
def test_every_layer_of_the_discriminator_is_normalized():
    network = resnet_discriminator((32, 32, 3), filters=4, num_classes=3)
    assert sum(isinstance(x, SpectralNormalization) for x in network.layers) == 4 * 2 + 2 + 1 + 1
    weighted = [x for x in network.layers if x.trainable_variables]
    assert all(isinstance(x, SpectralNormalization) for x in weighted)
    plain = resnet_discriminator((32, 32, 3), filters=4, num_classes=3, spectral=False)
    assert not any(isinstance(x, SpectralNormalization) for x in plain.layers)


def test_first_block_of_the_discriminator_by_hand():
    """All 3x3 kernels zero: what is left is the shortcut, average pooling and a 1x1 convolution."""
    network = resnet_discriminator((16, 16, 1), filters=1, spectral=False)
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            bias = np.zeros(layer.filters)
            if layer.kernel_size == (3, 3):
                layer.set_weights([np.zeros(layer.kernel.shape), bias])
            else:
                layer.set_weights([np.full(layer.kernel.shape, 2.0), bias])
    network.get_layer("logit").set_weights([np.full((1, 1), 0.5), np.array([1.0])])
    # 2 * 2 at the two shortcuts, no ReLU before the first; summed over the 4x4 map.
    x = np.full((2, 16, 16, 1), 3.0, "float32")
    x[1] = -3
    np.testing.assert_allclose(
        network.predict(x, verbose=0), [[0.5 * 16 * 12 + 1], [1.0]], rtol=1e-5
    )


def test_conditional_batch_normalization_by_hand():
    layer = ConditionalBatchNormalization(3)
    x = np.array([1.0, 3.0, 5.0, 7.0], "float32").reshape(2, 1, 2, 1)  # mean 4, variance 5
    labels = np.array([2, 0])
    normal = (x - 4) / np.sqrt(5 + 1e-5)
    y = ops.convert_to_numpy(layer(x, labels, training=True))
    np.testing.assert_allclose(y, normal, rtol=1e-5)
    layer.gamma.set_weights([np.array([[1.0], [10.0], [2.0]])])
    layer.beta.set_weights([np.array([[-1.0], [10.0], [0.5]])])
    y = ops.convert_to_numpy(layer(x, labels, training=True))
    np.testing.assert_allclose(y[0], 2 * normal[0] + 0.5, rtol=1e-5)
    np.testing.assert_allclose(y[1], normal[1] - 1, rtol=1e-5)
    # Twice 0.9 of the old and 0.1 of the new.
    np.testing.assert_allclose(ops.convert_to_numpy(layer.norm.moving_mean), [0.76], rtol=1e-5)
    inference = (x - 0.76) / np.sqrt(0.81 + 0.19 * 5 + 1e-5)
    y = ops.convert_to_numpy(layer(x, labels))
    np.testing.assert_allclose(y[0], 2 * inference[0] + 0.5, rtol=1e-4)


def test_labels_change_the_images():
    network = resnet_generator((16, 16, 1), 3, filters=4, num_classes=2)
    latents = np.random.default_rng(0).normal(size=(2, 3)).astype("float32")
    latents[1] = latents[0]

    def images():
        return network.predict([latents, np.array([0, 1], "int32")], verbose=0)

    np.testing.assert_allclose(*images(), atol=1e-6)
    for layer in network.layers:
        if isinstance(layer, ConditionalBatchNormalization):
            layer.beta.set_weights([np.array([[0.0] * 4, [1.0] * 4])])
    a, b = images()
    assert np.abs(a - b).max() > 1e-3


def test_projection_by_hand():
    network = resnet_discriminator((16, 16, 1), filters=2, num_classes=3, spectral=False)
    features = keras.Model(network.inputs[0], network.get_layer("logit").input)
    embed = next(x for x in network.layers if isinstance(x, keras.layers.Embedding))
    table = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]])
    embed.set_weights([table])
    network.get_layer("logit").set_weights([np.array([[2.0], [-1.0]]), np.array([0.25])])
    x = np.random.default_rng(0).normal(size=(3, 16, 16, 1)).astype("float32")
    labels = np.array([2, 0, 1], "int32")
    h = features.predict(x, verbose=0)
    assert h.shape == (3, 2) and h.min() >= 0
    expected = 2 * h[:, 0] - h[:, 1] + 0.25 + (table[labels] * h).sum(axis=1)
    got = network.predict([x, labels], verbose=0)
    np.testing.assert_allclose(got, expected[:, None], rtol=1e-4, atol=1e-5)


@pytest.mark.any_backend
def test_residual_kernels_start_larger():
    network = resnet_generator((16, 16, 1), 8, filters=64)
    limits = {}
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.filters == 64:
            k = layer.kernel_size[0]
            limits[k] = np.abs(layer.get_weights()[0]).max() / np.sqrt(6 / (k * k * 128))
    assert limits[3] == pytest.approx(2**0.5, rel=0.01)
    assert limits[1] == pytest.approx(1, rel=0.01)


def test_saves_and_loads(tmp_path):
    g = resnet_generator((16, 16, 1), 3, filters=4, num_classes=2)
    d = resnet_discriminator((16, 16, 1), filters=4, num_classes=2)
    labels = np.array([1, 0], "int32")
    latents = np.random.default_rng(0).normal(size=(2, 3)).astype("float32")
    images = g.predict([latents, labels], verbose=0)
    for network, x in ((g, latents), (d, images)):
        network.save(tmp_path / "n.keras")
        again = keras.saving.load_model(tmp_path / "n.keras")
        before = network.predict([x, labels], verbose=0)
        np.testing.assert_allclose(again.predict([x, labels], verbose=0), before, rtol=1e-5)


@pytest.mark.any_backend
@pytest.mark.parametrize("make", [lambda s: resnet_generator(s, 3), resnet_discriminator])
def test_refuses_other_sizes(make):
    with pytest.raises(ValueError, match="multiples of 4"):
        make((30, 30, 1))
