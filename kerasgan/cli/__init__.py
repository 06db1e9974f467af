"""The `kerasgan` command."""

import argparse
import sys
import time
from pathlib import Path

import keras

import kerasgan as kg
from kerasgan import presets
from kerasgan.cli import evaluate, export, generate, train, translate
from kerasgan.models.image_to_image import ImageToImage


def demo(args):
    """Train the vanilla GAN on the images in the package, and leave pictures of it."""
    out = Path(args.out)
    keras.utils.set_random_seed(args.seed)
    data = kg.datasets.load("fashion_mnist_10k", batch_size=64, seed=args.seed)
    gan = kg.GAN(data_shape=(28, 28, 1), latent_dim=100, ema_decay=0.999, seed=args.seed)
    gan.compile()
    callbacks = [
        kg.callbacks.SampleGrid(out),
        kg.callbacks.Timelapse(out),
        kg.callbacks.LossHistory(out),
    ]
    start = time.perf_counter()
    gan.fit(data, epochs=args.epochs, callbacks=callbacks)
    gan.save(out / "model.keras")
    print(
        f"\nTrained for {time.perf_counter() - start:.0f} s. Look at these in {out}/:\n"
        "  latest.png      clothes that the generator drew\n"
        "  timelapse.gif   the same latents from noise to clothes\n"
        "  samples/        the grid of each epoch\n"
        "  losses.png      both players' losses; numbers in history.csv\n"
        "  model.keras     the model: keras.models.load_model opens it, .generate(16) draws"
    )


def list_names(args):
    """Print the models, presets, data sets, losses and penalties there are."""
    print("models, for `kerasgan train`:")
    for name, cls in train.variants().items():
        print(f"  {name:16}{train.first_sentence(cls)}")
    cards = [presets.card(name) for name in presets.list()]
    for command, kind in (("generate", kg.models.NoiseToData), ("translate", ImageToImage)):
        print(f"presets, for `kerasgan {command}`:")
        found = [card for card in cards if issubclass(getattr(kg, card["class"]), kind)]
        for card in found:
            scores = ", ".join(f"{key} {value}" for key, value in card["scores"].items())
            made = f"{card['class']} on {card['data']}, {card['steps']} steps"
            print(f"  {card['name']}: {made}; {scores}")
        if not found:
            print("  none yet")
    print(
        f"datasets: {', '.join(kg.datasets.SPLITS)}, tfds:NAME, a folder, an .npz file; "
        "for cyclegan and pix2pix, a folder of both sides"
    )
    print(f"losses: {', '.join(kg.losses.names())}")
    print(f"penalties: {', '.join(kg.losses.penalty_names())}")


def main(argv=None):
    """Run the command line `argv`, a list of str; None takes the process's own."""
    parser = argparse.ArgumentParser(
        prog="kerasgan", description="Generative adversarial networks for Keras 3."
    )
    parser.add_argument("--version", action="version", version=f"kerasgan {kg.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("demo", help=demo.__doc__)
    command.add_argument("--out", default="runs/demo", help="folder for what it leaves")
    command.add_argument("--epochs", type=int, default=30)
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(run=demo)
    train.add_command(commands)
    generate.add_command(commands)
    translate.add_command(commands)
    evaluate.add_command(commands)
    export.add_command(commands)
    commands.add_parser("list", help=list_names.__doc__).set_defaults(run=list_names)
    argv = sys.argv[1:] if argv is None else list(argv)
    args = parser.parse_args(argv)
    args.argv = argv
    try:
        args.run(args)
    except (ValueError, TypeError, OSError) as error:
        print(f"kerasgan: error: {' '.join(str(error).split())}", file=sys.stderr)
        raise SystemExit(2) from None
    except FloatingPointError as error:
        print(f"kerasgan: error: {' '.join(str(error).split())}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
