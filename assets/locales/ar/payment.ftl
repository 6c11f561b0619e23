
### Stored payment methods and attempts

method-title = طرق الدفع
method-none = لا شيء محفوظ يمكن التحصيل منه.
method-kind = الطريقة
method-default = الاستعمال
method-is-default = يُحصَّل منها ما لم تُختر غيرها
method-is-other = يُحصَّل منها حيث اختيرت
method-stored = تاريخ الحفظ
method-add = إضافة طريقة دفع
method-add-lead = على ساعة الاختبار تفعل الطريقة ما تختاره هنا. ولا يُحصَّل شيء حقيقي.
method-behavior = ما تفعله
method-behavior-hint = أو {"\u2068"}decline:3{"\u2069"}: ترفض بهذا العدد ثم تنجح.
method-succeed = تنجح
method-decline = ترفض
method-decline-times = ترفض مرتين ثم تنجح
method-timeout = لا تجيب حتى تُسأل
method-late-failure = تنجح ثم تُبلغ عن فشل
method-double = تُحصِّل مرتين
method-test = اختبار: { $behavior }
method-remove = إزالة
method-remove-title = إزالة طريقة الدفع
method-remove-warning = لن يُحصَّل من { $method } بعد الآن. والاشتراكات التي سمّتها تُحصَّل من الطريقة الافتراضية للعميل.
method-added = تم حفظ طريقة الدفع.
method-removed = تمت إزالة طريقة الدفع.
method-of-customer = الطريقة الافتراضية للعميل
method-make-default = جعلها الافتراضية
method-now-default = من الآن يُحصَّل من طريقة الدفع هذه ما لم تُختر غيرها.
payment-any-status = أي حالة
payment-any-way = أي طريقة
payment-search = الطريقة أو المرجع أو المعاملة
payment-of-invoice = لفاتورة واحدة
payment-total = { $n ->
    [zero] لا دفعات
    [one] دفعة واحدة
    [two] دفعتان
    [few] { $n } دفعات
    [many] { $n } دفعة
   *[other] { $n } دفعة
}
payment-all = { $n ->
    [zero] لا دفعات
    [one] الدفعة الوحيدة
    [two] الدفعتان
    [few] كل الدفعات ({ $n })
    [many] كل الدفعات ({ $n })
   *[other] كل الدفعات ({ $n })
}
payment-empty = الدفعة مال لقاء فاتورة، استلمته أنت أو حُصِّل. وما رُفض يظهر هنا أيضًا.
payment-open-invoices = الفواتير المفتوحة
payment-no-invoice = لا فاتورة: لم يتم البيع
payment-facts = الدفعة
payment-provider = بواسطة
payment-refunded = المردود
payment-transaction = المعاملة
payment-attempt = المحاولة
payment-failure = السبب
payment-status = الحالة
payment-by-test = بوابة الاختبار
payment-by-nobody = لا طريقة دفع
state-charged-again = تُعاد محاولة التحصيل
state-payment-processing = قيد التنفيذ
state-payment-succeeded = ناجحة
state-payment-failed = فاشلة
state-payment-refunded = مردود
subscription-payment-automatic = التحصيل الآن
subscription-payment-automatic-hint = يُحصَّل من طريقة دفع العميل. وإن رُفضت فلا اشتراك.
subscription-renew-automatic-hint = يُحصَّل من طريقة الدفع. وإن رُفضت لم يتغير شيء.
subscription-collection = التجديدات
subscription-collection-invoice = بفاتورة
subscription-collection-invoice-hint = تُفتح فاتورة مسبقًا ويدفعها العميل.
subscription-collection-automatic = بالتحصيل
subscription-collection-automatic-hint = يُحصَّل من طريقة الدفع في يومها، ثم في الأيام التي تحددها الإعدادات.
subscription-method = طريقة الدفع
subscription-method-hint = ما يُحصَّل منه.
settings-retry-days = أيام محاولات التحصيل
settings-retry-days-hint = عدد الأيام بعد تاريخ الاستحقاق، بينها فواصل، وأولها 0. ولا يُعلَّق الوصول إلا بعد استنفادها كلها.
event-method-created = حُفظت طريقة دفع
event-method-updated = تغيّرت طريقة الدفع الافتراضية
event-method-deleted = أُزيلت طريقة دفع
event-payment-failed = فشلت الدفعة
event-invoice-payment-failed = فشلت محاولة التحصيل

api-no-method = ليس للعميل طريقة دفع
api-no-method-to-charge = ليس للعميل طريقة دفع يُحصَّل منها.
api-no-such-method = ليس للعميل طريقة الدفع هذه
api-method-test-only = لا يمكن حفظها إلا على ساعة الاختبار
api-behavior = يجب أن يكون {"\u2068"}succeed{"\u2069"} أو {"\u2068"}decline{"\u2069"} أو من {"\u2068"}decline:1{"\u2069"} إلى decline:{ $n } أو {"\u2068"}timeout{"\u2069"} أو {"\u2068"}late-failure{"\u2069"} أو {"\u2068"}double{"\u2069"}
api-retry-days = يجب أن يبدأ بالرقم 0، أي يوم الاستحقاق، وأن يتصاعد
api-retry-days-many = يجب ألا يزيد على { $n } من الأيام، وألا يتأخر أي منها عن { $n2 }
api-payment-failed = فشلت الدفعة { $id }: { $code }.
api-payment-processing = لم تقل البوابة بعد ما آلت إليه الدفعة { $id }. ويُنفَّذ المطلوب عند نجاحها.
api-payment-in-balance = نجحت الدفعة { $id } وهي في رصيد العميل. { $sentence }
api-payment-under-way = هناك دفعة لهذا الاشتراك قيد التنفيذ. انتظر حتى تُحسم.
api-costs-more = صار يكلّف أكثر مما حُصِّل.
api-could-not-be-done = تعذّر تنفيذه.
api-in-progress = ما زال هذا قيد التنفيذ. انتظر لحظة ثم انظر إلى الصفحة من جديد.
api-no-such-payment = لا توجد دفعة كهذه.
api-no-such-payment-method = لا توجد طريقة دفع كهذه.
