import random

import pytest

from tools import fuzz
from tools.damage import damage, make

pytestmark = pytest.mark.any_backend


def test_whole_files_are_read_and_damaged_ones_refused():
    """As `python -m tools.fuzz` does with thousands."""
    found = fuzz.run_loaders(first=0, count=30, seed=1)
    assert set(found) == {"accepted", "refused"} and found["refused"] > 15


def test_an_input_can_be_repeated(tmp_path):
    make(tmp_path / "whole")
    for file in (tmp_path / "whole/npz/a.npz", tmp_path / "whole/run/config.json"):
        contents = []
        for _ in range(2):
            copy = tmp_path / file.name
            copy.write_bytes(file.read_bytes())
            damage(copy, random.Random("0 3"))
            contents.append(copy.read_bytes())
        assert contents[0] == contents[1] != file.read_bytes()


def test_faults_are_told_apart():
    found = fuzz.collections.Counter()
    for error in (KeyError("x"), ValueError("x"), OSError("x"), FileNotFoundError(2, "x", "file")):

        def read(error=error):
            raise error

        fuzz.report(found, "input", read)
    fuzz.report(found, "input", lambda: None)
    assert found == {"uncaught": 2, "refused": 2, "accepted": 1}


def test_a_hang_is_stopped(monkeypatch, capsys):
    monkeypatch.setattr(fuzz, "SECONDS", 0.1)
    found = fuzz.collections.Counter()

    def read():
        while True:
            pass

    fuzz.report(found, "loader 3", read)
    assert found == {"hangs": 1} and "loader 3: HANG" in capsys.readouterr().out
