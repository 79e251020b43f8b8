"""Lifters paired to the clips of a dataset, and their sources read and fitted to them."""

from core.pairing.fitting import fit_to_clip, resample_poses
from core.pairing.manifest import CLIP_RIG, UNITS_MM, Manifest, read_manifest
from core.pairing.pair import find_predictions, pair_lifter
from core.pairing.records import TRIMS, FitPolicy, LifterOptions, Pairing, SourceRef
from core.pairing.sources import load_source

__all__ = [
    "CLIP_RIG",
    "TRIMS",
    "UNITS_MM",
    "FitPolicy",
    "LifterOptions",
    "Manifest",
    "Pairing",
    "SourceRef",
    "find_predictions",
    "fit_to_clip",
    "load_source",
    "pair_lifter",
    "read_manifest",
    "resample_poses",
]
