"""Acceptance of coverage: test points of a package, the rule that decides a village, measurements judged by it."""
