"""The documents that are generated from definitions and commands. The way in is docs."""
