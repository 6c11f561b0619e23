
### Overview

overview-step-business = عرّف بمنشأتك: الاسم والعملة والمنطقة الزمنية
overview-step-key = أنشئ أول مفتاح API
overview-step-product = أنشئ أول منتج
overview-step-customer = أنشئ أول عميل
overview-step-subscription = بِع أول اشتراك
overview-active = الاشتراكات النشطة
overview-pending = بانتظار الدفع
overview-open = الفواتير المفتوحة
overview-customers = العملاء
overview-ending = الأقرب تجديدًا أو انتهاءً
overview-none-ending = لا يوجد اشتراك على وشك التجديد أو الانتهاء.
overview-invoices = أحدث الفواتير
overview-all-invoices = كل الفواتير
overview-past-due = متأخرة الدفع
overview-suspended = معلّقة
overview-proved = جرى إثبات صحة الدفاتر في { $day }
overview-proved-well = { $rows ->
    [zero] لم تُقرأ أي صفوف، ولا خطأ
    [one] قُرئ صف واحد، ولا خطأ
    [two] قُرئ صفان، ولا خطأ
    [few] قُرئت { $rows } صفوف، ولا خطأ
    [many] قُرئ { $rows } صفًا، ولا خطأ
   *[other] قُرئ { $rows } صف، ولا خطأ
}
overview-proved-wrong = { $n ->
    [zero] لا أخطاء
    [one] خطأ واحد: شغّل billhead verify لتراه
    [two] خطآن: شغّل billhead verify لتراهما
    [few] { $n } أخطاء: شغّل billhead verify لتراها
    [many] { $n } خطأً: شغّل billhead verify لتراها
   *[other] { $n } خطأ: شغّل billhead verify لتراها
}
overview-billing = تشغيل الفوترة جارٍ
overview-billing-done = { $done } من { $of } اشتراك
overview-never-proved = لم تُثبت صحة الدفاتر بعد
overview-prove = شغّل billhead verify
