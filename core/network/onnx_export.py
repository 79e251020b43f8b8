"""The network as an ONNX file, so that any language can use the same instrument."""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import torch

from core.errors import UsageError
from core.files import write_atomic
from core.network.running import PoseToAngles
from core.network.weights import Weights

__all__ = ["OPSET", "export_onnx"]

OPSET = 17


def export_onnx(weights: Weights, path: Path, rig: str | None = None) -> None:
    """Write the whole instrument for one rig, poses to numbers, as one float32 graph with any number of frames.

    Input ``poses`` (frames, 17, 3), any right-handed axes and unit, joints as in :data:`core.skeleton.JOINTS`.
    Outputs ``angles_deg`` and ``sigma_deg`` (frames, 12) in the order of :data:`core.conventions.ANGLES`; NaN where a
    joint is missing. rig : None: the first of the weights. Rig and card are in the file's metadata.
    Raises :class:`UsageError` where the package ``onnx`` is absent, :class:`core.errors.OutputError` where the file
    cannot be written.
    """
    try:
        import onnx
    except ImportError:
        raise UsageError("the ONNX export needs a package: pip install 'anglescope[onnx]'") from None
    frames = torch.randn(8, 17, 3, generator=torch.Generator().manual_seed(0))
    with warnings.catch_warnings(), TemporaryDirectory() as folder:
        # The tracing exporter needs nothing but torch; that it will go one day is no news to the user.
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        traced = Path(folder) / "traced.onnx"
        torch.onnx.export(
            _TwoOutputs(weights, rig), (frames,), traced, dynamo=False, opset_version=OPSET, input_names=["poses"],
            output_names=["angles_deg", "sigma_deg"],
            dynamic_axes={name: {0: "frames"} for name in ("poses", "angles_deg", "sigma_deg")},
        )  # fmt: skip
        model = onnx.load(traced)
    facts = {"anglescope": msgspec.json.encode(weights.card).decode(), "rig": rig or weights.card.rigs[0],
             "weights_sha256": weights.sha256}  # fmt: skip
    onnx.helper.set_model_props(model, facts)
    onnx.checker.check_model(model)
    write_atomic(path, model.SerializeToString())


class _TwoOutputs(torch.nn.Module):
    """Angles and standard deviations apart."""

    def __init__(self, weights: Weights, rig: str | None) -> None:
        super().__init__()
        self.model = PoseToAngles(weights.network(rig))

    def forward(self, xyz: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        angles, sigma = self.model(xyz).chunk(2, -1)
        return angles, sigma
