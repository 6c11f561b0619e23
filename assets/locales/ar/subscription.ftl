
### Subscriptions

subscription-new = اشتراك جديد
subscription-create = إنشاء الاشتراك
subscription-edit = تعديل
subscription-renew = تجديد
subscription-extend = تمديد
subscription-cancel = إلغاء الاشتراك
subscription-uncancel = التراجع عن الإلغاء
subscription-search = ابحث بالعميل أو المنتج أو الرقم الخارجي
subscription-total = { $n ->
    [zero] لا اشتراكات
    [one] اشتراك واحد
    [two] اشتراكان
    [few] { $n } اشتراكات
    [many] { $n } اشتراكًا
   *[other] { $n } اشتراك
}
subscription-all = { $n ->
    [zero] لا اشتراكات
    [one] الاشتراك الوحيد
    [two] الاشتراكان
    [few] كل الاشتراكات ({ $n })
    [many] كل الاشتراكات ({ $n })
   *[other] كل الاشتراكات ({ $n })
}
subscription-empty = الاشتراك عميل يدفع ثمن منتج، فترة بعد فترة.
subscription-no-product = الاشتراك يبيع منتجًا، ولا يوجد منتج بعد.
subscription-customer = العميل
subscription-customer-hint = بريده الإلكتروني. يُقترح عليك أحدث العملاء.
subscription-product = المنتج
subscription-any-product = أي منتج
subscription-price = المنتج والسعر
subscription-quantity = الكمية
subscription-quantity-hint = لكل واحد حساب دخول خاص به.
subscription-amount = المبلغ
subscription-status = الحالة
subscription-any-status = أي حالة
subscription-paid-until = مدفوع حتى
subscription-any-end = أي يوم
subscription-ends-today = مدفوع حتى اليوم على الأكثر
subscription-ends-days = { $n ->
    [zero] مدفوع حتى اليوم على الأكثر
    [one] مدفوع ليوم آخر على الأكثر
    [two] مدفوع ليومين آخرين على الأكثر
    [few] مدفوع لمدة { $n } أيام أخرى على الأكثر
    [many] مدفوع لمدة { $n } يومًا آخر على الأكثر
   *[other] مدفوع لمدة { $n } يوم آخر على الأكثر
}
subscription-period = الفترة
subscription-payment = الدفع
subscription-payment-invoice = بفاتورة
subscription-payment-invoice-hint = تُفتح فاتورة، ويبدأ الدخول عند سدادها.
subscription-payment-manual = مدفوع من قبل
subscription-payment-manual-hint = وصل المال نقدًا أو بتحويل. يبدأ الدخول فورًا.
subscription-payment-credit = من الرصيد
subscription-payment-credit-hint = يسدده رصيد العميل كاملًا، وإلا فلا يحدث شيء.
subscription-payment-none = مدفوع في نظام آخر
subscription-payment-none-hint = منقول من نظام آخر: لا فاتورة عن الفترة الحالية.
subscription-begin = منقول من نظام آخر
subscription-start = تاريخ البدء
subscription-start-hint = لما دُفع في نظام آخر فقط. تُحسب الفترات من هذا اليوم.
subscription-username = اسم المستخدم
subscription-password = كلمة المرور
subscription-credentials-hint = لحساب دخول موجود من قبل. إن تُرك الحقلان فارغين أُنشئا تلقائيًا.
subscription-terms = الشروط
subscription-auto-renew = يتجدد تلقائيًا
subscription-auto-renew-hint = وإلا انتهى بانتهاء ما دُفع ثمنه.
subscription-coupon = القسيمة
subscription-coupon-hint = يُخصم خصمها ابتداءً من الفاتورة التالية.
subscription-connections-hint = إن تُرك فارغًا اعتُمد عدد المنتج.
subscription-more = المزيد
subscription-external-id-hint = رقم الاشتراك في أنظمتك الأخرى. لا يتكرر بين اشتراكين.
subscription-accesses = حسابات الدخول
subscription-no-accesses = يبدأ الدخول عند سداد الفاتورة الأولى.
subscription-no-invoices = لا توجد فاتورة بعد.
subscription-open-invoice = الفاتورة { $number } مفتوحة
subscription-facts = الاشتراك
subscription-reason = السبب
subscription-reason-hint = لك وللرجوع إليه لاحقًا.
subscription-periods = عدد الفترات
subscription-periods-hint = تُحصَّل قيمة الفترة { $interval }.
subscription-renew-lead = مدفوع حتى { $day }. ومن هذا اليوم تبدأ المدة الجديدة.
subscription-renew-manual-hint = وصل المال. تسري المدة الجديدة فورًا.
subscription-renew-invoice-hint = تُفتح فاتورة، وتسري المدة الجديدة عند سدادها.
subscription-renew-credit-hint = يسدده رصيد العميل كاملًا، وإلا فلا يحدث شيء.
subscription-days = عدد الأيام
subscription-days-hint = أيام مجانية بعد الفترة الحالية. ويُؤجَّل ما دُفع بعدها إلى ما يليها.
subscription-note = ملاحظة
subscription-note-hint = السبب، لك وللرجوع إليه لاحقًا.
subscription-extend-lead = مدفوع حتى { $day }.
subscription-cancel-when = الموعد
subscription-cancel-at-end = في نهاية ما دُفع ثمنه
subscription-cancel-at-end-hint = يبقى الدخول حتى { $day }. ويمكن التراجع عن الإلغاء قبل ذلك.
subscription-cancel-now = الآن
subscription-cancel-now-hint = ينتهي الدخول فورًا، وتُلغى كل فواتير الاشتراك غير المدفوعة. وهذا نهائي.
subscription-cancel-warning = { $n ->
    [zero] إن أُلغي الآن فلن يبقى لـ{ $name } شيء.
    [one] إن أُلغي الآن فلن يبقى لـ{ $name } شيء من اليوم المدفوع المتبقي.
    [two] إن أُلغي الآن فلن يبقى لـ{ $name } شيء من اليومين المدفوعين المتبقيين.
    [few] إن أُلغي الآن فلن يبقى لـ{ $name } شيء من الأيام المدفوعة المتبقية، وعددها { $n }.
    [many] إن أُلغي الآن فلن يبقى لـ{ $name } شيء من الأيام المدفوعة المتبقية، وعددها { $n }.
   *[other] إن أُلغي الآن فلن يبقى لـ{ $name } شيء من الأيام المدفوعة المتبقية، وعددها { $n }.
}
subscription-cancel-warning-unpaid = لا شيء مدفوع مقدمًا. وتُلغى كل فواتير الاشتراك غير المدفوعة.
subscription-created = تم إنشاء الاشتراك.
subscription-renewed = تم تجديد الاشتراك.
subscription-extended = تم تمديد الاشتراك.
subscription-cancelled = تم تسجيل الإلغاء.
subscription-uncancelled = يستمر الاشتراك.
state-subscription-pending = قيد التفعيل
state-subscription-trialing = تجريبي
state-subscription-active = نشط
state-subscription-past-due = متأخر السداد
state-subscription-suspended = معلّق
state-subscription-paused = متوقف مؤقتًا
state-subscription-expired = منتهٍ
state-subscription-cancelled = ملغى
state-awaits-payment = بانتظار الدفع
state-ends = ينتهي في { $day }
state-access-active = نشط
state-access-suspended = معلّق
state-access-revoked = مُبطَل

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
