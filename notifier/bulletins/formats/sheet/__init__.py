"""Glyphs on a page, whatever format drew them, become rows, columns, tables and lines."""
