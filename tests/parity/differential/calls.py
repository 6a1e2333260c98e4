"""Random calls for both SDKs: most of them nearly right, all of them repeatable by their seed.

A call is text, an expression in the names of `replay.namespace()`.
"""

from random import Random

ODD = (
    "None",
    "True",
    "False",
    "0",
    "1",
    "-1",
    "7",
    "20",
    "99",
    "100",
    "10**30",
    "10**400",
    "0.0",
    "0.5",
    "-0.25",
    "2.0",
    "1e-300",
    "1e308",
    "nan",
    "inf",
    "-inf",
    "''",
    "'x'",
    "'5'",
    "b'x'",
    "1j",
    "[]",
    "[1]",
    "[1, 2.5]",
    "[[1, 2], [3]]",
    "['a', 1]",
    "()",
    "(1, 2)",
    "{}",
    "{'a': 1}",
    "set()",
    "range(0)",
    "range(3)",
    "int",
    "...",
    "Kept([1, 2])",
    "Whole(3)",
)
NUMPY = (
    "np.float64(0.5)",
    "np.float32(0.5)",
    "np.int64(3)",
    "np.int32(0)",
    "np.bool_(True)",
    "np.str_('x')",
    "np.float64('nan')",
    "np.array([1, 2])",
    "np.arange(3).tolist()",
)
NUMBERS = ("0", "1", "2", "3", "10", "-2", "0.5", "2.0", "100", "1e-3", "20", "50", "5.5")
STEPS = ("1", "2", "2.0", "0.5", "0", "-1", "True", "100")
NAMES = ("'--lr'", "'a'", "'batch size'", "''", "1", "None", "'-x'", "('t',)")
STATUSES = ("'Completed'", "'Canceled'", "'Failed'", "'Running'", "'NotStarted'")

EXPRESSIONS = {
    "randint": ("upper",),
    "uniform": ("min_value", "max_value"),
    "quniform": ("min_value", "max_value", "q"),
    "loguniform": ("min_value", "max_value"),
    "qloguniform": ("min_value", "max_value", "q"),
    "normal": ("mu", "sigma"),
    "qnormal": ("mu", "sigma", "q"),
    "lognormal": ("mu", "sigma"),
    "qlognormal": ("mu", "sigma", "q"),
}
SAMPLINGS = ("GridParameterSampling", "RandomParameterSampling", "BayesianParameterSampling")
POLICIES = {
    "BanditPolicy": ("evaluation_interval", "slack_factor", "slack_amount", "delay_evaluation"),
    "MedianStoppingPolicy": ("evaluation_interval", "delay_evaluation"),
    "TruncationSelectionPolicy": (
        "truncation_percentage",
        "evaluation_interval",
        "delay_evaluation",
    ),
    "NoTerminationPolicy": (),
}


def random_calls(seed, count, with_numpy):
    """`count` expressions that differ from each other."""
    generator = Calls(seed, with_numpy)
    kinds = (
        (generator.expression, 4),
        (generator.sampling, 5),
        (generator.policy, 3),
        (generator.config, 5),
        (generator.warm_start, 2),
        (generator.stored, 1),
        (generator.goal, 1),
        (generator.comparison, 1),
        (generator.script_run, 2),
        (generator.experiment, 1),
    )
    makers = [make for make, weight in kinds for _ in range(weight)]
    calls = {}
    while len(calls) < count:
        calls[generator.pick(makers)()] = None
    return list(calls)


class Calls:
    def __init__(self, seed, with_numpy):
        self._random = Random(seed)
        self._odd = ODD + NUMPY if with_numpy else ODD

    def pick(self, options):
        return self._random.choice(options)

    def chance(self, probability):
        return self._random.random() < probability

    def some(self, most):
        return range(self._random.randint(0, most))

    # Values

    def odd(self):
        return self.pick(self._odd)

    def number(self):
        return self.odd() if self.chance(0.2) else self.pick(NUMBERS)

    def step(self):
        return self.odd() if self.chance(0.2) else self.pick(STEPS)

    def called(self, name, given):
        """The call with its arguments by place, by name, too few, too many or misspelt."""
        by_place = self._random.randint(0, len(given))
        arguments = [
            value if place < by_place else f"{argument}={value}"
            for place, (argument, value) in enumerate(given)
        ]
        if arguments and self.chance(0.04):
            arguments.pop()
        if self.chance(0.03):
            arguments.append(f"{self.pick(('seed', 'minvalue', 'slack', 'Q'))}={self.odd()}")
        return f"{name}({', '.join(arguments)})"

    # Parameter expressions

    def expression(self):
        if self.chance(0.35):
            options = [self.odd() if self.chance(0.5) else self.number() for _ in self.some(4)]
            return f"choice({', '.join(options)})"
        name = self.pick(list(EXPRESSIONS))
        given = [
            (argument, self.step() if argument == "q" else self.number())
            for argument in EXPRESSIONS[name]
        ]
        return self.called(name, given)

    def sound_expression(self):
        return self.pick(
            (
                "choice(1, 2, 3)",
                "choice('a', 'b')",
                "choice(0.1, 1)",
                "choice(range(4))",
                "choice(True, False)",
                "choice('a', 1)",
                "choice(None, 1)",
                "choice((1, 2), (3,))",
                "choice(Whole(3))",
                "uniform(0, 1)",
                "uniform(nan, 1)",
                "quniform(1, 10, 2)",
                "quniform(0, 100000, 1)",
                "quniform(0, 100001, 1)",
                "quniform(0, 10, 0)",
                "quniform(0, 10, -1)",
                "quniform(0, 10.0, 1)",
                "quniform(0, 10**400, 1)",
                "loguniform(-6, -1)",
                "normal(0, 1)",
                "randint(5)",
            )
        )

    def hand_made(self):
        """What looks like an expression, more or less."""
        name = self.pick(
            ("'choice'", "'uniform'", "'quniform'", "'Choice'", "'bogus'", self.odd())
        )
        arguments = self.pick(
            ("[[1, 2]]", "[1, 2]", "[0, 1, 1]", "(0, 9, 3)", "[[]]", "[]", "['ab']", self.odd())
        )
        return self.pick(
            (
                f"[{name}, {arguments}]",
                f"({name}, {arguments})",
                f"[{name}]",
                f"[{name}, {arguments}, {self.odd()}]",
                name,
            )
        )

    # Samplings

    def space(self):
        if self.chance(0.06):
            return self.odd()
        entries = []
        for _ in self.some(3):
            makers = [self.sound_expression] * 8 + [self.expression, self.hand_made, self.odd]
            entries.append(f"{self.pick(NAMES)}: {self.pick(makers)()}")
        return "{" + ", ".join(entries) + "}"

    def sampling(self):
        given = [("parameter_space", self.space())]
        if self.chance(0.25):
            given.append(("properties", self.pick(("{'seed': 7}", "{}", self.odd()))))
        if self.chance(0.04):
            return f"HyperParameterSampling('own', {self.space()}, {self.odd()})"
        return self.called(self.pick(SAMPLINGS), given)

    def sound_sampling(self):
        return self.pick(
            (
                "RandomParameterSampling({'--lr': uniform(0, 1)})",
                "RandomParameterSampling({'--lr': uniform(0, 1)}, properties={'seed': 1})",
                "GridParameterSampling({'a': choice(1, 2), 'b': choice('x', 'y')})",
                "BayesianParameterSampling({'a': choice(1, 2)})",
                "BayesianParameterSampling({'a': choice(1, 2), 'b': uniform(0, 1)})",
                "BayesianParameterSampling({})",
            )
        )

    # Policies

    def policy(self):
        name = self.pick(list(POLICIES))
        given = [
            (argument, self.odd() if self.chance(0.25) else self.pick(NUMBERS))
            for argument in POLICIES[name]
            if self.chance(0.6) or argument == "truncation_percentage"
        ]
        # Arguments that were left out make those after them named.
        arguments = [f"{argument}={value}" for argument, value in given]
        if len(given) == len(POLICIES[name]):
            return self.called(name, given)
        return f"{name}({', '.join(arguments)})"

    # Configurations

    def config(self):
        work = self.pick(("run_config=src",) * 8 + self._odd_work())
        given = [
            ("hyperparameter_sampling", self._mostly(self.sound_sampling)),
            ("primary_metric_name", self._mostly(lambda: "'acc'")),
            ("primary_metric_goal", self._mostly(self._sound_goal)),
            ("max_total_runs", self._limit()),
        ]
        if self.chance(0.6):
            given.append(("max_concurrent_runs", self._limit()))
        further = [work]
        if self.chance(0.3):
            durations = ("60", "10080", "10081", "0.5", self.odd())
            further.append(f"max_duration_minutes={self.pick(durations)}")
        if self.chance(0.4):
            further.append(f"policy={self._mostly(self.policy)}")
        if self.chance(0.1):
            further.append(f"{self.pick(('debug_flag', 'custom_run_id'))}={self.odd()}")
        if self.chance(0.02):
            further.append("seed=1")
        arguments = [f"{argument}={value}" for argument, value in given] + further
        if self.chance(0.1):
            return self._old_config(given)
        return f"HyperDriveConfig({', '.join(arguments)})"

    def _odd_work(self):
        return (
            f"run_config={self.odd()}",
            f"estimator={self.odd()}",
            f"pipeline={self.odd()}",
            f"estimator={self.odd()}, run_config=src",
            f"pipeline={self.odd()}, estimator={self.odd()}",
            "estimator=None",
        )

    def _old_config(self, given):
        values = [value for _, value in given]
        return f"HyperDriveRunConfig({self.odd()}, {', '.join(values)})"

    def _mostly(self, make):
        return self.odd() if self.chance(0.06) else make()

    def _sound_goal(self):
        return self.pick(("PrimaryMetricGoal.MAXIMIZE", "PrimaryMetricGoal.MINIMIZE"))

    def _limit(self):
        if self.chance(0.15):
            return self.odd()
        return self.pick(("1", "4", "10", "19", "20", "21", "40", "100", "995", "1000", "0"))

    # Warm starts

    def warm_start(self):
        sweeps = [self._sweep() for _ in range(self._random.randint(1, 6))]
        if self.chance(0.5):
            sweeps = sweeps[:2]
        resumed = self.pick(
            (
                f"resume_from={sweeps[0]}",
                f"resume_from=[{', '.join(sweeps)}]",
                f"resume_from=[{', '.join(sweeps)}]",
                f"resume_child_runs=[{', '.join(self._child() for _ in self.some(4))}]",
                f"resume_child_runs={self._child()}",
                f"resume_from={self.odd()}",
                f"resume_child_runs={self.odd()}",
                f"resume_from={sweeps[0]}, resume_child_runs=[{self._child()}]",
            )
        )
        return (
            f"HyperDriveConfig({self.sound_sampling()}, 'acc', {self._sound_goal()}, "
            f"{self._limit()}, 4, run_config=src, {resumed})"
        )

    def _sweep(self):
        spaces = ("{'--lr': uniform(0, 1)}", "{'a': choice(1, 2)}", "{}")
        arguments = [
            f"'sweep_{self._random.randint(0, 9)}'",
            f"space={self.pick(spaces)}",
            f"total={self.pick(('10', '100', '900', '1000'))}",
        ]
        if self.chance(0.15):
            arguments.append(f"status={self.pick(STATUSES)}")
        if self.chance(0.3):
            arguments.append("goal='minimize'")
        if self.chance(0.05):
            arguments.append("metric='loss'")
        if self.chance(0.05):
            arguments.append("kind='azureml.scriptrun'")
        return f"earlier({', '.join(arguments)})"

    def _child(self):
        if self.chance(0.05):
            return self.odd()
        status = self.pick(STATUSES[:3] * 3 + STATUSES)
        parent = "None" if self.chance(0.05) else self._sweep()
        run_id = f"'sweep_0_{self._random.randint(0, 9)}'"
        return f"earlier({run_id}, {status}, 'azureml.scriptrun', {parent})"

    # The rest

    def stored(self):
        if self.chance(0.3):
            return f"sampling_from_dict({self.sound_sampling()}.to_json())"
        if self.chance(0.3):
            return f"policy_from_dict({self.policy()}.to_json())"
        name = self.pick(
            ("'GRID'", "'random'", "'BAYESIANOPTIMIZATION'", "'Bandit'", "'DEFAULT'", self.odd())
        )
        body = self.pick(
            (
                f"'parameter_space': {self.space()}",
                f"'properties': {self.odd()}",
                "'properties': {'evaluation_interval': 1, 'delay_evaluation': 5, "
                f"'slack_factor': {self.odd()}}}",
            )
        )
        maker = self.pick(("sampling_from_dict", "policy_from_dict"))
        whole = self.pick((f"{{'name': {name}, {body}}}",) * 6 + (f"{{{body}}}", self.odd()))
        return f"{maker}({whole})"

    def goal(self):
        text = self.pick(("'maximize'", "'Minimize'", "'MAXIMIZE'", "'max'", self.odd()))
        return self.pick((f"PrimaryMetricGoal.from_str({text})", f"PrimaryMetricGoal({text})"))

    def comparison(self):
        make = self.pick((self.sound_sampling, self.policy))
        return f"({make()}) == ({make()})"

    def script_run(self):
        arguments = [f"source_directory={self._mostly(lambda: self.pick(DIRECTORIES))}"]
        for argument, values in SCRIPT_RUN_ARGUMENTS.items():
            if self.chance(0.4):
                arguments.append(f"{argument}={self._mostly(lambda v=values: self.pick(v))}")
        return f"ScriptRunConfig({', '.join(arguments)})"

    def experiment(self):
        if self.chance(0.2):
            return f"experiment_named({self.odd()})"
        alphabet = "ab9Z_-. ü/"
        name = "".join(self.pick(alphabet) for _ in self.some(6))
        return f"experiment_named({name!r} * {self.pick(('1', '1', '1', '36', '64', '300'))})"


DIRECTORIES = ("'.'", "'./'", "None", "'not there'")
SCRIPT_RUN_ARGUMENTS = {
    "script": ("'t.py'", "'a/b.py'", "None"),
    "arguments": ("[]", "['--a', 1]", "['--a', None, True]", "'--a 1'", "None"),
    "command": ("['python', 't.py']", "'python t.py'", "None"),
    "max_run_duration_seconds": ("60", "2592000", "None"),
}
