import html.parser
import subprocess

import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.callbacks import Gallery, LossHistory, frames
from kerasgan.callbacks.frames import EpochFrames
from kerasgan.callbacks.gallery import write
from kerasgan.callbacks.page import HOW, ticks
from tests.browser import BROWSER

pytestmark = pytest.mark.any_backend

CYCLE_GAN = "D_A", "D_B", "G_A", "G_B", "cycle_A", "cycle_B", "idt_A", "idt_B"
MAGENTA = 255, 0, 255
VOID = {"meta", "img", "br"}


class Plain(EpochFrames):
    """Draws one colour."""

    def __init__(self, directory, size=(24, 36), every=1):
        super().__init__(directory / "samples", every)
        self.size = size

    def draw(self, epoch):
        return np.full((*self.size, 3), MAGENTA, "uint8")


class Page(html.parser.HTMLParser):
    """The elements of a page, in order, as (tag, attributes), and the text in them."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append((self.open[-1], data))

    def every(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, tag):
        return [data for name, data in self.texts if name == tag]


def page(folder):
    return Page((folder / "index.html").read_text(encoding="utf-8"))


def sources(folder):
    return [image["src"] for image in page(folder).every("img")]


def run(callbacks, logs, initial_epoch=0):
    """Plays a training to the callbacks: one dict of logs an epoch."""
    callbacks = keras.callbacks.CallbackList(callbacks, model=keras.Sequential())
    callbacks.on_train_begin()
    for epoch, epoch_logs in enumerate(logs, start=initial_epoch):
        callbacks.on_epoch_begin(epoch)
        callbacks.on_epoch_end(epoch, epoch_logs)
    callbacks.on_train_end()


def everything(folder):
    return [Plain(folder), LossHistory(folder), Gallery(folder)]


def eight(epochs):
    return [{name: 1 / (i + j + 1) for i, name in enumerate(CYCLE_GAN)} for j in range(epochs)]


@pytest.fixture(autouse=True)
def _no_curves_and_no_waiting(monkeypatch):
    monkeypatch.setattr(LossHistory, "_draw", lambda self: None)
    monkeypatch.setattr(frames, "WAIT", 0)


def test_pictures_newest_first(tmp_path):
    folder = tmp_path / "apples to oranges"
    run(everything(folder), eight(3))
    made = page(folder)
    assert made.text("title") == made.text("h1") == ["apples to oranges"]
    assert sources(folder) == [f"samples/000{epoch}.png" for epoch in (3, 2, 1, 0)]
    assert [link["href"] for link in made.every("a")] == sources(folder)
    for image in made.every("img"):
        assert Image.open(folder / image["src"]).size == (36, 24)
        assert (image["width"], image["height"], image["class"]) == ("36", "24", "pixels")
    assert [image["alt"] for image in made.every("img")] == [
        "Pictures after epoch 3",
        "Pictures after epoch 2",
        "Pictures after epoch 1",
        "Pictures before training",
    ]
    assert not list(folder.glob(".*"))


def test_large_pictures_are_scaled_smoothly(tmp_path):
    run([Plain(tmp_path, (30, 400)), Gallery(tmp_path)], [{}])
    assert "class" not in page(tmp_path).every("img")[0]


def test_it_needs_nothing_but_its_folder(tmp_path):
    run(everything(tmp_path), eight(1))
    text = (tmp_path / "index.html").read_text()
    assert "://" not in text and "<script" not in text and "@import" not in text
    assert str(tmp_path) not in text


def test_a_panel_for_each_of_eight_losses(tmp_path):
    run(everything(tmp_path), eight(3))
    made = page(tmp_path)
    assert made.text("b") == list(CYCLE_GAN)
    assert made.text("span") == [f"{1 / (i + 3):.4g}" for i in range(8)]
    assert len(made.every("svg")) == len(made.every("polyline")) == 8
    assert all(len(line["points"].split()) == 3 for line in made.every("polyline"))
    assert made.every("svg")[1]["aria-label"] == "D_B is 0.25 after epoch 3"


def test_a_line_goes_through_its_values(tmp_path):
    run(everything(tmp_path), [{"d_loss": value} for value in (0.0, 2.0, 1.0)])
    made = page(tmp_path)
    assert made.every("polyline") == [{"points": "42.0,92.0 116.0,8.0 190.0,50.0"}]
    assert made.text("text") == ["0", "1", "2", "1", "3", "epoch"]
    assert [made.every("circle")[0][name] for name in ("cx", "cy")] == ["190.0", "50.0"]


def test_validation_joins_its_loss_and_gaps_are_bridged(tmp_path):
    nan = float("nan")
    logs = [
        {"d_loss": 0.0, "fid": nan, "val_d_loss": 2.0},
        {"d_loss": nan, "fid": nan},
        {"d_loss": 1.0, "fid": nan, "val_d_loss": 0.0},
    ]
    run(everything(tmp_path), logs)
    made = page(tmp_path)
    assert made.text("b") == ["d_loss", "val_d_loss", "fid"]
    assert made.text("span") == ["1", "0", "–"]
    assert len(made.every("svg")) == 2
    assert made.every("polyline") == [
        {"points": "42.0,92.0 190.0,50.0"},
        {"points": "42.0,8.0 190.0,92.0", "class": "val"},
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 2.0], [0, 1, 2]),
        ([0.13, 0.94], [0, 0.5, 1]),
        ([-3.0, 7.0], [-5, 0, 5, 10]),
        ([120.0, 1130.0], [0, 500, 1000, 1500]),
        ([2e-5, 6e-5], [2e-5, 4e-5, 6e-5]),
        ([4.0, 4.0], [2, 4, 6]),
        ([0.0], [-0.5, 0, 0.5]),
        ([], [0, 0.5, 1]),
    ],
)
def testticks(values, expected):
    assert ticks(values) == pytest.approx(expected)


def test_names_are_escaped(tmp_path):
    folder = tmp_path / "<script>alert(1)<&\"'"
    name = "\"><img src=x onerror='alert(2)'>&amp;"
    run(everything(folder), [{name: 1.0}])
    made = page(folder)
    assert made.text("title") == made.text("h1") == [folder.name]
    assert made.text("b") == [name]
    assert made.every("svg")[0]["aria-label"] == f"{name} is 1 after epoch 1"
    assert made.every("script") == []
    assert sources(folder) == ["samples/0001.png", "samples/0000.png"]


def test_a_relative_folder_has_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run([Gallery(".")], [{}])
    assert page(tmp_path).text("title") == [tmp_path.name]


def test_pictures_alone_and_losses_alone(tmp_path):
    run([Plain(tmp_path / "a"), Gallery(tmp_path / "a")], [{"loss": 1.0}])
    assert len(sources(tmp_path / "a")) == 2 and page(tmp_path / "a").every("svg") == []
    run([LossHistory(tmp_path / "b"), Gallery(tmp_path / "b")], [{"loss": 1.0}])
    assert sources(tmp_path / "b") == [] and len(page(tmp_path / "b").every("polyline")) == 1
    run([LossHistory(tmp_path / "c"), Gallery(tmp_path / "c")], [{}])
    assert page(tmp_path / "c").text("h2") == []


def test_written_before_the_first_epoch_and_after_each(tmp_path):
    seen = []

    class Reader(keras.callbacks.Callback):
        def look(self, *arguments):
            made = page(tmp_path)
            reloads = any("http-equiv" in meta for meta in made.every("meta"))
            seen.append((len(sources(tmp_path)), len(made.every("polyline")), reloads))

        on_epoch_begin = on_epoch_end = on_train_end = look

    run([*everything(tmp_path), Reader()], eight(2))
    assert seen == [(1, 0, True), (2, 8, True), (2, 8, True), (3, 8, True), (3, 8, False)]


def test_says_how_far_the_run_is(tmp_path):
    (tmp_path / "history.csv").write_text("epoch,seconds\n1,50.25\n2,30.0\n")
    gallery = Gallery(tmp_path)
    gallery.on_train_begin()
    gallery.on_epoch_end(0)
    assert page(tmp_path).text("p") == ["1 epoch in 0:00:50, training goes on"]
    gallery.on_epoch_end(1)
    gallery.on_train_end()
    assert page(tmp_path).text("p") == ["2 epochs in 0:01:20"]


def test_goes_on_after_a_resume(tmp_path):
    run(everything(tmp_path), eight(2))
    run(everything(tmp_path), eight(2), initial_epoch=2)
    assert sources(tmp_path) == [f"samples/000{epoch}.png" for epoch in (4, 3, 2, 1, 0)]
    assert all(len(line["points"].split()) == 4 for line in page(tmp_path).every("polyline"))


def test_leaves_an_older_longer_run_out(tmp_path):
    run(everything(tmp_path), eight(4))
    callbacks = [Plain(tmp_path), Gallery(tmp_path)]  # the table is still the older run's
    run(callbacks, eight(2))
    assert sources(tmp_path) == [f"samples/000{epoch}.png" for epoch in (2, 1, 0)]
    assert all(len(line["points"].split()) == 2 for line in page(tmp_path).every("polyline"))


def test_the_last_picture_that_every_left_out_is_there(tmp_path):
    run([Plain(tmp_path, every=2), Gallery(tmp_path)], eight(3))
    assert sources(tmp_path) == [f"samples/000{epoch}.png" for epoch in (3, 2, 0)]


def test_a_long_run_has_a_short_page(tmp_path):
    gallery = Gallery(tmp_path)
    rows = "".join(f"{epoch},{epoch % 7},1.0\n" for epoch in range(1, 1001))
    (tmp_path / "history.csv").write_text(f"epoch,d_loss,seconds\n{rows}")
    (tmp_path / "samples").mkdir()
    for epoch in range(1001):
        (tmp_path / "samples" / f"{epoch:04d}.png").touch()
    gallery.on_train_begin()
    gallery.on_epoch_end(999)
    shown = sources(tmp_path)
    assert len(shown) == 200
    assert (shown[0], shown[-1]) == ("samples/1000.png", "samples/0000.png")
    (line,) = page(tmp_path).every("polyline")
    assert len(line["points"].split()) == 400


def test_kept_epochs_are_marked_and_scores_stand_beside_pictures(tmp_path):
    run([Plain(tmp_path), LossHistory(tmp_path)], [{"val_fd": 3.0}, {"val_fd": 2.5}, {"d_loss": 1}])
    assert page_of(tmp_path, 3).text("b") == ["val_fd", "d_loss"]
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints/epoch_0003.keras").touch()
    (tmp_path / "best.keras").touch()
    (tmp_path / "best.json").write_text('{"best": -2.5, "reports": [{"epoch": 2}]}')
    captions = [[]]
    for tag, text in page_of(tmp_path, 3).texts:
        if text.startswith(("After epoch", "Before training")):
            captions.append([])
        captions[-1].append((tag, text))
    assert captions[0][-1] == ("p", HOW)
    assert captions[1:] == [
        [("figcaption", "After epoch 3"), ("b", "kept")],
        [("figcaption", "After epoch 2"), ("b", "kept, best"), ("figcaption", "fd 2.5")],
        [("figcaption", "After epoch 1"), ("figcaption", "fd 3")],
        [("figcaption", "Before training")],
    ]


def page_of(folder, epoch):
    write(folder, epoch, running=False)
    return page(folder)


def test_written_seldom_where_it_takes_long(tmp_path, monkeypatch):
    monkeypatch.setattr(frames, "WAIT", 1e9)
    run(everything(tmp_path), eight(1))
    assert page(tmp_path).text("p") == ["1 epoch in 0:00:00"]  # at the end
    gallery = Gallery(tmp_path)
    gallery.on_train_begin()
    gallery.on_epoch_end(1)
    gallery.on_epoch_end(2)
    assert page(tmp_path).text("p")[0].startswith("2 epochs")


def test_no_epoch_at_all(tmp_path):
    run(everything(tmp_path), [], initial_epoch=3)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["[1, 2]\n3\n", "loss\n1\n", "epoch,seconds\none,2\n"])
def test_foreign_table_is_refused(tmp_path, text):
    (tmp_path / "history.csv").write_text(text)
    with pytest.raises(ValueError, match="did not write.*Received: directory="):
        run([Gallery(tmp_path)], [{}])
    assert not (tmp_path / "index.html").exists()


@pytest.mark.skipif(not BROWSER, reason="needs Chromium or Chrome")
@pytest.mark.parametrize(
    ("scheme", "background", "line"),
    [(1, (250, 250, 248), (23, 100, 192)), (0, (20, 22, 26), (109, 179, 255))],
    ids=["light", "dark"],
)
def test_in_a_browser(tmp_path, scheme, background, line):
    folder = tmp_path / "run <1> & #2"
    run(everything(folder), eight(2))
    command = (
        f"{BROWSER} --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
        "--disable-background-networking --disable-component-update --disable-sync "
        "--hide-scrollbars --force-device-scale-factor=1 --window-size=600,1800 --dump-dom "
        f"--blink-settings=preferredColorScheme={scheme}"
    ).split()
    command += [f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={tmp_path / 'shot.png'}"]
    command += [(folder / "index.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    shown = Page(done.stdout)
    assert shown.text("h1") == [folder.name]
    assert [image["src"] for image in shown.every("img")] == sources(folder)
    assert len(shown.every("polyline")) == 8

    shot = np.asarray(Image.open(tmp_path / "shot.png").convert("RGB"))
    assert shot.shape == (1800, 600, 3)
    assert (shot[:, :15] == background).all() and (shot[:, -15:] == background).all()
    # On a page of 600 pixels the newest picture is 568 x 379, the two before it 280 x 187 each.
    magenta = (shot == MAGENTA).all(axis=-1)
    assert magenta.sum() == pytest.approx(568 * 379 + 2 * 280 * 187, rel=0.02)
    # Eight panels in two columns and four lines, and a line of about 180 pixels across each.
    blue = (abs(shot.astype(int) - line) < 8).all(axis=-1)
    top = np.flatnonzero(magenta.any(axis=1))[0]
    for part in np.array_split(blue[:top], 2, axis=1):
        assert part.sum() > 4 * 180
    assert not blue[top:].any()
