"""Addresses below /desk/."""

from django.urls import path

from xiangyun.portal.workbench.views import cases, grants, holdings, intake, lists, trail, upkeep

app_name = "workbench"
urlpatterns = [
    path("", lists.todo, name="todo"),
    path("export/", lists.export_todo, name="export_todo"),
    path("cases/", lists.cases_in_scope, name="cases"),
    path("cases/export/", lists.export, name="export"),
    path("cases/<uuid:key>/", cases.desk, name="case"),
    path("cases/<uuid:key>/act/", cases.act, name="act"),
    path("cases/<uuid:key>/next/", cases.skip, name="next"),
    path("cases/<uuid:key>/unmask/", cases.unmask, name="unmask"),
    path("cases/<uuid:key>/process/", cases.process, name="process"),
    path("cases/<uuid:key>/papers/<int:document_id>/", cases.paper, name="paper"),
    path("cases/<uuid:key>/files/<str:code>/", cases.file, name="file"),
    path("cases/<uuid:key>/photos/<uuid:file_id>/", cases.photo, name="photo"),
    path("intake/", intake.identify, name="intake"),
    path("intake/for/<str:ticket>/", intake.choose_item, name="intake_items"),
    path("intake/for/<str:ticket>/<str:task_code>/", intake.open_case, name="intake_open"),
    path("intake/<uuid:key>/", intake.take_in, name="intake_case"),
    path("intake/<uuid:key>/draft/", intake.save, name="intake_draft"),
    path("intake/<uuid:key>/scan/<str:code>/", intake.scan, name="intake_scan"),
    path("intake/<uuid:key>/discard/", intake.discard, name="intake_discard"),
    path("intake/<uuid:key>/done/", intake.done, name="intake_done"),
    path("items/", holdings.item_list, name="items"),
    path("items/export/", holdings.export_items, name="export_items"),
    path("seals/", holdings.seal_list, name="seals"),
    path("seals/export/", holdings.export_seals, name="export_seals"),
    path("audit/", trail.records, name="records"),
    path("audit/export/", trail.export_records, name="export_records"),
    path("grants/", grants.grants, name="grants"),
    path("grants/export/", grants.export_grants, name="export_grants"),
    path("upkeep/", upkeep.dead_letters, name="upkeep"),
    path("upkeep/export/", upkeep.export_dead, name="export_dead"),
    path("upkeep/<int:delivery_id>/replay/", upkeep.replay, name="replay"),
]
