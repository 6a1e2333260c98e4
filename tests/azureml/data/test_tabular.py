"""Tables: how files are read. Expected types are what the real SDK gave for the same files."""

import datetime
import math

import pandas as pd
import pytest

from hyperlocal.azureml.core import Dataset
from hyperlocal.azureml.data import DataType, TabularDataset
from hyperlocal.azureml.data.datapath import DataPath
from hyperlocal.azureml.data.dataset_error_handling import DatasetValidationError
from hyperlocal.azureml.data.dataset_type_definitions import PromoteHeadersBehavior
from hyperlocal.azureml.exceptions import DatasetTimestampMissingError, UserErrorException
from hyperlocal.errors import NotEmulatedError

PEOPLE = "name,age,left\nann,31,2020-01-05\nbob,42,2021-02-03\ncid,53,2022-03-04\n"


@pytest.fixture
def frame_of(workspace, tmp_path):
    """Write a text into a file and read that."""

    def read(text, codec="utf-8", **arguments):
        file = tmp_path / "table.csv"
        file.write_text(text, encoding=codec)
        return Dataset.Tabular.from_delimited_files(str(file), **arguments).to_pandas_dataframe()

    return read


@pytest.fixture
def people(workspace, tmp_path):
    (tmp_path / "people.csv").write_text(PEOPLE)
    return Dataset.Tabular.from_delimited_files(str(tmp_path / "people.csv"))


def day(*numbers):
    return datetime.datetime(*numbers)  # noqa: DTZ001 - as the times in files


def kind_of(column):
    return {"i": "int", "f": "float", "b": "bool", "M": "date"}.get(column.dtype.kind, "text")


def values(column):
    return [None if value is None or value != value else value for value in column.tolist()]


@pytest.mark.parametrize(
    ("texts", "kind", "expected"),
    [
        (["1", "2"], "int", [1, 2]),
        (["-5", "+3"], "int", [-5, 3]),
        ([" 5", "6 "], "int", [5, 6]),
        (["007", "008"], "int", [7, 8]),
        (["1", ""], "float", [1.0, None]),
        (["1e5", "2"], "float", [100000.0, 2.0]),
        (["NaN", "1.5"], "float", [None, 1.5]),
        (["inf", "1"], "float", [math.inf, 1.0]),
        (["12345678901234567890", "1"], "float", [1.2345678901234567e19, 1.0]),
        (["0", "1"], "int", [0, 1]),
        (["True", "false"], "bool", [True, False]),
        (["True", ""], "text", [True, None]),
        (["NA", "null"], "text", ["NA", "null"]),
        (["NaN", "None"], "text", ["NaN", "None"]),
        (["yes", ""], "text", ["yes", None]),
        (['"1,000"', '"2,000"'], "text", ["1,000", "2,000"]),
        (["10:30", "11:30"], "text", ["10:30", "11:30"]),
        (["Jan 2 2020", "Feb 3 2020"], "text", ["Jan 2 2020", "Feb 3 2020"]),
        ([" x", "y "], "text", [" x", "y "]),
        (["20200102", "20200203"], "int", [20200102, 20200203]),
        (["1", "a"], "text", ["1", "a"]),
        (["", ""], "text", [None, None]),
    ],
)
def test_a_column_gets_the_type_that_all_its_values_have(frame_of, texts, kind, expected):
    frame = frame_of("id,x\n" + "".join(f"{n},{text}\n" for n, text in enumerate(texts)))

    assert (kind_of(frame.x), values(frame.x)) == (kind, expected)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2020-01-02", "2020-02-03"], ["2020-01-02", "2020-02-03"]),
        (["2020/01/02", ""], ["2020-01-02", None]),
        (["13/02/2020", "01/02/2020"], ["2020-02-13", "2020-02-01"]),
        (["02/13/2020", "01/02/2020"], ["2020-02-13", "2020-01-02"]),
        (["01/02/2020", "03/04/2020"], ["2020-01-02", "2020-03-04"]),
        (["2020-01-02T03:04:05", "2020-01-02T03:04:06"], ["2020-01-02T03:04:05", None]),
        (["2020-01-02T03:04:05Z", "2020-01-02T03:04:06Z"], ["2020-01-02T03:04:05", None]),
        (["2020-01-02 03:04:05.5", ""], ["2020-01-02T03:04:05.5", None]),
        (["1/2/2020 3:04 PM", "2/2/2020 4:04 AM"], ["2020-01-02T15:04", None]),
    ],
)
def test_dates_in_digits_are_dates(frame_of, texts, expected):
    frame = frame_of("id,x\n" + "".join(f"{n},{text}\n" for n, text in enumerate(texts)))

    assert str(frame.x.dtype) == "datetime64[ns]"
    for value, wanted in zip(frame.x, expected, strict=True):
        assert wanted is None or value == pd.Timestamp(wanted)
    assert (frame.x.isna() == [text == "" for text in texts]).all()


def test_without_inference_everything_is_text(frame_of):
    frame = frame_of("a,b\n007,\n", infer_column_types=False)

    assert values(frame.a) == ["007"]
    assert values(frame.b) == [None]


def test_empty_fields_can_be_empty_texts(frame_of):
    frame = frame_of("a,b\n1,x\n,y\n", empty_as_string=True)

    assert frame.a.tolist() == ["1", ""]


def test_types_can_be_told(frame_of):
    frame = frame_of(
        'a,b,c,d,e,f\n1,2,x,true,05.01.2020,7\n2,"3,5",4,0,,x\n',
        set_column_types={
            "a": DataType.to_string(),
            "b": DataType.to_float(decimal_mark=","),
            "c": DataType.to_long(),
            "d": DataType.to_bool(),
            "e": DataType.to_datetime("%d.%m.%Y"),
        },
    )

    assert values(frame.a) == ["1", "2"]
    assert frame.b.tolist() == [2.0, 3.5]
    assert values(frame.c) == [None, 4.0]
    assert values(frame.d) == [True, False]
    assert frame.e[0] == pd.Timestamp("2020-01-05")
    assert values(frame.f) == ["7", "x"]


def test_a_value_of_another_type_can_be_an_error(workspace, tmp_path):
    (tmp_path / "a.csv").write_text("a\n1\nx\n")
    dataset = Dataset.Tabular.from_delimited_files(
        str(tmp_path / "a.csv"), set_column_types={"a": DataType.to_float()}
    )

    assert values(dataset.to_pandas_dataframe().a) == [1.0, None]
    with pytest.raises(UserErrorException, match="'a' holds 'x'"):
        dataset.to_pandas_dataframe(on_error="fail")
    with pytest.raises(ValueError, match="on_error"):
        dataset.to_pandas_dataframe(on_error="ignore")


def test_names_of_columns_are_trimmed_made_up_and_numbered(frame_of):
    frame = frame_of("a,b,a, d\n1,2,3,4\n5,6\n7,8,9,10,11\n\n12,13,14,15\n")

    assert list(frame) == ["a", "b", "a_1", "d", "Column5"]
    assert frame.a.tolist() == [1, 5, 7, 12]
    assert values(frame.Column5) == [None, None, 11.0, None]


def test_files_without_header(frame_of):
    assert frame_of("1,2\n3,4\n", header=False).to_dict("list") == {
        "Column1": [1, 3],
        "Column2": [2, 4],
    }


def test_separators_of_one_and_of_several_letters(frame_of):
    assert list(frame_of("a;b\n1;2\n", separator=";")) == ["a", "b"]
    assert list(frame_of("a\tb\n1\t2\n", separator="\t")) == ["a", "b"]
    assert list(frame_of("a||b\n1||2\n", separator="||")) == ["a", "b"]


@pytest.mark.parametrize("encoding", ["latin1", "windows1252", "utf16", "iso88591"])
def test_encodings(frame_of, encoding):
    codec = {"windows1252": "cp1252", "iso88591": "iso8859-1"}.get(encoding, encoding)

    assert frame_of("ä,b\né,1\n", codec, encoding=encoding).iloc[0, 0] == "é"


def test_a_byte_order_mark_is_no_part_of_a_name(frame_of):
    assert list(frame_of("a,b\n1,2\n", "utf-8-sig")) == ["a", "b"]


def test_a_wrong_encoding_is_told(frame_of):
    with pytest.raises(UserErrorException, match="encoding='latin1'"):
        frame_of("a\né\n", "latin-1")


def test_line_ends_in_quotes_end_no_record(frame_of):
    assert frame_of('a,b\n"x\ny",1\n').a.tolist() == ["x\ny"]


def test_several_files_are_one_table_in_the_order_of_the_first_header(put, store):
    put(h1_csv="x,y\n1,2\n", h2_csv="y,z\n5,abc\n")

    frame = Dataset.Tabular.from_delimited_files(
        [(store, "h1.csv"), (store, "h2.csv")]
    ).to_pandas_dataframe()

    assert frame.to_dict("list") == {"x": [1, 5], "y": ["2", "abc"]}


def test_headers_can_be_combined_or_be_in_the_first_file_only(put, store):
    put(h1_csv="x,y\n1,2\n", h2_csv="y,z\n5,6\n", n_csv="8,9\n")

    combined = Dataset.Tabular.from_delimited_files(
        [(store, "h1.csv"), (store, "h2.csv")],
        header=PromoteHeadersBehavior.COMBINE_ALL_FILES_HEADERS,
    ).to_pandas_dataframe()
    first = Dataset.Tabular.from_delimited_files(
        [(store, "h1.csv"), (store, "n.csv")],
        header=PromoteHeadersBehavior.ONLY_FIRST_FILE_HAS_HEADERS,
    ).to_pandas_dataframe()

    assert combined.y.tolist() == [2, 5]
    assert values(combined.z) == [None, 6.0]
    assert first.to_dict("list") == {"x": [1, 8], "y": [2, 9]}


def test_paths_in_all_their_forms(put, store, tmp_path):
    put(d__a_csv="k\n1\n", d__b_csv="k\n2\n", d__e__c_csv="k\n3\n", d__x_txt="?")
    (tmp_path / "local.csv").write_text("k\n9\n")

    def rows(path):
        return Dataset.Tabular.from_delimited_files(path).to_pandas_dataframe().k.tolist()

    assert rows((store, "d/*.csv")) == [1, 2]
    assert rows((store, "d/**/*.csv")) == [1, 2, 3]
    assert rows([(store, "d/b.csv"), (store, "d/a.csv")]) == [2, 1]
    assert rows((store, "d/e")) == [3]
    assert rows((store, "/d/e/")) == [3]
    assert rows(DataPath(store, "d/[ab].csv")) == [1, 2]
    assert rows(store.path("d/a.csv")) == [1]
    assert rows("local.csv") == [9]
    assert rows(tmp_path / "local.csv") == [9]
    assert rows(f"file://{tmp_path}/local.csv") == [9]
    assert rows(["local.csv", (store, "d/a.csv")]) == [9, 1]


def test_a_url_is_read_and_named_in_the_path_column(workspace, server):
    url = server.serve("/a.csv", b"k\n1\n")

    frame = Dataset.Tabular.from_delimited_files(url + "?t=1", include_path=True)

    assert frame.to_pandas_dataframe().to_dict("list") == {"Path": [url], "k": [1]}


@pytest.mark.parametrize("path", [None, 3, [], "", ("a", "b"), {"a": 1}, [None]])
def test_what_is_no_path_is_refused(workspace, path):
    with pytest.raises(UserErrorException, match="cannot be the path of a dataset"):
        Dataset.Tabular.from_delimited_files(path)


def test_a_path_must_stay_in_its_datastore(store):
    with pytest.raises(UserErrorException, match="must stay inside"):
        Dataset.Tabular.from_delimited_files((store, "../history.db"))


@pytest.mark.parametrize("text", ["", "a,b\n", "\n\n"])
def test_a_dataset_without_records_is_refused_unless_it_is_not_looked_at(
    workspace, tmp_path, text
):
    (tmp_path / "a.csv").write_text(text)

    with pytest.raises(DatasetValidationError, match="no records"):
        Dataset.Tabular.from_delimited_files("a.csv")
    assert Dataset.Tabular.from_delimited_files("a.csv", validate=False) is not None


def test_missing_files_are_told(store):
    with pytest.raises(DatasetValidationError, match=r"nowhere\.csv"):
        Dataset.Tabular.from_delimited_files("nowhere.csv")
    with pytest.raises(DatasetValidationError, match="workspaceblobstore"):
        Dataset.Tabular.from_delimited_files((store, "no/*.csv"))
    unchecked = Dataset.Tabular.from_delimited_files((store, "no.csv"), validate=False)
    with pytest.raises(UserErrorException, match=r"no\.csv"):
        unchecked.to_pandas_dataframe()


@pytest.mark.parametrize(
    "arguments",
    [
        {"separator": ""},
        {"header": "yes"},
        {"encoding": "klingon"},
        {"set_column_types": ["a"]},
        {"set_column_types": {"a": float}},
    ],
)
def test_settings_that_cannot_be_are_refused(workspace, arguments):
    with pytest.raises(UserErrorException):
        Dataset.Tabular.from_delimited_files("x.csv", **arguments)


def test_what_is_not_emulated_is_loud(people):
    with pytest.raises(NotEmulatedError, match="partition_format"):
        Dataset.Tabular.from_delimited_files("x.csv", partition_format="/{a}/x.csv")
    for member in ("to_spark_dataframe", "get_profile", "partition_by"):
        with pytest.raises(NotEmulatedError, match=member):
            getattr(people, member)
    with pytest.raises(NotEmulatedError, match="from_sql_query"):
        _ = Dataset.Tabular.from_sql_query


def test_json_lines(workspace, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"a": 1, "b": "x"}\n\n{"a": 2.5, "c": true}\n')

    frame = Dataset.Tabular.from_json_lines_files("a.jsonl").to_pandas_dataframe()

    assert frame.a.tolist() == [1.0, 2.5]
    assert values(frame.b) == ["x", None]
    assert values(frame.c) == [None, True]


def test_lines_that_are_no_json_are_an_error_or_left_out(workspace, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"a": 1}\nnot json\n{"a": 3}\n')
    factory = Dataset.Tabular

    with pytest.raises(UserErrorException, match=r"line 2 is no JSON object"):
        factory.from_json_lines_files("a.jsonl").to_pandas_dataframe()
    kept = factory.from_json_lines_files("a.jsonl", invalid_lines="drop").to_pandas_dataframe()
    assert kept.a.tolist() == [1, 3]
    with pytest.raises(UserErrorException, match="invalid_lines"):
        factory.from_json_lines_files("a.jsonl", invalid_lines="guess")


def test_parquet_files_keep_their_types(workspace, tmp_path):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, None]})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_parquet(tmp_path / "b.parquet")

    dataset = Dataset.Tabular.from_parquet_files(
        [str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet")],
        set_column_types={"a": DataType.to_string()},
    )

    read = dataset.to_pandas_dataframe()
    assert values(read.a) == ["1", "2", "1", "2"]
    assert values(read.c) == [0.5, None, 0.5, None]


def test_rows_and_columns_are_selected(people):
    assert people.take(2).to_pandas_dataframe().name.tolist() == ["ann", "bob"]
    assert people.skip(2).to_pandas_dataframe().name.tolist() == ["cid"]
    assert people.skip(1).take(1).to_pandas_dataframe().index.tolist() == [0]
    assert list(people.keep_columns(["left", "name"]).to_pandas_dataframe()) == ["name", "left"]
    assert list(people.keep_columns("age").to_pandas_dataframe()) == ["age"]
    assert list(people.drop_columns(["age", "nothing"]).to_pandas_dataframe()) == ["name", "left"]
    assert list(people.to_pandas_dataframe()) == ["name", "age", "left"]


def test_a_column_to_keep_must_be_there(people):
    with pytest.raises(UserErrorException, match=r"no column 'size'.*'name', 'age'"):
        people.keep_columns("size").to_pandas_dataframe()
    with pytest.raises(UserErrorException, match="no column 'size'"):
        people.keep_columns("size", validate=True)
    with pytest.raises(UserErrorException, match="is no column"):
        people.drop_columns(3)


def test_a_split_has_every_row_once_and_is_the_same_whenever_it_is_read(workspace, tmp_path):
    (tmp_path / "n.csv").write_text("n\n" + "".join(f"{n}\n" for n in range(200)))
    dataset = Dataset.Tabular.from_delimited_files("n.csv")

    first, second = dataset.random_split(0.7, seed=1)
    rows, rest = first.to_pandas_dataframe().n.tolist(), second.to_pandas_dataframe().n.tolist()

    assert sorted(rows + rest) == list(range(200))
    assert 110 < len(rows) < 170
    assert dataset.random_split(0.7, seed=1)[0].to_pandas_dataframe().n.tolist() == rows
    unseeded = dataset.random_split(0.5)
    assert sum(len(part.to_pandas_dataframe()) for part in unseeded) == 200


def test_a_sample_is_the_same_for_the_same_seed(workspace, tmp_path):
    (tmp_path / "n.csv").write_text("n\n" + "".join(f"{n}\n" for n in range(200)))
    dataset = Dataset.Tabular.from_delimited_files("n.csv")

    rows = dataset.take_sample(0.3, seed=5).to_pandas_dataframe().n.tolist()

    assert 30 < len(rows) < 90
    assert dataset.take_sample(0.3, seed=5).to_pandas_dataframe().n.tolist() == rows


@pytest.mark.parametrize(
    "step",
    [
        lambda d: d.take(-1),
        lambda d: d.skip("a"),
        lambda d: d.take(True),
        lambda d: d.random_split(1.5),
        lambda d: d.take_sample("half"),
        lambda d: d.random_split(0.5, seed="x"),
    ],
)
def test_numbers_that_cannot_be_are_refused(people, step):
    with pytest.raises(ValueError, match="must be"):
        step(people)


def test_filters(people):
    def names(expression):
        return people.filter(expression).to_pandas_dataframe().name.tolist()

    assert names(people["age"] > 40) == ["bob", "cid"]
    assert names((people["age"] >= 42) & (people["name"] != "cid")) == ["bob"]
    assert names((people["age"] < 32) | ~(people["age"] <= 50)) == ["ann", "cid"]
    assert names(people["age"] * 2 - 2 == 60) == ["ann"]
    assert names(people["left"] > day(2021, 1, 1)) == ["bob", "cid"]
    assert people.filter(people["age"] > 40).take(1).to_pandas_dataframe().name.tolist() == ["bob"]


def test_what_is_no_filter_is_refused(people):
    with pytest.raises(UserErrorException, match="no expression"):
        people.filter("age > 3")
    with pytest.raises(TypeError, match="with &"):
        bool(people["age"] > 3)
    with pytest.raises(TypeError, match="cannot be compared"):
        people["age"] > [3]  # noqa: B015
    with pytest.raises(TypeError, match="is no column"):
        people[["age"]]
    with pytest.raises(UserErrorException, match="no column 'size'"):
        people.filter(people["size"] > 3).to_pandas_dataframe()


def test_times(people):
    timed = people.with_timestamp_columns("left")

    def names(dataset):
        return dataset.to_pandas_dataframe().name.tolist()

    middle = day(2021, 2, 3)
    assert timed.timestamp_columns == ("left", None)
    assert people.timestamp_columns == (None, None)
    assert names(timed.time_before(middle)) == ["ann", "bob"]
    assert names(timed.time_before(middle, include_boundary=False)) == ["ann"]
    assert names(timed.time_after(middle, include_boundary=False)) == ["cid"]
    assert names(timed.time_between(middle, middle)) == ["bob"]
    assert names(timed.time_recent(datetime.timedelta(days=1))) == []


def test_times_need_a_column(people):
    with pytest.raises(DatasetTimestampMissingError):
        people.time_after(day(2021, 1, 1))
    with pytest.raises(UserErrorException, match=r"no datetime\.datetime"):
        people.with_timestamp_columns("left").time_after("2021")
    with pytest.raises(UserErrorException, match="no column 'when'"):
        people.with_timestamp_columns("when", validate=True)


def test_a_data_frame_is_written_and_registered(store):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})

    made = Dataset.Tabular.register_pandas_dataframe(
        frame, (store, "frames"), "frame", tags={"k": "v"}, show_progress=False
    )
    Dataset.Tabular.register_pandas_dataframe(frame, store, "frame", show_progress=False)

    assert (made.name, made.version, made.tags) == ("frame", 1, {"k": "v"})
    assert values(made.to_pandas_dataframe().b) == ["x", None]
    assert Dataset.get_by_name(None, "frame").version == 2


def test_what_is_no_data_frame_or_no_place_is_refused(store):
    with pytest.raises(UserErrorException, match="not a DataFrame"):
        Dataset.Tabular.register_pandas_dataframe([1], store, "x")
    with pytest.raises(UserErrorException, match="target is"):
        Dataset.Tabular.register_pandas_dataframe(pd.DataFrame({"a": [1]}), "store", "x")


def test_a_dataset_is_not_made_directly(workspace):
    with pytest.raises(UserErrorException, match="not made directly"):
        TabularDataset()


def test_a_missing_package_is_told_with_the_command(people, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)

    with pytest.raises(ImportError, match="pip install pandas"):
        people.to_pandas_dataframe()
