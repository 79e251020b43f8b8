"""Convention cards: what each angle means, with a drawing; see :mod:`viewer.dialogs.convention_card`."""
