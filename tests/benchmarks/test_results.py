import json

import pytest

from benchmarks.results import Records, markdown, number

pytestmark = pytest.mark.any_backend


def test_a_record_takes_the_place_of_one_with_its_keys(tmp_path):
    records = Records(tmp_path / "new" / "trees.json", "tree", "year")
    assert records.read() == []
    oak = {"tree": "oak", "year": 1, "configuration": {"units": (1, 2)}, "height": 3}
    for record in (oak, {**oak, "year": 2}, {**oak, "height": 4}):
        records.add(record)
    assert [(r["year"], r["height"]) for r in records.read()] == [(1, 4), (2, 3)]
    lines = records.path.read_text().splitlines()
    assert [json.loads(line.rstrip(","))["year"] for line in lines[1:-1]] == [1, 2]


def test_only_the_same_configuration_is_found(tmp_path):
    records = Records(tmp_path / "trees.json", "tree")
    oak = {"tree": "oak", "configuration": {"units": (1, 2)}}
    records.add(oak)
    assert records.find(oak)["configuration"] == {"units": [1, 2]}
    assert records.find({**oak, "tree": "elm"}) is None
    assert records.find({**oak, "configuration": {"units": (1, 3)}}) is None


def test_markdown():
    assert markdown(["tree", "m"], [["oak", "3"], ["elm", "-"]]).splitlines() == [
        "| tree | m |",
        "|---|---|",
        "| oak | 3 |",
        "| elm | - |",
    ]
    assert (number("{:.1f}", 0.25), number("{:.1f}", None)) == ("0.2", "-")
