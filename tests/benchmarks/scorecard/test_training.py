"""Rows that train."""

import json

import pytest

from benchmarks.scorecard import training

pytestmark = pytest.mark.any_backend


def test_training_takes_the_command_with_another_seed(tmp_path, monkeypatch):
    from kerasgan import cli

    commands = []
    monkeypatch.setattr(cli, "main", commands.append)
    run = tmp_path / "run"
    command = "kerasgan train gan --data mnist --seed 0 --steps 10 --out runs/gan"
    training.train(command, 2, run)
    run.mkdir()
    (run / "config.json").write_text(json.dumps({"seed": 2}))  # begun
    training.train(command, 2, run)
    (run / "config.json").write_text(json.dumps({"seed": 2, "steps": 10}))  # complete
    training.train(command, 2, run)
    assert commands == [
        ["train", "gan", "--data", "mnist", "--seed", "2", "--steps", "10", "--out", str(run)],
        ["train", "--resume", str(run)],
    ]
    assert len((run / training.SECONDS).read_text().split()) == 1
    training.train(command, 3, tmp_path / "other", tmp_path / "digits")
    assert commands[-1][2:6] == ["--data", str(tmp_path / "digits"), "--seed", "3"]
    (run / training.SECONDS).write_text("90.0\n30.0\n")
    assert training.core_minutes(run) == 2


@pytest.mark.parametrize("code, error", [(130, KeyboardInterrupt), (2, RuntimeError)])
def test_what_ends_a_training_ends_the_row(tmp_path, monkeypatch, code, error):
    from kerasgan import cli

    def end(words):
        raise SystemExit(code)

    monkeypatch.setattr(cli, "main", end)
    with pytest.raises(error):
        training.train("kerasgan train gan --seed 0 --out x", 1, tmp_path)
