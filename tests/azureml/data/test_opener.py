"""URLs that scripts fetch themselves, with urllib or what is made of it."""

import subprocess
import sys
import urllib.error
import urllib.request

import pytest
import requests

import hyperlocal.azureml  # noqa: F401
from hyperlocal.errors import DataError
from hyperlocal.services.data.data_map import DataMap

URL = "https://example.invalid/data/bank.csv"


@pytest.fixture
def mapped(home, tmp_path, monkeypatch):
    """Map URLs to files with what is said, or to nothing."""
    monkeypatch.chdir(tmp_path)

    def write(**contents):
        data_map = DataMap.load()
        for url, content in contents.items():
            file = tmp_path / f"file{len(data_map.urls)}"
            if content is not None:
                file.write_bytes(content)
            data_map.urls[url] = str(file)
        data_map.save()

    return write


def test_a_mapped_url_is_answered_without_a_network(mapped):
    mapped(**{URL: b"a,b\n1,2\n"})

    with urllib.request.urlopen(URL) as answer:
        body = answer.read()

    assert body == b"a,b\n1,2\n"
    assert (answer.status, answer.geturl()) == (200, URL)
    assert answer.headers["Content-Length"] == answer.getheader("Content-Length") == "8"


def test_it_can_be_asked_for_its_head_and_read_in_pieces(mapped):
    mapped(**{URL: b"abcdef"})

    with urllib.request.urlopen(urllib.request.Request(URL, method="HEAD")) as answer:
        assert (answer.status, answer.read()) == (200, b"")
    with urllib.request.urlopen(URL) as answer:
        assert (answer.length, answer.read(4), answer.read(4), answer.read(4)) == (
            6,
            b"abcd",
            b"ef",
            b"",
        )


def test_urlretrieve_makes_a_file_of_it(mapped, tmp_path):
    mapped(**{URL: b"\x1f\x8b"})

    urllib.request.urlretrieve(URL, filename=str(tmp_path / "copy.gz"))

    assert (tmp_path / "copy.gz").read_bytes() == b"\x1f\x8b"


def test_pandas_reads_it(mapped):
    pandas = pytest.importorskip("pandas")
    mapped(**{URL: b"a,b\n1,2\n"})

    frame = pandas.read_csv(URL)

    assert frame.to_dict("list") == {"a": [1], "b": [2]}


def test_what_is_not_mapped_is_left_to_the_network(mapped, server):
    mapped(**{URL: b"mapped"})
    url = server.serve("/other.csv", b"from the server")

    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"from the server"


def test_what_is_sent_is_not_answered_by_a_file(mapped, server):
    url = server.serve("/score", b"")
    mapped(**{url: b"mapped"})

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url, data=b"{}")  # the test's server takes no POST

    refused.value.close()
    assert refused.value.code == 501


def test_a_file_that_is_gone_is_told_with_the_command(mapped):
    mapped(**{URL: None})

    with pytest.raises(DataError, match=r"hyperlocal data map https://example\.invalid"):
        urllib.request.urlopen(URL)


def test_what_cannot_be_reached_is_told_with_the_command(mapped):
    with pytest.raises(urllib.error.URLError, match=f"hyperlocal data map {URL} FILE") as told:
        urllib.request.urlopen(URL)

    assert isinstance(told.value.reason, OSError)


class TestRequests:
    def test_a_mapped_url_is_answered_without_a_network(self, mapped):
        mapped(**{URL: b"a,b\n1,2\n"})

        answer = requests.get(URL, timeout=1)

        answer.raise_for_status()
        assert (answer.status_code, answer.url, answer.text) == (200, URL, "a,b\n1,2\n")
        assert answer.headers["content-length"] == "8"

    def test_it_is_streamed_by_a_session(self, mapped):
        mapped(**{URL: b"\x1f\x8bcdef"})

        with requests.Session() as session, session.get(URL, stream=True) as answer:
            pieces = list(answer.iter_content(4))

        assert pieces == [b"\x1f\x8bcd", b"ef"]

    def test_it_can_be_asked_for_its_head(self, mapped):
        mapped(**{URL: b"abc"})

        answer = requests.head(URL, timeout=1)

        assert (answer.headers["Content-Length"], answer.content) == ("3", b"")

    def test_what_is_not_mapped_or_sent_is_left_to_the_network(self, mapped, server):
        url = server.serve("/score", b"from the server")
        mapped(**{URL: b"mapped", url + "2": b"mapped"})

        assert requests.get(url, timeout=5).content == b"from the server"
        assert requests.post(url + "2", data=b"{}", timeout=5).status_code == 501

    def test_what_cannot_be_reached_is_told_with_the_command(self, mapped):
        with pytest.raises(requests.ConnectionError) as told:
            requests.get(URL, timeout=5)

        if hasattr(told.value, "add_note"):
            assert f"hyperlocal data map {URL} FILE" in told.value.__notes__[0]


@pytest.mark.parametrize("first", ["import urllib.request", "import hyperlocal.azureml.core"])
def test_the_order_of_imports_does_not_matter(mapped, first):
    mapped(**{URL: b"mapped"})
    text = f"""
{first}
import hyperlocal.azureml.core, urllib.request
print(urllib.request.urlopen({URL!r}).read())
"""

    printed = subprocess.run(
        [sys.executable, "-W", "error", "-c", text], capture_output=True, text=True, check=True
    )

    assert printed.stdout == "b'mapped'\n"


def test_urllib_is_loaded_by_nobody_but_the_script():
    text = (
        "import sys, hyperlocal.azureml.core\n"
        "print({'urllib.request', 'requests', 'urllib3'} & {*sys.modules})"
    )

    printed = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)

    assert printed.stdout == "set()\n"
