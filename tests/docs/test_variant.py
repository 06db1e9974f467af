"""A variant of one's own, as its page has it, under each backend."""

import sys

from tools.docs_pages import run


def test_the_page_on_variants_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    run("howto/variant.md")
    for name in ("mine", "aae"):
        sys.modules.pop(name)
    assert (tmp_path / "mine.png").stat().st_size > 0 and (tmp_path / "runs/mine").is_dir()
