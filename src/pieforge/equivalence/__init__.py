"""Whether programs do the same: observations, output comparison, classes refined by inputs."""
