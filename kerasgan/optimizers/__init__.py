"""Optimizers: Adam's fused form, schedules, and all players' optimizers behind one."""

import keras

from kerasgan.optimizers.players import PlayerOptimizers, fuse, player_optimizers
from kerasgan.optimizers.schedules import Cosine, LinearDecay, ScheduledAdam

# Under this name files of earlier releases hold what is now Keras's own.
keras.saving.get_custom_objects()["kerasgan>Adam"] = keras.optimizers.Adam

__all__ = [
    "Cosine",
    "LinearDecay",
    "PlayerOptimizers",
    "ScheduledAdam",
    "fuse",
    "player_optimizers",
]
