"""The SQL reader: a programme's rules as one statement over all villages."""
