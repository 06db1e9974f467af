import json
import os
import shutil

import numpy as np
import pytest

import kerasgan as kg
from kerasgan.runs.folder import occupied
from kerasgan.studio import watching

pytestmark = pytest.mark.any_backend


@pytest.fixture
def copy(run, tmp_path):
    return shutil.copytree(run, tmp_path / "run")


def test_a_run_is_told_of_in_words(copy):
    words = watching.progress(copy)
    assert "ConditionalGAN" in words and "epoch 3 of 3" in words and "complete" in words
    assert "Epochs kept: 1, 2, 3" in words
    assert watching.curves(copy).count("<polyline") == 2
    assert "data:image/png;base64," in watching.newest(copy)
    assert "Nobody looked" in watching.health(copy)
    before = watching.stamp(copy)
    with occupied(copy):
        assert "**training**" in watching.progress(copy)
        assert watching.stamp(copy) != before
    assert watching.stamp(copy) == before


def test_health_is_told_newest_first(copy):
    found = [{"epoch": i, "name": "x", "message": f"Ill <{i}>", "value": 0} for i in (1, 2, 3)]
    (copy / "health.json").write_text(json.dumps(found))
    words = watching.health(copy).splitlines()
    assert words[0] == "- **Epoch 3**: Ill &lt;3&gt;" and words[1] == "- Epoch 2: Ill &lt;2&gt;"
    (copy / "health.json").write_text("[]")
    assert "Nothing is wrong" in watching.health(copy)


def test_a_run_that_has_just_begun_can_be_watched(copy):
    for name in ("history.csv", "latest.png", "model.keras"):
        (copy / name).unlink()
    shutil.rmtree(copy / "checkpoints")
    assert "epoch 0 of 3" in watching.progress(copy)
    assert "No epoch" in watching.curves(copy) and "No picture" in watching.newest(copy)


def test_a_picture_that_is_a_link_to_elsewhere_is_not_shown(copy, tmp_path):
    (tmp_path / "secret").write_text("a secret")
    (copy / "latest.png").unlink()
    os.symlink(tmp_path / "secret", copy / "latest.png")
    with pytest.raises(ValueError, match="leads out"):
        watching.newest(copy)


def test_a_chosen_epoch_is_the_runs_model(copy):
    kg.runs.choose(copy, 1)
    want = kg.load(copy, epoch=1).generate(2, seed=0)
    np.testing.assert_array_equal(kg.load(copy).generate(2, seed=0), want)
    with occupied(copy), pytest.raises(ValueError, match="trains in"):
        kg.runs.choose(copy, 2)
    with pytest.raises(ValueError, match="does not hold this epoch"):
        kg.runs.choose(copy, 9)
    (copy / "checkpoints/epoch_0002.keras").write_bytes(b"broken")
    with pytest.raises(ValueError, match="damaged"):
        kg.runs.choose(copy, 2)
    with pytest.raises(ValueError, match="no run"):
        kg.runs.choose(copy.parent, 1)
