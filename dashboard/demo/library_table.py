"""The projects of the demonstration. Names follow the plan where it names works; money and dates do not.

The plan says that 22 projects with an estimated 3092 万元 were meant for 2022: so many stand here.
"""

from dataclasses import dataclass
from decimal import Decimal

FULL = 100
VILLAGES = {"南": "泾灵南村", "北": "泾灵北村", "兴": "泾兴村", "塔": "镇河塔社区", "湖": "西湖社区"}

# year, villages, measure, department, budget in 万元, months from-to, percent done, name, content
TABLE = """
2022 南北 8 水务局 420 3-9 100 泾灵新村12万m³蓄水池 新建12万m³蓄水池及进出水设施。
2022 兴 8 水务局 350 3-9 100 泾兴村10万m³蓄水池 新建10万m³蓄水池及进出水设施。
2022 南 8 水务局 180 4-10 100 泾灵南村设施产业园区供水改造 改造供水泵站和主干管网。
2022 北 8 水务局 170 4-10 100 泾灵北村设施产业园区供水改造 改造供水泵站和主干管网。
2022 兴 8 水务局 190 4-10 100 泾兴村设施产业园区供水改造 改造供水泵站和主干管网。
2022 兴 8 交通局 236 4-8 100 白土岗乡设施产业园区生产路硬化 混凝土硬化生产路18条7875米。
2022 南 4 农业农村局 264 3-9 100 泾灵南村二期全钢架大拱棚 新建18m×80m全钢架大拱棚11栋。
2022 塔 8 民政局 160 4-11 100 镇河塔社区康养中心 建设康养中心并配备设施。
2022 塔 8 住建局 18 5-6 100 镇河塔社区小区北大门改造 改造小区北大门及门前道路。
2022 塔 8 人社局 95 4-9 100 劳务移民创业实践中心 建设创业实践场地，配备培训设施。
2022 塔 8 民政局 70 5-10 100 镇河塔社区残疾人康复中心 建设康复训练和日间照料用房。
2022 塔 8 住建局 85 5-9 100 镇河塔社区综合运动场 建设篮球场、健身步道和看台。
2022 塔 8 住建局 210 3-10 100 镇河塔社区雨污分流管网 改造雨污分流管网。
2022 湖 8 民政局 45 4-7 100 西湖社区家庭综合服务站 改造服务用房，配备服务设施。
2022 湖 8 住建局 66 5-8 100 西湖社区安置楼顶防水维修 维修安置楼屋面防水。
2022 南 10 农业农村局 98 3-10 100 泾灵南村2022年户厕改造 双瓮式厕所改为自来水直冲式260户。
2022 北 10 农业农村局 92 3-10 100 泾灵北村2022年户厕改造 双瓮式厕所改为自来水直冲式245户。
2022 兴 10 农业农村局 94 3-10 100 泾兴村2022年户厕改造 双瓮式厕所改为自来水直冲式235户。
2022 南北 10 农业农村局 86 4-9 100 泾灵南北村环境综合整治试点 整治巷道、庭院和村庄绿化。
2022 塔 10 住建局 112 4-10 100 民生佳苑小区人居环境综合改造 改造道路、绿化和照明。
2022 南北 2 水务局 36 8-10 100 冬季自来水管道防冻改造 加深入户管道埋深，更换冻损管段。
2022 湖 5 人社局 15 3-11 100 西湖社区职业技能培训 开展订单式职业技能培训。
2023 北 10 农业农村局 105 3-10 100 泾灵北村2023年户厕改造 双瓮式厕所改为自来水直冲式250户。
2023 南 10 农业农村局 112 3-10 100 泾灵南村2023年户厕改造 双瓮式厕所改为自来水直冲式280户。
2023 北 10 住建局 268 4-11 100 泾灵北村污水管网延伸 新建支管网，接入污水处理站。
2023 塔 9 卫健局 58 5-9 100 镇河塔社区卫生服务站提升 改造诊室，添置设备。
2023 兴 4 农业农村局 196 3-9 100 泾兴村分拣冷链车间改造 改造分拣线和冷库。
2024 兴 10 住建局 320 3-11 100 泾兴村污水处理站提升改造 提升处理能力，改造排污管网。
2024 兴 10 农业农村局 102 3-10 100 泾兴村2024年户厕改造 双瓮式厕所改为自来水直冲式249户。
2024 南 4 农业农村局 176 4-10 100 泾灵南村设施温室提升改造 更新棚膜、保温和水肥一体化设施。
2024 湖 8 住建局 148 4-10 100 西湖社区老旧管网改造 改造供水、供热和排污管网。
2024 塔 4 农业农村局 90 5-10 100 镇河塔社区帮扶车间 改造厂房，引进来料加工。
2025 湖 10 住建局 186 3-9 88 西湖社区雨污分流改造 改造雨污分流管网和化粪池。
2025 湖 6 人社局 64 4-10 100 西湖社区零工驿站 建设零工驿站和招聘大厅。
2025 湖 10 住建局 72 4-11 75 西湖社区口袋公园和绿化提升 补植绿化，建设口袋公园。
2025 兴 8 交通局 158 5-11 62 泾兴村产业路提升 拓宽产业路，加装路灯。
2025 北 4 农业农村局 134 4-10 90 泾灵北村智能温室 新建智能温室2栋。
"""


@dataclass(frozen=True)
class Work:
    """A project: `begins` and `ends` are months of its year; `done` is how far the works are, in percent."""

    year: int
    villages: tuple[str, ...]
    measure: int
    department: str
    budget: Decimal
    begins: int
    ends: int
    done: int
    name: str
    content: str

    @property
    def is_finished(self) -> bool:
        return self.done == FULL


def _work(line: str) -> Work:
    year, villages, measure, department, budget, months, done, name, content = line.split()
    begins, _, ends = months.partition("-")
    return Work(
        int(year),
        tuple(VILLAGES[sign] for sign in villages),
        int(measure),
        department,
        Decimal(budget),
        int(begins),
        int(ends),
        int(done),
        name,
        content,
    )


PROJECTS = tuple(_work(line) for line in TABLE.strip().splitlines())
