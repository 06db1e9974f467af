import os
import sys

import pytest

from kerasgan import cli
from kerasgan.utils.files import keras_home

pytestmark = pytest.mark.any_backend
NAMES = ("JAX_COMPILATION_CACHE_DIR", "TF_ENABLE_ONEDNN_OPTS")


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    for name in NAMES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    for name in ("jax", "tensorflow"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_a_command_prepares_before_it_imports(capsys, monkeypatch, tmp_path):
    seen, imported = [], cli.import_module

    def import_module(name):
        seen.append([os.environ.get(name) for name in NAMES])
        return imported(name)

    monkeypatch.setattr(cli, "import_module", import_module)
    cli.main(["list"])
    assert seen == [[str(tmp_path / "kerasgan" / "jax"), "1"]] and keras_home() == tmp_path
    assert "presets" in capsys.readouterr().out


def test_what_the_user_says_stays(monkeypatch):
    for name in NAMES:
        monkeypatch.setenv(name, "0")
    cli.prepare_backends()
    assert [os.environ[name] for name in NAMES] == ["0", "0"]


def test_not_once_they_have_started(monkeypatch):
    for name in ("jax", "tensorflow"):
        monkeypatch.setitem(sys.modules, name, None)
    cli.prepare_backends()
    assert not set(NAMES) & set(os.environ)
