"""The mention gate: is a span of a term the term, or an accident across words?"""
