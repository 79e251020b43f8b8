"""What ``convert`` can write; apart from the writers, so that the command line can name it at once."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Target"]


class Target(StrEnum):
    """Output format: OpenSim points or angles, CSV, the project's own archive, Parquet, a dataset of motion in
    AthletePose3D layout, or, of weights, the network as a graph for other programs, or checkpoints of lifters as plain
    tensors.
    """

    TRC = "trc"
    MOT = "mot"
    CSV = "csv"
    NPZ = "npz"
    PARQUET = "parquet"
    ATHLETEPOSE3D = "athletepose3d"
    ONNX = "onnx"
    SAFETENSORS = "safetensors"
