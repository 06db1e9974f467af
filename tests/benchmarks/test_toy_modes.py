import json

import keras
import pytest

from benchmarks import toy_modes

pytestmark = pytest.mark.any_backend


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(toy_modes, "UNITS", (8, 8))
    monkeypatch.setattr(toy_modes, "BATCH", 8)
    monkeypatch.setattr(toy_modes, "POINTS", 100)


def test_a_record_says_what_was_run_and_what_came_out(tmp_path):
    path = tmp_path / "results" / "toy.json"
    toy_modes.train_all([("GAN, pack 2", "ring", 3)], steps=2, path=path)
    (record,) = json.loads(path.read_text())
    scores = [record.pop(name) for name in ("modes", "high_quality", "reverse_kl", "seconds")]
    assert scores[0] in range(9) and 0 <= scores[1] <= 1 and scores[2] >= 0 and scores[3] > 0
    assert record.pop("kl") >= 0
    assert set(record.pop("versions")) == {"keras", keras.backend.backend(), "numpy"}
    assert record == {
        "name": "GAN, pack 2",
        "data": "ring",
        "seed": 3,
        "steps": 2,
        "settings": {
            "variant": "GAN",
            "pack": 2,
            "optimizer": "adam",
            "rate": 1e-3,
            "beta_1": 0.0,
            "beta_2": 0.999,
            "ema_decay": 0.999,
            "critic_steps": 1,
            "units": [8, 8],
            "batch": 8,
        },
        "backend": keras.backend.backend(),
    }


def fake_training(monkeypatch):
    trained = []

    def train(settings, data, seed, steps):
        trained.append((settings["variant"], data, seed, steps))
        return {"modes": 7, "high_quality": 0.5, "reverse_kl": float("inf"), "seconds": 1.0}

    monkeypatch.setattr(toy_modes, "train", train)
    return trained


def test_only_what_is_not_there_is_trained(tmp_path, monkeypatch, capsys):
    trained, path = fake_training(monkeypatch), tmp_path / "toy.json"
    toy_modes.train_all([("GAN", "ring", 0)], steps=5, path=path)
    toy_modes.train_all([("GAN", "ring", 0), ("GAN", "grid", 0)], steps=5, path=path)
    assert trained == [("GAN", "ring", 0, 5), ("GAN", "grid", 0, 5)]
    assert "GAN, ring, seed 0: there already" in capsys.readouterr().out
    assert len(toy_modes.read(path)) == 2


def test_new_settings_replace_a_record(tmp_path, monkeypatch):
    trained, path = fake_training(monkeypatch), tmp_path / "toy.json"
    for rate in (0.1, 0.2, 0.2):
        monkeypatch.setitem(toy_modes.SETTINGS, "GAN", {"rate": rate})
        toy_modes.train_all([("GAN", "ring", 0)], steps=5, path=path)
    assert len(trained) == 2
    (record,) = toy_modes.read(path)
    assert record["settings"]["rate"] == 0.2


def test_table(tmp_path, monkeypatch, capsys):
    path = tmp_path / "toy.json"
    fake_training(monkeypatch)
    toy_modes.train_all([("R3GAN", "ring", 1), ("R3GAN", "ring", 0)], steps=5, path=path)
    toy_modes.train_all([("R3GAN", "grid", 0), ("GAN", "grid", 0)], steps=5, path=path)
    capsys.readouterr()
    toy_modes.main(["--table", "--out", str(path)])
    assert capsys.readouterr().out.splitlines() == [
        "| variant | ring: modes of 8 | HQ % | reverse KL | grid: modes of 25 | HQ % | reverse KL "
        "| seeds |",
        "|---|---|---|---|---|---|---|---|",
        "| R3GAN | 7, 7 | 50.0, 50.0 | inf, inf | 7 | 50.0 | inf | 0, 1 |",
        "| GAN | - | - | - | 7 | 50.0 | inf | 0 |",
    ]


def test_every_row_is_a_variant_in_the_plane():
    from apps import toy_2d

    for name in toy_modes.SETTINGS:
        settings = toy_modes.settings_of(name)
        assert settings["variant"] in toy_2d.VARIANTS
        assert set(settings) >= set(toy_modes.DEFAULTS)


def test_r3gan_and_the_packed_gan_run_on_three_seeds():
    assert [run for run in toy_modes.runs(data=["grid"]) if run[2]] == [
        (name, "grid", seed) for name in ("R3GAN", "GAN, R1, pack 2") for seed in (1, 2)
    ]
    assert toy_modes.runs(["GAN"], ["ring"], [4]) == [("GAN", "ring", 4)]
