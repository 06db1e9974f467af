"""Numbers that say how close generated samples are to real ones, each with its protocol."""

from kerasgan.metrics import extractors
from kerasgan.metrics.comparing import compare
from kerasgan.metrics.energy import energy_distance, energy_test
from kerasgan.metrics.evaluation import DEFAULT, METRICS, Evaluator, check_names, evaluate
from kerasgan.metrics.extractors import Extractor
from kerasgan.metrics.features import Moments
from kerasgan.metrics.frechet import frechet_distance
from kerasgan.metrics.inception_score import inception_score
from kerasgan.metrics.kernel import kernel_distance
from kerasgan.metrics.modes import mode_statistics
from kerasgan.metrics.neighbours import density_coverage, precision_recall
from kerasgan.metrics.paired import feature_distance, l1, psnr, ssim
from kerasgan.metrics.path_length import perceptual_path_length
from kerasgan.metrics.sliced import sliced_wasserstein

__all__ = [
    "DEFAULT",
    "METRICS",
    "Evaluator",
    "Extractor",
    "Moments",
    "check_names",
    "compare",
    "density_coverage",
    "energy_distance",
    "energy_test",
    "evaluate",
    "extractors",
    "feature_distance",
    "frechet_distance",
    "inception_score",
    "kernel_distance",
    "l1",
    "mode_statistics",
    "perceptual_path_length",
    "precision_recall",
    "psnr",
    "sliced_wasserstein",
    "ssim",
]
