"""Training of the lifters: recorded motion on sampled bodies, cameras around it, 2D as detectors give it, the loop."""
