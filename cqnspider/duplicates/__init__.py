"""Near-duplicates: the same story under another id. Pure: texts in, sketches and decisions out; the look-up is in store/links.py."""
