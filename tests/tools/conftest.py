from tests.presets.conftest import originals, run, tiny  # noqa: F401
