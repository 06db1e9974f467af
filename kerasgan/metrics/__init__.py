"""Numbers that say how close generated samples are to real ones, each with its protocol."""

from kerasgan.metrics import extractors
from kerasgan.metrics.energy import EnergyDistance, energy_distance, energy_test
from kerasgan.metrics.evaluation import (
    DEFAULT,
    METRICS,
    Evaluator,
    check_names,
    compare,
    evaluate,
)
from kerasgan.metrics.extractors import Extractor
from kerasgan.metrics.frechet import (
    FrechetDistance,
    frechet_distance,
    frechet_distance_of_moments,
)
from kerasgan.metrics.inception_score import InceptionScore, inception_score
from kerasgan.metrics.kernel import KernelDistance, kernel_distance
from kerasgan.metrics.modes import (
    ModeStatistics,
    StackedModes,
    mode_statistics,
    stacked_digits,
    stacked_mnist_statistics,
)
from kerasgan.metrics.neighbours import (
    DensityCoverage,
    PrecisionRecall,
    density_coverage,
    precision_recall,
)
from kerasgan.metrics.paired import (
    L1,
    PSNR,
    SSIM,
    FeatureDistance,
    feature_distance,
    l1,
    psnr,
    ssim,
)
from kerasgan.metrics.path_length import perceptual_path_length
from kerasgan.metrics.sliced import SlicedWasserstein, sliced_wasserstein
from kerasgan.metrics.streaming import Collection, Moments

__all__ = [
    "DEFAULT",
    "L1",
    "METRICS",
    "PSNR",
    "SSIM",
    "Collection",
    "DensityCoverage",
    "EnergyDistance",
    "Evaluator",
    "Extractor",
    "FeatureDistance",
    "FrechetDistance",
    "InceptionScore",
    "KernelDistance",
    "ModeStatistics",
    "Moments",
    "PrecisionRecall",
    "SlicedWasserstein",
    "StackedModes",
    "check_names",
    "compare",
    "density_coverage",
    "energy_distance",
    "energy_test",
    "evaluate",
    "extractors",
    "feature_distance",
    "frechet_distance",
    "frechet_distance_of_moments",
    "inception_score",
    "kernel_distance",
    "l1",
    "mode_statistics",
    "perceptual_path_length",
    "precision_recall",
    "psnr",
    "sliced_wasserstein",
    "ssim",
    "stacked_digits",
    "stacked_mnist_statistics",
]
