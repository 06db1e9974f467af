import os
import resource
import secrets

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan.utils.checkpoints import checkpoints, damage, is_slim
from tests.models.variants import MLP


def compiled(**kwargs):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(**{**MLP, **kwargs}, ema_decay=0.9)
    gan.compile(run_eagerly=keras.backend.backend() == "tensorflow")  # the quickest here
    return gan


def train(folder, images, epochs, callbacks=(), **kwargs):
    """Goes on until there are so many epochs, as a new process would; gives the model."""
    gan, saving = compiled(), kg.callbacks.Checkpoints(folder, **kwargs)
    begun = saving.restore(gan)
    gan.fit(
        images,
        batch_size=16,
        shuffle=False,
        initial_epoch=begun,
        epochs=epochs,
        verbose=0,
        callbacks=[*callbacks, saving],
    )
    return gan


def names(folder):
    return [path.name for path in checkpoints(folder)]


def state(model):
    return [np.array(v) for v in (*model.variables, *model.optimizer.variables)]


def assert_same(one, two):
    for a, b in zip(state(one), state(two), strict=True):
        np.testing.assert_array_equal(a, b)


def test_it_goes_on_exactly(images, tmp_path):
    whole = train(tmp_path / "whole", images, 4)
    train(tmp_path / "cut", images, 2)
    assert names(tmp_path / "cut") == ["epoch_0001.keras", "epoch_0002.keras"]
    assert_same(train(tmp_path / "cut", images, 4), whole)
    assert names(tmp_path / "cut") == names(tmp_path / "whole")
    loaded = kg.load(tmp_path / "cut" / "epoch_0004.keras")
    np.testing.assert_array_equal(loaded.generate(4, seed=0), whole.generate(4, seed=0))


@pytest.mark.any_backend
@pytest.mark.parametrize(
    ("every", "keep", "want"),
    [(1, 1, [5]), (1, 3, [3, 4, 5]), (1, None, [1, 2, 3, 4, 5]), (2, 2, [4, 5]), (9, 2, [5])],
)
def test_which_files_are_kept(images, tmp_path, every, keep, want):
    train(tmp_path, images, 5, every=every, keep=keep)
    assert names(tmp_path) == [f"epoch_{epoch:04d}.keras" for epoch in want]


def test_earlier_files_are_models_to_use_and_not_to_go_on_from(images, tmp_path):
    made = []
    noting = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: made.append(noting.model.generate(4, seed=0))
    )
    trained = train(tmp_path, images, 4, [noting], keep=None)
    assert [is_slim(path) for path in checkpoints(tmp_path)] == [True, True, False, False]
    sizes = [path.stat().st_size for path in checkpoints(tmp_path)]
    assert sizes[0] < 0.7 * sizes[3]
    for path, images in zip(checkpoints(tmp_path), made, strict=True):
        assert damage(path) is None
        model = kg.load(path)
        assert model.compiled == (not is_slim(path))
        np.testing.assert_array_equal(model.generate(4, seed=0), images)
    pairs = zip(model.get_weights(), trained.get_weights(), strict=True)
    for a, b in pairs:
        np.testing.assert_array_equal(a, b)
    for path in checkpoints(tmp_path)[2:]:
        empty(path)
    with pytest.warns(UserWarning, match="damaged"):
        assert kg.callbacks.Checkpoints(tmp_path).restore(compiled()) == 0


@pytest.mark.any_backend
def test_a_damaged_file_is_left_as_it_is(images, tmp_path):
    train(tmp_path, images, 2, keep=None)
    cut(tmp_path / "epoch_0001.keras")
    train(tmp_path, images, 3, keep=None)
    assert [damage(path) is None for path in checkpoints(tmp_path)] == [False, True, True]


@pytest.mark.any_backend
def test_an_epoch_that_is_trained_again_replaces_what_came_after_it(images, tmp_path):
    train(tmp_path, images, 5)
    compiled().fit(images, verbose=0, callbacks=[kg.callbacks.Checkpoints(tmp_path)])
    assert names(tmp_path) == ["epoch_0001.keras"]


@pytest.mark.any_backend
def test_a_file_that_another_process_prunes_too(images, tmp_path, monkeypatch):
    train(tmp_path, images, 2)
    monkeypatch.setattr(
        kg.callbacks.checkpoints,
        "checkpoints",
        lambda folder: [tmp_path / "epoch_0000.keras", *checkpoints(folder)],
    )
    train(tmp_path, images, 3)
    assert names(tmp_path) == ["epoch_0002.keras", "epoch_0003.keras"]


@pytest.mark.any_backend
def test_the_last_epoch_is_done_when_all_others_have_ended(images, tmp_path):
    seen = []

    def end(logs):
        seen.append(names(tmp_path))

    other = keras.callbacks.LambdaCallback(on_train_end=end)
    train(tmp_path, images, 2, [other])
    assert seen == [["epoch_0001.keras"]]
    stop = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: setattr(stop.model, "stop_training", True)
    )
    train(tmp_path, images, 9, [other, stop])
    assert seen[1] == ["epoch_0001.keras", "epoch_0002.keras"]
    assert names(tmp_path) == ["epoch_0002.keras", "epoch_0003.keras"]


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def empty(path):
    path.write_bytes(b"")


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.any_backend
@pytest.mark.parametrize("harm", [cut, empty, flip])
def test_a_damaged_file_is_named_and_the_one_before_is_used(images, tmp_path, harm):
    whole = train(tmp_path, images, 4)
    assert damage(tmp_path / "epoch_0004.keras") is None
    harm(tmp_path / "epoch_0004.keras")
    with pytest.warns(UserWarning, match=r"epoch_0004.keras is damaged, so the one before"):
        assert kg.callbacks.Checkpoints(tmp_path).restore(compiled()) == 3
    with pytest.warns(UserWarning, match="epoch_0004.keras is damaged"):
        assert_same(train(tmp_path, images, 4), whole)
    assert [damage(path) for path in checkpoints(tmp_path)] == [None, None]


@pytest.mark.any_backend
def test_without_a_whole_file_it_begins_anew(images, tmp_path):
    gan = compiled()
    before = state(gan)
    assert kg.callbacks.Checkpoints(tmp_path / "none").restore(gan) == 0
    (tmp_path / "epoch_0002.keras").write_text("no zip")
    with pytest.warns(UserWarning, match="epoch_0002.keras is damaged"):
        assert kg.callbacks.Checkpoints(tmp_path).restore(gan) == 0
    for a, b in zip(before, state(gan), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.filterwarnings("ignore:Skipping")
def test_another_model_is_not_taken_nor_another_optimizer(images, tmp_path):
    train(tmp_path, images, 1)
    model = compiled(generator_units=(5,))
    optimizer, schedule = compiled(), compiled()
    optimizer.compile(optimizer="sgd")
    schedule.compile(optimizer=keras.optimizers.Adam(kg.optimizers.LinearDecay(1e-3, 1, 1, 1)))
    for other in (model, optimizer, schedule):
        with pytest.raises(ValueError, match="state of another model, optimizer or schedule"):
            kg.callbacks.Checkpoints(tmp_path).restore(other)


@pytest.mark.any_backend
@pytest.mark.parametrize("full", ["disk", "quota"])
def test_where_there_is_no_room_the_files_before_are_kept(images, tmp_path, monkeypatch, full):
    whole = train(tmp_path / "whole", images, 4)
    train(tmp_path, images, 2)
    kept = {path.name: path.read_bytes() for path in checkpoints(tmp_path)}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    if full == "disk":
        monkeypatch.setattr(secrets, "token_hex", lambda n: "0" * 2 * n)
        (tmp_path / f".kerasgan-{'0' * 16}.keras").symlink_to("/dev/full")
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(OSError, match=r"no room for .*epoch_0003.keras: .* MB of it written"):
            train(tmp_path, images, 4)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.keras")} == kept
    assert_same(train(tmp_path, images, 4), whole)


@pytest.mark.any_backend
def test_numbers_are_checked(tmp_path):
    for name in ("every", "keep"):
        with pytest.raises(
            ValueError, match=f"`{name}` must be a whole number.*Received: {name}=0"
        ):
            kg.callbacks.Checkpoints(tmp_path, **{name: 0})


@pytest.mark.any_backend
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "epoch_0001.keras")
    with pytest.warns(UserWarning, match="epoch_0001.keras is damaged.*it is no file"):
        assert kg.callbacks.Checkpoints(tmp_path).restore(None) == 0
