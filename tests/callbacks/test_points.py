import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.callbacks import PointAnimation

pytestmark = pytest.mark.any_backend

REAL = np.random.default_rng(0).uniform(-1, 1, (16, 2))


def pixels(path):
    return np.asarray(Image.open(path))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_pictures_and_animation(point_model, play, tmp_path):
    animation = PointAnimation(tmp_path, REAL, every=2, n=50, surface=False)
    play(point_model, [animation], epochs=5)
    assert names(tmp_path) == ["latest.png", "points", "points.gif"]
    assert names(tmp_path / "points") == ["0000.png", "0002.png", "0004.png", "0005.png"]
    assert Image.open(tmp_path / "points.gif").n_frames == 4
    first, last = (pixels(tmp_path / "points" / f"000{epoch}.png") for epoch in (0, 5))
    assert first.shape == last.shape and (first != last).any()
    assert (last == pixels(tmp_path / "latest.png")).all()
    play(point_model, [animation], epochs=6, initial_epoch=5)
    assert Image.open(tmp_path / "points.gif").n_frames == 5


def test_labels_are_drawn_by_again_and_again(point_model, play, tmp_path, monkeypatch):
    given = []
    point_model.condition = (1,)
    monkeypatch.setattr(
        type(point_model), "generate", lambda self, **how: given.append(how) or REAL[:5]
    )
    with pytest.raises(ValueError, match=r"`labels`, shape \(m, 1\). Received: labels=None"):
        play(point_model, [PointAnimation(tmp_path, REAL, n=5, surface=False)])
    animation = PointAnimation(tmp_path, REAL, n=5, surface=False, labels=[[0.5], [1.5]])
    play(point_model, [animation])
    assert given[0]["labels"].ravel().tolist() == [0.5, 1.5, 0.5, 1.5, 0.5]


def test_axes_of_a_single_point(tmp_path):
    assert PointAnimation(tmp_path, [[2.0, 5.0]])._extent == (1, 3, 4, 6)


def test_without_a_display_one_line_says_so(point_model, play, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    animation = PointAnimation(tmp_path, REAL, n=10, surface=False, live=True)
    play(point_model, [animation], epochs=2)
    assert capsys.readouterr().out.count("PointAnimation: no window") == 1
    assert len(names(tmp_path / "points")) == 3


def test_window_shows_every_picture(point_model, play, tmp_path, capsys, monkeypatch):
    """A toolkit that needs no display stands in for the real ones."""
    import matplotlib
    from matplotlib.backend_bases import CloseEvent, FigureManagerBase
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.registry import backend_registry

    windows, shown = [], []

    class Manager(FigureManagerBase):
        def show(self):
            windows.append(self)

    class Canvas(FigureCanvasAgg):
        required_interactive_framework = "pretend"
        manager_class = Manager

        def flush_events(self):
            shown.append(np.asarray(self.buffer_rgba())[..., :3].copy())

    toolkit = type("toolkit", (), {"FigureCanvas": Canvas})
    monkeypatch.setattr(backend_registry, "load_backend_module", lambda name: toolkit)
    monkeypatch.setattr(matplotlib, "get_backend", lambda: "pretend")
    animation = PointAnimation(tmp_path, REAL, n=10, surface=False, live=True)
    play(point_model, [animation], epochs=2)
    assert len(windows) == 1 and len(shown) == 3
    latest = np.asarray(Image.open(tmp_path / "latest.png")).astype(int)
    assert abs(latest - shown[-1]).mean() < 1

    windows[0].canvas.callbacks.process("close_event", CloseEvent("close_event", windows[0].canvas))
    play(point_model, [animation], epochs=4, initial_epoch=2)
    assert len(shown) == 3 and "no window" not in capsys.readouterr().out
    assert len(names(tmp_path / "points")) == 5


def test_pyplot_is_left_alone(point_model, play, tmp_path):
    import matplotlib.pyplot as plt

    mine, backend = plt.figure(), plt.get_backend()
    play(point_model, [PointAnimation(tmp_path, REAL, surface=False)])
    assert plt.get_fignums() == [mine.number] and plt.get_backend() == backend
    plt.close(mine)


@pytest.mark.parametrize(("inputs", "outputs"), [(4, 1), (2, 3)])
def test_another_discriminator_is_refused_at_once(point_model, play, tmp_path, inputs, outputs):
    layers = [keras.Input((inputs,)), keras.layers.Dense(outputs)]
    point_model.discriminator = keras.Sequential(layers)
    with pytest.raises(ValueError, match="pass surface=False.*Received: discriminator="):
        play(point_model, [PointAnimation(tmp_path, REAL)])
    assert names(tmp_path) == []


def test_images_are_refused(image_model, play, tmp_path):
    with pytest.raises(ValueError, match="use SampleGrid"):
        play(image_model, [PointAnimation(tmp_path, REAL)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"real": np.zeros((5, 3))}, r"Received: real.shape=\(5, 3\)"),
        ({"real": np.zeros((0, 2))}, "Received: real.shape"),
        ({"real": [[0.0, np.nan]]}, "1 not finite"),
        ({"n": 0}, "Received: n=0"),
        ({"every": 0}, "Received: every=0"),
        ({"seed": -1}, "Received: seed=-1"),
        ({"fps": 100}, "Received: fps=100"),
    ],
)
def test_refuses(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        PointAnimation(tmp_path, **{"real": np.zeros((5, 2)), **arguments})
