"""The Python reader: one place, its figures in hand; arithmetic, verdicts, points, the rest of the year."""
