"""PDF: what is drawn on its pages."""
