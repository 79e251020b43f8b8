"""The demo dataset: invented athletes in invented motions, whose exact angles are known; nothing is recorded.

``python -m core.demo.make DIR`` writes it; what ships in ``resources/demo`` was written so, but for the predictions
there, which ``anglescope lift`` made.
"""
