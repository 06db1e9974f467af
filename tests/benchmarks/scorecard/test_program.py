import json
import math
import statistics

import keras
import pytest

from benchmarks.scorecard import __main__ as program
from benchmarks.scorecard import results, rows
from benchmarks.scorecard.row import Row, Section
from benchmarks.scorecard.table import cell, table

pytestmark = pytest.mark.any_backend

SECTION = Section("Heights", "Of trees.", {"height": ("height %", "{:.1f}", 100)})


def row(name="oak", run=None, **more):
    made = {"title": name.title(), "section": SECTION, "configuration": {"units": (1, 2)}, **more}
    return Row(name, run=run or (lambda *given: {"scores": {"height": 0.5}}), **made)


@pytest.fixture
def forest(monkeypatch):
    """Two rows of two seeds and one that must be named; each notes what it is asked for."""
    made = []

    def run_of(name):
        def run(configuration, seed, folder):
            made.append((name, seed))
            return {"scores": {"height": 0.1 * (seed + 1)}, "rings": 7}

        return run

    several = [row(name, run_of(name), seeds=(0, 1)) for name in ("oak", "elm")]
    several.append(row("fir", run_of("fir"), by_default=False))
    monkeypatch.setattr(rows, "every", lambda: several)
    return made


def run_program(tmp_path, *words):
    places = ["--folder", tmp_path / "results", "--work", tmp_path / "work"]
    return program.main([*words, *map(str, places), "--out", str(tmp_path / "table.md")])


def test_a_record_says_what_was_run_and_what_came_out(tmp_path):
    oak = row(run=lambda c, seed, folder: {"scores": {"height": seed / 4}, "folder": str(folder)})
    results.make(oak, 3, tmp_path / "results", tmp_path / "work")
    (record,) = json.loads((tmp_path / "results/oak.json").read_text())
    backend = keras.backend.backend()
    assert record.pop("seconds") >= 0
    assert set(record.pop("versions")) == {"kerasgan", "keras", "python", backend}
    assert record == {
        "seed": 3,
        "command": f"KERAS_BACKEND={backend} python -m benchmarks.scorecard --only oak --seeds 3",
        "backend": backend,
        "scores": {"height": 0.75},
        "folder": str(tmp_path / "work/oak/3"),
        "configuration": {"units": [1, 2]},
    }


def test_nan_is_no_score(tmp_path):
    with pytest.raises(ValueError, match="NaN. Received: scores={'height': nan}"):
        results.make(row(run=lambda *given: {"scores": {"height": math.nan}}), 0, tmp_path)
    assert not list(tmp_path.rglob("*.json"))


def test_only_what_is_not_there_is_made(tmp_path, forest):
    assert run_program(tmp_path, "--only", "elm", "--seeds", "1") == 0
    assert run_program(tmp_path) == 0
    assert run_program(tmp_path) == 0
    assert forest == [("elm", 1), ("oak", 0), ("elm", 0), ("oak", 1)]  # seed by seed


def test_another_configuration_is_made_anew(tmp_path):
    results.make(row(), 0, tmp_path)
    assert results.read(row(), 0, tmp_path)["scores"] == {"height": 0.5}
    assert results.read(row(configuration={"units": (1, 3)}), 0, tmp_path) is None
    assert results.records(row(configuration={"units": (1, 3)}), tmp_path) == []


def test_seeds_are_in_the_order_of_numbers(tmp_path):
    for seed in (10, 9, 0):
        results.make(row(), seed, tmp_path)
    assert [record["seed"] for record in results.records(row(), tmp_path)] == [0, 9, 10]


def test_unknown_rows_are_refused_with_the_known_ones(tmp_path, forest, capsys):
    with pytest.raises(SystemExit):
        run_program(tmp_path, "--only", "ash", "oak")
    assert "there are oak, elm, fir. Received: only=['ash']" in capsys.readouterr().err
    assert forest == []


def test_a_stop_leaves_what_was_done_and_goes_on(tmp_path, monkeypatch, capsys):
    stops = [True]

    def run(configuration, seed, folder):
        if seed == 1 and stops:
            stops.pop()
            raise KeyboardInterrupt
        return {"scores": {"height": seed}}

    monkeypatch.setattr(rows, "every", lambda: [row(run=run, seeds=(0, 1, 2))])
    assert run_program(tmp_path) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert [record["seed"] for record in results.records(row(), tmp_path / "results")] == [0]
    assert "| Oak | 0.0 | 1 |" in (tmp_path / "table.md").read_text()
    assert run_program(tmp_path) == 0
    assert "| Oak | 100.0 ± 57.7 | 3 |" in (tmp_path / "table.md").read_text()


def test_what_fails_is_reported_and_the_others_go_on(tmp_path, monkeypatch, capsys):
    def fail(*given):
        raise OSError("no such wood")

    monkeypatch.setattr(rows, "every", lambda: [row("elm", fail), row("oak")])
    assert run_program(tmp_path) == 1
    assert "no such wood" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["oak.json"]


def test_list_and_table_make_nothing(tmp_path, forest, capsys):
    run_program(tmp_path, "--only", "elm", "--seeds", "0")
    capsys.readouterr()
    assert run_program(tmp_path, "--list") == 0
    lines = [line.split(maxsplit=4) for line in capsys.readouterr().out.splitlines()]
    assert [line[:4] for line in lines] == [
        ["oak", "0", "of", "2"],
        ["elm", "1", "of", "2"],
        ["fir", "0", "of", "1"],
    ]
    assert lines[2][4] == "Heights: Fir (only if named)"
    assert run_program(tmp_path, "--table") == 0
    assert capsys.readouterr().out.strip() == (tmp_path / "table.md").read_text().strip()
    assert forest == [("elm", 0)]


def test_table(tmp_path):
    oak = row(published={"height": "21.5 ± 1.6"}, differs="the ladder")
    several = [oak, row("elm"), row("fir")]
    for tree, seeds in ((oak, (0, 1, 2)), (several[2], (0,))):
        for seed in seeds:
            scores = {"scores": {"height": (seed + 1) / 10}, "seconds": 60 * seed}
            record = {"seed": seed, "configuration": tree.configuration, **scores}
            results.stored(tree, tmp_path).add(record)
    error = statistics.stdev([10, 20, 30]) / 3**0.5
    text = table(several, tmp_path)
    assert text.split("## ")[1].splitlines() == [
        "Heights",
        "",
        "Of trees.",
        "",
        "|  | height % | seeds | minutes | differs |",
        "|---|---|---|---|---|",
        f"| Oak | 20.0 ± {error:.1f} (21.5 ± 1.6) | 3 | 1.0 | the ladder |",
        "| Fir | 10.0 | 1 | 0.0 | - |",
    ]


def test_the_minutes_of_a_training_that_was_stopped_are_those_of_all_its_parts(tmp_path):
    oak = row(run=lambda *given: {"scores": {"height": 0.1}, "core_minutes": 90.0})
    results.make(oak, 0, tmp_path)
    assert table([oak], tmp_path).splitlines()[-1] == "| Oak | 10.0 | 1 | 90.0 | - |"


def test_table_of_scores_of_several_parts(tmp_path):
    section = Section("Leaves", "Of trees.")
    scores = {"A: length": 1.5, "A: width": 0.25, "B: length": 2.0, "B: width": 1.0}
    oak = row(run=lambda *given: {"scores": scores}, section=section)
    results.make(oak, 0, tmp_path)
    lines = table([oak], tmp_path).splitlines()
    assert lines[-4:] == [
        "|  | length | width | seeds | minutes | differs |",
        "|---|---|---|---|---|---|",
        "| Oak, A | 1.500 | 0.250 | 1 | 0.0 | - |",
        "| Oak, B | 2.000 | 1.000 | 1 | 0.0 | - |",
    ]


@pytest.mark.parametrize(
    "values, text",
    [
        ([], "-"),
        ([0.25], "0.2"),
        ([1, 3], "2.0 ± 1.0"),
        ([1, math.inf], "∞"),
    ],
)
def test_cell(values, text):
    assert cell(values, "{:.1f}") == text
    assert cell(values, "{:.1f}", "7") == f"{text} (7)"


def test_rows_have_names_of_their_own(monkeypatch):
    from benchmarks.scorecard.rows import modes

    names = [found.name for found in rows.every()]
    assert len(set(names)) == len(names) and all(name.isidentifier() for name in names)
    monkeypatch.setattr(modes, "ROWS", modes.ROWS[:1] * 2)
    with pytest.raises(ValueError, match="different names. Received: .*twice"):
        rows.every()


def test_every_configuration_is_json_and_every_score_has_its_column():
    for found in rows.every():
        assert json.loads(json.dumps(found.configuration)) == found.configuration
        assert set(found.published) <= set(found.section.columns)
        assert bool(found.published) <= bool(found.differs)


def test_every_stored_result_is_in_the_table():
    found = [row for row in rows.every() if results.stored(row).read()]
    assert {f"{row.name}.json" for row in found} == {p.name for p in results.FOLDER.iterdir()}
    for row in found:
        assert len(results.records(row)) == len(results.stored(row).read())
    assert table(rows.every()) == program.PATH.read_text()
