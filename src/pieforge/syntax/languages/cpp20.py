"""C++20, to which the same rules apply."""

from pieforge.syntax.languages.c_family import CPP

SYNTAX = CPP
