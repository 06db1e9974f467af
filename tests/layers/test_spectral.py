import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan as kg
from kerasgan.engine import AdversarialModel
from kerasgan.layers import SpectralNormalization

INPUTS = {
    "dense": np.random.default_rng(0).normal(size=(2, 6)).astype("float32"),
    "conv": np.random.default_rng(0).normal(size=(2, 5, 5, 2)).astype("float32"),
    "transpose": np.random.default_rng(0).normal(size=(2, 5, 5, 2)).astype("float32"),
    "embedding": np.array([[0, 1], [2, 3]]),
}


def plain(kind, **kwargs):
    if kind == "dense":
        return layers.Dense(4, **kwargs)
    if kind == "conv":
        return layers.Conv2D(4, 3, strides=2, padding="same", **kwargs)
    if kind == "transpose":
        return layers.Conv2DTranspose(4, 3, strides=2, padding="same", **kwargs)
    return layers.Embedding(5, 4, **kwargs)


def matrix(kind, kernel):
    kernel = np.moveaxis(kernel, -2, -1) if kind == "transpose" else kernel
    return kernel.reshape(-1, kernel.shape[-1])


def numpy(x):
    return ops.convert_to_numpy(x)


@pytest.mark.parametrize("kind", INPUTS)
def test_outputs_are_those_of_the_kernel_over_its_largest_singular_value(kind):
    layer, x = SpectralNormalization(plain(kind), seed=1), INPUTS[kind]
    layer(x)
    layer.layer.set_weights([3 * w + 0.1 for w in layer.layer.get_weights()])
    kernel, *bias = before = layer.layer.get_weights()
    for _ in range(60):
        y = layer(x, training=True)
    for want, got in zip(before, layer.layer.get_weights(), strict=True):
        np.testing.assert_array_equal(want, got)
    sigma = np.linalg.svd(matrix(kind, kernel), compute_uv=False)[0]
    reference = plain(kind)
    reference(x)
    reference.set_weights([kernel / sigma, *bias])
    assert np.linalg.svd(matrix(kind, kernel / sigma), compute_uv=False)[0] == pytest.approx(1)
    np.testing.assert_allclose(numpy(y), numpy(reference(x)), rtol=1e-4, atol=1e-5)
    u = numpy(layer.u)
    assert u.shape == (4,)
    assert np.linalg.norm(matrix(kind, kernel) @ u) == pytest.approx(sigma, rel=1e-4)


def test_one_power_iteration_a_training_call_and_none_in_inference():
    layer, x = SpectralNormalization(plain("dense"), seed=1), INPUTS["dense"]
    layer.build(x.shape)
    (w, bias), u0 = layer.layer.get_weights(), numpy(layer.u)
    assert np.linalg.norm(u0) == pytest.approx(1)
    first, second = numpy(layer(x)), numpy(layer(x))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(numpy(layer.u), u0)
    np.testing.assert_allclose(first, x @ w / np.linalg.norm(w @ u0) + bias, rtol=1e-4, atol=1e-5)

    trained = numpy(layer(x, training=True))
    u1 = w.T @ (w @ u0)
    u1 /= np.linalg.norm(u1)
    np.testing.assert_allclose(numpy(layer.u), u1, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(numpy(layer(x)), trained)

    layer.trainable = False
    layer(x, training=True)
    np.testing.assert_allclose(numpy(layer.u), u1, rtol=1e-4, atol=1e-6)


def test_power_iterations_are_counted():
    x = INPUTS["dense"]
    twice = SpectralNormalization(plain("dense"), power_iterations=2, seed=1)
    once = SpectralNormalization(plain("dense"), seed=1)
    for layer in twice, once:
        layer.build(x.shape)
        layer.layer.set_weights([np.arange(24.0).reshape(6, 4) / 7, np.zeros(4)])
    twice(x, training=True)
    once(x, training=True)
    assert not np.allclose(numpy(once.u), numpy(twice.u), atol=1e-5)
    once(x, training=True)
    np.testing.assert_allclose(numpy(once.u), numpy(twice.u), atol=1e-6)


class Player(AdversarialModel):
    """One player, with `loss(network, x)`."""

    log_names = {"loss": "player"}

    def __init__(self, network, loss, dtype=None):
        super().__init__(dtype=dtype)
        self.network = network
        self.loss_fn = loss
        self.data_spec = {"points": tuple(network.input_shape[1:])}

    def players(self):
        return {"player": [self.network]}

    def train_step(self, data):
        (x,) = self.batch(data)
        return self.logs(loss=self.minimize(lambda: self.loss_fn(self.network, x), "player"))


def test_gradient_goes_through_sigma_with_u_and_v_held():
    x = INPUTS["dense"]
    layer = SpectralNormalization(layers.Dense(4, use_bias=False), seed=1)
    network = keras.Sequential([keras.Input((6,)), layer])
    w, u = layer.layer.get_weights()[0], numpy(layer.u)
    target = np.random.default_rng(3).normal(size=(2, 4)).astype("float32")
    model = Player(network, lambda net, x: ops.sum(net(x, training=False) * ops.array(target)))
    model.compile(optimizer=keras.optimizers.SGD(1.0))
    model.fit(x, batch_size=2, shuffle=False, verbose=0)
    g = x.T @ target  # the gradient for the normalised kernel
    sigma = np.linalg.norm(w @ u)
    v = w @ u / sigma
    want = (g - np.sum(g * w) / sigma * np.outer(v, u)) / sigma
    np.testing.assert_allclose(w - layer.layer.get_weights()[0], want, rtol=1e-4, atol=1e-5)


def test_a_zero_kernel_gives_finite_steps_and_recovers():
    x = INPUTS["dense"]
    layer = SpectralNormalization(layers.Dense(4, kernel_initializer="zeros"), seed=1)
    network = keras.Sequential([keras.Input((6,)), layer])
    model = Player(network, lambda net, x: ops.mean((net(x, training=True) - 1) ** 2))
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    assert model.fit(x, batch_size=2, verbose=0).history["loss"] == [1.0]
    assert np.linalg.norm(numpy(layer.u)) == pytest.approx(1)
    model.fit(x, batch_size=2, epochs=3, verbose=0)
    kernel, _ = layer.layer.get_weights()
    assert np.isfinite(kernel).all() and np.any(kernel)
    assert np.linalg.norm(numpy(layer.u)) == pytest.approx(1)


def critic():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            SpectralNormalization(layers.Conv2D(4, 3, strides=2, activation="relu"), seed=0),
            layers.Flatten(),
            SpectralNormalization(layers.Dense(1, dtype="float32"), seed=1),
        ],
        name="discriminator",
    )


@pytest.mark.parametrize("dtype", ["float32", "mixed_float16", "mixed_bfloat16"])
def test_a_gan_trains_with_it(images, dtype):
    outside = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype)
    network = critic()
    keras.config.set_dtype_policy(outside)
    gan = kg.GAN((8, 8, 1), 4, discriminator=network, generator_units=(8,), seed=0, dtype=dtype)
    gan.compile()
    before = network.get_weights()
    history = gan.fit(images, batch_size=16, epochs=2, verbose=0).history
    assert np.isfinite([*history["d_loss"], *history["g_loss"]]).all()
    for path, old, new in zip(
        (w.path for w in network.weights), before, network.get_weights(), strict=True
    ):
        assert np.isfinite(new).all()
        if new.size > 1:  # the u of a single output is 1 or -1
            assert not np.array_equal(old, new), path
    # u was carried from call to call, and a few of them bring it close to the singular vector
    for layer in network.layers[0], network.layers[2]:
        kernel = layer.layer.get_weights()[0]
        kernel = kernel.reshape(-1, kernel.shape[-1])
        sigma = np.linalg.svd(kernel, compute_uv=False)[0]
        assert np.linalg.norm(kernel @ numpy(layer.u)) == pytest.approx(sigma, rel=0.1)
        assert numpy(layer.u).dtype == "float32"


def test_the_generators_step_leaves_u_alone(images):
    class GeneratorOnly(kg.GAN):
        def train_step(self, data):
            (real,) = self.batch(data)
            latents = self.sample_latents(ops.shape(real)[0])

            def loss():
                return -ops.mean(self.discriminator(self.generator(latents), training=True))

            loss = self.minimize(loss, "generator")
            return self.logs(d_loss=loss, g_loss=loss)

    gan = GeneratorOnly((8, 8, 1), 4, discriminator=critic(), generator_units=(8,))
    gan.compile()
    before, generator = gan.discriminator.get_weights(), gan.generator.get_weights()
    gan.fit(images, batch_size=16, verbose=0)
    for old, new in zip(before, gan.discriminator.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert not np.array_equal(generator[0], gan.generator.get_weights()[0])


def test_saved_and_cloned_models_give_the_same(images, tmp_path):
    network = critic()
    network(images, training=True)
    want = numpy(network(images))
    network.save(tmp_path / "critic.keras")
    np.testing.assert_array_equal(
        want, numpy(keras.models.load_model(tmp_path / "critic.keras")(images))
    )
    for copy in (keras.models.clone_model(network), network.from_config(network.get_config())):
        copy.set_weights(network.get_weights())
        np.testing.assert_array_equal(want, numpy(copy(images)))


def test_config_holds_the_arguments():
    layer = SpectralNormalization(plain("conv"), power_iterations=3, seed=5, name="sn")
    copy = SpectralNormalization.from_config(layer.get_config())
    assert (copy.power_iterations, copy.seed, copy.name) == (3, 5, "sn")
    assert isinstance(copy.layer, layers.Conv2D) and copy.layer.strides == (2, 2)


def test_dtypes_are_the_inner_layers():
    x = keras.Input((6,))
    assert SpectralNormalization(layers.Dense(4, dtype="mixed_float16"))(x).dtype == "float16"
    layer = SpectralNormalization(layers.Dense(4, dtype="mixed_bfloat16"), seed=0)
    assert keras.backend.standardize_dtype(layer(INPUTS["dense"]).dtype) == "bfloat16"
    w, u = layer.layer.get_weights()[0], numpy(layer.u)
    y = numpy(ops.cast(layer(INPUTS["dense"]), "float32"))
    np.testing.assert_allclose(y, INPUTS["dense"] @ w / np.linalg.norm(w @ u), atol=0.03)


def test_activity_losses_of_the_layer_are_kept():
    layer = SpectralNormalization(layers.Dense(4, activity_regularizer=keras.regularizers.L2(1.0)))
    y = numpy(layer(INPUTS["dense"]))
    assert [numpy(loss).item() for loss in layer.losses] == [
        pytest.approx((y**2).sum() / 2, rel=1e-5)
    ]


@pytest.mark.parametrize("layer", [layers.DepthwiseConv2D(3), layers.BatchNormalization()])
def test_other_layers_are_refused(layer):
    with pytest.raises(ValueError, match="wraps a Dense.* Received: layer="):
        SpectralNormalization(layer)


def test_no_iterations_are_refused():
    with pytest.raises(ValueError, match="Received: power_iterations=0"):
        SpectralNormalization(layers.Dense(1), power_iterations=0)
