"""The optimizer writes search/replace blocks, which are applied to the slow program."""

from pieforge.agents.strategies import ExampleChoice, Strategy

STRATEGY = Strategy(
    role="optimizer",
    template="search_replace.md.j2",
    sample="<<<<<<< SEARCH\n    slow();\n=======\n    fast();\n>>>>>>> REPLACE\n",
    examples=ExampleChoice.NEAREST,
)
