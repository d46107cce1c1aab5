"""manage.py load_programme FILE: make the database say what a programme file says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from programme_files.problems import ProgrammeFileError
from programme_files.services import programme_load
from programme_files.yaml_nodes import decode


class Command(BaseCommand):
    help = "载入一个创建方案文件（写法见 docs/programme-format.md）。重复载入不会改变任何内容。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="方案文件，例如 programmes/lingwu.yaml")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            text = decode(file.read_bytes())
            loaded = programme_load(text=text, actor=None, now=clock.now())
        except OSError as error:
            raise CommandError(f"读不到文件 {file}：{error.strerror}。") from error
        except ProgrammeFileError as error:
            count = len(error.problems)
            raise CommandError(f"{file} 有 {count} 处问题，什么也没有写入：\n{error}") from error
        for warning in loaded.warnings:
            self.stderr.write(f"请核对：{warning}")
        self.stdout.write(str(loaded))
