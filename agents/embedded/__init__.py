"""The embedded engine: answers the author's and the optimizer's prompts without a model.

It is pattern transfer, no intelligence. As the author it edits the syntax tree
of the program that it is shown; as the optimizer it carries the difference
between the slow and the fast program of an example over to the program in the
prompt. It sees the prompt and nothing else, and answers through the same client
as any model.
"""

ENGINE = "embedded/3"
"""Name and version; the version rises whenever the same request may get another answer."""

MODEL = "pieforge-embedded"
"""The only model that the engine serves."""
