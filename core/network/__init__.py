"""The pose→angle network: features of a pose, the network, its weights, and the estimator that runs it."""
