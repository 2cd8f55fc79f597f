"""The embedded engine: answers the author's and the optimizer's prompts without a model.

It transfers patterns and does not understand programs. As the author it edits the syntax tree of
the program in the prompt, or puts the anti-patterns of the prompt's examples into it. As the
optimizer it applies the difference between the slow and the fast program of an example to the
program in the prompt. It sees only the prompt, and answers through the
same client as any model.
"""

ENGINE = "embedded/6"
"""Name and version. The version is increased whenever the same request may get another answer,
because answers are cached by it."""

MODEL = "pieforge-embedded"
"""The only model that the engine serves."""
