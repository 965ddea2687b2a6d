"""The settings of sealing."""

from pathlib import Path

import pytest

from collector.lake.settings import SealSettings, load
from collector.settings import SettingsError


def test_nothing_need_be_set_and_there_need_be_no_file(tmp_path: Path) -> None:
    assert load(tmp_path / "seal.toml") == SealSettings()


def test_everything_can_be_set_and_paths_start_from_the_files_folder(tmp_path: Path) -> None:
    file = tmp_path / "seal.toml"
    file.write_text('[lake]\nurl = "s3://b/l"\n[timestamp]\nurl = "https://tsa.example"\ncertificate_file = "ca.pem"\n')
    assert load(file) == SealSettings(
        lake_url="s3://b/l", timestamp_url="https://tsa.example", certificate_file=tmp_path / "ca.pem"
    )


def test_all_problems_are_told_together(tmp_path: Path) -> None:
    file = tmp_path / "seal.toml"
    file.write_text('lake = 3\nlaek = 1\n[timestamp]\nurl = ""\nurls = 1\n')
    with pytest.raises(SettingsError) as told:
        load(file)
    assert str(told.value).splitlines() == [
        f"{file}: laek is not a setting; perhaps lake was meant.",
        f"{file}: lake must be a table: write [lake] above its settings.",
        f"{file}: timestamp.urls is not a setting; perhaps url was meant.",
        f"{file}: timestamp.url must be text that is not empty, but is ''.",
    ]
