"""The written form: text to tree, and what is wrong with it. It knows names and units and reads no figure."""
