from django.urls import path

from assessments import views

app_name = "assessments"

urlpatterns = [
    path("", views.application_list, name="list"),
    path("open/<int:enrolment_pk>/", views.application_open, name="open"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/steps/<slug:name>/", views.step, name="step"),
    path("<int:pk>/self-check/", views.self_check, name="self_check"),
    path("<int:pk>/report/", views.report, name="report"),
    path("<int:pk>/evidence/<int:standard_pk>/", views.evidence, name="evidence"),
    path("<int:pk>/evidence/<int:standard_pk>/choose/", views.evidence_choose, name="evidence_choose"),
    path("<int:pk>/evidence/<int:standard_pk>/detach/", views.evidence_detach, name="evidence_detach"),
    path("<int:pk>/opinions/", views.opinions, name="opinions"),
    path("<int:pk>/judgements/", views.judgements, name="judgements"),
    path("<int:pk>/return/", views.send_back, name="return"),
    path("<int:pk>/award/", views.award, name="award"),
    path("<int:pk>/payments/", views.payment, name="payment"),
    path("<int:pk>/recheck/", views.recheck, name="recheck"),
    path("rectifications/<int:pk>/<slug:name>/", views.rectification_step, name="rectification_step"),
    path("orders/", views.order_list, name="orders"),
    path("orders/new/", views.order_new, name="order_new"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("orders/<int:pk>/<slug:name>/", views.order_step, name="order_step"),
]
