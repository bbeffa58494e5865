"""The rule language: text to an expression, and back."""
