"""Numbers that say how close generated samples are to real ones."""

from kerasgan.metrics.energy import energy_distance, energy_test
from kerasgan.metrics.modes import mode_statistics

__all__ = ["energy_distance", "energy_test", "mode_statistics"]
