import errno
import os
import secrets
from pathlib import Path

import pytest

from kerasgan.utils.files import expanded, replacing, sweep

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


def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old")
    monkeypatch.setattr(secrets, "token_hex", lambda n: "0" * 2 * n)
    (tmp_path / f".kerasgan-{'0' * 16}.txt").symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"no room for .*a\.txt: No space.* MB free.*is kept") as full:
        with replacing(path) as temporary:
            temporary.write_text("new")
    assert full.value.errno == errno.ENOSPC
    assert path.read_text() == "old" and names(tmp_path) == ["a.txt"]


def test_what_is_no_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    for name in ("fifo", "folder"):
        with pytest.raises(OSError, match=f"What is at .*{name} is no file"):
            with replacing(tmp_path / name):
                pass
    assert names(tmp_path) == ["fifo", "folder"]


def test_other_errors_pass_as_they_are(tmp_path):
    with pytest.raises(FileNotFoundError, match="No such file"), replacing(tmp_path / "a.txt"):
        pass


def test_two_writers_of_one_file_do_not_meet(tmp_path):
    """Not even under the same process number, as in two containers."""
    with replacing(tmp_path / "a.txt") as one, replacing(tmp_path / "a.txt") as two:
        one.write_text("one")
        two.write_text("two")
    assert (tmp_path / "a.txt").read_text() == "one" and names(tmp_path) == ["a.txt"]


def test_what_killed_processes_left_is_swept_and_nothing_else(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    monkeypatch.setattr(Path, "unlink", lambda *args, **kwargs: None)  # as if it were killed
    with pytest.raises(KeyError), replacing(tmp_path / "a.txt") as temporary:
        temporary.touch()
        raise KeyError
    monkeypatch.undo()
    kept = [".notes.2024.txt", ".env.1", "deep/.secret.2023.key", ".kerasgan-mine", "a.txt"]
    kept += [f"deep/{temporary.name}", ".kerasgan.lock", ".kerasgan.pid"]
    for name in kept:
        (tmp_path / name).touch()
    sweep(tmp_path)
    there = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert there == set(kept)
    sweep(tmp_path / "none")


def test_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert expanded("~/runs") == Path("/home/me/runs")
    assert expanded("~nobody-of-that-name/runs") == Path("~nobody-of-that-name/runs")
