import gzip
import json
import warnings

import keras
import pytest

import kerasgan as kg
from kerasgan import backend
from tests.models.variants import MLP

pytestmark = pytest.mark.compiled


@pytest.fixture
def fit(images, tmp_path):
    """Trains for two epochs of four steps; returns the folder of the trace."""

    def fit(*callbacks, steps_per_execution=1, **settings):
        gan = kg.GAN(**MLP)
        gan.compile(steps_per_execution=steps_per_execution)
        profile = kg.callbacks.Profile(tmp_path, **settings)
        gan.fit(images, batch_size=8, epochs=2, verbose=0, callbacks=[profile, *callbacks])
        return profile.folder

    return fit


def text(folder):
    """All that the trace says."""
    (path,) = folder.rglob("trace.json" if backend.name == "torch" else "*.xplane.pb")
    return path.read_bytes().decode(errors="ignore")


def test_a_trace_names_operations(fit):
    folder = fit(steps=4, start=2)
    found = text(folder)
    for name in {
        "torch": ["train 2", "train 5", "aten::matmul"],
        "jax": ["train", "dot"],
        "tensorflow": ["train", "MatMul"],
    }[backend.name]:
        assert name in found
    if backend.name == "torch":
        assert "train 1" not in found and "train 6" not in found
    if backend.name == "jax":
        (trace,) = folder.rglob("*.trace.json.gz")
        events = json.loads(gzip.decompress(trace.read_bytes()))["traceEvents"]
        steps = {e["args"]["step_num"] for e in events if e.get("name") == "train"}
        assert steps == {"2", "3", "4", "5"}


def test_a_training_that_ends_sooner(fit):
    assert len(text(fit(steps=10**6, start=7))) > 100


def test_a_training_without_a_step_to_trace(fit):
    with pytest.warns(UserWarning, match="Received: start=8, steps of the training=8"):
        folder = fit(start=8)
    assert not folder.exists()


def test_a_training_that_is_broken_off_leaves_the_next_one_free(fit, ctrl_c, tmp_path):
    class Last(ctrl_c):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                super().on_train_batch_end(batch, logs)

    with pytest.raises(KeyboardInterrupt):
        fit(Last(0), steps=10, start=1)
    first = tmp_path / "first"
    first.mkdir()
    kg.callbacks.Profile(first).on_train_begin()  # which ends the one before
    assert len(text(tmp_path / "profile")) > 100


@pytest.mark.skipif(backend.name == "torch", reason="Keras runs one step at a time there")
def test_steps_together(fit):
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        assert "train" in text(fit(steps_per_execution=3, steps=2, start=2))


def test_of_several_processes_the_first_is_traced(fit, monkeypatch):
    monkeypatch.setattr(backend, "process", lambda: (1, 2))
    assert not fit().exists()


@pytest.mark.skipif(backend.name != "torch", reason="it lacks PyTorch's alone")
def test_keras_still_has_no_such_trace():
    """If it has, take its TensorBoard callback."""
    with pytest.raises(ValueError, match="not yet available"):
        keras.callbacks.TensorBoard(profile_batch=2)
