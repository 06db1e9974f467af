"""Run by `test_repeat.py`: python -m tests.across.run_repeat NAME ...

Prints a hash of all state of convolutional variants after some steps, as users compile them.
"""

import hashlib
import json
import sys

import keras
import numpy as np

import kerasgan as kg

IMAGE, SMALL = (16, 16, 1), {"latent_dim": 8, "seed": 0}
SIDES = {"filters": 4, "discriminator_filters": 4, "seed": 0}
VARIANTS = {
    "dcgan": lambda: kg.DCGAN(IMAGE, filters=8, **SMALL),
    "lsgan": lambda: kg.LSGAN(IMAGE, filters=8, **SMALL),
    "wgan": lambda: kg.WGAN(IMAGE, filters=8, critic_steps=2, **SMALL),
    "wgan_gp": lambda: kg.WGANGP(IMAGE, filters=8, critic_steps=2, **SMALL),
    "sngan": lambda: kg.SNGAN(
        IMAGE, generator_filters=4, discriminator_filters=4, critic_steps=1, **SMALL
    ),
    "r3gan": lambda: kg.R3GAN(IMAGE, filters=16, **SMALL),
    "cyclegan": lambda: kg.CycleGAN(IMAGE, IMAGE, blocks=1, discriminator="pixel", **SIDES),
    "pix2pix": lambda: kg.Pix2Pix(IMAGE, IMAGE, discriminator_layers=1, **SIDES),
    "srgan": lambda: kg.SRGAN(IMAGE, 2, blocks=1, **SIDES),
}
STEPS = 4


def state_after_steps(make):
    keras.utils.set_random_seed(0)
    model = make()
    model.compile()
    rng = np.random.default_rng(0)
    data = [rng.uniform(-1, 1, (8 * STEPS, *IMAGE)).astype("float32") for _ in model.data_spec]
    history = model.fit(*data, batch_size=8, shuffle=False, verbose=0).history
    state = [np.array(v) for v in (*model.variables, *model.optimizer.variables)]
    return hashlib.sha256(json.dumps(history).encode() + b"".join(map(bytes, state))).hexdigest()


if __name__ == "__main__":
    print(json.dumps({name: state_after_steps(VARIANTS[name]) for name in sys.argv[1:]}))
