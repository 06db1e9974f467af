"""The cases' steps under PyTorch Lightning, as its GAN template writes them.

Manual optimization of two optimizers, each toggled for its player. As in the template the generator
draws anew for the discriminator's step, and both losses are logged.
"""

import logging
import warnings

import lightning
import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset

from benchmarks.speed.torch_networks import NETWORKS
from benchmarks.speed.torch_plain import adam, batches


class Endless(IterableDataset):
    """A case's batches over and over."""

    def __init__(self, case):
        self.batches = batches(case)

    def __iter__(self):
        while True:
            yield from self.batches


class Game(lightning.LightningModule):
    """Goodfellow's non-saturating game.

    Args:
        case: `benchmarks.speed.cases.Case` of two players without labels.
    """

    def __init__(self, case):
        super().__init__()
        self.automatic_optimization = False
        networks = NETWORKS[case.variant](**case.settings)
        self.generator, self.discriminator = networks["generator"], networks["discriminator"]
        self.latent_dim, self.loss = case.settings["latent_dim"], nn.BCEWithLogitsLoss()

    def configure_optimizers(self):
        return [adam(self.generator.parameters()), adam(self.discriminator.parameters())]

    def training_step(self, batch):
        (real,) = batch
        g_optimizer, d_optimizer = self.optimizers()
        latents = torch.randn(len(real), self.latent_dim)
        ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)

        self.toggle_optimizer(g_optimizer)
        g_loss = self.loss(self.discriminator(self.generator(latents)), ones)
        self._step(g_optimizer, "g_loss", g_loss)

        self.toggle_optimizer(d_optimizer)
        fake = self.generator(latents).detach()
        d_loss = self.loss(self.discriminator(real), ones)
        d_loss = (d_loss + self.loss(self.discriminator(fake), zeros)) / 2
        self._step(d_optimizer, "d_loss", d_loss)

    def _step(self, optimizer, name, loss):
        self.log(name, loss)
        self.manual_backward(loss)
        optimizer.step()
        optimizer.zero_grad()
        self.untoggle_optimizer(optimizer)


class Blocks(lightning.Callback):
    """Tells the clock of the first step and of each block.

    Args:
        clock: `benchmarks.speed.child.Clock`.
    """

    def __init__(self, clock):
        self.clock, self.steps = clock, 0

    def on_train_batch_end(self, trainer, *_):
        self.steps += 1
        if self.steps == 1:
            self.clock.first()
        elif (self.steps - 1) % self.clock.block == 0:
            trainer.should_stop = self.clock.next()


def train(case, clock):
    """Train a case until the clock has enough."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    game = Game(case)
    trainer = lightning.Trainer(
        accelerator="cpu",
        callbacks=[Blocks(clock)],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        max_epochs=-1,
    )
    clock.start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the loader's workers, of which this one needs none
        trainer.fit(game, DataLoader(Endless(case), batch_size=None))
