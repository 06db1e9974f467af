"""What every variant must do, on whichever backend runs."""

import functools
import signal
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import kerasgan as kg
from tests.models.run_killed import compiled, train
from tests.models.variants import (
    NOISE_TO_DATA,
    VARIANTS,
    batches,
    moved,
    samples,
    skip_other_players,
    weights,
)

# One of each kind of step: that half precision trains is the step's and the layers' doing.
KINDS = ("gan_batch_norm", "wgan_gp", "sngan", "r3gan", "stylegan2", "cyclegan", "pix2pix")

every_variant = pytest.mark.parametrize("name", VARIANTS)
BACKEND = keras.backend.backend()


def slow_unless(quick, *values):
    """A parameter of the quick tests, or of the slow ones alone."""
    return pytest.param(*values, marks=[pytest.mark.slow] * (not quick))


# JAX compiles each step anew in each of these: one of each kind is enough there, since which player
# a variant's step moves, and which variables it has, the other backends show.
on_jax_one_of_a_kind = pytest.mark.parametrize(
    "name", [slow_unless(BACKEND != "jax" or name in KINDS, name) for name in VARIANTS]
)


def all_learned(before, after):
    """Whether all weights moved, but for those of shape (1,): a logit's bias, which Wasserstein
    and hinge losses do not see, and the u of its spectral norm, which is 1 or -1."""
    change = zip(before, moved(before, after), strict=True)
    return all(learned for weight, learned in change if weight.shape != (1,))


def player_weights(model):
    return {player: weights(network) for player, (network, *_) in model.players().items()}


def state(model):
    return [(v.path, np.array(v)) for v in (*model.variables, *model.optimizer.variables)]


def assert_same(one, two):
    """All state is, bit for bit."""
    for (path, a), (_, b) in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b, err_msg=path)


class Watch(keras.callbacks.Callback):
    """Keeps the players' weights before training, and what no network holds after each step."""

    def on_train_begin(self, logs=None):
        self.before, self.seeds = player_weights(self.model), []

    def on_train_batch_end(self, batch, logs=None):
        model = self.model  # where JAX hands the state over
        held = {id(w) for w in model.weights}
        self.seeds.append([np.array(v) for v in model.variables if id(v) not in held])


@functools.cache
def trained(name, compiled=False):
    """A model after two epochs of two steps, which tests share, with its `Watch` and its `state`
    then; "compiled" is another one for tests that are marked so."""
    watch = Watch()
    model = train(name, watch)
    return model, watch, state(model)


@pytest.mark.compiled
@every_variant
def test_every_player_learns(name):
    model, watch, _ = trained(name, compiled=BACKEND == "tensorflow")
    assert set(model.history.history) == set(model.log_names)
    for player, after in player_weights(model).items():
        assert all_learned(watch.before[player], after), player
        steps = model.critic_steps if player == "discriminator" and name in NOISE_TO_DATA else 1
        assert int(model.optimizer[player].iterations) == 4 * steps
        assert any(np.any(np.array(v)) for v in model.optimizer[player].variables[2:])


@on_jax_one_of_a_kind
def test_a_step_moves_its_own_player_only(name):
    for player in VARIANTS[name]().players():
        model = compiled(name)
        skip_other_players(model, player)
        before = {p: weights(n) for p, (n, *_) in model.players().items()}
        model.fit(*batches(model), batch_size=16, verbose=0)
        for other, (network, *_) in model.players().items():
            change = moved(before[other], weights(network))
            if other == player:
                assert any(change), player  # some wait for the zeros behind them to move
            elif other == "generator":  # its pass, with its statistics, is made for both players
                own = [w.trainable for w in network.weights]
                assert not any(np.array(change) & own)
            else:
                assert not any(change), (player, other)


@pytest.mark.parametrize("name", NOISE_TO_DATA)
def test_noise_and_seeds_advance(name):
    model, watch, _ = trained(name)
    assert len(watch.seeds) == 4 and watch.seeds[0]
    for before, after in zip(watch.seeds, watch.seeds[1:], strict=False):
        # the moving average copies its network's seeds, but never runs in training
        assert any(moved(before, after))
    latents = [np.array(model.sample_latents(4)) for _ in range(3)]
    assert not np.allclose(latents[0], latents[1]) and not np.allclose(latents[1], latents[2])


@on_jax_one_of_a_kind
def test_save_and_load_keep_everything(name, tmp_path):
    player = min(VARIANTS[name]().players(), key=lambda name: not name.startswith("generator"))
    model = compiled(name, optimizer={player: keras.optimizers.Adam(0.25, beta_1=0.5)})
    data = batches(model)
    model.fit(*data, batch_size=16, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert type(loaded) is type(model)
    np.testing.assert_array_equal(samples(loaded, 4), samples(model, 4))
    assert float(loaded.optimizer[player].learning_rate) == 0.25
    for a, b in zip(model.variables, loaded.variables, strict=True):
        np.testing.assert_array_equal(np.array(a), np.array(b), err_msg=a.path)
    for a, b in zip(model.optimizer.variables, loaded.optimizer.variables, strict=True):
        np.testing.assert_array_equal(np.array(a), np.array(b), err_msg=a.path)
    losses = [m.train_on_batch(*data) for m in (model, loaded)]
    assert losses[0] == losses[1]


@pytest.fixture(scope="module")
def killed(request, tmp_path_factory):
    """What a process left that was killed in the second epoch, of the variants to be resumed."""
    folder = tmp_path_factory.mktemp("killed")
    resuming = (i for i in request.session.items if i.name.startswith("test_resumes_exactly["))
    names = [item.callspec.params["name"] for item in resuming]
    process = subprocess.run(
        [sys.executable, "-m", "tests.models.run_killed", str(folder), *names],
        cwd=Path(__file__).parents[2],
    )
    assert process.returncode == -signal.SIGKILL
    return folder


@on_jax_one_of_a_kind
def test_resumes_exactly(name, killed):
    backup, model = compiled(name), compiled(name)
    backup.load_weights(killed / name / "backup" / "latest.weights.h5")
    assert kg.callbacks.Checkpoints(killed / name / "checkpoints").restore(model) == 1
    assert_same(state(backup), state(model))
    resumed = train(name, keras.callbacks.BackupAndRestore(killed / name / "backup"))
    assert resumed.history.epoch == [1]
    assert_same(state(resumed), trained(name)[2])


@pytest.mark.any_backend
@pytest.mark.parametrize("name", [name for name in VARIANTS if name != "f_anogan"])
def test_labels_of_the_discriminator_are_flipped(name):
    """In each of its steps, where the loss says so, and at no other time."""
    model, seeded = compiled(name, loss="non_saturating:noise=0.25"), []
    discriminator = model.adversarial_loss.discriminator
    model.adversarial_loss.discriminator = lambda real, fake, seed=None: (
        seeded.append(seed is not None) or discriminator(real, fake, seed=seed)
    )
    model.train_on_batch(*batches(model))
    assert seeded and all(seeded)
    seeded.clear()
    model.test_on_batch(*batches(model))
    assert seeded and not any(seeded)


@every_variant
def test_evaluate_moves_no_weight(name):
    model, *_ = trained(name)
    before = weights(model)
    result = model.evaluate(*batches(model), verbose=0, return_dict=True)
    assert set(result) == set(model.log_names) and np.isfinite(list(result.values())).all()
    assert not any(moved(before, weights(model)))


@pytest.mark.parametrize(
    "name, policy",
    [(name, "mixed_bfloat16") for name in KINDS]
    # in float16 two skip their first steps, until the loss scale has come down
    + [
        slow_unless(BACKEND == "torch" or name not in ("r3gan", "stylegan2"), name, "mixed_float16")
        for name in KINDS
        if name not in ("sngan", "pix2pix")
    ],
)
def test_mixed_precision_trains(name, policy):
    keras.config.set_dtype_policy(policy)
    try:
        model = compiled(name)
    finally:
        keras.config.set_dtype_policy("float32")
    before = {p: weights(n) for p, (n, *_) in model.players().items()}
    history = model.fit(*batches(model, steps=2), batch_size=16, verbose=0).history
    assert all(np.isfinite(v).all() for v in history.values())
    scaled = policy == "mixed_float16"
    for player, (network, *_) in model.players().items():
        optimizer = model.optimizer[player]
        assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer) == scaled
        assert all_learned(before[player], weights(network)), player
    assert samples(model, 2).dtype == np.float32
