import json

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan import runs
from kerasgan.training.fitting import epochs_done, observers


def kinds(found):
    return [type(callback).__name__ for callback in found]


def test_points(config, tmp_path):
    np.savez(tmp_path / "points.npz", images=np.random.default_rng(0).normal(size=(30, 2)))
    config["data"]["source"] = str(tmp_path / "points.npz")
    config["epochs"] = 1
    assert runs.start(config, tmp_path / "run", verbose=0).generate(5).shape == (5, 2)
    assert (tmp_path / "run" / "points.gif").exists()


def test_each_kind_of_model_is_watched_in_its_way(config, sides, tmp_path):
    gan = kg.GAN((8, 8, 1), 4, generator_units=(2,), discriminator_units=(2,))
    rest = ["Timelapse", "LossHistory", "Gallery"]
    assert kinds(observers(config, gan, None, tmp_path)) == ["SampleGrid", *rest]
    translator = kg.CycleGAN((8, 8, 3), (8, 8, 3), filters=2, blocks=1, discriminator="pixel")
    sides |= {"log_dir": "tb", "samples_every": 4}
    found = observers(sides, translator, None, tmp_path)
    assert kinds(found) == ["TranslationGrid", *rest]
    assert found[0].images_a.shape == found[0].images_b.shape == (2, 8, 8, 3)
    assert (found[0].log_dir, found[0].every) == ("tb", 4)


def test_whole_epochs_are_counted(tmp_path):
    assert epochs_done(tmp_path) == 0
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "training_metadata.json").write_text(json.dumps({"epoch": 4}))
    assert epochs_done(tmp_path) == 4


@pytest.mark.parametrize("execution", [1, 2])
def test_steps_are_those_of_the_generator(config, tmp_path, execution):
    if execution == 2 and keras.backend.backend() == "torch":
        pytest.skip("PyTorch has no steps_per_execution")
    config["model"]["critic_steps"] = 3
    config["compile"]["steps_per_execution"] = execution
    config["data"]["batch_size"] = 5  # of one step of three: two steps an epoch
    config |= {"epochs": None, "max_steps": 4}
    runs.start(config, tmp_path / "run", verbose=0)
    assert runs.read_config(tmp_path / "run")["steps"] == 4
