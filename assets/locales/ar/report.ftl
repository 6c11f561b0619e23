
### Reports

nav-reports = التقارير
report-zone = الأيام بتوقيت { $zone }. ما يُكتسب في يوم يُقيَّد عند انتهائه.
report-from = من
report-to = إلى
report-interval = حسب
report-by-day = اليوم
report-by-week = الأسبوع
report-by-month = الشهر
report-currency = العملة
report-csv = ملف CSV
report-days = الأيام
report-numbers = الأرقام
report-empty = هنا سترى ما يكسبه عملك وما يتكرر منه، منذ أول عملية بيع.
report-empty-action = بيع اشتراك
report-empty-more = ما تحسبه التقارير
report-mrr = الإيراد الشهري المتكرر
report-arr = { $amount } في السنة
report-revenue = الإيراد
report-billed = صافي الفواتير
report-collected = المحصَّل
report-refunds = المردود
report-tax = الضريبة
report-outstanding = المستحق
report-overdue = المتأخر
report-active = الاشتراكات النشطة
report-trialing = في الفترة التجريبية
report-new-subscriptions = اشتراكات جديدة
report-new-customers = { $n ->
    [zero] لا عملاء جدد
    [one] عميل جديد واحد
    [two] عميلان جديدان
    [few] { $n } عملاء جدد
    [many] { $n } عميلًا جديدًا
   *[other] { $n } عميل جديد
}
report-cancellations = اشتراكات انتهت
report-churn = { $percent } % مما كان في البداية
report-new = جديد
report-expansion = زيادة
report-reactivation = عودة
report-contraction = نقصان
report-lost = فقدان
report-ageing = المستحق في نهاية { $day }
report-not-due = لم يحن موعده
report-to-30 = 1–30 يومًا
report-to-60 = 31–60 يومًا
report-to-90 = 61–90 يومًا
report-over-90 = أكثر من 90 يومًا

report-wrong-order = يجب ألا يقع قبل اليوم الأول
report-wrong-length = يجب أن يسبق اليوم الأخير بما لا يزيد على { $n } يومًا

api-report-order = يجب ألا يقع قبل "from"
api-report-length = يجب أن يسبق "to" بما لا يزيد على { $n } يومًا
api-report-ahead = يجب ألا يتقدم بأكثر من { $n } يومًا
api-date = يجب أن يكون تاريخًا مثل 2026-01-31
