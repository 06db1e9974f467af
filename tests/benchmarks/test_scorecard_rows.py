import json

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan as kg
from benchmarks import toy_modes
from benchmarks.scorecard.rows import conditional, modes, pacgan, presets, translation

pytestmark = pytest.mark.any_backend

PENALTIES = {"R1": [1.0, 0.1], "R2": [1.0, 0.1]}


@pytest.mark.parametrize("name", modes.MODELS)
def test_small_networks_are_trained_and_scored(tmp_path, name):
    small = {"units": [4, 4], "points": 50, "samples": 20, "batch": 4, "steps": 2}
    given = {**modes.row("ring", name).configuration, **small}
    scores = modes.train(given, 3, tmp_path)["scores"]
    assert list(scores) == ["modes", "high_quality", "reverse_kl"]
    assert scores["modes"] in range(9) and 0 <= scores["high_quality"] <= 1


@pytest.mark.parametrize("data, total", [("ring", 8), ("grid", 25)])
def test_the_data_themselves(tmp_path, data, total):
    scores = modes.points({"data": data, "samples": 2500}, 0, tmp_path)["scores"]
    assert scores["modes"] == total
    assert scores["high_quality"] == pytest.approx(1 - np.exp(-4.5), abs=0.007)
    assert 0 < scores["reverse_kl"] < 0.02


def test_the_first_layer_starts_steep_and_biases_reach_far():
    network = modes.generator([2000, 500], [5.0, 5.0], reach=2.0, biases=3.0, seed=0)
    kernel, bias, second, second_bias, _, _ = network.get_weights()
    assert kernel.shape == (2, 2000) and kernel.std() == pytest.approx(5, rel=0.1)
    assert 9.9 < bias.max() <= 10 and -10 <= bias.min() < -9.9
    assert abs(second).max() < 0.1 and 2.9 < abs(second_bias).max() <= 3
    spread = modes.generator([2000, 3], [1.0, 100.0], 1.0, 1.0, seed=0).get_weights()[0]
    slopes = np.log10(np.linalg.norm(spread, axis=0) / np.sqrt(2))
    # log10 of the scale is uniform from 0 to 2; that of the norm adds -0.125 and a deviation 0.28
    assert slopes.mean() == pytest.approx(0.875, abs=0.05)
    assert slopes.std() == pytest.approx(np.sqrt(4 / 12 + 0.279**2), abs=0.03)

    judge = modes.discriminator(2, [3000, 4]).get_weights()
    assert judge[0].std() == pytest.approx(1, rel=0.1) and 3.9 < abs(judge[1]).max() <= 4


def test_networks_and_penalties_are_as_configured():
    given = {**modes.row("grid", "gan_r1_pack2").configuration, "units": [4, 6]}
    model = modes.make(given, seed=0)
    assert model.discriminator.count_params() == 5 * 4 + 5 * 6 + 7
    assert model.generator.count_params() == 3 * 4 + 5 * 6 + 7 * 2
    assert [type(penalty) for penalty in model.penalties] == [kg.losses.R1]
    assert modes.make({**given, "penalty": {}}, seed=0).penalties == []
    rate = model.optimizer["generator"].learning_rate
    assert float(rate) == pytest.approx(given["rate"])


def test_penalties_go_by_half_a_cosine():
    found = modes.penalties(PENALTIES, steps=10)
    assert [type(penalty) for penalty in found] == [kg.losses.R1, kg.losses.R2]
    assert [float(found[0].weight_at(step)) for step in (0, 5, 10)] == pytest.approx([1, 0.55, 0.1])


def test_batches_are_drawn_from_all_points_and_repeat():
    points = np.arange(12.0).reshape(6, 2)
    stream, again = (toy_modes.batches(points, None, 4, seed=1) for _ in range(2))
    several = [next(stream)[0] for _ in range(30)]
    np.testing.assert_array_equal(several, [next(again)[0] for _ in range(30)])
    assert {tuple(point) for batch in several for point in batch} == set(map(tuple, points))


# ---- PacGAN's protocol


def test_pacgan_networks_are_the_papers():
    generator = pacgan.generator([400] * 4, 0.02, seed=0)
    assert generator.count_params() == 2 * 400 + 3 * 400**2 + 4 * 4 * 400 + 802
    discriminator = pacgan.discriminator(8, [200] * 3, 5, 0.02, seed=0)
    assert discriminator.count_params() == 9 * 1000 + 2 * 201 * 1000 + 201
    kernels = [w for w in generator.get_weights() + discriminator.get_weights() if w.ndim == 2]
    assert len(kernels) == 9
    assert np.concatenate([w.ravel() for w in kernels]).std() == pytest.approx(0.02, rel=0.01)


def test_a_maxout_unit_is_the_largest_of_its_pieces():
    network = pacgan.discriminator(2, [2], pieces=3, deviation=0.02, seed=0)
    kernel = np.array([[1, 0, -1, 0, 0, 5], [0, 1, 0, -1, 0, 0]], "float32")
    weights = [kernel, np.zeros(6), np.array([[1.0], [10.0]]), np.zeros(1)]
    network.set_weights(weights)
    # units of the columns 0, 2, 4 and 1, 3, 5: max(x, -x, 0) and max(y, -y, 5 x)
    x = np.array([[-2.0, 3.0], [1.0, 0.5]], "float32")
    assert ops.convert_to_numpy(network(x)).ravel().tolist() == [32.0, 51.0]


TINY = {
    **pacgan.PROTOCOL,
    "data": "ring",
    "pack": 2,
    "points": 20,
    "samples": 10,
    "batch": 5,
    "generator_units": [4],
    "maxout_units": [4],
    "epochs": 2,
}


def test_each_point_comes_once_an_epoch_at_each_place_of_a_pack():
    points = np.arange(40.0).reshape(20, 2)
    stream = pacgan.batches(points, TINY, seed=0, epoch=0)
    packs = np.concatenate([next(stream)[0].reshape(5, 2, 2) for _ in range(4)])
    for place in range(2):
        assert sorted(map(tuple, packs[:, place])) == list(map(tuple, points))
    later = next(pacgan.batches(points, TINY, seed=0, epoch=1))[0]
    np.testing.assert_array_equal(next(stream)[0], later)


def test_a_stopped_pacgan_goes_on_from_its_last_epoch(tmp_path, monkeypatch):
    samples = []
    monkeypatch.setattr(pacgan, "score", lambda made, data: samples.append(made))
    pacgan.train(TINY, 0, tmp_path / "whole")

    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                raise KeyboardInterrupt

    backup = keras.callbacks.BackupAndRestore

    def stopping(*args):
        return keras.callbacks.CallbackList([backup(*args), Stop()])

    monkeypatch.setattr(keras.callbacks, "BackupAndRestore", stopping)
    with pytest.raises(KeyboardInterrupt):
        pacgan.train(TINY, 0, tmp_path / "stopped")
    monkeypatch.setattr(keras.callbacks, "BackupAndRestore", backup)
    pacgan.train(TINY, 0, tmp_path / "stopped")
    assert samples[0].shape == (10, 2)
    np.testing.assert_allclose(*samples, rtol=1e-6)


# ---- presets


@pytest.fixture
def scored(monkeypatch):
    """The two data sets, with ten images each, and a score that is the images' mean."""
    splits = {"train": np.linspace(-1, 0, 30), "test": np.full(10, 0.5)}

    class Batch:
        def __init__(self, array):
            self.array = array

        def numpy(self):
            return self.array

    def images(data, split):
        levels = splits[split].astype("float32")
        return [Batch(levels[:, None, None, None] * np.ones((1, 28, 28, 1), "float32"))]

    def evaluate(fake, real, metrics, extractor, protocol):
        scores = dict.fromkeys(metrics, float(len(fake)))
        return {"scores": scores, "fingerprint": {"extractor": extractor, **protocol}}

    monkeypatch.setattr(presets, "images", images)
    monkeypatch.setattr(kg.metrics, "evaluate", evaluate, raising=False)


GIVEN = {**presets.configuration("mnist"), "samples": 10, "metrics": ["fid", "kid"]}


def test_training_images_are_scored_by_both_extractors(scored, tmp_path):
    found = presets.training_images(GIVEN, 4, tmp_path)
    assert found["scores"] == {"fid": 10.0, "kid": 10.0, "efficientnet_fid": 10.0}
    same = {"data": "mnist", "split": "test", "seed": 4}
    assert found["fingerprint"] == {"extractor": "digits", **same}
    assert found["efficientnet_fingerprint"] == {"extractor": "efficientnet_lite0", **same}


class Model:
    def __init__(self, source):
        self.source = source

    def generate(self, n, seed):
        return (self.source, n, seed)


def test_seed_0_is_the_preset_and_others_are_trained(scored, tmp_path, monkeypatch):
    name, seen, trained = "gan_fashion_mnist", [], []
    card = kg.presets.card(name)
    monkeypatch.setattr(kg.presets, "load", Model)
    monkeypatch.setattr(presets, "train", lambda *given: trained.append(given))
    monkeypatch.setattr(presets, "scores", lambda fake, given, seed: seen.append(fake))
    given = {**GIVEN, "preset": name}
    presets.preset(given, card["seed"], tmp_path)
    presets.preset(given, 2, tmp_path / "2")
    assert seen == [(name, 10, card["seed"]), (tmp_path / "2", 10, 2)]
    assert trained == [(card["command"], 2, tmp_path / "2")]


def test_training_takes_the_cards_command_with_another_seed(tmp_path, monkeypatch):
    from kerasgan import cli

    commands = []
    monkeypatch.setattr(cli, "main", commands.append)
    run = tmp_path / "run"
    command = "kerasgan train gan --data mnist --seed 0 --steps 10 --out runs/gan"
    presets.train(command, 2, run)
    run.mkdir()
    (run / "config.json").write_text(json.dumps({"seed": 2}))  # begun
    presets.train(command, 2, run)
    (run / "config.json").write_text(json.dumps({"seed": 2, "steps": 10}))  # complete
    presets.train(command, 2, run)
    assert commands == [
        ["train", "gan", "--data", "mnist", "--seed", "2", "--steps", "10", "--out", str(run)],
        ["train", "--resume", str(run)],
    ]


@pytest.mark.parametrize("code, error", [(130, KeyboardInterrupt), (2, RuntimeError)])
def test_what_ends_a_training_ends_the_row(tmp_path, monkeypatch, code, error):
    from kerasgan import cli

    def end(words):
        raise SystemExit(code)

    monkeypatch.setattr(cli, "main", end)
    with pytest.raises(error):
        presets.train("kerasgan train gan --seed 0 --out x", 1, tmp_path)


def test_every_preset_of_the_two_data_sets_has_a_row():
    cards = [kg.presets.card(name) for name in kg.presets.list()]
    names = {f"preset_{c['name']}" for c in cards if c["data"] in ("mnist", "fashion_mnist")}
    real = {"preset_mnist_training_images", "preset_fashion_mnist_training_images"}
    assert {row.name for row in presets.ROWS} == names | real
    seeds = {row.name: row.seeds for row in presets.ROWS}
    assert {seeds[f"preset_{name}"] for name in presets.MORE_SEEDS} == {(0, 1, 2)}
    commands = [c["command"].split() for c in cards if c["name"] in presets.MORE_SEEDS]
    assert all({"--seed", "--out"} <= set(words) for words in commands)


# ---- conditional accuracy, translation


def test_summary_of_agreement():
    shares = {"single": [1.0, 0.5], "mixed": [0.9, 0.7], "batch_statistics": [0.0, 0.5]}
    found = conditional.summary(shares)
    assert found.pop("largest_difference") == pytest.approx(0.2)
    assert found.pop("mixed") == pytest.approx(0.8)
    assert found == {"single": 0.75, "batch_statistics": 0.25, "class_0": 1.0, "class_1": 0.5}
    assert {row.configuration["preset"] for row in conditional.ROWS} == {
        "conditional_gan_mnist",
        "sngan_fashion_mnist",
    }


def test_a_conditional_preset_is_judged_by_the_classifier_of_its_data(tmp_path, monkeypatch):
    from benchmarks import class_agreement

    seen = []

    def agreement(model, classifier, *sizes):
        seen.append((model.source, classifier, *sizes))
        return {name: [1.0] * 10 for name in ("single", "mixed", "batch_statistics")}

    monkeypatch.setattr(kg.presets, "load", Model)
    monkeypatch.setattr(kg.metrics.extractors, "get", str.upper)
    monkeypatch.setattr(class_agreement, "agreement", agreement)
    row = {row.name: row for row in conditional.ROWS}["conditional_sngan_fashion_mnist"]
    found = conditional.score(row.configuration, 0, tmp_path)
    assert seen == [("sngan_fashion_mnist", "CLOTHES", 1000, 100)]
    assert set(found["scores"]) == set(conditional.SECTION.columns)
    assert found["agreement"]["mixed"] == [1.0] * 10


def test_nested_scores_become_parts():
    nested = {"A2B": {"made": {"l1": 1, "psnr": 2}, "as_it_is": {"l1": 3}}, "l1": np.float32(0.5)}
    assert dict(translation.flat(nested)) == {
        "A2B made: l1": 1.0,
        "A2B made: psnr": 2.0,
        "A2B as_it_is: l1": 3.0,
        "l1": 0.5,
    }


def test_translators_are_scored_on_what_training_did_not_see(tmp_path, monkeypatch):
    from benchmarks import translation as scores

    faces = tmp_path / "data/avatars/deep"
    faces.mkdir(parents=True)
    for i in range(5):
        (faces / f"{i}.png").write_bytes(b"x")
    monkeypatch.setenv("KERASGAN_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(translation, "HELD_OUT", 2)
    monkeypatch.setattr(kg.presets, "load", Model)
    seen = []

    def task(model, data):
        seen.append((model.source, data))
        return {"made": {"l1": 0.25}}, []

    for name in ("unpaired", "paired", "large"):
        monkeypatch.setitem(scores.TASKS, name, task)
    for row in translation.ROWS:
        found = translation.score(row.configuration, 0, tmp_path / "work")
        assert found == {"scores": {"made: l1": 0.25}}
    links = tmp_path / "work/avatars"
    assert seen == [
        ("cyclegan_emoji", tmp_path / "data/emoji"),
        ("pix2pix_openmoji", tmp_path / "data/openmoji"),
        ("srresnet_avatars", links),
        ("srgan_avatars", links),
    ]
    assert sorted(path.name for path in links.iterdir()) == ["3.png", "4.png"]


def test_the_folder_of_data_must_be_named(monkeypatch):
    monkeypatch.delenv("KERASGAN_DATA", raising=False)
    with pytest.raises(ValueError, match="KERASGAN_DATA=None"):
        translation.home()
