"""Rewrites of programs on their syntax trees: templates of code, and facts about names."""
