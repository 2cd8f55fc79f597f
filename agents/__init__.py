"""The agents: the requests and replies of each role, and the models that answer."""
