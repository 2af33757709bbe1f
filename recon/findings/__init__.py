"""What does not agree: the catalogue of codes, the finding itself, and the checks that raise them."""
