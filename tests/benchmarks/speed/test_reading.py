import numpy as np
import pytest

from benchmarks.speed import input, reading, turns

pytestmark = pytest.mark.any_backend


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(input, "PICTURES", 70)
        input.make_pictures(folder)
    return folder


@pytest.mark.parametrize(
    "source, reader",
    [("folder", name) for name in reading.READERS["folder"][:3]] + [("tfds", "kerasgan")],
)
def test_every_reader_gives_the_same_pictures(pictures, monkeypatch, source, reader):
    monkeypatch.setattr(reading, "BATCH", 70)
    (batch,) = reading.open_source(source, reader, pictures)
    images = np.asarray(batch[0] if isinstance(batch, list) else batch)
    if images.shape[1] == 3:
        images = images.transpose(0, 2, 3, 1)
    expected = np.stack([input.picture(i) for i in range(70)]) / 127.5 - 1
    assert sorted(images.mean(axis=(1, 2, 3))) == pytest.approx(
        sorted(expected.mean(axis=(1, 2, 3))), abs=1e-5
    )
    assert images.shape == expected.shape


def test_workers(pictures):
    """They are not started here, where they would be forked from a process with many threads."""
    loaders = [reading.open_source("folder", name, pictures) for name in reading.READERS["folder"]]
    assert [loader.num_workers for loader in loaders[2:]] == [0, 2]
    assert loaders[3].persistent_workers


def test_a_reading(pictures, monkeypatch):
    times = iter([0.0, 2.0, 3.0, 5.0, 8.0])
    monkeypatch.setattr(reading.time, "perf_counter", lambda: next(times))
    found = reading.measure("folder", "kerasgan", pictures)
    assert found == {"first": 32.0, "later": 32.0}


def test_readings_are_in_the_table(tmp_path, monkeypatch):
    made = []

    def run(module, *words):
        made.append(words[:2])
        return {"first": 1000.0 * len(made), "later": 5000.0}

    monkeypatch.setattr(input, "PICTURES", 1)
    monkeypatch.setattr(turns, "child", run)
    places = ["--results", tmp_path / "a.json", "--out", tmp_path / "a.md", "--chart"]
    input.main(["--repeats", "2", *map(str, places), str(tmp_path / "a.png")])
    lines = (tmp_path / "a.md").read_text().splitlines()
    readers = [(source, name) for source, names in reading.READERS.items() for name in names]
    assert made == [*readers, *readers[::-1]]
    middle = f"{500 * (1 + len(made)):,}"  # each was the i-th and the i-th from the end
    rows = [f"| {source}, `{name}` | {middle} | 5,000 | 2 |" for source, name in readers]
    assert [line for line in lines if line.endswith("| 2 |")] == rows
