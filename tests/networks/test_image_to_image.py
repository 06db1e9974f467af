import pytest

from kerasgan.networks import image_translator

pytestmark = pytest.mark.any_backend


@pytest.mark.parametrize("kind, noise", [("resnest", False), ("resnet", True)])
def test_what_there_is_not_is_refused(kind, noise):
    with pytest.raises(ValueError, match="must be 'resnet'.*Received: generator="):
        image_translator(kind, (32, 32, 3), 1, noise=noise)
