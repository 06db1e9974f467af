import time

import pytest

from kerasgan.datasets import folder

pytestmark = pytest.mark.any_backend


def test_what_is_not_wanted_any_more_is_not_begun():
    done = []

    def note(item):
        time.sleep(0.0005)
        done.append(item)
        return item

    items = range(10_000)
    assert not all(x < 10 for x in folder.in_threads(note, items))
    assert len(done) < len(items) / 2
