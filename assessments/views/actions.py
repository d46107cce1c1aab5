"""What a reader may do with an application now: from the workflow's table to buttons, forms and links."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from accounts.transitions import Offer, offers
from assessments.decisions import View
from assessments.forms import StepForm
from assessments.models import Application

# What the button says it does, to whom; where nothing stands here the table's own label does.
WORDS = {
    "submit": "提交验收申请，报乡村振兴局（农办）",
    "resubmit": "重新提交，报乡村振兴局（农办）",
    "start_review": "开始评估验收，请成员单位提意见",
    "pass": "通过，报请市级复审复验",
    "start_city_review": "开始复审复验",
    "award": "通过，授牌…",
    "return": "退回整改…",
    "city_return": "退回整改…",
    "fail": "不予通过，本年度结束…",
    "city_fail": "不予通过，本年度结束…",
    "lapse": "逾期未整改，本年度不予通过…",
    "withdraw": "撤回申请…",
    "revoke": "摘牌…",
    "extend_self_check": "延长申请期限…",
    "extend_rectification": "延长整改期限…",
}
PAGES = {"return": "assessments:return", "city_return": "assessments:return", "award": "assessments:award"}
AT_ONCE = frozenset({"submit", "resubmit", "reopen", "start_review", "start_city_review"})
REASON_NEEDED = "有未达标的标准或不同意见，仍要通过的，请写明理由。"
EXPLAINED = {
    "withdraw": "撤回后这一轮不再办理；今年还要申请的，可以重新发起自查。",
    "fail": "本年度不再办理，明年可以重新申请。理由会告知乡镇。",
    "city_fail": "本年度不再办理，明年可以重新申请。理由会告知农办和乡镇。",
    "lapse": "整改期限已过。确定后本年度不再办理。",
    "revoke": "摘牌后称号不再有效，不能恢复。",
}


@dataclass(frozen=True)
class Action:
    """One thing to do: `obstacle` says why not now; else a link, a button, or a form behind its summary."""

    name: str
    label: str
    tone: str
    url: str
    obstacle: str = ""
    explanation: str = ""
    is_link: bool = False
    form: StepForm | None = None

    @property
    def is_primary(self) -> bool:
        return self.tone == "primary"


def actions(
    application: Application, user: User, now: datetime, view: View, bound: StepForm | None = None
) -> list[Action]:
    """The actions in the order of the table; `bound` is a form that came back."""
    return [_action(application, offer, view, bound) for offer in offers(application, user, now)]


def step_form(application: Application, name: str, view: View, data: object = None) -> StepForm:
    """The form of a step; a pass in spite of something that speaks against it needs a reason."""
    needed = name == "pass" and bool(view.exceptions)
    return StepForm(data, transition=application.WORKFLOW[name], reason_needed=needed)


def _action(application: Application, offer: Offer, view: View, bound: StepForm | None) -> Action:
    name, label = offer.transition.name, WORDS.get(offer.transition.name, offer.transition.label)
    came_back = bound if bound and bound.prefix == name else None
    if obstacle := offer.obstacle or (_unready(name, view) if came_back is None else ""):
        return Action(name, offer.transition.label, offer.transition.tone, "", obstacle=obstacle)
    if page := PAGES.get(name):
        return Action(name, label, offer.transition.tone, reverse(page, args=[application.pk]), is_link=True)
    url = reverse("assessments:step", args=[application.pk, name])
    if name in AT_ONCE:
        return Action(name, label, offer.transition.tone, url)
    form = came_back or step_form(application, name, view)
    words = REASON_NEEDED if name == "pass" and view.exceptions else EXPLAINED.get(name, "")
    return Action(name, label, offer.transition.tone, url, explanation=words, form=form)


def _unready(name: str, view: View) -> str:
    """What has to be done on another page before this step; the service has the last word."""
    if name == "pass" and view.unjudged:
        return f"先判定 {len(view.unjudged)} 项标准才能通过。"
    return ""
