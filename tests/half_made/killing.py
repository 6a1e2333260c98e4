"""Kills a writer at each of its steps, one after the other, and looks at what is left.

    python killing.py CASE FOLDER [every]
    python killing.py serve

The second form reads a CASE and a FOLDER, each on a line of its own, and answers with the code
with which that ended, as often as it is asked: what takes half a second to import is imported
once. What is said of a case stands in `said.txt` in its folder.

Without `every` it is killed before and after each file or record gets its name, and at a few
steps in between. A step is whatever the interpreter tells its audit hooks about files, a write
to one, and every statement of the database. Writers are forks of this process, so that hundreds
of them take seconds. After each kill another fork reads as a user would, has a checkup repair
the home, and does again what was interrupted.
"""

import io
import os
import shutil
import signal
import sqlite3
import sys
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pandas as pd

from hyperlocal import engine
from hyperlocal.azureml.core import (
    Dataset,
    Environment,
    Experiment,
    Keyvault,
    Model,
    Run,
    ScriptRunConfig,
    Workspace,
)
from hyperlocal.azureml.core.conda_dependencies import CondaDependencies
from hyperlocal.azureml.data import OutputFileDatasetConfig
from hyperlocal.azureml.exceptions import AzureMLException
from hyperlocal.cli.doctor import main as doctor
from hyperlocal.domain.status import Status
from hyperlocal.services.connection import this_history
from hyperlocal.services.data import registry
from hyperlocal.services.data.data_map import DataMap

WATCHED = {
    "open",
    "os.chmod",
    "os.link",
    "os.listdir",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.scandir",
    "os.symlink",
    "os.truncate",
    "os.utime",
    "shutil.copyfile",
    "shutil.copymode",
    "shutil.copystat",
    "shutil.copytree",
    "shutil.make_archive",
    "shutil.move",
    "shutil.rmtree",
}
WRITING = {"close", "copy_file_range", "flush", "sendfile", "write"}
TURNING_POINTS = {"COMMIT", "copy_file_range", "os.rename", "sendfile"}


class Case:
    """One kind of writer; the working folder is the user's, with the home in it."""

    def prepare(self):
        """Make what was there before."""

    def act(self):
        """Write."""

    def check(self, is_done):
        """Look at what others see: all or nothing, and all if it is done."""


def files_in(folder):
    return {
        os.path.relpath(os.path.join(here, name), folder): Path(here, name).read_text()
        for here, _, names in os.walk(folder)
        for name in names
    }


def shown_in(folder):
    """What a user sees there: hidden files are not among it."""
    found = Path(folder).glob("**/[!.]*") if os.path.isdir(folder) else []
    return {str(p.relative_to(folder)): p.read_text() for p in found if p.is_file()}


def write(**texts):
    for name, text in texts.items():
        place = Path(name.replace("__", "/") + ".csv")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


NEW = {"a.csv": "x\n1\n", "sub/b.csv": "x\n2\n"}


class Upload(Case):
    overwrites = False
    target = "data"

    def prepare(self):
        self.store = Workspace.from_config().get_default_datastore()
        write(source__a="x\n1\n", source__sub__b="x\n2\n")

    def act(self):
        self.store.upload("source", self.target, overwrite=self.overwrites, show_progress=False)

    def check(self, is_done):
        there = files_in(os.path.join(self.store._folder, self.target or ""))
        assert there == NEW or (not is_done and not there), there
        if is_done:
            table = Dataset.Tabular.from_delimited_files((self.store, f"{self.target}/**"))
            assert sorted(table.to_pandas_dataframe()["x"]) == [1, 2]


class UploadToTheTop(Upload):
    target = None

    def check(self, is_done):
        there = files_in(self.store._folder)
        assert there == NEW or (not is_done and not there), there


class UploadOver(Upload):
    overwrites = True

    def prepare(self):
        super().prepare()
        place = Path(self.store._folder, self.target)
        place.mkdir(parents=True)
        (place / "a.csv").write_text("x\n7\n")
        (place / "other.csv").write_text("x\n9\n")

    def check(self, is_done):
        there = files_in(os.path.join(self.store._folder, self.target))
        assert there.pop("other.csv") == "x\n9\n"
        if is_done:
            assert there == NEW, there
        assert there.pop("a.csv") in ("x\n1\n", "x\n7\n")
        assert there in ({}, {"sub/b.csv": "x\n2\n"})


class UploadDirectory(Upload):
    def act(self):
        Dataset.File.upload_directory("source", (self.store, "data"), show_progress=False)


class Download(Case):
    def prepare(self):
        store = Workspace.from_config().get_default_datastore()
        write(source__a="x\n1\n", source__sub__b="x\n2\n")
        store.upload("source", "data", show_progress=False)
        self.dataset = Dataset.File.from_files((store, "data"))

    def act(self):
        self.dataset.download("here", overwrite=True)

    def check(self, is_done):
        there = shown_in("here")
        assert there == NEW or (not is_done and not there), there


class Frame(Case):
    def act(self):
        store = Workspace.from_config().get_default_datastore()
        frame = pd.DataFrame({"x": [1, 2]})
        Dataset.Tabular.register_pandas_dataframe(frame, store, "frame", show_progress=False)

    def check(self, is_done):
        workspace = Workspace.from_config()
        try:
            found = Dataset.get_by_name(workspace, "frame")
        except AzureMLException:
            assert not is_done
        else:
            assert sorted(found.to_pandas_dataframe()["x"]) == [1, 2]
        whole = Path(workspace.get_default_datastore()._folder).glob("**/*.parquet")
        assert all(len(pd.read_parquet(file)) == 2 for file in whole)


class Register(Case):
    def prepare(self):
        write(model__a="x\n1\n", model__sub__b="x\n2\n")

    def act(self):
        Model.register(Workspace.from_config(), "model", "best")

    def check(self, is_done):
        versions = Model.list(Workspace.from_config(), "best")
        assert sorted(model.version for model in versions) == list(range(1, len(versions) + 1))
        assert versions or not is_done
        for model in versions:
            place = model.download(f"copy-{model.version}", exist_ok=True)
            assert files_in(place) == NEW, files_in(place)
            shutil.rmtree(f"copy-{model.version}")


class ModelDownload(Register):
    def prepare(self):
        super().prepare()
        super().act()

    def act(self):
        Model(Workspace.from_config(), "best").download("here", exist_ok=True)

    def check(self, is_done):
        there = shown_in("here/model")
        assert there == NEW or (not is_done and not there), there


class ModelDelete(Register):
    def prepare(self):
        super().prepare()
        super().act()

    def act(self):
        for model in Model.list(Workspace.from_config(), "best"):
            model.delete()

    def check(self, is_done):
        if is_done:
            assert not Model.list(Workspace.from_config(), "best")
            assert not files_in(this_history().home / "models")
        else:
            super().check(False)


class Folder(Case):
    def prepare(self):
        write(source__a="x\n1\n", source__sub__b="x\n2\n")
        self.run = Experiment(Workspace.from_config(), "e").start_logging(outputs=None)

    def act(self):
        self.run.upload_folder("kept", "source")

    def check(self, is_done):
        names = self.run.get_file_names()
        assert names == ["kept/a.csv", "kept/sub/b.csv"] or (not is_done and not names), names
        for name in names:
            self.run.download_file(name, "copy")
            assert Path("copy").read_text() == NEW[name.removeprefix("kept/")]


class File(Folder):
    def act(self):
        self.run.upload_file("kept/a.csv", "source/a.csv")
        self.run.upload_file("kept/sub/b.csv", io.BytesIO(b"x\n2\n"))

    def check(self, is_done):
        names = self.run.get_file_names()
        assert names in ([], ["kept/a.csv"], ["kept/a.csv", "kept/sub/b.csv"])
        for name in names:
            self.run.download_file(name, "copy")
            assert Path("copy").read_text() == NEW[name.removeprefix("kept/")]
        assert len(names) == 2 or not is_done


class FilesBack(Folder):
    def prepare(self):
        super().prepare()
        super().act()

    def act(self):
        self.run.download_files("kept", "here", append_prefix=False)

    def check(self, is_done):
        for name, text in shown_in("here").items():
            assert text == NEW[name]
        assert len(shown_in("here")) == 2 or not is_done


class Snapshot(Folder):
    def act(self):
        self.run.take_snapshot("source")

    def check(self, is_done):
        there = files_in(self.run._history.folder(self.run.id).snapshot)
        assert there == NEW or (not is_done and not there), there


class Submit(Case):
    def prepare(self):
        write(source__sub__b="x\n2\n")
        Path("source/train.py").write_text("pass")
        engine.start = lambda home, run_id: None  # a controller is not what is killed here

    def act(self):
        output = OutputFileDatasetConfig("out").register_on_complete("made")
        config = ScriptRunConfig("source", "train.py", [output])
        Experiment(Workspace.from_config(), "e").submit(config)

    def check(self, is_done):
        history = this_history()
        runs = history.runs.top()
        assert runs or not is_done
        for run in runs:
            there = files_in(history.folder(run.run_id).snapshot)
            assert there == {"train.py": "pass", "sub/b.csv": "x\n2\n"}, there
            assert history.assets.get("promised dataset", run.run_id) is not None
            assert Run(Experiment(Workspace.from_config(), "e"), run.run_id).get_details()


class Promise(Case):
    """Two runs of a sweep have completed, whose outputs nobody has registered yet."""

    def prepare(self):
        history = this_history()
        output = OutputFileDatasetConfig("out").register_on_complete("made")
        history.runs.create("HD", experiment="e", kind="hyperdrive")
        registry.promise("HD", [output._promised("workspaceblobstore")])
        store = Workspace.from_config().get_default_datastore()
        for n in range(2):
            history.runs.create(f"HD_{n}", experiment="e", kind="t", parent_id="HD", parameters={})
            place = Path(store._folder, "dataset", f"HD_{n}", "out")
            place.mkdir(parents=True)
            (place / "a.csv").write_text("x\n1\n")
            history.runs.finish(f"HD_{n}", Status.COMPLETED)
        history.runs.finish("HD", Status.COMPLETED)

    def act(self):
        Dataset.get_all(Workspace.from_config())

    def check(self, is_done):
        made = this_history().assets.list("dataset", all_versions=True)
        assert [asset.version for asset in made] == [1, 2][: len(made)]
        assert len(made) == 2 or not is_done


class SmallFiles(Case):
    def prepare(self):
        self.files = {
            "old": Path(".azureml/old"),
            "conda.yml": Path("conda.yml"),
            "map": Path("hyperlocal-data.json"),
        }
        self.write(1)

    def write(self, number):
        dependencies = CondaDependencies.create(conda_packages=[f"number={number}"])
        dependencies.save("conda.yml")
        Workspace.from_config().write_config()
        Keyvault(Workspace.from_config()).set_secret("secret", f"number={number}")
        found = DataMap(os.path.abspath("hyperlocal-data.json"))
        found.urls["https://example.com/a"] = os.path.abspath(f"number={number}")
        found.save()
        environment = Environment(f"number{number}")
        environment.save_to_directory("environment", overwrite=True)
        ScriptRunConfig(".", "train.py").run_config.save(".", "saved")

    def act(self):
        self.write(2)

    def check(self, is_done):
        allowed = {"number=2"} if is_done else {"number=1", "number=2"}
        conda = list(CondaDependencies("conda.yml").conda_packages)[-1]
        secret = Keyvault(Workspace.from_config()).get_secret("secret")
        url = os.path.basename(
            DataMap(os.path.abspath("hyperlocal-data.json")).file_for("https://example.com/a")
        )
        assert {conda, secret, url} <= allowed, (conda, secret, url)
        name = Environment.load_from_directory("environment").name
        assert name.replace("r", "r=") in allowed
        assert type(ScriptRunConfig(".", "t.py").run_config).load(".", "saved")
        assert set(os.listdir(this_history().home / "keyvault")) == {"secret.json"}


CASES = {case.__name__: case for case in Case.__subclasses__()}
for each in list(CASES.values()):
    CASES.update({case.__name__: case for case in each.__subclasses__()})


def watch(take):
    """Have each step of this process told."""

    def connect(*arguments, **settings):
        connection = real_connect(*arguments, **settings)
        connection.set_trace_callback(take)
        return connection

    real_connect, sqlite3.connect = sqlite3.connect, connect
    sys.addaudithook(lambda event, _: take(event) if event in WATCHED else None)
    # What is written to an open file is no event: it is seen as the call of a function.
    sys.setprofile(
        lambda frame, event, called: (
            take(called.__name__) if event == "c_call" and called.__name__ in WRITING else None
        )
    )


def kill_at(step):
    """Let this process die at a step of its own."""
    steps = iter(range(step))

    def count(event):
        if next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    watch(count)


def steps_of(case):
    """Return what steps a writer takes when nobody kills it."""
    reader, writer = os.pipe()

    def act():
        taken = []
        watch(lambda event: taken.append(event.split()[0]))
        case.act()
        os.write(writer, " ".join(taken).encode())

    assert in_a_fork(act) == 0
    os.close(writer)
    with open(reader) as told:
        return told.read().split()


def chosen(steps, every):
    """Return the numbers of the steps at which it is killed."""
    if every:
        return range(len(steps))
    named = {n for n, step in enumerate(steps) if step in TURNING_POINTS}
    after = {n + 1 for n in named if n + 1 < len(steps)}
    return sorted(named | after | set(range(0, len(steps), max(1, len(steps) // 5))))


def in_a_fork(do):
    """Do something in a fork of this process; return how that ended."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        do()
        code = 0
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


def checkup(*options):
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(said):
        code = doctor(options)
    assert code == 0, said.getvalue()
    staging = this_history().home / "staging"
    assert not staging.exists() or not os.listdir(staging), os.listdir(staging)


def look_and_go_on(case):
    case.check(False)
    checkup("--repair")
    case.check(False)
    case.act()
    case.check(True)
    checkup()


def prepared(name, place):
    """Return a case in a folder and a home of its own."""
    os.mkdir(place)
    os.chdir(place)
    os.environ["HYPERLOCAL_HOME"] = os.path.join(place, ".hyperlocal")
    case = CASES[name]()
    case.prepare()
    return case


def kill_at_steps(name, folder, every):
    # All is imported before the first fork: it would take each of them half a second.
    case = prepared(name, os.path.join(folder, "first"))
    case.act()
    look_and_go_on(case)
    this_history().close()
    case = prepared(name, os.path.join(folder, "undisturbed"))
    this_history().close()
    steps = chosen(steps_of(case), every)
    for step in steps:
        place = os.path.join(folder, str(step))
        case = prepared(name, place)
        this_history().close()

        def act(case=case, step=step):
            kill_at(step)
            case.act()

        ended = in_a_fork(act)
        assert ended == -signal.SIGKILL, f"the writer itself ended at step {step} with {ended}"
        assert in_a_fork(lambda case=case: look_and_go_on(case)) == 0, f"killed at step {step}"
        os.chdir(folder)
        remove(place)
    return len(steps)


def remove(place):
    """Remove a folder in which the controller of a run may still be writing its last words."""
    while os.path.exists(place):
        shutil.rmtree(place, ignore_errors=True)


def tell_of_kills(name, folder, every):
    n_kills = kill_at_steps(name, folder, every)
    print(f"{n_kills} kills")
    sys.stdout.flush()


def serve():
    for line in sys.stdin:
        name, folder = line.rstrip("\n"), sys.stdin.readline().rstrip("\n")

        def answer(name=name, folder=folder):
            said = os.open(os.path.join(folder, "said.txt"), os.O_WRONLY | os.O_CREAT, 0o600)
            os.dup2(said, 1)
            os.dup2(said, 2)
            tell_of_kills(name, folder, every=False)

        print(in_a_fork(answer), flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        tell_of_kills(sys.argv[1], sys.argv[2], "every" in sys.argv)
    os._exit(0)
