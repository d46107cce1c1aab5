"""Why a verdict is what it is, for one place: the Python reader with everything it read."""
