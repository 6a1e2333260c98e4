"""URLs as local files: mapped, downloaded once, or refused with the command that helps."""

import base64
import hashlib
import json
import os
import threading

import pytest

from hyperlocal.errors import DataError
from hyperlocal.services.data.data_map import DataMap
from hyperlocal.services.data.web import cached_file, local_path


@pytest.fixture
def here(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(home)


def entries(home):
    """What is in the cache, drafts too, but not the locks."""
    folder = os.path.join(home, "data", "web")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return [name for name in names if not name.endswith(".lock")]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def test_a_url_is_downloaded_once_under_its_own_name(here, server):
    url = server.serve("/data/bank%20x.csv", b"a,b\n1,2\n")

    first, second = local_path(url, here), local_path(url, here)

    assert first == second
    assert os.path.basename(first) == "bank x.csv"
    assert read(first) == b"a,b\n1,2\n"
    assert len(server.asked) == 1


def test_what_was_downloaded_is_described_beside_it_without_its_token(here, server):
    url = server.serve("/bank.csv", b"a\n1\n") + "?sig=secret"

    about = json.loads(read(os.path.join(os.path.dirname(local_path(url, here)), "about.json")))

    assert about["sha256"] == hashlib.sha256(b"a\n1\n").hexdigest()
    assert (about["size"], about["etag"]) == (4, '"1"')
    assert "secret" not in json.dumps(about)


def test_a_cached_file_that_changed_is_downloaded_again(here, server):
    url = server.serve("/bank.csv", b"a\n1\n")
    path = local_path(url, here)
    with open(path, "wb") as file:
        file.write(b"a\n2\n")  # of the same size

    assert cached_file(url, here) is None
    assert read(local_path(url, here)) == b"a\n1\n"


def test_it_works_without_network_afterwards(here, server):
    url = server.serve("/bank.csv", b"a\n1\n")
    local_path(url, here)
    server.answers.clear()

    assert read(local_path(url, here)) == b"a\n1\n"


def test_a_broken_download_never_enters_the_cache(here, server):
    url = server.serve("/bank.csv", b"a\n1\n2\n3\n", sent=4)

    with pytest.raises(DataError, match="broke after 4"):
        local_path(url, here)

    assert entries(here) == []


def test_a_wrong_sum_never_enters_the_cache(here, server):
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    url = server.serve("/bank.csv", b"a\n1\n", Content_MD5=wrong)

    with pytest.raises(DataError, match="another MD5 sum"):
        local_path(url, here)

    assert entries(here) == []


def test_a_failed_download_leaves_the_earlier_one_alone(here, server):
    url = server.serve("/bank.csv", b"a\n1\n")
    path = local_path(url, here)
    about = read(os.path.join(os.path.dirname(path), "about.json"))

    server.serve("/other.csv", b"x", sent=0)
    with pytest.raises(DataError):
        local_path(url.replace("bank", "other"), here)

    assert read(os.path.join(os.path.dirname(path), "about.json")) == about
    assert len(entries(here)) == 1


def test_many_ask_at_once_and_one_downloads(here, server):
    url = server.serve("/bank.csv", b"a\n" * 1000)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(local_path(url, here))) for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(found)) == 1
    assert len(found) == 8
    assert len(server.asked) == 1


def test_a_missing_file_is_told_with_the_command_that_supplies_it(here, server):
    url = server.serve("/x.csv", b"")[:-5] + "no such.csv?a=1&b=2"

    with pytest.raises(DataError, match="hyperlocal data map 'http") as raised:
        local_path(url.replace(" ", "%20"), here)

    assert "404" in str(raised.value)


def test_without_network_the_command_is_told(here):
    with pytest.raises(DataError, match=r"hyperlocal data map http://127.0.0.1:9/a.csv FILE"):
        local_path("http://127.0.0.1:9/a.csv", here)


def test_what_is_not_of_the_web_can_only_be_mapped(here, tmp_path):
    url = "wasbs://container@account.blob.core.windows.net/a.csv"
    with pytest.raises(DataError, match="hyperlocal data map wasbs://"):
        local_path(url, here)

    save_map(tmp_path, {url: "a.csv"})
    (tmp_path / "a.csv").write_text("a\n1\n")

    assert local_path(url, here) == str(tmp_path / "a.csv")


def save_map(folder, urls):
    (folder / "hyperlocal-data.json").write_text(json.dumps({"urls": urls}))


def test_a_mapped_url_is_not_asked_for(here, server, tmp_path):
    url = server.serve("/bank.csv", b"from the web")
    save_map(tmp_path, {url: "mine.csv"})
    (tmp_path / "mine.csv").write_text("mine")

    assert local_path(url + "?token=expired", here) == str(tmp_path / "mine.csv")
    assert server.asked == []


def test_a_mapped_file_that_is_gone_is_told(here, tmp_path):
    save_map(tmp_path, {"https://x.invalid/a.csv": "gone.csv"})

    with pytest.raises(DataError, match=r"gone\.csv, but there is nothing"):
        local_path("https://x.invalid/a.csv", here)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("https://x.invalid/a.csv", "a.csv"),
        ("https://X.invalid/a.csv", "a.csv"),
        ("https://x.invalid/a%20b.csv", "ab.csv"),
        ("https://x.invalid/q?v=2", "q2"),
        ("https://x.invalid/q?v=3", "q1"),
        ("https://x.invalid/all/sub/c.csv", "all/sub/c.csv"),
        ("https://x.invalid/all/deep/c.csv", "deep/c.csv"),
        ("https://x.invalid/all/../a.csv", None),
        ("https://x.invalid/b.csv", None),
    ],
)
def test_which_file_answers_a_url(here, tmp_path, asked, answer):
    save_map(
        tmp_path,
        {
            "https://x.invalid/a.csv": "a.csv",
            "https://x.invalid/a b.csv": "ab.csv",
            "https://x.invalid/q?v=1": "q1",
            "https://x.invalid/q?v=2": "q2",
            "https://x.invalid/all/": "all",
            "https://x.invalid/all/deep/": "deep",
        },
    )

    expected = None if answer is None else str(tmp_path / answer)
    assert DataMap.load().file_for(asked) == expected


def test_a_map_is_written_as_it_is_read(here, tmp_path):
    path = str(tmp_path / "project" / "hyperlocal-data.json")
    written = DataMap(path)
    written.urls["https://x.invalid/a"] = str(tmp_path / "project" / "data" / "a")
    written.urls["https://x.invalid/b"] = "/elsewhere/b"
    written.datasets["é"] = {"path": str(tmp_path / "c.csv"), "type": "tabular"}
    written.save()

    again = DataMap(path)

    assert (again.urls, again.datasets) == (written.urls, written.datasets)
    assert json.loads(read(path))["urls"]["https://x.invalid/a"] == "data/a"


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"urls": []}',
        '{"urls": {"a": 1}}',
        '{"datasets": []}',
        '{"datasets": {"x": "y"}}',
        '{"datasets": {"x": {"path": "y", "type": "z"}}}',
    ],
)
def test_a_map_that_is_none_is_refused(here, tmp_path, text):
    (tmp_path / "hyperlocal-data.json").write_text(text)

    with pytest.raises(DataError, match=r"hyperlocal-data\.json"):
        DataMap.load()


def test_a_trial_is_told_where_the_map_is(here, tmp_path, monkeypatch):
    other = tmp_path / "other.json"
    other.write_text('{"urls": {"https://x.invalid/a": "a"}}')
    monkeypatch.setenv("HYPERLOCAL_DATA_MAP", str(other))

    assert DataMap.load().file_for("https://x.invalid/a") == str(tmp_path / "a")
