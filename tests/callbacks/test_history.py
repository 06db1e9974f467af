import csv
import json
import time

import numpy as np
import pytest

from kerasgan.callbacks import LossHistory
from kerasgan.callbacks.history import draw_curves

pytestmark = pytest.mark.any_backend


def table(folder):
    with open(folder / "history.csv", newline="") as file:
        return list(csv.DictReader(file))


def run(folder, logs, initial_epoch=0):
    """Plays a training to a LossHistory: one dict of logs an epoch."""
    history = LossHistory(folder)
    history.on_train_begin()
    for epoch, epoch_logs in enumerate(logs, start=initial_epoch):
        history.on_epoch_begin(epoch)
        history.on_epoch_end(epoch, epoch_logs)
    history.on_train_end()


def test_written_after_every_epoch(tmp_path):
    history = LossHistory(tmp_path)
    history.on_train_begin()
    for epoch in range(3):
        history.on_epoch_begin(epoch)
        history.on_epoch_end(epoch, {"d_loss": 1.0})
        assert len(table(tmp_path)) == epoch + 1
    history.on_train_end()
    assert json.loads((tmp_path / "history.json").read_text())["epoch"] == [1, 2, 3]


def test_a_row_that_was_cut_off_is_left_out(tmp_path):
    run(tmp_path, [{"d_loss": 1.0}, {"d_loss": 2.0}])
    whole = (tmp_path / "history.csv").read_text()
    (tmp_path / "history.csv").write_text(whole + "3,2")
    run(tmp_path, [{"d_loss": 3.0}], initial_epoch=2)
    assert [row["d_loss"] for row in table(tmp_path)] == ["1.0", "2.0", "3.0"]


def test_late_names_and_what_is_no_finite_number(tmp_path):
    nan = float("nan")
    run(tmp_path, [{"d_loss": nan}, {"d_loss": 2.0, "fid": np.float32(3)}, {"per_class": [1, 2]}])
    rows = table(tmp_path)
    assert list(rows[0]) == ["epoch", "d_loss", "fid", "seconds"]
    assert [row["d_loss"] for row in rows] == ["nan", "2.0", ""]
    assert [row["fid"] for row in rows] == ["", "3.0", ""]
    assert json.loads((tmp_path / "history.json").read_text())["d_loss"] == [None, 2.0, None]


def test_resume_appends_and_replaces_what_is_trained_again(tmp_path):
    run(tmp_path, [{"d_loss": 1.0}, {"d_loss": 2.0}, {"d_loss": 3.0}])
    run(tmp_path, [{"d_loss": 20.0, "g_loss": 0.1}, {"d_loss": 30.0}], initial_epoch=1)
    rows = table(tmp_path)
    assert [(row["epoch"], row["d_loss"], row["g_loss"]) for row in rows] == [
        ("1", "1.0", ""),
        ("2", "20.0", "0.1"),
        ("3", "30.0", ""),
    ]
    run(tmp_path, [{"d_loss": 7.0}])
    assert [(row["epoch"], row["d_loss"]) for row in table(tmp_path)] == [("1", "7.0")]


def test_seconds_are_those_of_the_epoch(tmp_path):
    history = LossHistory(tmp_path)
    history.on_train_begin()
    time.sleep(0.5)
    history.on_epoch_begin(0)
    time.sleep(0.05)
    history.on_epoch_end(0, {})
    assert 0.05 <= float(table(tmp_path)[0]["seconds"]) < 0.5


def test_curves_are_seldom_drawn_but_always_at_the_end(tmp_path, monkeypatch):
    drawn = []
    draw = LossHistory._draw
    monkeypatch.setattr(LossHistory, "_draw", lambda self: (drawn.append(self), draw(self)))
    history = LossHistory(tmp_path)
    history.on_train_begin()
    for epoch in range(50):
        history.on_epoch_begin(epoch)
        history.on_epoch_end(epoch, {"d_loss": 1.0})
    assert len(drawn) == 1
    history.on_train_end()
    assert len(drawn) == 2


def test_panels_and_lines():
    rows = [
        {"epoch": 1, "seconds": 1.0, "d_loss": 1.0, "g_loss": 2.0, "fid": 90.0},
        {"epoch": 2, "seconds": 1.0, "d_loss": 3.0, "g_loss": 4.0, "fid": 80.0, "val_d_loss": 5.0},
    ]
    losses, fid = draw_curves(rows).axes
    lines = {line.get_label(): line for line in losses.lines}
    assert list(lines) == ["d_loss", "g_loss", "val_d_loss"]
    assert lines["g_loss"].get_xydata().tolist() == [[1, 2.0], [2, 4.0]]
    assert lines["val_d_loss"].get_xydata().tolist() == [[2, 5.0]]
    assert lines["val_d_loss"].get_linestyle() == "--"
    assert lines["val_d_loss"].get_color() == lines["d_loss"].get_color()
    assert lines["d_loss"].get_color() != lines["g_loss"].get_color()
    assert fid.get_ylabel() == "fid"
    assert fid.lines[0].get_ydata().tolist() == [90.0, 80.0]


def test_no_logs_at_all(tmp_path):
    run(tmp_path, [{}])
    assert list(table(tmp_path)[0]) == ["epoch", "seconds"]


@pytest.mark.parametrize(
    "text", ["epoch,loss\n0,1.5\n", "epoch,seconds,d_loss\none,2,3\n", "a,b\n1,2,3\n"]
)
def test_foreign_table_is_refused_and_kept(tmp_path, text):
    (tmp_path / "history.csv").write_text(text)
    with pytest.raises(ValueError, match="did not write.*Received: directory="):
        run(tmp_path, [{"d_loss": 1.0}])
    assert (tmp_path / "history.csv").read_text() == text
