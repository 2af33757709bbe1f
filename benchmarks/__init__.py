"""How fast and how right the matching is, on made-up titres whose payments are known; not part of the package."""
