import errno
import os

import pytest

from kerasgan.utils.files import replacing, sweep

pytestmark = pytest.mark.any_backend


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_takes_its_place_at_the_end(tmp_path):
    path = tmp_path / "deep" / "a.txt"
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert not path.exists() and temporary.suffix == ".txt"
    assert path.read_text() == "new" and names(path.parent) == ["a.txt"]
    with pytest.raises(KeyError), replacing(path) as temporary:
        temporary.write_text("half")
        raise KeyError
    assert path.read_text() == "new" and names(path.parent) == ["a.txt"]


def test_it_is_on_the_disk_before_it_has_its_name_and_its_name_after(tmp_path, monkeypatch):
    done, fsync, replace = [], os.fsync, os.replace

    def note_fsync(descriptor):
        done.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        fsync(descriptor)

    def note_replace(source, target):
        done.append("renamed")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "replace", note_replace)
    with replacing(tmp_path / "a.txt") as temporary:
        temporary.write_text("new")
    assert done == [str(temporary), "renamed", str(tmp_path)]


def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    (tmp_path / f".a.{os.getpid()}.txt").symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"no room for .*a\.txt: No space.* MB free.*is kept") as full:
        with replacing(path) as temporary:
            temporary.write_text("new")
    assert full.value.errno == errno.ENOSPC
    assert path.read_text() == "old" and names(tmp_path) == ["a.txt"]


def test_other_errors_pass_as_they_are(tmp_path):
    with pytest.raises(FileNotFoundError, match="No such file"), replacing(tmp_path / "a.txt"):
        pass


def test_what_killed_processes_left_is_swept(tmp_path):
    (tmp_path / "samples").mkdir()
    left = [".model.123.keras", "samples/.0001.7.png", ".file.99"]
    kept = [".lock", ".pid", "model.keras", "samples/0001.png", ".hidden.txt", "a.123.keras"]
    for name in left + kept:
        (tmp_path / name).touch()
    sweep(tmp_path)
    there = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert there == set(kept)
