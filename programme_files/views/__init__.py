"""The pages of a programme: reading it, its versions, and loading a new one."""
