import pickle

from pieforge.errors import ConfigError, InfrastructureError, MissingToolError, UserInputError


def test_a_message_names_what_where_and_the_fix() -> None:
    error = ConfigError("unknown key 'x'", where="my.toml", fix="remove it")
    assert str(error) == "unknown key 'x'\n  where: my.toml\n  fix:   remove it"


def test_empty_parts_of_a_message_leave_no_line() -> None:
    assert str(UserInputError("no program")) == "no program"


def test_an_error_survives_pickling_with_its_parts() -> None:
    error = pickle.loads(pickle.dumps(MissingToolError("no g++", where="PATH", fix="apt")))
    assert type(error) is MissingToolError
    assert (error.what, error.where, error.fix) == ("no g++", "PATH", "apt")


def test_bad_input_is_not_a_transient_failure() -> None:
    assert not issubclass(ConfigError, InfrastructureError)
