"""Sources that are feeds: RSS, Atom, RDF, JSON Feed; lists of them, and their hubs."""
