"""Every write of the yearly workflow, by noun."""
