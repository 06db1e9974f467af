import json

import keras
import numpy as np
import pytest

import kerasgan as kg

TINY = {"generator_units": (8,), "discriminator_units": (8,)}


@pytest.fixture(scope="module")
def pixels():
    return keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))


@pytest.fixture
def gan():
    gan = kg.GAN((8, 8, 1), 4, **TINY, seed=0)
    gan.compile()
    return gan


def test_logs_what_evaluate_finds_and_other_callbacks_see_it(gan, images, pixels, tmp_path):
    scores = kg.callbacks.Evaluation(("swd", "fd"), images[16:], extractor=pixels, seed=3)
    monitors = [
        keras.callbacks.ModelCheckpoint(
            tmp_path / "best.keras", "val_swd", mode="min", save_best_only=True
        ),
        keras.callbacks.EarlyStopping("val_swd", mode="max", patience=1, min_delta=1e9),
        keras.callbacks.ReduceLROnPlateau(
            "val_fd", mode="min", patience=1, min_delta=1e9, factor=0.5
        ),
    ]
    history = kg.callbacks.LossHistory(tmp_path)
    found = gan.fit(
        images[:16], epochs=5, verbose=0, callbacks=[scores, history, *monitors]
    ).history
    assert len(found["val_swd"]) == 2  # then no epoch was better than the first
    assert (tmp_path / "best.keras").exists()
    want = kg.metrics.evaluate(gan.generate(16, seed=3), images[16:], ("swd", "fd"), pixels)
    assert found["val_swd"][-1] == pytest.approx(want["scores"]["swd"])
    assert found["val_fd"][-1] == pytest.approx(want["scores"]["fd"])
    assert [report["epoch"] for report in scores.reports] == [1, 2]
    assert scores.reports[-1]["fingerprint"] == {**want["fingerprint"], "seed": 3}
    assert all(seconds > 0 for seconds in found["evaluation_seconds"])
    assert "val_swd" in (tmp_path / "history.csv").read_text()
    assert float(gan.optimizer["generator"].learning_rate) == pytest.approx(1e-4)  # was 2e-4


def test_training_is_the_same_with_and_without(images, pixels):
    weights = []
    for callbacks in ([], [kg.callbacks.Evaluation("swd", images, extractor=pixels)]):
        keras.utils.set_random_seed(0)
        gan = kg.GAN((8, 8, 1), 4, **TINY, seed=0)
        gan.compile()
        gan.fit(images, epochs=2, batch_size=16, shuffle=False, verbose=0, callbacks=callbacks)
        weights.append(gan.get_weights())
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.any_backend
def test_every_and_the_last_epoch_and_samples(gan, images, pixels):
    scores = kg.callbacks.Evaluation("swd", images, 2, samples=5, extractor=pixels)
    gan.fit(images, epochs=3, verbose=0, callbacks=[scores])
    assert [report["epoch"] for report in scores.reports] == [2, 3]
    assert scores.reports[0]["fingerprint"]["samples"] == 5


class Scripted(kg.callbacks.Evaluation):
    """Finds the numbers that it is given."""

    def on_train_begin(self, logs=None):
        class Digest:
            count = 4

        numbers = iter(self.numbers)

        class Evaluator:
            digest = Digest

            def __call__(self, fake):
                return {"scores": {self.name: next(numbers)}, "fingerprint": {}}

        evaluator = Evaluator()
        evaluator.name = self.metrics[0]
        self._directions, self._evaluators = None, {"": evaluator}


@pytest.mark.any_backend
@pytest.mark.parametrize(("name", "best"), [("fd", 2.0), ("is", 5.0)])
def test_the_best_is_kept_and_known_after_a_resume(gan, images, tmp_path, name, best):
    kept = []
    save = gan.save
    gan.save = lambda path: kept.append(len(kept)) or save(path)
    for numbers, epochs in (([3.0, 2.0, 5.0], (0, 3)), ([4.0, 4.0], (3, 5))):
        scores = Scripted(name, images, directory=tmp_path)
        scores.numbers = numbers
        first, last = epochs
        gan.fit(images, initial_epoch=first, epochs=last, verbose=0, callbacks=[scores])
    record = json.loads((tmp_path / "best.json").read_text())
    assert record["reports"][0]["scores"] == {name: best}
    assert len(kept) == 2  # the first, and the best of the first fit
    assert keras.models.load_model(tmp_path / "best.keras").generate(1).shape == (1, 8, 8, 1)


@pytest.mark.any_backend
def test_translators_are_scored_in_each_direction(images, pixels):
    gan = kg.CycleGAN(
        (8, 8, 1), (8, 8, 1), filters=2, blocks=1, discriminator="pixel", discriminator_filters=2
    )
    gan.compile()
    a, b = images[:4], images[4:8]
    data = kg.datasets.load_unpaired((a, b), 2)
    scores = kg.callbacks.Evaluation(("l1", "swd"), (a, b), extractor=pixels)
    logs = gan.fit(data, epochs=1, verbose=0, callbacks=[scores]).history
    assert logs["val_l1_AtoB"][0] == pytest.approx(np.abs(gan.translate(a) - b).mean(), rel=1e-5)
    want = np.abs(gan.translate(b, "BtoA") - a).mean()
    assert logs["val_l1_BtoA"][0] == pytest.approx(want, rel=1e-5)
    assert "val_swd_AtoB" in logs and len(scores.reports) == 2


@pytest.mark.any_backend
def test_a_translator_of_one_direction_needs_pairs(images):
    model = kg.SRResNet((8, 8, 1), 2, filters=2, blocks=1)
    model.compile()
    small = images[:4, ::2, ::2]
    scores = kg.callbacks.Evaluation("psnr", (small, images[:4]), extractor=None)
    logs = model.fit(images[:4], epochs=1, verbose=0, callbacks=[scores]).history
    want = kg.metrics.psnr(images[:4], model.translate(small))
    assert logs["val_psnr"][0] == pytest.approx(want, rel=1e-5)


@pytest.mark.any_backend
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"metrics": "nonsense"}, "Name metrics"),
        ({"metrics": "fid"}, "name it 'fd'"),
        ({"every": 0}, "every"),
        ({"samples": 0}, "samples"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_it_refuses(images, change, message):
    with pytest.raises((ValueError, TypeError), match=message):
        kg.callbacks.Evaluation(**{"metrics": "swd", "data": images, **change})


@pytest.mark.any_backend
def test_models_that_it_cannot_score(images, pixels):
    plain = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    plain.compile(loss="mse")
    with pytest.raises(ValueError, match="`generate`"):
        scores = kg.callbacks.Evaluation("swd", images, extractor=pixels)
        plain.fit(images, np.zeros((32, 64)), verbose=0, callbacks=[scores])
    model = kg.SRResNet((8, 8, 1), 2, filters=2, blocks=1)
    model.compile()
    with pytest.raises(ValueError, match="two arrays"):
        scores = kg.callbacks.Evaluation("swd", images, extractor=pixels)
        model.fit(images, verbose=0, callbacks=[scores])
