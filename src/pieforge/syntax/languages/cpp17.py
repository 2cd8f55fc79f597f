"""C++17."""

from pieforge.syntax.languages.c_family import CPP

SYNTAX = CPP
