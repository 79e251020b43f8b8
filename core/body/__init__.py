"""A kinematic body: joint angles or segment rotations in, labelled points, joints and exact angles out.

Every segment frame has X anterior, Y superior, Z right on both sides. :mod:`.anthropometry` gives the sizes,
:mod:`.segments` the chain, :mod:`.landmarks` the labels, :mod:`.posture` the joint angles, :mod:`.legs` the
posture of a leg whose foot is given, :mod:`.points` the records.
"""
