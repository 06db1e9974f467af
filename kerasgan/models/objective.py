"""What the players of a model play for: a loss on logits, and penalties on who gives the logits."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from kerasgan import losses
from kerasgan.engine import AdversarialModel
from kerasgan.utils.checks import whole
from kerasgan.utils.types import Tensor

Loss = str | losses.AdversarialLoss
Penalty = str | losses.Penalty


class Objective(AdversarialModel):
    """The part of a model that has an adversarial loss.

    Attributes:
        default_loss: name or object of the loss that `compile` takes by itself.
        default_penalty: name or object of the penalty, or a list of them, likewise.
        judge_player: the player whose networks give the logits.
        critic_steps: the steps of that player for one of the other.
    """

    default_loss: Loss = "non_saturating"
    default_penalty: Penalty | Sequence[Penalty] = "none"
    judge_player = "discriminator"
    critic_steps: int = 1
    adversarial_loss: losses.AdversarialLoss
    penalties: list[losses.Penalty]

    def compile(  # type: ignore[override]
        self,
        loss: Loss | None = None,
        optimizer: Any = None,
        penalty: Penalty | Sequence[Penalty] | None = None,
        freeze_discriminator: int = 0,
        **kwargs: Any,
    ) -> None:
        """Choose the loss, the optimizers and the penalties; without arguments, the paper's.

        Args:
            loss: name or object of `kerasgan.losses`; None for the variant's own.
            optimizer: a Keras optimizer or its name for all players (each gets its own copy), or
                a dict of player name to optimizer, the object that then trains; players left out
                keep the paper's.
            penalty: name or object of `kerasgan.losses.penalties`, or a list of them, added to
                the discriminator's loss, or clipping its weights; None for the variant's own,
                "none" for no penalty.
            freeze_discriminator: int, so many layers with weights, the first of each
                discriminator, stay as they are, statistics included: for fine-tuning (Mo, Cho &
                Shin 2020, FreezeD, arXiv:2002.10964).
            **kwargs: `run_eagerly`, `jit_compile`, `steps_per_execution`, as in
                `keras.Model.compile`.

        Raises:
            ValueError: if a name is not known, or the parts make no sense together.
        """
        chosen = losses.get(loss or self.default_loss)
        penalties = losses.get_penalties(self.default_penalty if penalty is None else penalty)
        self._freeze(whole("freeze_discriminator", freeze_discriminator, 0))
        losses.check_combination(chosen, penalties, self.players()[self.judge_player])
        super().compile(optimizer, **kwargs)
        self.adversarial_loss, self.penalties = chosen, penalties
        losses.constrain(penalties, self._trained(self.judge_player))

    def _freeze(self, n):
        """Freezes the first `n` layers of the discriminators; thaws what an earlier call froze."""
        before, now = getattr(self, "_freeze_ids", ()), []
        for network in self.players()[self.judge_player]:
            layers = list(_with_weights(network))
            if n >= len(layers) and n:
                raise ValueError(
                    f"{network.name} has {len(layers)} layers with weights, and one at least must "
                    f"train. Received: freeze_discriminator={n}"
                )
            for i, layer in enumerate(layers):
                if i < n and layer.trainable:
                    layer.trainable = False
                    now.append(id(layer))
                elif i < n and id(layer) in before:
                    now.append(id(layer))
                elif id(layer) in before:
                    layer.trainable = True
        self._freeze_ids, self.freeze_discriminator = tuple(now), n

    def get_compile_config(self) -> dict[str, Any] | None:
        """What `compile` was called with, for saving; None before."""
        config = super().get_compile_config()
        if config is not None:
            serialize = keras.saving.serialize_keras_object
            config["loss"] = serialize(self.adversarial_loss)
            config["freeze_discriminator"] = self.freeze_discriminator
            config["penalty"] = [serialize(penalty) for penalty in self.penalties]
        return config

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as a saved model was."""
        deserialize = keras.saving.deserialize_keras_object
        penalty = [deserialize(p) for p in config["penalty"]]
        super().compile_from_config(
            {**config, "loss": deserialize(config["loss"]), "penalty": penalty}
        )

    def smallest_batch(self, training: bool) -> int:
        """In training, one sample for each of the discriminator's steps."""
        return self.critic_steps if training else 1

    def minibatches(self, data: Any) -> list[list[Tensor]]:
        """A batch dealt out to equal parts, one for each step of the discriminator.

        Each takes every `critic_steps`-th sample, so that the parts of a batch that several devices
        hold make up the parts of the whole.
        """
        batch, steps = self.batch(data), self.critic_steps
        if steps == 1:
            return [batch]
        n = ops.shape(batch[0])[0] // steps * steps
        return [[part[i:n:steps] for part in batch] for i in range(steps)]

    def on_logits(self, real: Tensor, fake: Tensor, training: bool = True) -> Tensor:
        """The discriminator's adversarial loss; in training with the noise of its labels."""
        loss = self.adversarial_loss
        seed = {"seed": self.seed_generator} if training and loss.noise else {}
        return loss.discriminator(real, fake, **seed)

    def penalty(self, critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Tensor:
        """The sum of the penalties on a function of data to logits, to be added to its loss."""
        step = self.optimizer[self.judge_player].iterations
        return sum(
            p(critic, real, fake, seed=self.seed_generator, step=step) for p in self.penalties
        )


def _with_weights(network):
    """The layers of a network that have weights, in their order; blocks of layers count as one."""
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _with_weights(layer)
        elif layer.weights:
            yield layer
