import json

import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from apps import style_transfer

pytestmark = pytest.mark.any_backend


@pytest.fixture
def app(tmp_path, monkeypatch):
    """Runs the app with small networks on 4 pictures A and 3 B, 2 each for tests."""
    for cls, blocks in ((kg.CycleGAN, 1), (kg.Pix2Pix, 2)):
        monkeypatch.setitem(cls.__init__.__wrapped__.__kwdefaults__, "discriminator", "pixel")
        monkeypatch.setitem(cls.__init__.__wrapped__.__kwdefaults__, "blocks", blocks)
    rng = np.random.default_rng(0)
    for split, side, n in (
        ("train", "A", 4),
        ("train", "B", 3),
        ("test", "A", 2),
        ("test", "B", 2),
    ):
        for folder, count, size in (
            (f"unpaired/{split}{side}", n, (18, 21, 3)),
            (f"paired/{split}/{side}", 2, (20, 24, 3)),
        ):
            (tmp_path / folder).mkdir(parents=True)
            for i in range(count):
                pixels = rng.integers(0, 256, size, "uint8")
                Image.fromarray(pixels).save(tmp_path / folder / f"{i}.png")
    usual = {"data": tmp_path / "unpaired", "out": tmp_path / "run", "filters": 2}
    usual |= {"load-size": 18, "crop-size": 16, "batch-size": 2, "n-epochs": 1, "n-epochs-decay": 1}

    def run(*flags, **options):
        given = {**usual, **{name.replace("_", "-"): value for name, value in options.items()}}
        words = [word for k, v in given.items() for word in (f"--{k}", str(v))]
        return style_transfer.main([*words, *flags])

    return run


def steps(gan):
    return [int(optimizer.iterations) for optimizer in gan.optimizer.optimizers]


def test_from_two_folders_to_translations_both_ways(app, tmp_path, capsys):
    gan = app()
    run = tmp_path / "run"
    assert isinstance(gan, kg.CycleGAN) and gan.shape_a == gan.shape_b == (16, 16, 3)
    assert steps(gan) == [4, 4]
    assert [float(o.learning_rate) for o in gan.optimizer.optimizers] == [0, 0]
    gan.optimizer["generators"].iterations.assign(3)
    assert float(gan.optimizer["generators"].learning_rate) == pytest.approx(1e-4)
    names = {path.name for path in run.iterdir()}
    assert names >= {"model.keras", "index.html", "latest.png", "samples", "timelapse.gif"}
    assert names >= {"history.csv", "losses.png", "translated", "checkpoints"}
    for direction in ("AtoB", "BtoA"):
        files = sorted((run / "translated" / direction).iterdir())
        assert [file.name for file in files] == ["0.png", "1.png"]
        assert Image.open(files[0]).size == (21, 18)
    picture = np.asarray(Image.open(tmp_path / "unpaired/testB/1.png"))[None] / 127.5 - 1
    want = (gan.translate(picture, "BtoA", pad=True)[0] + 1) * 127.5
    assert np.abs(np.asarray(Image.open(files[1])) - want).max() <= 1
    said = capsys.readouterr().out
    assert f"{run}/index.html" in said and "kg.CycleGAN.from_preset" in said


def test_goes_on_where_it_was_stopped_and_only_translates_after_the_end(app, epochs, tmp_path):
    epochs.stop_at = 1
    with pytest.raises(KeyboardInterrupt):
        app("--paired", data=tmp_path / "paired")
    assert epochs == [0] and not (tmp_path / "run/model.keras").exists()

    epochs.stop_at = None
    gan = app("--paired", data=tmp_path / "paired")
    assert isinstance(gan, kg.Pix2Pix) and steps(gan) == [2, 2] and epochs == [0, 1]
    assert json.loads((tmp_path / "run/history.json").read_text())["epoch"] == [1, 2]
    picture = tmp_path / "run/translated/AtoB/1.png"
    picture.unlink()
    assert steps(app("--paired", data=tmp_path / "paired")) == [2, 2] and epochs == [0, 1]
    assert picture.exists() and not (tmp_path / "run/translated/BtoA").exists()
    with pytest.raises(ValueError, match="This is a Pix2Pix"):
        app()


def test_files_that_hold_both_sides_are_translated_too(app, tmp_path):
    for split in ("train", "test"):
        (tmp_path / "joined" / split).mkdir(parents=True)
        for i in range(2):
            sides = [Image.open(tmp_path / "paired" / split / side / f"{i}.png") for side in "AB"]
            both = Image.fromarray(np.concatenate([np.asarray(side) for side in sides], axis=1))
            both.save(tmp_path / "joined" / split / f"{i}.png")
    gan = app("--paired", data=tmp_path / "joined", direction="BtoA")
    right = np.asarray(Image.open(tmp_path / "paired/test/B/1.png"))[None] / 127.5 - 1
    want = (gan.translate(right, pad=True)[0] + 1) * 127.5
    made = np.asarray(Image.open(tmp_path / "run/translated/AtoB/1.png"))
    assert np.abs(made - want).max() <= 1


def test_what_it_refuses(app, tmp_path, capsys):
    with pytest.raises(SystemExit):
        app(direction="BtoA")
    assert "--direction is for --paired" in capsys.readouterr().err
    with pytest.raises(ValueError, match="neither trainA"):
        app(data=tmp_path / "unpaired/testA")
