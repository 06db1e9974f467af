import inspect

import pytest

import kerasgan as kg
from kerasgan import cli
from kerasgan.cli import data_options, names
from kerasgan.export import SUFFIXES
from kerasgan.models.importing import ROLES

pytestmark = pytest.mark.any_backend


def test_the_models_are_those_that_there_are():
    found = names.models()
    offered = [name for name in kg.models.__all__ if name not in ("NoiseToData", "import_torch")]
    assert list(found) == sorted(offered, key=str.lower)
    for name, sentence in found.items():
        doc = inspect.cleandoc(getattr(kg, name).__doc__)
        assert sentence == " ".join(doc.split("\n\n")[0].split())


@pytest.mark.parametrize(
    ("folder", "variable", "want"),
    [
        ("datasets", "SPLITS", kg.datasets.SPLITS),
        ("datasets", "MAKERS", kg.datasets.MAKERS),
        ("metrics", "METRICS", kg.metrics.METRICS),
        ("metrics", "DEFAULT", kg.metrics.DEFAULT),
        ("metrics/extractors", "NAMES", kg.metrics.extractors.NAMES),
        ("losses", "_LOSSES", kg.losses.names()),
        ("losses", "_PENALTIES", kg.losses.penalty_names()),
        ("export", "SUFFIXES", SUFFIXES),
        ("models", "ROLES", ROLES),
    ],
)
def test_tables_are_those_of_the_modules(folder, variable, want):
    assert sorted(names.table(folder, variable)) == sorted(want)


def test_an_unknown_table():
    with pytest.raises(LookupError, match="Nothing in kerasgan/losses is called NAMES"):
        names.table("losses", "NAMES")


def test_every_command_says_what_it_does():
    assert names.command("generate") == "Draw images with a trained model."
    assert all(names.command(name).endswith(".") for name in cli.COMMANDS)


def test_every_kind_of_data_has_a_loader_and_options():
    assert set(data_options.KINDS) == set(data_options.SOURCES) == set(kg.datasets.LOADERS)
    for kind, load in kg.datasets.LOADERS.items():
        assert set(data_options.KINDS[kind]) <= set(inspect.signature(load).parameters)
