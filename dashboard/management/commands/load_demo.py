"""manage.py load_demo: put the demonstration data into a site that runs as a demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Role, User
from common import clock
from dashboard.demo.loading import DemonstrationError, demo_load
from dashboard.demo.people import EVERYBODY, Person

REFUSAL = (
    "这里不是演示环境，不能放进演示数据和演示账号：它们的密码是公开的。"
    "演示请用 make demo（它会设置 CLOCK_START）。"
)


class Command(BaseCommand):
    help = "载入演示数据和演示账号（只在演示环境中）；重复运行不会改变任何内容。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accounts",
            action="store_true",
            help="只列出演示账号：角色、用户名、密码、单位，以制表符分隔；先是每个角色一个，再是其余的",
        )

    def handle(self, *, accounts: bool, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(REFUSAL)
        if accounts:
            self._list_accounts()
            return
        try:
            loaded = demo_load(now=clock.now())
        except DemonstrationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("已载入演示数据。" if loaded else "演示数据已经在了，没有变化。")

    def _list_accounts(self) -> None:
        users = {user.username: user for user in User.objects.select_related("organisation")}
        for person in EVERYBODY:
            if person.username in users:
                self.stdout.write("\t".join(_row(person, users[person.username])))


def _row(person: Person, user: User) -> tuple[str, ...]:
    password = person.password if user.check_password(person.password) else "（已改）"
    return (Role(person.role).label, person.username, password, user.organisation.name)
