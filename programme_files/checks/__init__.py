"""The checks of a programme file, by subject; each reports problems with their place to the reading."""
