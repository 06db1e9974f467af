"""What a service takes at most, and how it says no."""

import dataclasses

from kerasgan.utils.checks import number, whole


@dataclasses.dataclass(frozen=True)
class Limits:
    """What one model of a service takes.

    Args:
        batch: int, samples or pictures: in one request, and of several requests in one batch.
        pixels: int, of all pictures of a request together, those that go in or those that come out.
        body: int, bytes of a request.
        queue: int, requests that are read, wait or run at the same time.
        wait: float, milliseconds that a batch waits for requests that are on their way.

    Raises:
        ValueError: if one is not positive, or the wait is negative.

    Example:

    >>> Limits(batch=16).pixels
    4194304
    """

    batch: int = 64
    pixels: int = 2**22
    body: int = 2**23
    queue: int = 128
    wait: float = 2.0

    def __post_init__(self) -> None:
        for name in ("batch", "pixels", "body", "queue"):
            whole(name, getattr(self, name))
        number("wait", self.wait, least=0, most=60_000)


class Refused(Exception):
    """A request that is not carried out.

    Args:
        status: int, HTTP's.
        reason: str, a sentence for the client.
    """

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status, self.reason = status, reason
