import importlib.util
import os

import keras
import numpy as np
import onnxruntime
import pytest
from keras import layers, ops

import kerasgan as kg

APART = keras.backend.backend() != "tensorflow"
TINY = {"data_shape": (8, 8, 1), "latent_dim": 4, "discriminator_units": (4,)}


@keras.saving.register_keras_serializable("tests")
class Shift(layers.Layer):
    """Adds one; registered, as a layer should be."""

    def call(self, inputs):
        return inputs + 1


class Unregistered(Shift):
    pass


@keras.saving.register_keras_serializable("tests")
def twice(x):
    return 2 * x


def normalised_generator():
    """A conditional generator with batch statistics, and weights that are not as made."""
    inputs = [keras.Input((4,)), keras.Input((), dtype="int32")]
    x = layers.Add()([layers.Dense(8)(inputs[0]), layers.Embedding(3, 8)(inputs[1])])
    x = layers.ReLU()(layers.BatchNormalization()(x))
    network = keras.Model(inputs, layers.Reshape((8, 8, 1))(layers.Dense(64, "tanh")(x)))
    rng = np.random.default_rng(0)
    network.set_weights([rng.uniform(0.2, 1, w.shape) for w in network.weights])
    return network


def linear_generator(layer=None):
    """A generator whose images leave [-1, 1]."""
    hidden = layer or layers.Activation("linear")
    return keras.Sequential(
        [keras.Input((4,)), hidden, layers.Dense(64, twice), layers.Reshape((8, 8, 1))]
    )


@pytest.fixture(scope="module")
def conditional(tmp_path_factory):
    """A conditional GAN whose average differs from its generator, and where it is exported."""
    gan = kg.ConditionalGAN(**TINY, num_classes=3, generator=normalised_generator(), ema_decay=0.9)
    gan.generator.set_weights([w / 2 for w in gan.generator.get_weights()])
    gan.compile()
    path = tmp_path_factory.mktemp("new") / "folder" / "1"
    return gan, path, gan.export(path)


def loaded(path):
    import tensorflow as tf

    return tf.saved_model.load(str(path)).signatures


@pytest.mark.compiled
def test_the_average_is_exported_at_inference(conditional):
    gan, path, files = conditional
    signatures = loaded(path)
    latents, labels = (
        np.random.default_rng(1).normal(size=(5, 4)).astype("float32"),
        [0, 1, 2, 2, 1],
    )
    want = gan.generate(latents=latents, labels=labels)
    for rows in (slice(0, 5), slice(2, 3)):
        made = signatures["serving_default"](latents=latents[rows], labels=labels[rows])
        np.testing.assert_allclose(made["images"], want[rows], rtol=0, atol=1e-5)
    plain = gan.generator([latents, np.array(labels)], training=False)
    assert np.abs(ops.convert_to_numpy(plain) - want).max() > 1e-2
    latents = ((None, 4), "float32")
    labels = ((None,), "int32")
    images = {"images": ((None, 8, 8, 1), "float32")}
    scalars = {"n": ((), "int32"), "seed": ((), "int32")}
    assert files == {
        str(path): {
            "serving_default": ({"latents": latents, "labels": labels}, images),
            "generate": ({**scalars, "labels": labels, "truncation": ((), "float32")}, images),
        }
    }


@pytest.mark.any_backend
@pytest.mark.compiled
def test_generate_repeats_by_seed(conditional):
    generate = loaded(conditional[1])["generate"]

    def made(seed, labels, truncation):
        return generate(n=3, seed=seed, labels=labels, truncation=truncation)["images"].numpy()

    first = made(7, [1], 0.0)
    assert first.shape == (3, 8, 8, 1) and first.dtype == np.float32
    np.testing.assert_array_equal(made(7, [1, 1, 1], 0.0), first)
    for other in (made(8, [1], 0.0), made(7, [2], 0.0), made(7, [1], 0.1)):
        assert np.abs(other - first).max() > 1e-3
    assert np.std(made(7, [1], 1e-4), axis=0).max() < 1e-3  # hardly any latents left


def test_layers_of_ones_own_and_bytes(tmp_path):
    gan = kg.GAN(**TINY, generator=linear_generator(Shift()))
    path = str(tmp_path / "gan.onnx")
    files = gan.export(path, "onnx", as_uint8=True)
    assert files == {
        path: {
            "serving_default": (
                {"latents": ((None, 4), "float32")},
                {"images": ((None, 8, 8, 1), "uint8")},
            )
        }
    }
    latents = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
    (made,) = onnxruntime.InferenceSession(path).run(["images"], {"latents": latents})
    want = (gan.generate(latents=latents) + 1) * 127.5
    assert want.min() < -1 and want.max() > 256
    assert made.dtype == np.uint8
    assert np.abs(made - np.clip(want, 0, 255)).max() <= 0.5 + 1e-3  # of a value between two bytes
    assert os.listdir(tmp_path) == ["gan.onnx"]


@pytest.mark.compiled
def test_unregistered_layers(tmp_path):
    gan = kg.GAN(**TINY, generator=linear_generator(Unregistered()))
    if not APART:
        gan.export(tmp_path / "gan")
        latents = np.ones((2, 4), "float32")
        made = loaded(tmp_path / "gan")["serving_default"](latents=latents)["images"]
        np.testing.assert_allclose(made, gan.generate(latents=latents), rtol=0, atol=1e-5)
        return
    with pytest.raises(
        ValueError,
        match="cannot load a network: Could not locate class 'Unregistered'.*register_keras_"
        "serializable.*KERAS_BACKEND=tensorflow. Received: network='serving_default'",
    ):
        gan.export(tmp_path / "gan")
    assert os.listdir(tmp_path) == []


def test_noise_is_for_saved_models_alone(tmp_path):
    noise = kg.layers.NoiseDropout(0.5, seed=0)
    network = keras.Sequential([keras.Input((None, None, 1)), noise, layers.Dense(1, "tanh")])
    gan = kg.Pix2Pix((8, 8, 1), (8, 8, 1), generator=network, discriminator="pixel")
    with pytest.raises(ValueError, match="nor every operation; a SavedModel does: .*Received: for"):
        gan.export(tmp_path / "gan.onnx", "onnx")
    assert os.listdir(tmp_path) == []


@pytest.mark.any_backend
def test_weights(conditional, tmp_path):
    gan = conditional[0]
    path = tmp_path / "gan.weights.h5"
    assert gan.export(filepath=path, format="weights", verbose=False) == {str(path): {}}
    other = kg.ConditionalGAN(**TINY, num_classes=3, generator=normalised_generator())
    other.generator.load_weights(path)
    want, made = (model.generate(3, seed=1, labels=2) for model in (gan, other))
    np.testing.assert_array_equal(made, want)


@pytest.mark.any_backend
def test_a_file_for_each_direction(tmp_path):
    small = {"filters": 2, "blocks": 1, "discriminator": "pixel"}
    gan = kg.CycleGAN((8, 8, 3), (8, 8, 1), **small)
    paths = [tmp_path / f"gan.{way}.weights.h5" for way in ("AtoB", "BtoA")]
    assert gan.export(tmp_path / "gan.weights.h5", "weights") == {str(path): {} for path in paths}
    other = kg.CycleGAN((8, 8, 3), (8, 8, 1), **small)
    images = np.random.default_rng(0).uniform(-1, 1, (1, 12, 8, 1))
    other.G_B.load_weights(paths[1])
    np.testing.assert_array_equal(other.translate(images, "BtoA"), gan.translate(images, "BtoA"))
    paths[0].unlink()
    with pytest.raises(ValueError, match="written over.*Received: path=.*BtoA.weights.h5"):
        gan.export(tmp_path / "gan.weights.h5", "weights")
    assert not paths[0].exists()


@pytest.mark.any_backend
def test_what_export_refuses(tmp_path, monkeypatch):
    gan = kg.GAN(**TINY, generator_units=(4,))
    with pytest.raises(ValueError, match="Unknown format; known are .*Received: format='pb'"):
        gan.export(tmp_path / "gan", "pb")
    for format, suffix in (("onnx", ".onnx"), ("litert", ".tflite"), ("weights", ".weights.h5")):
        with pytest.raises(ValueError, match=f"must end in {suffix}. Received: path=.*gan.h5"):
            gan.export(tmp_path / "gan.h5", format)
    with pytest.raises(ValueError, match="no images.*as_uint8=True, format='weights'"):
        gan.export(tmp_path / "gan.weights.h5", "weights", as_uint8=True)
    points = kg.GAN((2,), 2, generator_units=(4,), discriminator_units=(4,))
    with pytest.raises(
        ValueError, match=r"Only images.*Received: as_uint8=True, data_shape=\(2,\)"
    ):
        points.export(tmp_path / "points", as_uint8=True)
    for there in ("folder", "folder/gan.onnx"):
        (tmp_path / there).mkdir()
    with pytest.raises(ValueError, match="written over: .*Received: path=.*folder'"):
        gan.export(tmp_path / "folder")
    with pytest.raises(ValueError, match="written over: .*Received: path=.*gan.onnx'"):
        gan.export(tmp_path / "folder" / "gan.onnx", "onnx")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name != "tf2onnx" or None)
    with pytest.raises(ImportError, match=r'needs tf2onnx: pip install "kerasgan\[export\]"'):
        gan.export(tmp_path / "gan.onnx", "onnx")
    assert os.listdir(tmp_path) == ["folder"]
