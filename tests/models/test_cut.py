import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan as kg
from kerasgan.models import patches
from tests.models.variants import moved, weights

rng = np.random.default_rng(0)
A, B = rng.uniform(-1, 1, (2, 3, 8, 8, 1)).astype("float32")
RATE = 1e-6  # short of the next kink
SIZES = {"filters": 2, "discriminator": "pixel", "discriminator_filters": 2}


def tiny(**kwargs):
    return kg.CUT((8, 8, 1), (8, 8, 1), **{**SIZES, "blocks": 1, "projection_units": 4, **kwargs})


def array(tensor):
    return ops.convert_to_numpy(tensor)


def read(gan, maps):
    """What the perceptrons make of all places of feature maps."""
    return gan.heads([ops.reshape(x, (len(x), -1, x.shape[-1])) for x in maps])


def losses_by_hand(gan, keys=None):
    """The four losses at inference, from what the networks make."""
    fake, same = gan.generator(A), gan.generator(B)
    judged, real = array(gan.discriminator(fake)), array(gan.discriminator(B))
    losses = {
        "d_loss": (np.square(real - 1).mean() + np.square(judged).mean()) / 2,
        "g_loss": np.square(judged - 1).mean(),
    }
    for name, made, i in (("nce_loss", fake, 0), ("idt_loss", same, 1)):
        pairs = zip(read(gan, [made, *gan.encoder(made)]), (keys or keys_of(gan))[i], strict=True)
        losses[name] = np.mean([array(kg.losses.patch_nce(q, k, 0.2)) for q, k in pairs])
    return losses


def keys_of(gan):
    return [read(gan, [images, *gan.encoder(images)]) for images in (A, B)]


def test_the_losses_are_those_of_all_patches():
    gan = tiny(temperature=0.2)
    gan.compile()
    got = gan.evaluate(A, B, verbose=0, return_dict=True)
    assert got == {k: pytest.approx(v, rel=1e-4) for k, v in losses_by_hand(gan).items()}


@pytest.mark.compiled
@pytest.mark.parametrize("fast", [False, True])
def test_a_step_of_the_generator_goes_down_its_weighted_losses(fast, monkeypatch):
    """By central differences along the step that SGD makes, the keys held."""
    keras.utils.set_random_seed(0)
    monkeypatch.setattr(patches, "_some_mirrored", lambda self, images: lambda x: x)
    gan = tiny(fast=fast, lambda_nce=3.0, lambda_identity=0.5, temperature=0.2, normalization=None)
    draw = np.random.default_rng(1).normal
    gan.generator.set_weights([draw(0, 0.3, w.shape) for w in gan.generator.get_weights()])
    rates = {"generator": RATE, "discriminator": 0.0}
    gan.compile(optimizer={player: keras.optimizers.SGD(x) for player, x in rates.items()})
    start, heads = weights(gan.generator), weights(gan.heads)
    history = gan.fit(A, B, batch_size=3, verbose=0).history
    step = [a - b for a, b in zip(weights(gan.generator), start, strict=True)]
    gan.heads.set_weights(heads)
    gan.generator.set_weights(start)
    for name, value in losses_by_hand(gan).items():
        assert history[name] == [pytest.approx(value, rel=1e-4)], name
    keys, totals = keys_of(gan), []
    for times in (0.5, -0.5):
        gan.generator.set_weights([w + times * s for w, s in zip(start, step, strict=True)])
        losses = losses_by_hand(gan, keys)
        totals.append(losses["g_loss"] + 3 * losses["nce_loss"] + 0.5 * losses["idt_loss"])
    slope = (totals[0] - totals[1]) / sum(np.square(s).sum() for s in step)
    assert slope == pytest.approx(-1 / RATE, rel=0.02)  # as the step is -RATE * gradient


def test_perceptrons_learn():
    gan = tiny()
    gan.compile()
    before = weights(gan.heads)
    gan.fit(A, B, batch_size=1, verbose=0)
    assert all(moved(before, weights(gan.heads)))


def test_places_are_drawn_anew_each_one_once():
    gan = tiny(patches=20)
    assert gan.places == (64, 16, 4, 4)
    drawn = [array(patches._choose(gan, 64)[1]) for _ in range(2)]
    for places in drawn:
        assert len(set(places.tolist())) == 20 and 0 <= places.min() <= places.max() < 64
    assert set(drawn[0].tolist()) != set(drawn[1].tolist())
    assert patches._choose(gan, 20) == (20, None)
    maps = np.arange(2 * 64 * 3, dtype="float32").reshape(2, 8, 8, 3)
    got = array(patches._at(maps, 64, ops.convert_to_tensor(drawn[0])))
    np.testing.assert_array_equal(got, maps.reshape(2, 64, 3)[:, drawn[0]])


def test_fastcut_mirrors_half_of_the_images_and_their_features_back():
    gan = tiny(fast=True, seed=1)
    mirror = patches._some_mirrored(gan, np.zeros((400, 1, 1, 1), "float32"))
    rows = np.tile(np.arange(4, dtype="float32").reshape(1, 1, 4, 1), (400, 2, 1, 1))
    once = array(mirror(rows))
    mirrored = (once[:, 0, 0, 0] == 3).sum()
    assert 150 < mirrored < 250 and ((once == rows) | (once == 3 - rows)).all()
    np.testing.assert_array_equal(array(mirror(once)), rows)

    # A generator that leaves images alone: what is mirrored back is what was there, at its places.
    inputs = keras.Input((None, None, 1))
    added = layers.Add()([inputs, 0 * layers.Conv2D(1, 1)(inputs)])
    gan = tiny(fast=True, generator=keras.Model(inputs, added), temperature=0.01)
    made, loss = gan.contrast(ops.convert_to_tensor(A), training=True)
    assert not np.array_equal(array(made), A)  # some are mirrored
    _, straight = gan.contrast(ops.convert_to_tensor(A), training=False)
    assert array(loss) == pytest.approx(array(straight), rel=1e-4)


@pytest.mark.any_backend
def test_defaults_are_the_papers():
    full = kg.CUT((256, 256, 3), (256, 256, 3), filters=1, discriminator_filters=1)
    fast = tiny(fast=True)
    full.compile()
    assert type(full.adversarial_loss).__name__ == "LeastSquares" and full.penalties == []
    assert (full.nce_weight, full.identity_weight, full.temperature) == (1, 1, 0.07)
    assert (fast.nce_weight, fast.identity_weight) == (10, 0)
    assert full.patches == 256 and full.heads.output_shape == [(None, None, 256)] * 5
    assert full.places == (256**2, 128**2, 64**2, 64**2, 64**2)
    for player in full.players():
        config = full.optimizer[player].get_config()
        assert config["learning_rate"] == pytest.approx(2e-4) and config["beta_1"] == 0.5
    assert full.directions == ("AtoB",) and full.data_kind == "unpaired"


@pytest.mark.any_backend
def test_the_networks_weights_are_there_once(tmp_path):
    gan = tiny()
    gan.compile()
    assert {v.path.split("/")[0] for v in gan.weights} == {"generator", "discriminator", "heads"}
    networks = (gan.generator, gan.discriminator, gan.heads)
    assert gan.count_params() == sum(network.count_params() for network in networks)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    np.testing.assert_array_equal(loaded.translate(A), gan.translate(A))


def test_fastcut_logs_no_identity_loss_and_takes_a_unet():
    gan = tiny(fast=True, generator="unet", blocks=2, patches=5)
    gan.compile()
    history = gan.fit(A, B, batch_size=1, verbose=0).history
    assert history["idt_loss"] == [0] and np.isfinite(history["nce_loss"]).all()


def test_translates_by_the_moving_average():
    gan = tiny(ema_decay=0.5)
    gan.compile()
    gan.fit(A, B, batch_size=1, verbose=0)
    want = array(gan.average.network(A))
    np.testing.assert_allclose(gan.translate(A), want, rtol=1e-5, atol=1e-6)
    assert np.abs(want - array(gan.generator(A))).max() > 1e-6


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"shape_b": (8, 8, 3)}, "must have the same channels. Received"),
        ({"shape_a": (8, 12, 1)}, "at one height and width"),
        ({"generator": "vae"}, "or 'unet'.*Received: generator='vae'"),
        ({"temperature": 0}, "Received: temperature=0"),
        ({"patches": 0}, "Received: patches=0"),
        ({"lambda_nce": -1}, "Received: lambda_nce=-1"),
        ({"lambda_identity": -1}, "Received: lambda_identity=-1"),
        ({"projection_units": 0}, "Received: units=0"),
    ],
)
def test_refuses(arguments, message):
    shapes = {"shape_a": (8, 8, 1), "shape_b": (8, 8, 1)}
    with pytest.raises(ValueError, match=message):
        kg.CUT(**{**shapes, **SIZES, "blocks": 1, **arguments})
