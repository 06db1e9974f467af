"""The offline page: one folder, or one file, that runs a model in a browser without a network.

Browsers refuse to fetch from, or to import, files of a disk. So the networks and the WebAssembly
of ONNX Runtime Web are text in classic scripts, and its JavaScript stands in the page itself.
"""

import base64
import gzip
import html
import json
import os
import re
import tempfile
from pathlib import Path
from string import Template
from typing import Any

from kerasgan.export.files import Endpoint, check_converter, export, refuse_existing
from kerasgan.utils.files import expanded
from kerasgan.utils.packages import Package, read_package
from kerasgan.utils.types import PathLike

RUNTIME = Package(
    "onnxruntime-web", "1.30.0", "d2228df7e4616bc3348bf504ee888f3bec43789a273f0a63f3e68d203ce3bf71"
)
ENGINE, KERNELS = "dist/ort.wasm.bundle.min.mjs", "dist/ort-wasm-simd-threaded.wasm"
PROGRAMS = {
    "noise": ("words.js", "random.js", "network.js", "noise.js"),
    "translate": ("words.js", "network.js", "tiles.js", "translate.js"),
}
PARTS = Path(__file__).parent / "web"


def export_page(
    endpoints: dict[str, Endpoint],
    spec: dict[str, Any],
    filepath: PathLike,
    verbose: bool | None = None,
    packages: PathLike | None = None,
) -> dict[str, dict]:
    """Write a page that runs networks.

    Args:
        endpoints: dict of name to `Endpoint`.
        spec: dict of what the page must know: `kind`, one of `PROGRAMS`, `name`, `about`, and what
            that program in `web/` reads.
        filepath: str or path-like, a new folder, or a new file that ends in `.html`.
        verbose: bool. True prints the path and its size.
        packages: the folder in which the archive of ONNX Runtime Web may lie, as `npm pack` makes
            it, or None: npm fetches it.

    Returns:
        Dict of the path written to an empty dict.

    Raises:
        ValueError: if the path exists, pictures are neither grey nor RGB, ONNX Runtime Web is not
            to be had, or a network cannot be written as ONNX.
        ImportError: if ONNX lacks its packages.
    """
    path = expanded(filepath)
    refuse_existing(path)
    _check_pictures(endpoints, spec)
    check_converter("web")
    archives = None if packages is None else expanded(packages)
    runtime = read_package(RUNTIME, (ENGINE, KERNELS), archives)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
        converted = export(endpoints, Path(folder, "model.onnx"), "onnx")
        networks = {
            name: Path(file).read_bytes() for name, file in zip(endpoints, converted, strict=True)
        }
        files = page_files(spec, networks, runtime, single=path.suffix == ".html")
        made = Path(folder, "page")
        made.mkdir()
        for name, text in files.items():
            Path(made, name).write_text(text, encoding="utf-8")
        os.replace(made / "index.html" if path.suffix == ".html" else made, path)
    if verbose:
        print(f"{path}\n  {sum(map(len, files.values())) / 1e6:.1f} MB, for any browser")
    return {str(path): {}}


def page_files(
    spec: dict[str, Any],
    networks: dict[str, bytes],
    runtime: dict[str, bytes],
    single: bool = False,
) -> dict[str, str]:
    """The files of a page.

    Args:
        spec: dict, as for `export_page`.
        networks: dict of name to an ONNX file's bytes.
        runtime: dict of `ENGINE` and `KERNELS` to their bytes.
        single: bool. True puts all into one file.

    Returns:
        Dict of name to text: `index.html` and, unless all is in it, `model.js` and `runtime.js`.
    """
    models = {name: _packed(content) for name, content in networks.items()}
    scripts = {
        "model.js": f"globalThis.kerasgan = {_script({'spec': spec, 'models': models})};\n",
        "runtime.js": f"kerasgan.kernels = {_script(_packed(runtime[KERNELS]))};\n",
    }
    if single:
        data = "\n".join(f"<script>\n{script}</script>" for script in scripts.values())
    else:
        data = "\n".join(f'<script src="{name}"></script>' for name in scripts)
    index = Template(_part("page.html")).substitute(
        name=html.escape(spec["name"]),
        about=html.escape(spec["about"]),
        style=_part("page.css"),
        body=_part(f"{spec['kind']}.html"),
        data=data,
        engine=_engine(runtime[ENGINE].decode()),
        version=RUNTIME.version,
        program="".join(map(_part, PROGRAMS[spec["kind"]])),
    )
    return {"index.html": index, **({} if single else scripts)}


def _check_pictures(endpoints, spec):
    if any(dtype == "uint8" for end in endpoints.values() for _, dtype in end.outputs.values()):
        raise ValueError(
            "A page makes bytes itself; leave `as_uint8` out. Received: as_uint8=True, format='web'"
        )
    for channels in spec["channels"]:
        if channels not in (1, 3):
            raise ValueError(
                "A page shows images that are grey or RGB. "
                f"Received: format='web', {spec['name']} of {channels} channels"
            )


def _part(name):
    return (PARTS / name).read_text(encoding="utf-8")


def _packed(content):
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()


def _script(value):
    """A value as JavaScript that may stand in HTML."""
    return json.dumps(value).replace("<", "\\u003c")


def _engine(module):
    """ONNX Runtime Web's module with its exports as the global `ort`, for the page's own one."""

    def assigned(found):
        pairs = (pair.split(" as ") for pair in found[1].split(","))
        return "globalThis.ort={" + ",".join(f"{pair[-1]}:{pair[0]}" for pair in pairs) + "};"

    module = re.sub(r"\n//# sourceMappingURL=.*", "", module)
    return re.sub(r"export\{(.*?)\};", assigned, module)
