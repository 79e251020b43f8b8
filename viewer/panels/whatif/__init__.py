"""The panel in which poses are changed to see what it does to both errors."""

from viewer.panels.whatif.panel import WhatIfPanel

__all__ = ["WhatIfPanel"]
