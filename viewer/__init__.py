"""The Qt window on top of ``core``; nothing in ``core`` may import from here."""

import os

# Where several bindings are installed, pyqtgraph and others would choose another one than we do.
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
os.environ.setdefault("QT_API", "pyside6")
