"""Training of the pose→angle network: recorded motion, sampled bodies, training pairs, the loop, its evaluation."""
