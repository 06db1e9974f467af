"""Presets on a hub, by a stub of its HTTP interface."""

import json
import sys

import numpy as np
import pytest

import kerasgan as kg
from kerasgan.models.wrapping import trained_gan
from kerasgan.presets import hub
from kerasgan.runs.configuration import class_names
from kerasgan.runs.starting import opened, take_networks
from tests.presets.stub import serving

pytestmark = pytest.mark.any_backend


@pytest.fixture
def remote(tmp_path, monkeypatch):
    """A hub, that the library finds, and an empty cache."""
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_TOKEN", "none")
    with serving() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server


@pytest.fixture
def gan():
    return kg.GAN((8, 8, 1), 4, generator_units=(8,), discriminator_units=(8,))


def test_what_is_pushed_is_loaded(gan, remote):
    address = gan.push_to_hub("user/name", licence="MIT", scores={"fid": 9.5}, data="digits")
    assert address.startswith(f"{remote.url}/user/name")
    assert set(remote.files) == {"card.json", "weights.npz", "README.md", "samples.png"}
    loaded = kg.GAN.from_preset("hf://user/name")
    assert (loaded.generate(5, seed=1) == gan.generate(5, seed=1)).all()
    assert remote.downloaded == {"card.json", "weights.npz"}
    assert kg.load("hf://user/name@main").latent_dim == 4
    with pytest.raises(ValueError, match="load it by `GAN.from_preset`"):
        kg.DCGAN.from_preset("hf://user/name")


def test_it_is_known_for_a_preset(gan, remote):
    gan.push_to_hub("user/name", class_names=["zero", "one"])
    assert kg.presets.is_preset("hf://user/name")
    assert class_names("hf://user/name") == ["zero", "one"]
    with pytest.warns(UserWarning, match="hf://user/name holds no discriminator"):
        take_networks(gan, opened("hf://user/name"))
    with pytest.raises(ValueError, match="A preset holds no trained discriminator"):
        trained_gan("hf://user/name", kappa=1)


def test_nothing_but_a_preset_is_taken(gan, remote, tmp_path):
    gan.save(tmp_path / "model.keras")
    remote.files["model.keras"] = (tmp_path / "model.keras").read_bytes()
    remote.files["config.json"] = b'{"variant": "this:Zen"}'
    with pytest.raises(ValueError, match="no preset of kerasgan: it lacks card.json, weights.npz"):
        kg.load("hf://user/name")
    assert not remote.downloaded and "this" not in sys.modules


def test_damage_on_the_way_and_code_are_refused(gan, remote):
    gan.push_to_hub("user/name")
    card = json.loads(remote.files["card.json"])
    card["config"]["generator"] = {"module": "this", "class_name": "Zen", "config": {}}
    remote.files["card.json"] = json.dumps(card).encode()
    with pytest.raises(ValueError, match="card.json is damaged"):
        kg.load("hf://user/name")
    assert "this" not in sys.modules
    remote.files["weights.npz"] += b"x"
    with pytest.raises(ValueError, match="weights.npz is damaged: its sha256"):
        kg.load("hf://user/name")


def test_a_preset_that_is_not_there(remote):
    with pytest.raises(
        ValueError, match="(?s)hub gives no such preset: .*source='hf://nobody/none'"
    ):
        kg.load("hf://nobody/none")
    with pytest.raises(ValueError, match="(?s)hub gives no such preset: .*source='hf://a/b/c'"):
        kg.load("hf://a/b/c")


def test_the_page_of_a_local_folder(gan, tmp_path):
    facts = {"licence": "CC0-1.0", "scores": {"fid": 9.5}, "command": "a | b", "steps": 3}
    gan.save_to_preset(tmp_path / "mine", **facts)
    hub.write_page(tmp_path / "mine", "user/mine", "generate", np.zeros((3, 8, 8, 1)))
    page = (tmp_path / "mine" / "README.md").read_text()
    assert page.startswith('---\nlibrary_name: "keras"\n') and 'license: "cc0-1.0"\n---\n' in page
    assert 'kg.load("hf://user/mine")' in page and "![samples](samples.png)" in page
    assert "- command: a \\| b\n- steps: 3" in page and "| fid | 9.5 |" in page
    assert (tmp_path / "mine" / "samples.png").exists()


@pytest.mark.parametrize("repo", ["name", "a/b/c", "", None, "../x/y"])
def test_a_name_that_is_none(gan, repo):
    with pytest.raises(ValueError, match="Name it as user/name. Received: repo="):
        gan.push_to_hub(repo)


def test_without_the_package(gan, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    for ask in (lambda: gan.push_to_hub("user/name"), lambda: kg.load("hf://user/name")):
        with pytest.raises(ImportError, match="huggingface-hub: pip install .kerasgan.hub."):
            ask()
