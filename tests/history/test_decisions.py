"""Decisions and assets: what is recorded beside runs and metrics."""


def test_decisions_are_kept_in_order_with_their_reasons(history, sweep, trial):
    history.decisions.add(trial, 1, stop=False, reason="0.9 is the best of all 2 trials")
    history.decisions.add(trial, 2, stop=True, reason="0.1 is below 0.5")

    first, second = history.decisions.of(trial)

    assert (first.run_id, first.interval, first.stop) == (trial, 1, False)
    assert (second.interval, second.stop, second.reason) == (2, True, "0.1 is below 0.5")
    assert history.decisions.of_children(sweep) == [first, second]
    assert history.decisions.of(sweep) == []


def test_assets_are_versioned_by_kind_and_name(history):
    history.assets.add("compute", "cpu", {"nodes": 1})
    history.assets.add("compute", "gpu", {"nodes": 2})
    second = history.assets.add("compute", "cpu", {"nodes": 4})
    history.assets.add("model", "cpu", {})

    assert (second.version, second.body) == (2, {"nodes": 4})
    assert history.assets.get("compute", "cpu") == second
    assert history.assets.get("compute", "cpu", 1).body == {"nodes": 1}
    assert [(a.name, a.version) for a in history.assets.list("compute")] == [
        ("gpu", 1),
        ("cpu", 2),
    ]
    assert len(history.assets.list("compute", all_versions=True)) == 3


def test_assets_can_be_replaced_and_forgotten(history):
    history.assets.add("compute", "cpu", {"nodes": 1})
    history.assets.add("compute", "cpu", {"nodes": 2})

    history.assets.replace("compute", "cpu", {"nodes": 3})
    history.assets.delete("compute", "cpu", 1)

    assert [(a.version, a.body) for a in history.assets.list("compute", all_versions=True)] == [
        (2, {"nodes": 3})
    ]
    history.assets.delete("compute", "cpu")
    assert history.assets.get("compute", "cpu") is None


def test_an_older_version_can_be_replaced(history):
    history.assets.add("model", "net", {"tag": "a"})
    history.assets.add("model", "net", {"tag": "b"})

    history.assets.replace("model", "net", {"tag": "c"}, version=1)

    assert history.assets.get("model", "net", 1).body == {"tag": "c"}
    assert history.assets.get("model", "net").body == {"tag": "b"}
