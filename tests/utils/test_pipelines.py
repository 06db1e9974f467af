"""No thread that tunes a pipeline is there to be waited for."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import kerasgan as kg
from kerasgan import datasets
from kerasgan.utils import pipelines

IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, 4, 4, 1)).astype("float32")


def tuned(dataset):
    return dataset.options().autotune.enabled


@pytest.mark.any_backend
@pytest.mark.parametrize("asked", [None, True, False])
def test_a_user_who_asks_for_tuning_gets_it(asked):
    options = tf.data.Options()
    if asked is not None:
        options.autotune.enabled = asked
    data = tf.data.Dataset.range(3).with_options(options)
    assert tuned(pipelines.without_tuning(data).repeat(2)) is bool(asked)
    assert list(pipelines.without_tuning(data).as_numpy_iterator()) == [0, 1, 2]


@pytest.mark.any_backend
def test_loaders(tmp_path):
    for i in range(2):
        Image.new("RGB", (4, 4), "white").save(tmp_path / f"{i}.png")
    found = [
        datasets.load(IMAGES, 4),
        datasets.load(tmp_path, 1),
        datasets.load(tmp_path, 1, cache=False),
        datasets.load_unpaired((IMAGES, IMAGES), 4, flip=False),
        datasets.load_paired((IMAGES, IMAGES), 4, flip=False),
    ]
    assert [tuned(data) for data in found] == [False] * 5


class Data(keras.utils.PyDataset):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return IMAGES[4 * index : 4 * index + 4]


@pytest.fixture(scope="module")
def model():
    made = kg.GAN((4, 4, 1), 2, seed=0)
    made.compile()
    return made


@pytest.mark.parametrize("kind", ["array", "dataset", "generator", "pydataset"])
def test_what_fit_and_evaluate_read(model, kind, monkeypatch):
    make = {
        "array": lambda: IMAGES,
        "dataset": lambda: tf.data.Dataset.from_tensor_slices(IMAGES).batch(4),
        "generator": lambda: ((part,) for part in (IMAGES[:4], IMAGES[4:])),
        "pydataset": Data,
    }[kind]
    seen = []
    for name in ("fit", "evaluate"):
        usual = getattr(keras.Model, name)

        def spy(self, x, *args, usual=usual, **kwargs):
            seen.append(x)
            return usual(self, x, *args, **kwargs)

        monkeypatch.setattr(keras.Model, name, spy)
    validation = None if kind == "generator" else make()
    model.fit(make(), batch_size=4, verbose=0, validation_data=validation)
    model.evaluate(make(), batch_size=4, verbose=0)
    assert len(seen) == (2 if kind == "generator" else 3)
    assert [tuned(x.get_tf_dataset()) for x in seen] == [False] * len(seen)


@pytest.mark.any_backend
def test_no_array_outlives_its_fit():
    import gc
    import weakref

    class Array(np.ndarray):
        pass

    gc.disable()
    try:
        x = IMAGES.copy().view(Array)
        gone = weakref.ref(x)
        adapter = pipelines.adapted(x, batch_size=4)
        assert adapter.num_batches == 2
        del x, adapter
        assert gone() is None
    finally:
        gc.enable()
