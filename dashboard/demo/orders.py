"""Instructions of the leader that are still open on the demonstration's day."""

from datetime import date

from accounts.models import Organisation
from assessments.services.supervision import order_answer, order_issue
from dashboard.demo.moments import at
from dashboard.demo.people import People
from indicators.models import Standard
from villages.models import Programme, Village


def add_orders(programme: Programme, people: People) -> None:
    """One order that is overdue, one that runs, one that was answered and waits to be closed."""
    leader = people["leader_lingwu"]
    villages = {village.name: village for village in Village.objects.enrolled_in(programme)}
    offices = {
        office.name: office for office in Organisation.objects.filter(division_code__startswith="640181")
    }
    standards = {row.code: row for row in Standard.objects.filter(programme=programme)}
    order_issue(
        village=villages["西湖社区"],
        organisation=offices["教体局"],
        text="西湖社区2025年九年义务教育数据一直没有报送，请尽快核实补报。（演示）",
        deadline=date(2025, 11, 7),
        actor=leader,
        now=at(2025, 10, 28),
        standard=standards["S10"],
        is_demonstration=True,
    )
    order_issue(
        village=villages["西湖社区"],
        organisation=offices["城区街道办"],
        text="西湖社区年底前申请验收，请对照标准逐项补齐短板，重点是稳定就业和集体经济。（演示）",
        deadline=date(2025, 11, 18),
        actor=leader,
        now=at(2025, 11, 4),
        is_demonstration=True,
    )
    answered = order_issue(
        village=villages["泾兴村"],
        organisation=offices["白土岗乡"],
        text="泾兴村8月没有包抓领导到村调研，请说明原因。（演示）",
        deadline=date(2025, 9, 30),
        actor=leader,
        now=at(2025, 9, 10),
        standard=standards["M13-1"],
        is_demonstration=True,
    )
    words = "8月防汛值守，调研改在9月2日补做，今后按月安排。（演示）"
    order_answer(order=answered, actor=people["clerk_baitugang"], now=at(2025, 9, 18), comment=words)
