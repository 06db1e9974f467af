import json
import shlex

import pytest

from benchmarks import reproduce
from kerasgan import presets
from tests.datasets.test_glyphs import SANS, SERIF

pytestmark = pytest.mark.any_backend
SMALL = "--generator-units 4 --discriminator-units 4 --image-size 8 --batch-size 4 --steps 2"


@pytest.fixture
def cards(tmp_path, monkeypatch):
    """Cards of two tiny presets, the second of which begins with the networks of the first."""
    text = tmp_path / "text.txt"
    text.write_text("the quick brown fox jumps over the lazy dog")
    data = f"kerasgan data glyphs letters --size 8 --fonts {SANS} {SERIF} --characters {text}"
    more = {"first": "", "second": "--from runs/first"}
    for name, option in more.items():
        command = f"kerasgan train gan --data letters {SMALL} {option} --seed 3 --out runs/{name}"
        card = {"name": name, "class": "GAN", "config": {}, "sha256": "", "data": "letters"}
        card |= {"data_command": data, "command": command, "seed": 3, "backend": "torch"}
        card |= {"seconds": 90.0, "scores": {"energy_distance_to_train": 0.5, "samples": 1000}}
        (tmp_path / f"presets/{name}").mkdir(parents=True)
        (tmp_path / f"presets/{name}/card.json").write_text(json.dumps(card))
    monkeypatch.setattr(presets, "FOLDER", tmp_path / "presets")
    monkeypatch.setenv("KERASGAN_DATA", "")
    monkeypatch.setenv("KERAS_BACKEND", "")


def test_data_run_and_scores(cards, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    reproduce.main(["second", "made"])
    said = capsys.readouterr().out
    assert (tmp_path / "made/letters/SOURCE").is_file()
    config = json.loads((tmp_path / "made/runs/second/config.json").read_text())
    assert config["steps"] == 2 and config["seed"] == 3
    assert (tmp_path / "made/runs/first/model.keras").is_file()
    assert "the card's training took 2 minutes under torch" in said
    *_, distance, train, samples = said.splitlines()
    name, old, new = distance.split()
    assert (name, old) == ("energy_distance_to_train", "0.5") and float(new) > 0
    assert train.split()[:2] == ["energy_distance_train_to_train", "-"]
    assert samples.split() == ["samples", "1000", "26"]
    before = (tmp_path / "made/runs/second/model.keras").stat().st_mtime_ns
    reproduce.main(["second", "made"])
    assert (tmp_path / "made/runs/second/model.keras").stat().st_mtime_ns == before


def test_data_that_cannot_be_made(cards, tmp_path, capsys):
    path = tmp_path / "presets/first/card.json"
    card = json.loads(path.read_text())
    words = shlex.split(card["data_command"])
    path.write_text(json.dumps({**card, "data_command": shlex.join([*words[:-1], "/none"])}))
    with pytest.raises(SystemExit):
        reproduce.main(["first", str(tmp_path / "made")])
    assert "This is no text in UTF-8" in capsys.readouterr().err
    assert not (tmp_path / "made/runs").exists()


def test_an_unknown_preset(cards, capsys):
    with pytest.raises(SystemExit):
        reproduce.main(["third", "made"])
    assert "invalid choice: 'third'" in capsys.readouterr().err
