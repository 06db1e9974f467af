import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan.networks import projected_discriminator, projector
from kerasgan.networks.fixed_features import check_known

pytestmark = pytest.mark.any_backend


def features(channels=3, side=None):
    """Two maps: averages of 2x2 and of 4x4 pixels."""
    images = keras.Input((side, side, channels))
    return keras.Model(images, [layers.AveragePooling2D(n)(images) for n in (2, 4)])


def test_mixes_channels_and_scales():
    images = np.random.default_rng(0).uniform(-1, 1, (2, 8, 8, 1)).astype("float32")
    network = projector(features(), (8, 8, 1), filters=2, seed=0)
    found = [ops.convert_to_numpy(each) for each in network(images)]
    ccm = [w for w in network.weights if w.path.endswith("kernel") and w.shape[0] == 1]
    csm = [w for w in network.weights if w.path.endswith("kernel") and w.shape[0] == 3]
    assert sorted(tuple(w.shape) for w in ccm) == [(1, 1, 3, 2), (1, 1, 3, 4)]
    assert sorted(tuple(w.shape) for w in csm) == [(3, 3, 2, 2), (3, 3, 4, 2)]
    kernels = {w.shape: ops.convert_to_tensor(w) for w in (*ccm, *csm)}

    def twice(x):
        return ops.image.resize(x, [2 * side for side in x.shape[1:3]], "bilinear")

    large, small = (
        np.repeat(images.reshape(2, 8 // n, n, 8 // n, n, 1).mean(axis=(2, 4)), 3, axis=3)
        for n in (2, 4)
    )
    below = ops.conv(small @ np.array(kernels[1, 1, 3, 4]), kernels[3, 3, 4, 2], padding="same")
    below = twice(below)
    above = large @ np.array(kernels[1, 1, 3, 2]) + ops.convert_to_numpy(below)
    above = twice(ops.conv(above, kernels[3, 3, 2, 2], padding="same"))
    for got, want in zip(found, (above, below), strict=True):
        np.testing.assert_allclose(got, ops.convert_to_numpy(want), atol=1e-5)


def test_widths_and_sizes_of_the_paper():
    network = projector("efficientnet_lite0", (64, 64, 3))
    assert [output.shape[1:] for output in network.outputs] == [
        (112, 112, 64),
        (56, 56, 64),
        (28, 28, 128),
        (14, 14, 256),
    ]
    assert not network.trainable_weights
    judge = projected_discriminator([shape[1:] for shape in network.output_shape])
    assert judge.output_shape == (None, 4 * 16)  # 4x4 logits of each 7x7 map

    def size(*widths):
        """Convolutions, and batch norms of all but the last."""
        halvings = sum(16 * a * b + 2 * b for a, b in zip(widths, widths[1:], strict=False))
        return halvings + 16 * widths[-1]

    want = size(64, 64, 128, 256, 512) + size(64, 128, 256, 512) + size(128, 256, 512)
    found = sum(int(np.prod(w.shape)) for w in judge.trainable_weights)
    assert found == want + size(256, 512)


def test_sizes_of_images():
    def size(*args, **kwargs):
        return projector(*args, filters=1, **kwargs).output_shape[0][1:3]

    assert size(features(), (8, 12, 3)) == (8, 12)
    assert size(features(side=16), (8, 12, 1)) == (16, 16)
    assert size(features(), (8, 12, 3), feature_size=20) == (20, 20)
    assert size("efficientnet_lite0", (256, 256, 3)) == (128, 128)
    assert size("efficientnet_lite0", (32, 32, 1), feature_size=(64, 96)) == (32, 48)


def test_the_seed_makes_the_mixing():
    def made(seed):
        return projector(features(), (8, 8, 1), filters=2, seed=seed).get_weights()

    one, same, other = made(3), made(3), made(4)
    for a, b, c in zip(one, same, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert np.all(a == 0) or not np.allclose(a, c)  # biases are zero


def test_what_is_no_features_is_refused():
    with pytest.raises(ValueError, match="one of efficientnet_lite0. Received: features='vgg'"):
        projector("vgg", (8, 8, 3))
    with pytest.raises(TypeError, match="`features` must be a Model"):
        projector(3, (8, 8, 3))
    with pytest.raises(ValueError, match=r"3 channels, or of 1, .*data_shape=\(8, 8, 2\)"):
        projector(features(), (8, 8, 2))
    image = keras.Input((8, 8, 3))
    with pytest.raises(ValueError, match=r"two or more maps .* Received: .*\[\(None, 192\)\]"):
        projector(keras.Model(image, layers.Flatten()(image)), (8, 8, 3))


def test_unknown_weights_do_not_train(monkeypatch):
    monkeypatch.setattr("kerasgan.networks.efficientnet.PACKAGE", "no_such_package")
    network = projector("efficientnet_lite0", (16, 16, 3), feature_size=32, filters=1)
    with pytest.raises(ImportError, match="pip install"):
        check_known(network)
    check_known(projector(features(), (8, 8, 3), filters=1))
