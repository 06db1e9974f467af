import os
import shutil

import numpy as np
import pytest

import kerasgan as kg
from kerasgan.studio import library
from kerasgan.studio.library import Library

pytestmark = pytest.mark.any_backend


def test_it_finds_what_a_folder_holds_and_the_presets(shelf, run):
    found = Library([str(shelf), str(run)])
    assert set(found.names()) == {f"{shelf}/models/gan.keras", str(run), *kg.presets.list()}
    assert found.start() == found.names()[0] and found.start() not in kg.presets.list()
    assert Library([str(run), str(shelf)]).start() == str(run)
    assert Library(["gan_fashion_mnist", str(run)]).start() == "gan_fashion_mnist"


def test_it_opens_a_file_and_an_epoch_of_a_run(shelf, run):
    found = Library([str(shelf), str(run)])
    opened = found.open(f"{shelf}/models/gan.keras")
    want = kg.load(shelf / "models/gan.keras").generate(2, seed=1)
    np.testing.assert_array_equal(opened.model.generate(2, seed=1), want)
    assert found.epochs(str(run)) == [1, 2, 3] and found.run(str(run)) == run
    assert found.open(str(run), 1).classes == ["cat", "dog"]
    want = kg.load(run, epoch=1).generate(2, seed=1)
    np.testing.assert_array_equal(found.open(str(run), 1).model.generate(2, seed=1), want)
    assert found.open(str(run), 1) is found.open(str(run), 1)


@pytest.mark.parametrize("name", ["secret.txt", "../runs", "/etc/passwd", "gan.keras", ""])
def test_other_names_are_refused(name, shelf):
    with pytest.raises(ValueError, match="was not started with this"):
        Library([str(shelf / "models")]).open(name)


def test_a_link_that_leads_out_is_not_followed(shelf, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    os.symlink(shelf / "models", inner / "linked")
    assert Library([str(inner)]).names() == kg.presets.list()


def test_a_run_whose_files_are_links_to_others_is_refused(run, shelf, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    (copy / "model.keras").unlink()
    os.symlink(shelf / "models/gan.keras", copy / "model.keras")
    with pytest.raises(ValueError, match="leads out of its folder"):
        Library([str(copy)]).open(str(copy))


def test_what_is_no_model_is_refused_at_the_start(tmp_path):
    with pytest.raises(ValueError, match="no such preset, run, folder"):
        Library([str(tmp_path / "nothing")])


def test_few_models_stay_in_memory(run, monkeypatch):
    monkeypatch.setattr(library, "HELD", 1)
    found = Library([str(run)])
    first = found.open(str(run), 1)
    found.open(str(run), 2)
    assert found.open(str(run), 1) is not first
