"""Addresses of the hall."""

from django.urls import path

from xiangyun.portal.jishiban.views import apply, cases, home, items, messages, places, reviews, wallet

app_name = "jishiban"
urlpatterns = [
    path("", home.show, name="home"),
    path("items/", items.list_items, name="items"),
    path("items/<str:task_code>/", items.guide, name="guide"),
    path("items/where/<str:catalog_code>/", items.where, name="where"),
    path("apply/<str:code>/", apply.start, name="start"),
    path("apply/<uuid:key>/form/", apply.fill, name="fill"),
    path("apply/<uuid:key>/materials/", apply.materials, name="materials"),
    path("apply/<uuid:key>/materials/<str:code>/", apply.provide, name="provide"),
    path("apply/<uuid:key>/check/", apply.check, name="check"),
    path("apply/<uuid:key>/receipt/", apply.receipt, name="receipt"),
    path("apply/<uuid:key>/discard/", apply.discard, name="discard"),
    path("cases/", cases.list_cases, name="cases"),
    path("cases/<uuid:key>/", cases.show, name="track"),
    path("cases/<uuid:key>/supplement/", cases.supplement, name="supplement"),
    path("cases/<uuid:key>/withdraw/", cases.withdraw, name="withdraw"),
    path("cases/<uuid:key>/papers/<int:paper_id>/", cases.paper, name="paper"),
    path("cases/<uuid:key>/files/<str:code>/", cases.material_file, name="file"),
    path("progress/", cases.progress, name="progress"),
    path("wallet/", wallet.list_cards, name="wallet"),
    path("wallet/<int:certificate_id>/", wallet.show, name="certificate"),
    path("wallet/<int:certificate_id>/present/", wallet.present, name="present"),
    path("wallet/<int:certificate_id>/code/", wallet.present_code, name="present_code"),
    path("messages/", messages.list_messages, name="messages"),
    path("me/", messages.show_me, name="me"),
    path("reviews/", reviews.list_reviews, name="reviews"),
    path("reviews/<uuid:key>/", reviews.rate, name="rate"),
    path("city/", places.choose_city, name="city"),
]
