import os
import sys

import pytest

from kerasgan import cli
from kerasgan.utils.files import keras_home

pytestmark = pytest.mark.any_backend
NAME = "JAX_COMPILATION_CACHE_DIR"


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv(NAME, "")
    monkeypatch.delenv(NAME)
    monkeypatch.delitem(sys.modules, "jax", raising=False)


def test_a_command_keeps_what_jax_compiles(capsys, tmp_path):
    cli.main(["list"])
    assert os.environ[NAME] == str(tmp_path / "kerasgan" / "jax") and keras_home() == tmp_path
    assert "presets" in capsys.readouterr().out


def test_where_the_user_says(monkeypatch):
    monkeypatch.setenv(NAME, "elsewhere")
    cli.keep_compiled()
    assert os.environ[NAME] == "elsewhere"


def test_not_once_jax_has_started(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    cli.keep_compiled()
    assert NAME not in os.environ
