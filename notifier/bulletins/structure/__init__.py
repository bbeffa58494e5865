"""Lines -> a bulletin of articles, blind to formats. `patterns` is the only table of words."""
