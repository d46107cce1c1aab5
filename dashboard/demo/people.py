"""Who works in the demonstration: one account per role, then those of the other townships and departments."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import Organisation, User


@dataclass(frozen=True)
class Person:
    """An account; the password is public, like everything about the demonstration."""

    username: str
    password: str
    name: str
    role: str
    organisation: str


PRINCIPALS = (
    Person("clerk_chengqu", "Chengqu-2025-tianbao", "马小兰", "clerk", "城区街道办"),
    Person("head_chengqu", "Chengqu-2025-fuze", "李志强", "head", "城区街道办"),
    Person("dept_jiaotiju", "Jiaotiju-2025-zeren", "周慧敏", "department", "教体局"),
    Person("bureau_zhenxing", "Zhenxing-2025-shouli", "陈立新", "bureau", "乡村振兴局"),
    Person("city_yinchuan", "Yinchuan-2025-fushen", "赵明远", "city", "银川市农村工作领导小组办公室"),
    Person("leader_lingwu", "Lingwu-2025-lingdao", "何振华", "leader", "市委办"),
    Person("admin_lingwu", "Lingwu-2025-guanli", "孙晓东", "administrator", "政府办"),
    Person("auditor_jiwei", "Jiwei-2025-shenji", "郑文博", "auditor", "纪委监委"),
)
OTHERS = (
    Person("clerk_haojiaqiao", "Haojiaqiao-2025-tianbao", "王建华", "clerk", "郝家桥镇"),
    Person("head_haojiaqiao", "Haojiaqiao-2025-fuze", "张国栋", "head", "郝家桥镇"),
    Person("clerk_baitugang", "Baitugang-2025-tianbao", "杨秀英", "clerk", "白土岗乡"),
    Person("head_baitugang", "Baitugang-2025-fuze", "马文军", "head", "白土岗乡"),
    Person("bureau_nongban", "Nongban-2025-shouli", "吴海峰", "bureau", "农办"),
    Person("dept_renshe", "Renshe-2025-zeren", "刘燕", "department", "人社局"),
    Person("dept_yibao", "Yibao-2025-zeren", "黄丽华", "department", "医保局"),
    Person("dept_weijian", "Weijian-2025-zeren", "徐静", "department", "卫健局"),
    Person("dept_nongye", "Nongye-2025-zeren", "高志远", "department", "农业农村局"),
    Person("dept_zhujian", "Zhujian-2025-zeren", "林涛", "department", "住建局"),
    Person("dept_shuiwu", "Shuiwu-2025-zeren", "谢军", "department", "水务局"),
    Person("dept_huanjing", "Huanjing-2025-zeren", "罗晓梅", "department", "生态环境局灵武分局"),
    Person("dept_zhifa", "Zhifa-2025-zeren", "唐建国", "department", "综合执法局"),
    Person("dept_minzheng", "Minzheng-2025-zeren", "韩雪", "department", "民政局"),
    Person("dept_caizheng", "Caizheng-2025-zeren", "冯立", "department", "财政局"),
    Person("dept_jiaotong", "Jiaotong-2025-zeren", "董强", "department", "交通局"),
    Person("dept_zuzhi", "Zuzhi-2025-zeren", "曹文静", "department", "组织部"),
    Person("dept_xuanchuan", "Xuanchuan-2025-zeren", "彭博", "department", "宣传部"),
)
EVERYBODY = PRINCIPALS + OTHERS


class People:
    """The accounts by what the story asks for."""

    def __init__(self, division_code: str) -> None:
        names = [person.username for person in EVERYBODY]
        users = User.objects.filter(username__in=names).select_related("organisation")
        self._by_name = {user.username: user for user in users}
        self._division_code = division_code

    def __getitem__(self, username: str) -> User:
        return self._by_name[username]

    def of(self, role: str, organisation: str) -> User:
        """The account of a role in an office."""
        found = (p.username for p in EVERYBODY if (p.role, p.organisation) == (role, organisation))
        return self._by_name[next(found)]

    def departments(self) -> Iterator[User]:
        """Every department officer."""
        return (self._by_name[person.username] for person in EVERYBODY if person.role == "department")


def open_accounts(division_code: str) -> People:
    """Make the accounts that are not there yet; one that is there stays as it is, password and all."""
    offices = {
        office.name: office for office in Organisation.objects.filter(division_code__startswith=division_code)
    }
    above = Organisation.objects.filter(division_code=division_code[:4])
    offices |= {office.name: office for office in above}
    known = set(User.objects.values_list("username", flat=True))
    for person in EVERYBODY:
        if person.username not in known:
            User.objects.create_user(
                person.username,
                person.password,
                name=person.name,
                organisation=offices[person.organisation],
                roles=[person.role],
            )
    return People(division_code)
