"""The collector's settings, from the file to frozen data."""

from pathlib import Path

import pytest

from collector.settings import BrokerSettings, CollectorSettings, SettingsError, load


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return path


def test_nothing_need_be_set(tmp_path: Path) -> None:
    assert load(_written(tmp_path, "")) == CollectorSettings()


def test_everything_can_be_set_and_paths_start_from_the_files_folder(tmp_path: Path) -> None:
    text = (
        '[broker]\nhost = "mqtt.example"\nport = 8883\nusername = "c"\npassword_file = "secret"\n'
        'tls = true\nca_file = "/etc/ca.pem"\n'
    )
    assert load(_written(tmp_path, text)).broker == BrokerSettings(
        host="mqtt.example",
        port=8883,
        username="c",
        password_file=tmp_path / "secret",
        tls=True,
        ca_file=Path("/etc/ca.pem"),
    )


def test_how_many_processes_judge_is_as_set_none_included(tmp_path: Path) -> None:
    assert load(_written(tmp_path, "[judging]\nprocesses = 0\n")).judging_processes == 0
    assert load(_written(tmp_path, "[judging]\n")).judging_processes is None


@pytest.mark.parametrize(
    ("host", "tls"), [("127.0.0.1", False), ("localhost", False), ("::1", False), ("10.0.0.5", True), ("mqtt", True)]
)
def test_a_password_leaves_this_machine_only_under_tls_unless_told(tmp_path: Path, host: str, tls: bool) -> None:
    assert load(_written(tmp_path, f'[broker]\nhost = "{host}"\n')).broker.tls is tls
    assert load(_written(tmp_path, f'[broker]\nhost = "{host}"\ntls = false\n')).broker.tls is False


def test_who_names_certificates_wants_them_used(tmp_path: Path) -> None:
    assert load(_written(tmp_path, '[broker]\nca_file = "x"\n')).broker.tls


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[broke]\n", "broke is not a setting; perhaps broker was meant."),
        ('[broker]\nhots = "h"\n', "broker.hots is not a setting; perhaps broker.host was meant."),
        ("broker = 1\n", "broker must be a table: write [broker] above its settings."),
        ("[broker]\nhost = 7\n", "broker.host must be text that is not empty, but is 7."),
        ('[broker]\nhost = ""\n', "broker.host must be text that is not empty, but is ''."),
        ("[broker]\nport = 0\n", "broker.port must be a whole number from 1 to 65535, but is 0."),
        ("[broker]\nport = true\n", "broker.port must be a whole number from 1 to 65535, but is True."),
        ('[broker]\ntls = "yes"\n', "broker.tls must be true or false, but is 'yes'."),
        ('[broker]\nusername = "u"\n', "broker.username and broker.password_file go together: give both or neither."),
        (
            '[broker]\nca_file = "x"\ntls = false\n',
            "broker.ca_file has no use without TLS: set broker.tls = true or leave ca_file out.",
        ),
        ("[judging]\nprocess = 1\n", "judging.process is not a setting; perhaps judging.processes was meant."),
        ("[judging]\nprocesses = -1\n", "judging.processes must be a whole number from 0 to 64, but is -1."),
        ("[judging]\nprocesses = true\n", "judging.processes must be a whole number from 0 to 64, but is True."),
        ("judging = 2\n", "judging must be a table: write [judging] above its settings."),
        ("[broker\n", "is not TOML: "),
    ],
)
def test_each_mistake_has_its_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = _written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: {sentence}")


def test_all_mistakes_are_told_together(tmp_path: Path) -> None:
    path = _written(tmp_path, 'x = 1\n[broker]\nport = -1\ntls = 2\nuser = "u"\n')
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert len(str(caught.value).splitlines()) == 4


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere.toml: cannot be read: No such file or directory\."):
        load(tmp_path / "nowhere.toml")
