"""The process page: for officials with the right on the place, drawn in a real browser."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from xiangyun.foundation.access.tests.factories import give, make_role
from xiangyun.foundation.accounts.tests.factories import make_official, make_person
from xiangyun.foundation.regions.tests.factories import make_jilin
from xiangyun.foundation.workflow import api
from xiangyun.foundation.workflow.models import Process
from xiangyun.foundation.workflow.tests.factories import AT, Sketch, do, load, simple, start
from xiangyun.kit.actors import SYSTEM


def make_process(region: Any) -> api.ProcessRef:
    sketch = simple("a", "b", "c")
    sketch.name = "试办件"
    load(sketch)
    process = api.start_process(
        key="p",
        subject_type="test",
        subject_id=1,
        variables={},
        region_path=region.path,
        department_path="",
        actor=SYSTEM,
        at=AT,
    )
    do("a")
    return process


def make_viewer(region: Any, *rights: str) -> Any:
    user = make_official()
    give(user, make_role("handler", *(rights or ("cases.view_case",))), region)
    return user


@pytest.mark.django_db
def test_official_sees_diagram_data_and_steps(client: Client) -> None:
    regions = make_jilin()
    process = make_process(regions["220102"])
    client.force_login(make_viewer(regions["22"], "workflow.view_process"))
    page = client.get(reverse("workflow:process_view", args=[process.id])).content.decode()
    assert 'id="process-drawing-data"' in page
    assert "BPMNShape" in page
    assert "试办件" in page
    assert page.count('<th scope="row">') == 2


@pytest.mark.django_db
def test_called_processes_are_linked(client: Client) -> None:
    regions = make_jilin()
    load(simple("x", key="child"))
    sketch = Sketch().start().add("callActivity", "c", name="c", calledElement="child").end().line("start", "c", "end")
    load(sketch)
    process = start()
    [called] = api.get_process_view(process_id=process.id).called
    client.force_login(make_viewer(regions["22"], "workflow.view_process"))
    Process.objects.update(region_path=regions["22"].path)
    page = client.get(reverse("workflow:process_view", args=[process.id])).content.decode()
    assert f'href="/workflow/processes/{called.id}/"' in page


@pytest.mark.django_db
def test_page_is_refused_without_the_right_here(client: Client) -> None:
    regions = make_jilin()
    address = reverse("workflow:process_view", args=[make_process(regions["220102"]).id])
    assert client.get(address).status_code == 302  # to the login page
    client.force_login(make_person())
    assert client.get(address).status_code == 403
    client.force_login(make_viewer(regions["220103"], "workflow.view_process"))
    assert client.get(address).status_code == 403
    assert client.get(reverse("workflow:process_view", args=[10**9])).status_code == 404
