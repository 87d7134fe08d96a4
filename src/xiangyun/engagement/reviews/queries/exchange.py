"""The border to other systems: grades, channels and stages in their codes.

GB/T 39046 A.8 counts grades from the best, the national 好差评 interface as stars: inside only stars exist.
"""

from typing import Any

from django.utils import timezone

from xiangyun.engagement.reviews.errors import NotInvited
from xiangyun.engagement.reviews.models import Channel, Review, Stage
from xiangyun.foundation.organisations import api as organisations
from xiangyun.service.cases import api as cases

_CHANNELS = {
    Channel.PC: "1",
    Channel.MOBILE: "2",
    Channel.QR: "3",
    Channel.HALL_TABLET: "4",
    Channel.HALL_TERMINAL: "5",
    Channel.SMS: "6",
    Channel.DEFAULT: "7",
    # the interface has no code for the telephone: a terminal other than a tablet comes nearest
    Channel.PHONE: "5",
}
_STAGES = {Stage.ACCEPTANCE: "2", Stage.COMPLETION: "3"}
_PERSON, _ORGANISATION = "1", "2"
_INSTANT, _COMMITTED = "2", "1"


def gb39046_grade(*, stars: int) -> str:
    """Return the grade of GB/T 39046 A.8 (1 is the best) for our stars."""
    return str(6 - stars)


def stars_of_gb39046(*, code: str) -> int:
    """Return our stars for a grade of GB/T 39046 A.8."""
    return 6 - int(code)


def national_record(*, review_id: int) -> dict[str, Any]:
    """Return a review with the field names of the national 好差评 interface; an anonymous one names nobody.

    Raises: NotInvited where there is no such review.
    """
    review = Review.objects.filter(pk=review_id).first()
    if review is None:
        raise NotInvited(review_id=review_id)
    facts = cases.get_case_facts(case_id=review.case_id)
    department = organisations.get_department(id=review.department_id)
    return {
        "areaCode": department.region_code,
        "deptCode": department.code,
        "proDepart": department.name,
        "taskName": facts.item_name,
        "projectNo": facts.project_no,
        "proStatus": _STAGES[Stage(review.stage)],
        "pf": _CHANNELS[Channel(review.channel)],
        "userName": "" if review.is_anonymous else facts.applicant_name,
        "userProp": _ORGANISATION if facts.applicant_firm_id else _PERSON,
        "satisfaction": str(review.grade or ""),
        "evalDetail": ",".join(review.reason_codes),
        "writingEvaluation": review.text,
        "assessTime": f"{timezone.localtime(review.reviewed_at):%Y-%m-%d %H:%M:%S}",
        "assessNumber": review.assess_number,
        "promiseTime": _INSTANT if facts.is_instant else _COMMITTED,
        "acceptDate": f"{timezone.localtime(facts.accepted_at):%Y-%m-%d}" if facts.accepted_at else "",
    }
