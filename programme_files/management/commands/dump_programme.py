"""manage.py dump_programme CODE: the programme as a file, on the standard output."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programme_files.dumping import dump_programme
from programme_files.problems import ProgrammeFileError
from villages.models import Programme


class Command(BaseCommand):
    help = "把创建方案写成方案文件，输出到标准输出；再次载入时没有变化。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="方案代码，例如 lingwu")

    def handle(self, *, code: str, **options: Any) -> None:
        programme = Programme.objects.filter(code=code).first()
        if programme is None:
            known = "、".join(Programme.objects.values_list("code", flat=True)) or "（还没有载入任何方案）"
            raise CommandError(f"没有代码为“{code}”的方案。现有的方案：{known}。")
        try:
            self.stdout.write(dump_programme(programme), ending="")
        except ProgrammeFileError as error:
            raise CommandError(str(error)) from error
