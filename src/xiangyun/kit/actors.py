"""Who acts: the value that every operation takes and every audit record keeps."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person or the system, for whom they act, and how they came in.

    `user_id` is None for the system, and for a visitor without an account, who is not the system. `firm_id` is set
    while a person acts for a firm (办事主体为法人). `trust_level` is the real-name level of the session: 0 none, 1 phone,
    2 name and id, 3 face or card, 4 certificate.
    """

    user_id: int | None
    name: str
    is_official: bool = False
    firm_id: int | None = None
    firm_name: str = ""
    trust_level: int = 0
    channel: str = "pc"
    ip: str = ""
    session: str = ""
    trace: str = ""

    @property
    def is_system(self) -> bool:
        """Whether nobody acts but the system itself, which may do everything."""
        return self.user_id is None and self.channel == "system"


SYSTEM = Actor(user_id=None, name="系统", trust_level=4, channel="system")
