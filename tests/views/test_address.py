"""Where the studio of a home is, whether it runs or not."""

import stat

import pytest

from hyperlocal.views.address import experiment_url, read_key, run_url, write_port


def test_an_address_says_how_to_start_what_is_there(tmp_path):
    assert run_url(tmp_path, "HD_1") == "http://127.0.0.1:8642/runs/HD_1?start=hyperlocal+studio"


def test_an_address_has_the_port_on_which_the_studio_listened_last(tmp_path):
    write_port(tmp_path, 9000)

    assert run_url(tmp_path, "HD_1").startswith("http://127.0.0.1:9000/runs/HD_1?")


def test_names_of_experiments_are_quoted(tmp_path):
    assert "experiment=a%2Fb%26c%23d%20%3Cx%3E&" in experiment_url(tmp_path, "a/b&c#d <x>")


def test_the_token_stays_and_is_its_owners_alone(tmp_path):
    first, second = write_port(tmp_path, 9000), write_port(tmp_path, 9001)

    assert first.token == second.token == read_key(tmp_path).token
    assert len(first.token) >= 32
    assert stat.S_IMODE((tmp_path / "studio.json").stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["studio.json"]


def test_each_home_has_a_token_of_its_own(tmp_path):
    homes = [tmp_path / "a", tmp_path / "b"]
    for home in homes:
        home.mkdir()

    assert write_port(homes[0], 1).token != write_port(homes[1], 1).token


@pytest.mark.parametrize("content", ["", "[]", "{", '{"port": "x", "token": ""}', '{"port": 0}'])
def test_a_damaged_file_is_as_none(tmp_path, content):
    (tmp_path / "studio.json").write_text(content)

    assert read_key(tmp_path).port == 8642
    assert write_port(tmp_path, 9000).token


def test_a_home_that_cannot_be_written_has_a_key_all_the_same(tmp_path):
    (tmp_path / "studio.json").mkdir()  # nothing can take its place, not even for root

    key = write_port(tmp_path, 9000)

    assert key.port == 9000
    assert len(key.token) >= 32
    assert [entry.name for entry in tmp_path.iterdir()] == ["studio.json"]
