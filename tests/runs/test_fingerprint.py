import dataclasses
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from kerasgan import runs
from kerasgan.runs import Configuration, fingerprint

pytestmark = pytest.mark.any_backend


def picture(path, seed):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (8, 8), "uint8")
    Image.fromarray(pixels).save(path)


@pytest.fixture
def pets(config, tmp_path):
    """Settings of one epoch of a ConditionalGAN on a folder of 6 cats and 6 dogs."""
    for i in range(12):
        picture(tmp_path / f"pets/{('cat', 'dog')[i % 2]}/{i}.png", i)
    return {
        **config,
        "variant": "ConditionalGAN",
        "model": {**config["model"], "num_classes": "auto"},
        "data": {"source": str(tmp_path / "pets"), "batch_size": 4},
        "epochs": 1,
    }


@pytest.fixture
def begun(pets, tmp_path):
    """The settings of a run on the pets, as its folder `tmp_path/run` tells them."""
    config = Configuration.of(pets)
    found = fingerprint.held(config)
    (tmp_path / "run").mkdir()
    fingerprint.write(tmp_path / "run", found)
    return fingerprint.noted(config, found)[0]


def test_a_run_keeps_the_fingerprint_and_the_classes(pets, tmp_path):
    runs.start(pets, tmp_path / "run", verbose=0)
    found = runs.read_config(tmp_path / "run")
    assert found.class_names == ["cat", "dog"] and found.model["num_classes"] == 2
    assert found.fingerprint["files"] == 12 and len(found.fingerprint["sha256"]) == 64
    listed = json.loads((tmp_path / "run/fingerprint.json").read_text())
    assert sorted(listed) == sorted(f"{('cat', 'dog')[i % 2]}/{i}.png" for i in range(12))
    width, height = Image.open(tmp_path / "run/latest.png").size
    assert width > 8 * 10 + 2 and height == 2 * 10 + 2  # the titles stand beside two rows
    picture(tmp_path / "pets/dog/more.png", 12)
    with pytest.raises(ValueError, match=r"1 added \(dog/more.png\).*--accept-changed-data"):
        runs.resume(tmp_path / "run", epochs=2)
    assert runs.read_config(tmp_path / "run") == found
    runs.resume(tmp_path / "run", epochs=2, accept_changed_data=True, verbose=0)
    assert runs.read_config(tmp_path / "run").fingerprint["files"] == 13
    (tmp_path / "pets").rename(tmp_path / "moved")
    with pytest.raises(ValueError, match="cannot be found.*--data SOURCE.*No such data set"):
        runs.resume(tmp_path / "run", epochs=3)
    runs.resume(tmp_path / "run", epochs=3, source=str(tmp_path / "moved"), verbose=0)
    assert runs.read_config(tmp_path / "run").data["source"] == str(tmp_path / "moved")


@pytest.mark.parametrize("change", ["added", "removed", "changed"])
def test_a_change_is_refused_unless_it_is_accepted(begun, tmp_path, change):
    pets = tmp_path / "pets"
    found = fingerprint.compared(begun, tmp_path / "run", False)
    assert fingerprint.noted(begun, found)[0] == begun
    name = {"added": "cat/99.png"}.get(change, "cat/0.png")
    (pets / name).unlink() if change == "removed" else picture(pets / name, 50)
    with pytest.raises(ValueError, match=rf": 1 {change} \({name}\)\. .*Received: data='.*pets'"):
        fingerprint.compared(begun, tmp_path / "run", False)
    found = fingerprint.compared(begun, tmp_path / "run", True)
    after = fingerprint.noted(begun, found)[0]
    assert after.fingerprint["sha256"] == found.sha256() != begun.fingerprint["sha256"]
    (tmp_path / "run" / fingerprint.LISTING).write_text("[")
    with pytest.raises(ValueError, match="begun with: there are 1[123] files now"):
        fingerprint.compared(begun, tmp_path / "run", False)


def test_other_data_are_no_move(begun, tmp_path):
    moved = shutil.copytree(tmp_path / "pets", tmp_path / "moved")
    there = dataclasses.replace(begun, data={**begun.data, "source": str(moved)})
    after = fingerprint.noted(there, fingerprint.compared(there, tmp_path / "run", False))[0]
    assert after == dataclasses.replace(begun, data={**begun.data, "source": str(moved)})
    picture(moved / "cat/0.png", 50)
    with pytest.raises(ValueError, match=r"1 changed \(cat/0.png\).*Received: data='.*moved'"):
        fingerprint.compared(there, tmp_path / "run", False)


def test_a_relative_path_that_names_another_folder_is_noticed(begun, tmp_path, monkeypatch):
    relative = dataclasses.replace(begun, data={**begun.data, "source": "pets"})
    picture(tmp_path / "elsewhere/pets/cat/0.png", 0)
    picture(tmp_path / "elsewhere/pets/dog/1.png", 1)
    monkeypatch.chdir(tmp_path)
    fingerprint.compared(relative, tmp_path / "run", False)
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match=r"10 removed \(cat/10.png, .*Received: data='pets'"):
        fingerprint.compared(relative, tmp_path / "run", False)


def test_classes_keep_their_numbers_whatever_is_accepted(begun, tmp_path):
    (tmp_path / "pets/dog").rename(tmp_path / "pets/ant")
    with pytest.raises(ValueError, match="classes cat, dog, and the data's are ant, cat.*Received"):
        fingerprint.compared(begun, tmp_path / "run", True)


def test_a_run_without_a_fingerprint_gets_one(begun, tmp_path):
    earlier = dataclasses.replace(begun, fingerprint=None, class_names=None)
    found = fingerprint.compared(earlier, tmp_path / "run", False)
    assert fingerprint.noted(earlier, found)[0] == begun


def test_two_folders_as_json_keeps_them(sides, tmp_path):
    names = [str(tmp_path / "sides" / name) for name in ("trainA", "trainB")]
    both = {**sides, "data": {**sides["data"], "source": names}}
    assert fingerprint.held(Configuration.of(both)) == fingerprint.held(Configuration.of(sides))
