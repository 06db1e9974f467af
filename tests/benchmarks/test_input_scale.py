import json

import pytest
from PIL import Image

from benchmarks import input_scale

pytestmark = pytest.mark.any_backend


def test_the_pictures_are_files_of_their_own(tmp_path):
    input_scale.make_pictures(tmp_path, 450)
    files = sorted(tmp_path.rglob("*.*"))
    assert len(files) == len({file.read_bytes() for file in files}) == 450
    assert {file.parent.name for file in files} == {f"class{i:02}" for i in range(100)}
    with Image.open(files[0]) as first, Image.open(files[-1]) as last:
        assert first.size == last.size == (64, 64) and first.format != last.format
        last.load()


def test_what_is_measured(tmp_path):
    input_scale.make_pictures(tmp_path, 200)
    found = input_scale.measure(tmp_path, seconds=0.05)
    assert found.pop("pictures") == 200 and found.pop("images_per_s") > 0
    assert set(found) == {
        *("first_batch_s", "first_batch_mb", "reading_mb", "listing_s", "fingerprint_s")
    }


def test_the_results_are_stored(tmp_path, monkeypatch, capsys):
    commands = []
    monkeypatch.setattr(input_scale, "child", lambda *words: commands.append(words) or {"s": 1})
    path = tmp_path / "found.json"
    input_scale.main(["--folder", "there", "--orders", "5", "--results", str(path)])
    assert [words[2:] for words in commands] == [
        ("folder", "--folder", "there"),
        ("order", "--orders", 5),
    ]
    want = {"s": 1, "orders": {"5": {"s": 1}}}
    assert json.loads(path.read_text()) == json.loads(capsys.readouterr().out) == want
