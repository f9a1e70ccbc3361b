"""Action items: by when each priority is due."""

from store.types import Priority

DUE_DAYS = {Priority.P0: 7, Priority.P1: 14, Priority.P2: 30, Priority.P3: 90}  # working days from the day it was added
