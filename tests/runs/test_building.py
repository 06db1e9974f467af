import json

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan.runs import Configuration
from kerasgan.runs.building import build, complete

pytestmark = pytest.mark.any_backend


def built(settings):
    return build(*complete(Configuration.of(settings)))


@pytest.mark.parametrize(
    "given, generator, discriminator",
    [
        (None, ("Adam", 0.5, 1e-3), ("Adam", 0.5, 1e-3)),
        ("adam", ("Adam", 0.9, 1e-3), ("Adam", 0.9, 1e-3)),
        (
            {"class_name": "RMSprop", "config": {"rho": 0.8}},
            ("RMSprop", None, 1e-3),
            ("RMSprop", None, 1e-3),
        ),
        (
            {"generator": {"class_name": "Adam", "config": {"beta_1": 0.1}}},
            ("Adam", 0.1, 1e-3),
            ("Adam", 0.5, 1e-3),
        ),
    ],
    ids=["paper", "name", "one", "players"],
)
def test_the_learning_rate_leaves_the_rest_of_the_optimizer(
    config, given, generator, discriminator
):
    config["compile"] = {"optimizer": given, "learning_rate": 1e-3}
    model = built(config)
    for player, want in {"generator": generator, "discriminator": discriminator}.items():
        optimizer = model.optimizer[player]
        rate = round(float(optimizer.learning_rate), 6)
        got = type(optimizer).__name__, getattr(optimizer, "beta_1", None), rate
        assert got == want
    assert model.optimizer["generator"] is not model.optimizer["discriminator"]


@pytest.mark.parametrize(
    ("kind", "shares"),
    [("cosine", {0: 1, 4.5: 0.5, 9: 0}), ("step", {0: 1, 4: 1, 5: 0.1, 9: 0.1})],
)
def test_the_learning_rate_follows_a_schedule(config, kind, shares):
    config["schedule"] = kind
    config["model"]["critic_steps"] = 2
    config["data"]["batch_size"] = 5
    model = built(config)  # 3 epochs of 3 steps
    for player, several in (("generator", 1), ("discriminator", 2)):
        rate = model.optimizer[player]._learning_rate
        for step, share in shares.items():
            found = float(rate(step * several))
            assert found == pytest.approx(2e-4 * share, rel=1e-5, abs=1e-10)


@pytest.mark.parametrize("rate", [None, 1e-3])
def test_the_learning_rate_falls_in_the_last_epochs(sides, rate):
    sides["compile"] |= {"learning_rate": rate}
    model = built(sides)  # 3 steps an epoch, one epoch and two of decay
    for player in ("generators", "discriminators"):
        optimizer = model.optimizer[player]
        assert optimizer.beta_1 == pytest.approx(0.5)
        for step, share in ((0, 1), (3, 1), (6, 0.5), (9, 0), (12, 0)):
            optimizer.iterations.assign(step)
            want = share * (rate or 2e-4)
            assert float(optimizer.learning_rate) == pytest.approx(want, abs=1e-9)


def test_no_decay_without_epochs_or_of_a_schedule(sides):
    decay = kg.optimizers.LinearDecay(1e-3, 3, 1, 1)
    optimizer = keras.optimizers.serialize(keras.optimizers.Adam(decay))
    sides["compile"] = {"optimizer": optimizer}
    with pytest.raises(ValueError, match="follows a schedule already.*Received"):
        built(sides)
    json.dumps(sides)  # still


@pytest.mark.parametrize("labels", [[1, 2, 3], [0, 5, 10]])
def test_classes_that_nothing_trains_are_refused(config, tmp_path, labels):
    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8), "uint8")
    np.savez(tmp_path / "data.npz", images=images, labels=np.resize(labels, (30, 1)))
    config["model"]["num_classes"] = "auto"
    settings = Configuration.of(config)
    received = str(labels).replace("[", r"\[")
    with pytest.raises(ValueError, match=f"return_inverse=True.*Received: labels={received}"):
        complete(settings)
    config["model"]["num_classes"] = 11  # some are missing on purpose
    assert complete(settings.of(config))[0].model["num_classes"] == 11
    renumbered = np.unique(np.resize(labels, 30), return_inverse=True)[1]
    np.savez(tmp_path / "data.npz", images=images, labels=renumbered[:, None])
    config["model"]["num_classes"] = "auto"
    assert complete(settings)[0].model["num_classes"] == 3


def test_learning_rates_by_name(config):
    config["compile"] = {"learning_rate": {"discriminator": 4e-4}}
    optimizers = built(config).optimizer
    rates = [round(float(optimizers[p].learning_rate), 6) for p in ("discriminator", "generator")]
    assert rates == [4e-4, 2e-4]
    config["compile"] = {"learning_rate": {"critic": 4e-4}}
    with pytest.raises(ValueError, match="no player 'critic'.*Received: learning_rate="):
        built(config)


def test_a_batch_and_a_schedule_hold_the_discriminators_steps(sides):
    sides["model"] |= {"critic_steps": 2}
    sides |= {"n_epochs_decay": 1, "epochs": 2}
    config, data = complete(Configuration.of(sides))
    model = build(config, data)
    assert next(data.as_numpy_iterator())[0].shape[0] == 2 * sides["data"].get("batch_size", 1)
    steps = [model.optimizer[p]._learning_rate.decay_steps for p in model.players()]
    assert steps == [len(data), 2 * len(data)]
