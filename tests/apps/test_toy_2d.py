import numpy as np
import pytest
from PIL import Image

from apps import toy_2d


@pytest.mark.parametrize("data", toy_2d.DATA)
def test_runs_on_every_data_set(data, tmp_path, capsys):
    toy_2d.main(["--data", data, "--steps", "4", "--frames", "2", "--out", str(tmp_path)])
    said = capsys.readouterr().out
    assert "energy distance" in said and "not converged" in said
    assert ("modes" in said) == (toy_2d.DATA[data][1] is not None)
    assert Image.open(tmp_path / "points.gif").n_frames == 3


def test_live_without_a_display_says_so(tmp_path, capsys, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    toy_2d.main(["--live", "--steps", "2", "--frames", "1", "--out", str(tmp_path)])
    assert "display" in capsys.readouterr().out


def test_two_gaussians_have_the_tutorials_moments():
    points = toy_2d.two_gaussians(200_000, seed=0)
    np.testing.assert_allclose(points.mean(axis=0), [0.5, 0.5], atol=0.01)
    # 0.1 inside a mode, and 0.25 for means half a unit to either side
    np.testing.assert_allclose(np.cov(points.T), [[0.35, 0.25], [0.25, 0.35]], atol=0.01)


@pytest.mark.slow
def test_converges(tmp_path):
    assert toy_2d.main(["--out", str(tmp_path)]) >= 0.01
