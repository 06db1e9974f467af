"""A client of `kerasgan serve` in plain Python: the standard library, and nothing of this one.

    python apps/client.py                                          # which models there are
    python apps/client.py dcgan_fashion_mnist --n 16 --seed 7      # draws, into answer.png
    python apps/client.py openmoji --picture a.png --out b.png     # translates a picture

Copy `Client` into a program of your own. Start the service first: kerasgan serve MODEL...
"""

import argparse
import base64
import json
import time
import urllib.error
import urllib.request
from pathlib import Path


class Client:
    """A service at an address.

    Args:
        address: str, such as "http://localhost:8000".
        tries: int, how often what the service has no time for is asked again.
        timeout: float, seconds for an answer.
    """

    def __init__(self, address="http://localhost:8000", tries=5, timeout=60):
        self.address, self.tries, self.timeout = address.rstrip("/"), tries, timeout

    def models(self):
        """What models there are, a dict of names to what they take."""
        return json.loads(self._ask("/v1/models"))["models"]

    def generate(self, model, n=1, seed=None, **more):
        """PNG files as bytes, and the seed that draws them again.

        Args:
            model: str, its name.
            n: int, how many.
            seed: int or None.
            **more: labels, latents, truncation.
        """
        given = {"n": n, "seed": seed, **more}
        wanted = {name: value for name, value in given.items() if value is not None}
        answer = json.loads(self._ask(f"/v1/models/{model}:generate", wanted))
        return [base64.b64decode(image) for image in answer["images"]], answer.get("seed")

    def translate(self, model, files, direction="AtoB"):
        """PNG files as bytes, one for each of some files of pictures of one size, as bytes."""
        images = [base64.b64encode(file).decode() for file in files]
        body = {"images": images, "direction": direction}
        answer = json.loads(self._ask(f"/v1/models/{model}:translate", body))
        return [base64.b64decode(image) for image in answer["images"]]

    def _ask(self, path, body=None):
        """The bytes of an answer; a ValueError with the service's sentence, if it refuses."""
        data = None if body is None else json.dumps(body).encode()
        head = {"Content-Type": "application/json"}
        for left in reversed(range(self.tries)):
            request = urllib.request.Request(self.address + path, data, head)
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as response:
                    return response.read()
            except urllib.error.HTTPError as error:
                if error.code != 429 or not left:
                    raise ValueError(json.load(error)["error"]) from None
                time.sleep(float(error.headers.get("Retry-After", 1)))


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", help="its name in the service")
    parser.add_argument("--address", default="http://localhost:8000")
    parser.add_argument("--n", type=int, default=1, help="how many are drawn")
    parser.add_argument("--seed", type=int, help="draws the same again")
    parser.add_argument("--label", type=int, help="the class that is drawn")
    parser.add_argument("--picture", type=Path, help="a file to be translated")
    parser.add_argument("--direction", default="AtoB", help="AtoB or BtoA")
    parser.add_argument(
        "--out", type=Path, default="answer.png", help="or answer.0.png ... of many"
    )
    args = parser.parse_args(argv)
    client = Client(args.address)
    if args.model is None:
        for name, facts in client.models().items():
            print(f"{name}: {facts['kind']}, {', '.join(facts['operations'])}")
        return
    if args.picture is None:
        files, seed = client.generate(args.model, args.n, args.seed, labels=args.label)
        print(f"seed {seed}")
    else:
        files = client.translate(args.model, [args.picture.read_bytes()], args.direction)
    for i, file in enumerate(files):
        path = args.out if len(files) == 1 else args.out.with_suffix(f".{i}{args.out.suffix}")
        path.write_bytes(file)
        print(path)


if __name__ == "__main__":
    main()
