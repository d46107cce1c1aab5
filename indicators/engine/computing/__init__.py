"""A programme's year for everybody at once: verdicts, scores, forecasts, written or computed for the eye."""
