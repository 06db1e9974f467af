"""The presets that run live on docs/howto/offline.md, as pages in docs/live, which git leaves out.

    python -m tools.docs_live

makes them anew, in a minute, by the command that the page tells; they share one ONNX Runtime Web.
Where it was not run, the site says so in their place.
"""

import re
import shutil

import kerasgan as kg
from tools.docs_pages import DOCS

LIVE = DOCS / "live"


def make() -> None:
    """Write the pages that are marked by `<!-- live NAME -->`."""
    text = (DOCS / "howto" / "offline.md").read_text(encoding="utf-8")
    shutil.rmtree(LIVE, ignore_errors=True)
    for name in re.findall(r"<!-- live (\w+) -->", text):
        kg.load(name).export(LIVE / name, "web", verbose=True)
        (LIVE / name / "runtime.js").replace(LIVE / "runtime.js")
        index = LIVE / name / "index.html"
        html = index.read_text(encoding="utf-8")
        index.write_text(html.replace('src="runtime.js"', 'src="../runtime.js"'), encoding="utf-8")


if __name__ == "__main__":
    make()
