"""How a file is understood and what an officer says of it: pure, so that a screen, a program and a test see the same."""
