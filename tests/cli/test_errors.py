"""Every error is one sentence and ends with 2."""

import json
from types import SimpleNamespace

import pytest

import kerasgan as kg
from kerasgan import cli

pytestmark = pytest.mark.any_backend

ADAM = {"class_name": "Adam", "config": {}}
DEEP = 100_000 * "["


@pytest.fixture
def said(failure):
    """The one sentence that a command ends with."""

    def run(argv):
        text = failure(argv)
        assert text.startswith("kerasgan: error: ") and text.count("\n") == 1, text
        assert "PYTHONDEVMODE" not in text
        return text

    return run


@pytest.mark.parametrize(
    "optimizer",
    [
        {"generator": {"generator": ADAM}},
        {"class_name": "Adam", "config": [1]},
        {"generator": {"class_name": "Adam", "config": {"learning_rate": "a"}}},
        {"generator": {"class_name": "Adam", "config": {"no_such": 1}}},
        {"generator": [ADAM]},
    ],
)
def test_an_optimizer_of_any_json(quick, said, optimizer, tmp_path):
    text = said(["train", "gan", *quick, "--optimizer", json.dumps(optimizer)])
    assert "Keras has no such optimizer. Received: optimizer=" in text
    assert not (tmp_path / "run").exists()


def test_an_optimizer_that_is_nested_without_end(quick, failure):
    text = failure(["train", "gan", *quick, "--optimizer", 9999 * '{"a":'])
    assert "argument --optimizer: invalid optimizer value" in text


@pytest.mark.parametrize(
    "text",
    ["null", "[]", DEEP, '{"variant": "GAN", "data": null}', '{"epochs": -1}', '{"variant": [1]}'],
)
def test_settings_edited_by_hand(said, tmp_path, text):
    (tmp_path / "config.json").write_text(text)
    assert "config.json is damaged: " in said(["train", "--resume", str(tmp_path)])


@pytest.mark.parametrize(
    "text", ["", "null", DEEP, '{"scores": {}}', '{"scores": {"fd": "a"}, "fingerprint": {}}']
)
def test_scores_edited_by_hand(said, tmp_path, text):
    (tmp_path / "scores.json").write_text(text)
    argv = ["evaluate", "gan", "--data", "mnist", "--against", str(tmp_path / "scores.json")]
    assert "scores.json is damaged: " in said(argv)


def test_a_user_that_is_not_there(quick, said):
    home = "~no-such-user/here"
    for argv, want in (
        (["generate", home], "no such preset"),
        (["evaluate", home, "--data", "mnist"], "no such preset"),
        (["train", "--resume", home], "There is no run"),
        (["train", "gan", *quick, "--data", home], "No such data set"),
    ):
        text = said(argv)
        assert want in text and home in text


def test_more_images_than_there_is_memory(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kg.GAN((8, 8, 1), 4, generator_units=(4,), discriminator_units=(4,)).save("gan.keras")
    text = said(["generate", "gan.keras", "--n", "2000000000"])
    assert "draw fewer at once. Received: n=2000000000" in text


def test_what_nobody_foresaw_is_named(failure, monkeypatch):
    """And raised as it is in Python's development mode."""

    def run(args):
        raise KeyError("a")

    monkeypatch.setattr("kerasgan.cli.list.run", run)
    assert failure(["list"]) == "kerasgan: error: KeyError: 'a' (PYTHONDEVMODE=1 shows where)\n"
    monkeypatch.setattr(
        cli, "sys", SimpleNamespace(flags=SimpleNamespace(dev_mode=True), modules={})
    )
    with pytest.raises(KeyError):
        cli.main(["list"])
