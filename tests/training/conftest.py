import pytest

from tests.training.settings import cyclegan_run, gan_run


@pytest.fixture
def config(tmp_path):
    return gan_run(tmp_path)


@pytest.fixture
def sides(tmp_path):
    return cyclegan_run(tmp_path)
