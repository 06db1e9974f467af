import pytest

from benchmarks.metrics_speed import torch_fidelity


@pytest.fixture(scope="session")
def fidelity():
    """The library torch-fidelity, without torchvision, which its scores do not need."""
    return torch_fidelity("torch_fidelity")
