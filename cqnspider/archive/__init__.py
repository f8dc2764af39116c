"""Raw pages: reading them from a folder instead of the network."""
