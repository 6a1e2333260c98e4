"""Our words, as frozen values: space, distribution, goal, policy, sweep, launch."""
