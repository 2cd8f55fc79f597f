"""A problem prepared for the loop: checked, with its test suites and the tests to measure on."""
