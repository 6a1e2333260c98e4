"""A warm trial is a fresh interpreter to its script: processes, threads, drawn numbers."""

import signal

import pytest

from hyperlocal._legacy import start_folder

START_METHODS = ("fork", "spawn", "forkserver")


def test_what_main_defines_is_pickled_by_its_name(stage):
    stage.write(
        "import dataclasses, pickle, enum, collections\n"
        "@dataclasses.dataclass\nclass Setting:\n    depth: int = 3\n"
        "class Kind(enum.Enum):\n    A = 1\n"
        "Pair = collections.namedtuple('Pair', 'a b')\n"
        "def train(): return 1\n"
        "for it in (Setting(4), Kind.A, Pair(1, 2), train):\n"
        "    data = pickle.dumps(it); print(data); assert pickle.loads(data) == it\n"
        "print(Setting, repr(Setting()), Setting.__module__)\n"
    )

    assert "__main__" in stage.same().output


@pytest.mark.parametrize("method", START_METHODS)
def test_multiprocessing_works_inside(stage, method):
    stage.write(
        "import multiprocessing as mp, os\n"
        "import numpy as np\n"
        "class Point:\n    def __init__(self, x): self.x = x\n"
        "def double(point): return Point(2 * point.x)\n"
        "def put(queue, value): queue.put((value.value, mp.parent_process() is not None))\n"
        "if __name__ == '__main__':\n"
        f"    mp.set_start_method('{method}')\n"
        "    with mp.Pool(2) as pool:\n"
        "        print([p.x for p in pool.map(double, [Point(n) for n in range(9)])])\n"
        "    queue, value = mp.Queue(), mp.Value('i', 7)\n"
        "    child = mp.Process(target=put, args=(queue, value)); child.start()\n"
        "    print(queue.get(), child.join(), child.exitcode, child.name)\n"
        "    with mp.Manager() as manager:\n"
        "        shared = manager.dict(a=1); print(dict(shared))\n"
        "    print(os.path.basename(os.getcwd()))\n"
    )

    ended = stage.same()

    assert ended.code == 0, ended.output
    assert "[0, 2, 4, 6, 8, 10, 12, 14, 16]" in ended.output


@pytest.mark.parametrize("backend", ["loky", "multiprocessing", "threading"])
def test_joblib_works_inside(stage, backend):
    stage.write(
        "from joblib import Parallel, delayed\n"
        "import numpy as np\n"
        "class Model:\n    def __init__(self, n): self.n = n\n"
        "def fit(n, data): return Model(n + data.sum())\n"
        "if __name__ == '__main__':\n"
        "    data = np.ones(300_000)\n"
        f"    inline_pool = Parallel(n_jobs=2, backend='{backend}', max_nbytes='1M')\n"
        "    print([m.n for m in inline_pool(delayed(fit)(n, data) for n in range(6))])\n"
    )

    assert stage.same().code == 0


def test_process_pools_of_the_standard_library_work_inside(stage):
    stage.write(
        "import asyncio, concurrent.futures as cf, subprocess, sys\n"
        "def double(n): return 2 * n\n"
        "async def say():\n"
        "    child = await asyncio.create_subprocess_exec(sys.executable, '-c', 'print(1)')\n"
        "    return await child.wait()\n"
        "if __name__ == '__main__':\n"
        "    with cf.ProcessPoolExecutor(2) as pool: print(list(pool.map(double, range(4))))\n"
        "    with cf.ThreadPoolExecutor(2) as pool: print(list(pool.map(double, range(4))))\n"
        "    print(asyncio.run(say()))\n"
    )

    assert stage.same().code == 0


def test_pools_of_threads_in_libraries_work_after_the_fork(stage):
    stage.environment = {"OMP_WAIT_POLICY": "PASSIVE"}  # on busy cores threads would spin for long
    stage.write(
        "import numpy as np, scipy.linalg, threadpoolctl\n"
        "from sklearn.cluster import KMeans\n"
        "from sklearn.ensemble import HistGradientBoostingClassifier\n"
        "X = np.random.RandomState(0).rand(600, 40)\n"
        "print(round(float((X @ X.T).sum()), 4))\n"
        "print(round(float(scipy.linalg.inv(X.T @ X).sum()), 4))\n"
        "y = (X[:, 0] > 0.5).astype(int)\n"
        "print(round(KMeans(3, n_init=1, random_state=0).fit(X).inertia_, 4))\n"
        "print(HistGradientBoostingClassifier(max_iter=5).fit(X, y).score(X, y))\n"
        "info = threadpoolctl.threadpool_info()\n"
        "print(sorted((i['prefix'], i['num_threads']) for i in info))\n"
    )

    ended = stage.same()

    assert ended.code == 0
    assert "('libgomp', 2)" in ended.output


def test_drawn_numbers_differ_between_trials(stage):
    stage.write(
        "import random, secrets, tempfile, uuid, multiprocessing\n"
        "import numpy as np\n"
        "print(random.random()); print(random.getrandbits(32)); print(np.random.rand())\n"
        "print(np.random.randn()); print(np.random.default_rng().random())\n"
        "print(uuid.uuid4()); print(uuid.uuid1()); print(secrets.token_hex(8))\n"
        "print(tempfile.mkdtemp()); print(multiprocessing.current_process().authkey.hex())\n"
    )

    first, second, third = stage.warm(times=3)

    for drawn in zip(first.lines, second.lines, third.lines, strict=True):
        assert len(set(drawn)) == 3, drawn


def test_seeded_numbers_are_the_same_as_ever(stage):
    stage.write(
        "import random\nimport numpy as np\nrandom.seed(1); np.random.seed(1)\n"
        "print(random.random(), np.random.rand(), np.random.randn())\n"
    )

    stage.same()


def test_plots_need_no_display(stage):
    stage.write(
        "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\n"
        "print(matplotlib.get_backend(), plt.rcParams['lines.linewidth'])\n"
        "plt.plot([1, 2], [3, 4]); plt.savefig('plot.png')\n"
        "print(open('plot.png', 'rb').read(8))\n"
    )
    stage.write("lines.linewidth: 5\n", "matplotlibrc")

    assert stage.same().lines[0].lower() == "agg 5.0"


def test_plots_without_a_choice_of_backend_find_the_one_that_works(stage):
    stage.environment = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    stage.write("import matplotlib.pyplot as plt\nplt.figure()\nprint(plt.get_backend())\n")

    assert stage.same().lines[-1].lower() == "agg"


def test_data_frames_and_databases_work(stage):
    stage.write(
        "import sqlite3\nimport pandas as pd\n"
        "frame = pd.DataFrame({'a': [1, 2, 2], 'b': ['x', 'y', 'y']})\n"
        "print(frame.groupby('b').sum())\n"
        "frame.to_csv('f.csv'); print(pd.read_csv('f.csv').shape)\n"
        "frame.to_parquet('f.parquet'); print(pd.read_parquet('f.parquet').shape)\n"
        "frame.to_sql('t', sqlite3.connect('f.db')); print(len(open('f.db', 'rb').read()) > 0)\n"
    )

    assert stage.same().code == 0


def test_old_names_are_supplied(stage):
    stage.installed = start_folder()
    stage.write("import numpy as np\nprint(np.float, np.zeros(1, np.int).sum())\n")

    assert stage.same().code == 0


def test_faults_are_shown(stage):
    stage.write(
        "import faulthandler, os, signal, sys\n"
        "faulthandler.enable()\n"
        "def fall(): os.kill(os.getpid(), signal.SIGSEGV)\nfall()\n"
    )

    fresh, (warm,) = stage.fresh(), stage.warm()

    assert warm.code == fresh.code == -signal.SIGSEGV
    # A fork has one line more: that of the host's program which ran the script.
    lines = [line for line in warm.lines if "engine/warm/start.py" not in line]
    assert [line for line in lines if line.startswith("  File")] == [
        line for line in fresh.lines if line.startswith("  File")
    ]
