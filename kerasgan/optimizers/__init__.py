"""Optimizers: Adam's fused form, schedules, and all players' optimizers behind one."""

from kerasgan.optimizers.adam import Adam
from kerasgan.optimizers.players import PlayerOptimizers
from kerasgan.optimizers.schedules import Cosine, LinearDecay, ScheduledAdam

__all__ = ["Adam", "Cosine", "LinearDecay", "PlayerOptimizers", "ScheduledAdam"]
