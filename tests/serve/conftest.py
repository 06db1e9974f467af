import pytest
from starlette.testclient import TestClient

from kerasgan.serve import Limits, application
from kerasgan.serve.live import Live
from tests.serve import models


@pytest.fixture(scope="session")
def live():
    """Models of four kinds, as a service knows them."""
    makers = (models.gan, models.conditional, models.translator, models.detector)
    return {maker.__name__: Live(maker()) for maker in makers}


@pytest.fixture(scope="module")
def client(live):
    """A client of a service of them, with low limits."""
    limits = Limits(batch=16, pixels=4096, body=20_000, queue=8)
    with TestClient(application(live, limits), raise_server_exceptions=True) as client:
        yield client
