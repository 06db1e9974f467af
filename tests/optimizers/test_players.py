import h5py
import keras
import numpy as np
import pytest

from kerasgan.models import GAN
from tests.models.variants import MLP, moved, weights


@pytest.fixture
def gan():
    gan = GAN(**MLP)
    gan.compile()
    return gan


def test_holds_every_players_variables_once(gan):
    inner = [v for player in gan.players() for v in gan.optimizer[player].variables]
    assert [id(v) for v in gan.optimizer.variables] == [id(v) for v in inner]
    assert len({id(v) for v in inner}) == len(inner)


def test_state_is_stored_once(gan, tmp_path):
    gan.save_weights(tmp_path / "w.weights.h5")
    stored = []
    with h5py.File(tmp_path / "w.weights.h5") as file:
        file.visititems(
            lambda name, item: stored.append(name) if isinstance(item, h5py.Dataset) else None
        )
    in_optimizers = [name for name in stored if name.startswith("optimizer")]
    assert len(in_optimizers) == len(gan.optimizer.variables)


def test_learning_rate_is_each_players_own(gan):
    with pytest.raises(AttributeError, match=r"optimizer\[player\].learning_rate"):
        _ = gan.optimizer.learning_rate


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_they_are_stored_under_names_that_every_backend_knows(policy):
    gan = GAN(**MLP, dtype=policy)
    gan.compile(optimizer={"generator": keras.optimizers.RMSprop(), "discriminator": "sgd"})
    stored = gan.get_compile_config()["optimizer"]
    if policy == "mixed_float16":
        assert {o["class_name"] for o in stored.values()} == {"LossScaleOptimizer"}
        stored = {player: o["config"]["inner_optimizer"] for player, o in stored.items()}
    for player, name in (("generator", "RMSprop"), ("discriminator", "SGD")):
        assert (stored[player]["module"], stored[player]["class_name"]) == (
            "keras.optimizers",
            name,
        )


def test_an_optimizer_given_to_a_player_is_the_one_that_trains(images):
    given = {p: keras.optimizers.Adam(0.1) for p in ("generator", "discriminator")}
    gan = GAN(**MLP)
    gan.compile(optimizer=given)
    for player, optimizer in given.items():
        assert gan.optimizer[player] is optimizer and optimizer.name == player
    gan.train_on_batch(images)
    given["generator"].learning_rate = 0.0
    made, judged = gan.generator.get_weights()[0], gan.discriminator.get_weights()[0]
    gan.train_on_batch(images)
    np.testing.assert_array_equal(gan.generator.get_weights()[0], made)
    assert not np.array_equal(gan.discriminator.get_weights()[0], judged)


def test_of_one_for_all_each_gets_a_copy_with_what_is_excluded():
    shared = keras.optimizers.AdamW(0.1, weight_decay=0.5)
    shared.exclude_from_weight_decay(var_names=["bias"])
    gan = GAN(**MLP)
    gan.compile(optimizer=shared)
    copies = gan.optimizer.optimizers
    assert len({id(o) for o in (*copies, shared)}) == 3
    assert {type(o) for o in copies} == {type(shared)}
    for network, optimizer in ((gan.generator, "generator"), (gan.discriminator, "discriminator")):
        decays = [
            gan.optimizer[optimizer]._use_weight_decay(v) for v in network.trainable_variables
        ]
        assert decays == [v.name != "bias" for v in network.trainable_variables]


def test_one_object_for_two_players_is_refused():
    shared = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="one of its own. Received: optimizer of 'generator'"):
        GAN(**MLP).compile(optimizer={"generator": shared, "discriminator": shared})


def test_learning_rates_in_logs_name_the_player(gan, images):
    callback = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate)
    history = gan.fit(images, verbose=0, callbacks=[callback]).history
    assert {"learning_rate_generator", "learning_rate_discriminator"} <= set(history)


def test_an_optimizers_own_average_is_taken_at_the_end_of_fit(images):
    """With a momentum of 1/2, the second step's average is the mean of both steps' weights."""
    gans, steps = [], []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        gans.append(GAN(**MLP, seed=1))
        gans[-1].compile(optimizer=keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5))
    for _ in range(2):
        gans[0].train_on_batch(images)
        steps.append(weights(gans[0]))
    gans[1].fit(images, batch_size=32, epochs=2, shuffle=False, verbose=0)
    for one, two, taken in zip(*steps, weights(gans[1]), strict=True):
        np.testing.assert_allclose(taken, (one + two) / 2, rtol=1e-4, atol=1e-6)
    assert any(moved(*steps))
