"""The first account of a new installation: opened from the shell, and it opens all the others."""

import sys
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.services.users import administrator_install
from common import clock


class Command(BaseCommand):
    help = "开立一个管理员账号；单位没有登记的，一并登记。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="用户名")
        parser.add_argument("--name", required=True, help="姓名")
        parser.add_argument("--organisation", required=True, help="单位名称，例如 乡村振兴局")
        parser.add_argument("--division", required=True, help="单位的行政区划代码，例如 640181")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = administrator_install(
                username=options["username"],
                name=options["name"],
                organisation=options["organisation"],
                division_code=options["division"],
                password=self._password(),
                now=clock.now(),
            )
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        self.stdout.write(f"已开立管理员“{user.name}”（{user.organisation}），用户名 {user.username}。")

    def _password(self) -> str:
        """Ask twice at a terminal; take one line where something else is connected."""
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        password = getpass("密码：")
        if getpass("再输一次：") != password:
            raise CommandError("两次输入的密码不一样，请重新运行。")
        return password
