import importlib
import sys
from unittest import mock

import pytest


@pytest.fixture(scope="session")
def fidelity():
    """The library torch-fidelity, without torchvision, which its scores do not need."""
    names = ("", ".datasets", ".transforms", ".transforms.functional")
    stubs = {f"torchvision{name}": mock.MagicMock() for name in names}
    sys.modules.update(stubs)
    try:
        return importlib.import_module("torch_fidelity")
    finally:
        for name in stubs:
            del sys.modules[name]
