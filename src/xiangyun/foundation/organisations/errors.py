"""Refusals about departments and posts."""

from xiangyun.kit.errors import Conflict, NotFound


class UnknownDepartment(NotFound):
    """No department has this code, key or id."""

    code = "organisations.unknown_department"
    message = "没有这个机构，请重新选择。"


class UnknownPost(NotFound):
    """No such post or holding."""

    code = "organisations.unknown_post"
    message = "没有这个岗位，请刷新页面后再试。"


class PostExists(Conflict):
    """The department already has a post of this name."""

    code = "organisations.post_exists"
    message = "该机构已有同名岗位，请直接使用或换一个名称。"


class AlreadyHolds(Conflict):
    """The person already holds the post on that day."""

    code = "organisations.already_holds"
    message = "该人员在此期间已担任该岗位，请核对起止日期。"
