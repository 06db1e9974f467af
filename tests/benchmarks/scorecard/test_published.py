"""The figures that are published are those of the results."""

import re
import statistics

import pytest

from benchmarks.scorecard import results, rows
from benchmarks.scorecard.__main__ import PATH
from benchmarks.scorecard.table import table
from tools.docs_site import ROOT

pytestmark = pytest.mark.any_backend

COLUMNS = {"fd": 2, "efficientnet_fd": 2, "precision": 3, "recall": 3}  # and their decimals


def of_readme(title):
    """The name of the row of the scorecard that a line of a README's table is about."""
    if preset := re.fullmatch(r"`(\w+)`", title):
        return f"preset_{preset[1]}"
    data = "fashion_mnist" if title.startswith("Fashion-MNIST") else "mnist"
    return f"preset_{data}_training_images"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_has_the_scorecards_figures(name):
    known = {row.name: row for row in rows.every()}
    figure = r" \| (\d+\.\d+)"
    lines = re.findall(rf"^\| (\S.*?){figure * 4} \|$", (ROOT / name).read_text("utf-8"), re.M)
    assert len(lines) > 10
    for title, *found in lines:
        records = results.records(known[of_readme(title)])
        means = [statistics.fmean(r["scores"][column] for r in records) for column in COLUMNS]
        wanted = [f"{x:.{n}f}" for x, n in zip(means, COLUMNS.values(), strict=True)]
        assert [title, *found] == [title, *wanted]


def test_the_scorecard_is_what_the_results_give():
    assert PATH.read_text("utf-8").strip() == table(rows.every()).strip()
