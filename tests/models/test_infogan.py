import keras
import numpy as np
import pytest

import kerasgan as kg
from tests.models.variants import CONV, coded_gan


def small(**kwargs):
    return kg.InfoGAN(**{**CONV, "latent_dim": 10, "categorical": (3, 2), **kwargs})


@pytest.mark.any_backend
def test_defaults_are_the_papers():
    gan = kg.InfoGAN((16, 16, 1), 74, filters=4)
    gan.compile()
    assert type(gan.adversarial_loss).__name__ == "NonSaturating" and gan.penalties == []
    assert (gan.code_dim, gan.categorical_weight, gan.continuous_weight) == (12, 1.0, 0.1)
    rates = {p: float(gan.optimizer[p].learning_rate) for p in gan.players()}
    assert rates == pytest.approx({"discriminator": 2e-4, "recognizer": 2e-4, "generator": 1e-3})
    assert [o.shape[1] for o in gan.discriminator.outputs] == [1, 32]
    assert gan.recognizer.output_shape == (None, 12)
    learned = kg.InfoGAN((16, 16, 1), 74, filters=4, learned_variance=True)
    assert learned.recognizer.output_shape == (None, 14)


def test_the_recognizer_minimizes_the_likelihood_of_the_codes_and_the_generator_adds_it():
    gan = coded_gan()
    gan.categorical_weight, gan.continuous_weight = 2.0, 3.0
    gan.compile()
    rng = np.random.default_rng(0)
    real, fake = rng.uniform(-1, 1, (2, 5, 8, 8, 1)).astype("float32")
    latents = rng.normal(size=(5, 6)).astype("float32")
    numpy = keras.ops.convert_to_numpy
    (real_logits, _), (fake_logits, features) = (gan.discriminator(x) for x in (real, fake))
    q = numpy(gan.recognizer(features))
    real_logits, fake_logits = numpy(real_logits), numpy(fake_logits)
    logs = q[:, :3] - np.log(np.exp(q[:, :3]).sum(axis=1, keepdims=True))
    info = 2 * -logs[np.arange(5), latents[:, :3].argmax(axis=1)].mean()
    squares = (latents[:, 3] - q[:, 3]) ** 2 / np.exp(q[:, 4])
    info += 3 * (squares + q[:, 4] + np.log(2 * np.pi)).mean() / 2
    real, fake, latents = (keras.ops.convert_to_tensor(x) for x in (real, fake, latents))
    d_loss, seen = gan.discriminator_loss(real, fake, training=False)
    want = np.log1p(np.exp(-real_logits)).mean() + np.log1p(np.exp(fake_logits)).mean()
    np.testing.assert_allclose(numpy(d_loss), want, rtol=1e-5)
    np.testing.assert_array_equal(numpy(seen), numpy(features))
    info_loss = gan.info_loss(latents, features, training=False)
    np.testing.assert_allclose(numpy(info_loss), info, rtol=1e-5)
    g_loss = gan.generator_loss(real, fake, latents, training=False)
    want = np.log1p(np.exp(-fake_logits)).mean() + info
    np.testing.assert_allclose(numpy(g_loss), want, rtol=1e-5)


@pytest.mark.compiled
def test_the_discriminator_does_not_learn_to_read_the_codes(images):
    """Its weights after a step do not depend on the weight of the codes; the others' do."""
    moved = {}
    for weight in (0.0, 5.0):
        keras.utils.set_random_seed(0)
        gan = small(categorical_weight=weight, continuous_weight=weight, seed=0)
        gan.compile()
        gan.fit(np.repeat(np.repeat(images, 2, 1), 2, 2), batch_size=32, verbose=0)
        moved[weight] = {p: nets[0].get_weights() for p, nets in gan.players().items()}
    for player, same in {"discriminator": True, "recognizer": False, "generator": False}.items():
        pairs = zip(moved[0.0][player], moved[5.0][player], strict=True)
        assert all(np.array_equal(*pair) for pair in pairs) == same, player


@pytest.mark.compiled
def test_codes_come_to_be_read_right():
    """A generator that shows its codes as brightness: the head learns to tell them."""
    keras.utils.set_random_seed(0)
    latents = keras.Input((3,))
    coded = kg.layers.CategoricalCodes((2,))(latents)
    dense = keras.layers.Dense(16, activation="tanh", kernel_initializer="orthogonal")
    shown = keras.layers.Reshape((4, 4, 1))(dense(coded))
    data = keras.Input((4, 4, 1))
    x = keras.layers.Dense(32, activation="relu")(keras.layers.Flatten()(data))
    gan = kg.InfoGAN(
        (4, 4, 1),
        3,
        categorical=(2,),
        continuous=1,
        generator=keras.Model(latents, shown),
        discriminator=keras.Model(data, [keras.layers.Dense(1)(x), x]),
        recognizer=keras.Sequential([keras.Input((32,)), keras.layers.Dense(3)]),
    )
    gan.compile(optimizer=keras.optimizers.Adam(0.01))
    images = np.random.default_rng(0).uniform(-1, 1, (1024, 4, 4, 1)).astype("float32")
    history = gan.fit(images, batch_size=32, epochs=2, verbose=0).history["info_loss"]
    floor = 0.1 * np.log(2 * np.pi) / 2  # of the continuous code's part, whose variance is 1
    assert history[1] - floor < (history[0] - floor) / 2
    values = np.linspace(-1, 1, 20)
    for kind in (0, 1):
        codes = {"categorical": [kind], "continuous": values}
        read = gan.recover(gan.generate(codes=codes))
        assert (read["categorical"] == kind).all()
        assert np.corrcoef(read["continuous"][:, 0], values)[0, 1] > 0.9


def test_what_is_generated_shows_the_codes_alone():
    gan = small()
    same = np.tile(np.random.default_rng(0).normal(size=(1, 10)), (4, 1))
    one = gan.generate(codes={"categorical": [2, 1], "continuous": [0.5, -2]}, latents=same)
    np.testing.assert_array_equal(one, np.repeat(one[:1], 4, axis=0))
    codes = {"categorical": [[0, 0], [1, 0], [2, 0], [2, 1]]}
    four = gan.generate(codes=codes, latents=same, seed=1)
    assert np.unique(four.reshape(4, -1), axis=0).shape[0] == 4
    np.testing.assert_array_equal(gan.generate(3, seed=1), gan.generate(3, 1, codes={}))


@pytest.mark.any_backend
def test_latents_that_hold_codes():
    gan = small()
    drawn = gan.with_codes({}, 6, seed=3)
    codes = {"categorical": [1, 0], "continuous": np.arange(12).reshape(6, 2)}
    made = gan.with_codes(codes, seed=3)
    assert (made[:, :3].argmax(axis=1) == 1).all() and (made[:, 3:5].argmax(axis=1) == 0).all()
    np.testing.assert_array_equal(made[:, 5:7], codes["continuous"])
    np.testing.assert_array_equal(made[:, 7:], drawn[:, 7:])
    for part in (slice(0, 3), slice(3, 5)):  # N(0, I) still
        np.testing.assert_array_equal(np.sort(made[:, part]), np.sort(drawn[:, part]))
    given = np.zeros((6, 10))
    assert gan.with_codes(codes, latents=given).any() and not given.any()
    one = small(categorical=(4,), continuous=1).with_codes({"categorical": [0, 3, 2]})
    assert one[:, :4].argmax(axis=1).tolist() == [0, 3, 2]


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "codes, others, message",
    [
        ({"colour": [1]}, {}, r"keys of \['categorical', 'continuous'\]"),
        ([1, 2], {}, "must be a dict"),
        ({"categorical": [1]}, {}, r"shape \(n, 2\). Received: shape \(1,\)"),
        ({"categorical": [3, 0]}, {}, r"whole numbers below \(3, 2\)"),
        ({"categorical": [0.5, 0]}, {}, r"whole numbers below \(3, 2\)"),
        ({"categorical": [-1, 0]}, {}, r"whole numbers below \(3, 2\)"),
        ({"continuous": [np.nan, 0]}, {}, "must be finite"),
        ({"continuous": "a"}, {}, "array of numbers"),
        ({"continuous": np.zeros((3, 2))}, {"n": 4}, "equally many. Received: {'n': 4"),
        ({}, {"latents": np.zeros((3, 9))}, r"shape \(n, 10\). Received: latents.shape=\(3, 9\)"),
        ({}, {"n": 0}, "Received: n=0"),
        ({}, {"seed": -1}, "Received: seed=-1"),
    ],
)
def test_refuses_codes(codes, others, message):
    with pytest.raises(ValueError, match=message):
        small().generate(codes=codes, **others)


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"latent_dim": 6}, "here 7, .*Received: latent_dim=6"),
        ({"categorical": (), "continuous": 0}, "must be a code"),
        ({"pack": 2}, "Received: pack=2"),
        ({"continuous_weight": -1}, "Received: continuous_weight=-1"),
        (
            {"discriminator": kg.networks.dcgan_discriminator((16, 16, 1), 2)},
            r"\(n, 1\), \(n, None\)",
        ),
        (
            {"recognizer": keras.Sequential([keras.Input((32,))])},
            r"recognizer must give .*\(n, 7\)",
        ),
    ],
)
def test_refuses_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        small(**arguments)


@pytest.mark.any_backend
def test_reads_images_of_its_shape_only():
    gan = small(continuous=0)
    assert set(gan.recover(np.zeros((2, 16, 16, 1)))) == {"categorical"}
    with pytest.raises(
        ValueError, match=r"\(n, 16, 16, 1\). Received: images.shape=\(2, 8, 8, 1\)"
    ):
        gan.recover(np.zeros((2, 8, 8, 1)))


@pytest.mark.any_backend
def test_a_preset_reads_codes_as_the_model_did(tmp_path):
    gan = small(ema_decay=0.9, seed=0)
    rng = np.random.default_rng(0)
    for network in gan.preset_networks():
        network.set_weights([rng.uniform(0.1, 1, w.shape) for w in network.get_weights()])
    gan.save_to_preset(tmp_path / "preset")
    loaded = kg.load(tmp_path / "preset")
    images = gan.generate(8, seed=0)
    np.testing.assert_allclose(loaded.generate(8, seed=0), images, atol=1e-6)
    want, found = gan.recover(images), loaded.recover(images)
    np.testing.assert_array_equal(found["categorical"], want["categorical"])
    np.testing.assert_allclose(found["continuous"], want["continuous"], rtol=1e-5)
