"""How many degrees of a lifter's angle error are not the lifter's: each confounder measured on the clips."""
