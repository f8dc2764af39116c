"""Raw pages: kept in WARC files while they are fetched; read again, from those or from a folder, instead of the network."""
