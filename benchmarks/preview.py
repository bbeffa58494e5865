"""A rule tried while it is typed: how long the preview takes over so many stored articles of the last 90 days.

    python benchmarks/preview.py [--articles 10000] [--url postgresql+psycopg://…] [--keep preview.db]

Each article is about three topics of `rules/`, in their sample sentences and in filling ones: a topic's term stands in
one article of twenty, a word of every office (发展) in nearly all. Each rule is typed character by character, as a
person does, and every state that parses is previewed. Goal: p95 at most 150 ms, the very common word too.
"""
