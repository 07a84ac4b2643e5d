"""Where."""

from django.urls import path

from payments.views import checkout, fee, fund, invoice, scholarship

app_name = "payments"
urlpatterns = [
    path("applications/<int:pk>/", fee.fee_detail, name="fee_detail"),
    path("applications/<int:pk>/open/", fee.fee_open, name="fee_open"),
    path("applications/<int:pk>/invoice/", fee.fee_invoice, name="fee_invoice"),
    path("applications/<int:pk>/employer/", fee.fee_employer, name="fee_employer"),
    path("applications/<int:pk>/scholarship/", fee.scholarship_create, name="scholarship_create"),
    path("applications/<int:pk>/card/", checkout.checkout_create, name="checkout_create"),
    path("applications/<int:pk>/card/continue/", checkout.checkout_continue, name="checkout_continue"),
    path("applications/<int:pk>/card/return/", checkout.checkout_return, name="checkout_return"),
    path("webhook/", checkout.webhook, name="webhook"),
    path("invoices/", invoice.invoice_list, name="invoice_list"),
    path("invoices/<int:pk>/", invoice.invoice_detail, name="invoice_detail"),
    path("invoices/<int:pk>/payment/", invoice.payment_create, name="payment_create"),
    path("invoices/<int:pk>/promise/", invoice.invoice_confirm_promise, name="invoice_confirm_promise"),
    path("invoices/<int:pk>/<slug:verb>/", invoice.invoice_confirm, name="invoice_confirm"),
    path("payments/<int:pk>/refund/", invoice.payment_confirm_refund, name="payment_confirm_refund"),
    path("scholarships/", scholarship.scholarship_list, name="scholarship_list"),
    path("scholarships/<int:pk>/", scholarship.scholarship_detail, name="scholarship_detail"),
    path("scholarships/<int:pk>/award/", scholarship.scholarship_award, name="scholarship_award"),
    path("scholarships/<int:pk>/decline/", scholarship.scholarship_decline, name="scholarship_decline"),
    path("scholarships/<int:pk>/release/", scholarship.scholarship_release, name="scholarship_release"),
    path("funds/", fund.fund_list, name="fund_list"),
    path("funds/new/", fund.fund_create, name="fund_create"),
    path("funds/<int:pk>/", fund.fund_edit, name="fund_edit"),
]
