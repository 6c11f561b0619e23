
### Subscriptions

subscription-new = اشتراك جديد
subscription-create = إنشاء الاشتراك
subscription-edit = تعديل
subscription-renew = تجديد
subscription-extend = تمديد
subscription-cancel = إلغاء الاشتراك
subscription-uncancel = التراجع عن الإلغاء
subscription-search = ابحث بالعميل أو المنتج أو رقمك الخاص
subscription-total = { $n ->
    [zero] { $n } اشتراك
    [one] اشتراك واحد
    [two] اشتراكان
    [few] { $n } اشتراكات
    [many] { $n } اشتراكًا
   *[other] { $n } اشتراك
}
subscription-all = { $n ->
    [zero] كل الاشتراكات ({ $n })
    [one] الاشتراك الوحيد
    [two] كلا الاشتراكين
    [few] كل الاشتراكات ({ $n })
    [many] كل الاشتراكات ({ $n })
   *[other] كل الاشتراكات ({ $n })
}
subscription-empty = الاشتراك عميل يدفع ثمن منتج، فترة بعد فترة.
subscription-no-product = الاشتراك يبيع منتجًا، ولا يوجد منتج بعد.
subscription-customer = العميل
subscription-customer-hint = عنوان البريد الإلكتروني، ويُقترح أحدث العملاء.
subscription-product = المنتج
subscription-any-product = لأي منتج
subscription-price = المنتج والسعر
subscription-quantity = الكمية
subscription-quantity-hint = لكل وحدة حساب وصول خاص بها.
subscription-amount = المبلغ
subscription-status = الحالة
subscription-any-status = بأي حالة
subscription-paid-until = مدفوع حتى
subscription-any-end = مدفوع حتى أي يوم
subscription-ends-today = مدفوع حتى اليوم أو أقل
subscription-ends-days = { $n ->
    [zero] مدفوع لمدة { $n } يوم آخر أو أقل
    [one] مدفوع ليوم آخر أو أقل
    [two] مدفوع ليومين آخرين أو أقل
    [few] مدفوع لمدة { $n } أيام أخرى أو أقل
    [many] مدفوع لمدة { $n } يومًا آخر أو أقل
   *[other] مدفوع لمدة { $n } يوم آخر أو أقل
}
subscription-period = الفترة
subscription-payment = الدفع
subscription-payment-invoice = بفاتورة
subscription-payment-invoice-hint = تُفتح فاتورة، ويبدأ الوصول عند دفعها.
subscription-payment-manual = مدفوع من قبل
subscription-payment-manual-hint = وصل المال نقدًا أو بتحويل. يبدأ الوصول فورًا.
subscription-payment-credit = من الرصيد
subscription-payment-credit-hint = يسدده رصيد العميل كاملًا، وإلا فلا يحدث شيء.
subscription-payment-none = مدفوع في مكان آخر
subscription-payment-none-hint = منقول من نظام آخر: لا فاتورة للفترة الجارية.
subscription-begin = منقول من نظام آخر
subscription-start = تاريخ البدء
subscription-start-hint = لما دُفع في مكان آخر فقط. تُحسب الفترات من هذا اليوم.
subscription-username = اسم المستخدم
subscription-password = كلمة المرور
subscription-credentials-hint = لحساب وصول موجود من قبل. إن تُرك الحقلان فارغين أُنشئا تلقائيًا.
subscription-terms = الشروط
subscription-auto-renew = يتجدد تلقائيًا
subscription-auto-renew-hint = وإلا انتهى بانتهاء ما دُفع.
subscription-connections-hint = إن تُرك فارغًا اعتُمد عدد المنتج.
subscription-more = المزيد
subscription-external-id-hint = رقم الاشتراك في أنظمتك الأخرى. لا يتكرر بين اشتراكين.
subscription-accesses = حسابات الوصول
subscription-no-accesses = يبدأ الوصول عند دفع الفاتورة الأولى.
subscription-no-invoices = لا توجد فاتورة بعد.
subscription-open-invoice = الفاتورة { $number } مفتوحة
subscription-facts = الاشتراك
subscription-reason = السبب
subscription-reason-hint = لك وللرجوع إليه لاحقًا.
subscription-periods = الفترات
subscription-periods-hint = تتكرر الفترة { $interval }.
subscription-renew-lead = مدفوع حتى { $day }. ومن هناك تبدأ المدة الجديدة.
subscription-renew-manual-hint = وصل المال. تُحتسب المدة الجديدة فورًا.
subscription-renew-invoice-hint = تُفتح فاتورة، وتُحتسب المدة الجديدة عند دفعها.
subscription-renew-credit-hint = يسدده رصيد العميل كاملًا، وإلا فلا يحدث شيء.
subscription-days = الأيام
subscription-days-hint = أيام مجانية بعد الفترة الجارية. ويُؤجَّل ما دُفع بعدها إلى ما يليها.
subscription-note = ملاحظة
subscription-note-hint = السبب، لك وللرجوع إليه لاحقًا.
subscription-extend-lead = مدفوع حتى { $day }.
subscription-cancel-when = الموعد
subscription-cancel-at-end = عند انتهاء ما دُفع
subscription-cancel-at-end-hint = يبقى الوصول حتى { $day }. ويمكن التراجع عن الإلغاء قبل ذلك.
subscription-cancel-now = الآن
subscription-cancel-now-hint = ينتهي الوصول فورًا، وتُلغى كل فواتير الاشتراك غير المدفوعة. وهذا نهائي.
subscription-cancel-warning = { $n ->
    [zero] عند الإلغاء الآن لا يبقى للعميل { $name } شيء من المدة المدفوعة المتبقية: { $n } يوم.
    [one] عند الإلغاء الآن لا يبقى للعميل { $name } شيء من اليوم المدفوع المتبقي.
    [two] عند الإلغاء الآن لا يبقى للعميل { $name } شيء من اليومين المدفوعين المتبقيين.
    [few] عند الإلغاء الآن لا يبقى للعميل { $name } شيء من المدة المدفوعة المتبقية: { $n } أيام.
    [many] عند الإلغاء الآن لا يبقى للعميل { $name } شيء من المدة المدفوعة المتبقية: { $n } يومًا.
   *[other] عند الإلغاء الآن لا يبقى للعميل { $name } شيء من المدة المدفوعة المتبقية: { $n } يوم.
}
subscription-cancel-warning-unpaid = لا شيء مدفوع مقدمًا. وتُلغى كل فواتير الاشتراك غير المدفوعة.
subscription-created = تم إنشاء الاشتراك.
subscription-renewed = تم تجديد الاشتراك.
subscription-extended = تم تمديد الاشتراك.
subscription-cancelled = تم تسجيل الإلغاء.
subscription-uncancelled = يستمر الاشتراك.
state-subscription-pending = قيد الانتظار
state-subscription-trialing = تجريبي
state-subscription-active = فعّال
state-subscription-past-due = متأخر السداد
state-subscription-suspended = معلّق
state-subscription-paused = متوقف مؤقتًا
state-subscription-expired = منتهٍ
state-subscription-cancelled = ملغى
state-awaits-payment = ينتظر الدفع
state-ends = ينتهي { $day }
state-access-active = فعّال
state-access-suspended = معلّق
state-access-revoked = مسحوب

### Intervals and units

interval-days = { $n ->
    [zero] كل { $n } يوم
    [one] كل يوم
    [two] كل يومين
    [few] كل { $n } أيام
    [many] كل { $n } يومًا
   *[other] كل { $n } يوم
}
interval-weeks = { $n ->
    [zero] كل { $n } أسبوع
    [one] كل أسبوع
    [two] كل أسبوعين
    [few] كل { $n } أسابيع
    [many] كل { $n } أسبوعًا
   *[other] كل { $n } أسبوع
}
interval-months = { $n ->
    [zero] كل { $n } شهر
    [one] كل شهر
    [two] كل شهرين
    [few] كل { $n } أشهر
    [many] كل { $n } شهرًا
   *[other] كل { $n } شهر
}
interval-years = { $n ->
    [zero] كل { $n } سنة
    [one] كل سنة
    [two] كل سنتين
    [few] كل { $n } سنوات
    [many] كل { $n } سنة
   *[other] كل { $n } سنة
}
unit-day = يوم
unit-week = أسبوع
unit-month = شهر
unit-year = سنة
unit-days = يوم
unit-devices = جهاز
