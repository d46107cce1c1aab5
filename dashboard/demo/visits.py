"""Visits of the leaders in charge: as many rows a month as the ledger counts."""

from datetime import date, timedelta

from dashboard.demo.figures import STORIES
from dashboard.demo.moments import at
from dashboard.demo.months import MonthWriter
from dashboard.demo.people import People
from dashboard.demo.story import Story
from villages.models import Programme, Village, Visit

LEADERS = {
    "泾灵南村": ("王志刚", "马晓燕"),
    "泾灵北村": ("王志刚", "丁建军"),
    "泾兴村": ("杨永明", "哈文斌"),
    "镇河塔社区": ("金玉芳", "李国庆"),
    "西湖社区": ("金玉芳", "纳建平"),
}
TOPICS = (
    "入户了解收入和就业情况，研究冬季农业技术培训安排。",
    "查看在建项目进度，协调解决施工用水用电。",
    "听取“四查四补”情况，研究低收入户帮扶措施。",
    "查看污水处理和垃圾清运，研究长效管护办法。",
    "走访温室种植户，研究订单收购和分拣销售。",
    "与社区“两委”座谈，研究新增就业岗位。",
)


def add_visits(programme: Programme, people: People, writer: MonthWriter) -> None:
    """Write down every visit that the ledger's monthly figure counts."""
    villages = {village.code: village for village in Village.objects.enrolled_in(programme)}
    Visit.objects.bulk_create(
        [
            _visit(story, villages[story.code], date(*month, 1), place, people)
            for story in STORIES
            for month, count in writer.figures[story.code]["leader_visits"].items()
            for place in range(int(count))
        ]
    )


def _visit(story: Story, village: Village, month: date, place: int, people: People) -> Visit:
    day = month + timedelta(days=5 + 11 * place + month.month % 4)
    return Visit(
        village=village,
        visit_date=day,
        leader=LEADERS[story.name][place],
        topic=TOPICS[(month.year + month.month + place) % len(TOPICS)],
        is_demonstration=True,
        recorded_by=people[story.clerk],
        recorded_at=at(day.year, day.month, day.day, 17),
    )
