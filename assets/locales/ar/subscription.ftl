
### Subscriptions

subscription-new = اشتراك جديد
subscription-create = إنشاء الاشتراك
subscription-edit = تعديل
subscription-renew = تجديد
subscription-extend = تمديد
subscription-cancel = إلغاء الاشتراك
subscription-uncancel = التراجع عن الإلغاء
subscription-search = العميل أو المنتج أو الرقم الخارجي
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
subscription-no-product = يحتاج الاشتراك إلى منتج، ولا يوجد منتج بعد.
subscription-customer = العميل
subscription-customer-hint = بريده الإلكتروني أو اسمه. يُقترح عليك أحدث العملاء.
subscription-product = المنتج
subscription-any-product = أي منتج
subscription-product-none = لا يوجد منتج في اسمه «{ $text }».
subscription-product-which = عدة منتجات في اسمها «{ $text }». أيها تقصد؟
subscription-product-many = منتجات كثيرة جدًا تطابق «{ $text }». ارجع واكتب مزيدًا من الاسم.
subscription-price-choose = اختر سعرًا …
subscription-price = المنتج والسعر
subscription-price-hint = اسم المنتج. تُقترح عليك أحدث المنتجات.
subscription-quantity = الكمية
subscription-quantity-hint = لكل واحد حساب دخول خاص به: اسم مستخدم وكلمة مرور.
subscription-amount = المبلغ
subscription-status = الحالة
subscription-any-status = أي حالة
subscription-paid-until = مدفوع حتى
subscription-any-end = أي يوم
subscription-ends-today = مدفوع حتى اليوم
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
subscription-payment-credit-hint = يجب أن يكفي رصيد العميل لسداده كاملًا.
subscription-payment-none = مدفوع في نظام آخر
subscription-payment-none-hint = منقول من نظام آخر: لا فاتورة عن الفترة الحالية.
subscription-begin = منقول من نظام آخر
subscription-trial = الفترة التجريبية
subscription-trial-product = كما في المنتج
subscription-trial-product-hint = إن كان للمنتج أيام مجانية فهي بجانب سعره. تأتي أولًا، ثم الفاتورة عند انتهائها.
subscription-trial-product-days = { $n ->
    [zero] { $name }: { $n } يوم مجاني، ثم الفاتورة عند انتهائها.
    [one] { $name }: يوم مجاني واحد، ثم الفاتورة عند انتهائه.
    [two] { $name }: يومان مجانيان، ثم الفاتورة عند انتهائهما.
    [few] { $name }: { $n } أيام مجانية، ثم الفاتورة عند انتهائها.
    [many] { $name }: { $n } يومًا مجانيًا، ثم الفاتورة عند انتهائها.
   *[other] { $name }: { $n } يوم مجاني، ثم الفاتورة عند انتهائها.
}
subscription-trial-none = بلا فترة تجريبية
subscription-trial-none-hint = تبدأ الفترة الأولى فورًا، وتُدفع كما اختير أعلاه.
subscription-trial-days = عدد من الأيام المجانية
subscription-trial-days-hint = يبدأ الدخول فورًا، وتأتي الفاتورة عند انتهائها.
subscription-free = الأيام المجانية
subscription-free-hint = اتركه فارغًا ما لم تحدد عددها بنفسك.
subscription-free-days = { $n ->
    [zero] { $n } يوم مجاني
    [one] يوم مجاني واحد
    [two] يومان مجانيان
    [few] { $n } أيام مجانية
    [many] { $n } يومًا مجانيًا
   *[other] { $n } يوم مجاني
}
subscription-when = البداية وبدء الفترات والنهاية
subscription-start = تاريخ البدء
subscription-start-hint = إذا تُرك فارغاً بدأ مع البيع أو الدفع. أما اليوم الماضي فلما دُفع في نظام آخر: تُحسب الفترات منه.
subscription-anchor-day = تبدأ الفترات في يوم
subscription-anchor-day-hint = من الشهر. تنتهي الفترة الأولى في أقرب يوم كهذا وتُحتسب بأيامها.
subscription-ends = ينتهي في
subscription-ends-hint = لمدة محددة. تُقطع الفترة الأخيرة هناك وتُحتسب بأيامها.
subscription-username = اسم المستخدم
subscription-password = كلمة المرور
subscription-credentials-hint = لحساب دخول موجود من قبل. إن تُرك الحقلان فارغين أُنشئا تلقائيًا.
subscription-terms = الشروط
subscription-auto-renew = يتجدد تلقائيًا
subscription-auto-renew-hint = وإلا انتهى بانتهاء الفترة المدفوعة.
subscription-coupon = القسيمة
subscription-no-coupon = بلا قسيمة
subscription-coupon-typed-hint = رمزها. تُقترح عليك أحدث القسائم. ويُخصم ابتداءً من الفاتورة التالية.
subscription-coupon-hint = يُخصم خصمها ابتداءً من الفاتورة التالية.
subscription-connections-hint = اتركه فارغًا لاعتماد حد المنتج.
subscription-more = المزيد
subscription-external-id-hint = رقم الاشتراك في أنظمتك الأخرى. لا يتكرر بين اشتراكين.
subscription-accesses = حسابات الدخول
subscription-access-waits = يبدأ الدخول مع الفترة المدفوعة.
subscription-no-accesses = يبدأ الدخول عند سداد الفاتورة الأولى.
subscription-no-invoices = لا توجد فاتورة بعد.
subscription-open-invoice = الفاتورة { $number } مفتوحة
subscription-facts = الاشتراك
subscription-reason = السبب
subscription-reason-hint = لك وللرجوع إليه لاحقًا.
subscription-periods = عدد الفترات
subscription-periods-hint = تُحصَّل قيمة الفترة { $interval }.
subscription-renew-lead-open = هذا التجديد هو الفاتورة المفتوحة { $number }. ما يُدفع هنا يسددها، ولا تصدر فاتورة أخرى.
subscription-renew-lead = مدفوع حتى { $day }. ومن هذا اليوم تبدأ المدة الجديدة.
subscription-renew-manual-hint = وصل المال. تسري المدة الجديدة فورًا.
subscription-renew-invoice-hint = تُفتح فاتورة، وتسري المدة الجديدة عند سدادها.
subscription-renew-credit-hint = يجب أن يكفي رصيد العميل لسداده كاملًا.
subscription-days = عدد الأيام
subscription-days-hint = أيام مجانية بعد الفترة الحالية. وتتأخر الفترات المدفوعة بعدها بعدد هذه الأيام.
subscription-note = ملاحظة
subscription-note-hint = السبب، لك وللرجوع إليه لاحقًا.
subscription-extend-lead = مدفوع حتى { $day }.
subscription-cancel-when = الموعد
subscription-cancel-at-end = في نهاية الفترة المدفوعة
subscription-cancel-at-end-hint = يبقى الدخول حتى { $day }. ويمكن التراجع عن الإلغاء قبل ذلك.
subscription-cancel-now = الآن
subscription-cancel-now-hint = ينتهي الدخول فورًا، وتُلغى كل فواتير الاشتراك غير المدفوعة. وهذا نهائي.
subscription-cancel-now-hint-paid = { $n ->
    [zero] ينتهي دخول { $name } فورًا. وتُلغى الفواتير غير المدفوعة، وهذا نهائي.
    [one] ينتهي دخول { $name } فورًا، ويضيع اليوم المدفوع المتبقي. وتُلغى الفواتير غير المدفوعة، وهذا نهائي.
    [two] ينتهي دخول { $name } فورًا، ويضيع اليومان المدفوعان المتبقيان. وتُلغى الفواتير غير المدفوعة، وهذا نهائي.
    [few] ينتهي دخول { $name } فورًا، وتضيع الأيام المدفوعة المتبقية، وعددها { $n }. وتُلغى الفواتير غير المدفوعة، وهذا نهائي.
    [many] ينتهي دخول { $name } فورًا، وتضيع الأيام المدفوعة المتبقية، وعددها { $n }. وتُلغى الفواتير غير المدفوعة، وهذا نهائي.
   *[other] ينتهي دخول { $name } فورًا، وتضيع الأيام المدفوعة المتبقية، وعددها { $n }. وتُلغى الفواتير غير المدفوعة، وهذا نهائي.
}
subscription-unused = ما بقي من الوقت المدفوع
subscription-unused-forfeit = يسقط
subscription-unused-forfeit-hint = لا يُعاد شيء.
subscription-unused-credit = يذهب إلى الرصيد
subscription-unused-credit-hint = بإشعارات دائنة، ويُدفع منه ثمن فواتير لاحقة. اليوم محسوب مستعملًا.
subscription-unused-refund = يُردّ
subscription-unused-refund-hint = يعود إلى الرصيد ما دُفع منه. أما ما استلمته يدويًا فسلّمه بنفسك. اليوم محسوب مستعملًا.
subscription-cancel-warning-unpaid = لا شيء مدفوع مقدمًا. وتُلغى كل فواتير الاشتراك غير المدفوعة.
subscription-created = تم إنشاء الاشتراك.
subscription-renewed = تم تجديد الاشتراك.
subscription-extended = تم تمديد الاشتراك.
subscription-cancelled = تم تسجيل الإلغاء.
subscription-uncancelled = تم التراجع عن الإلغاء.
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
state-begins = مدفوع، يبدأ في { $day }
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
subscription-pause = إيقاف مؤقت
subscription-resume = استئناف
subscription-paused = الاشتراك موقوف مؤقتاً: الوصول مقطوع ولا يمرّ وقت.
subscription-resumed = يستمر الاشتراك بما بقي له من وقت عند إيقافه.
subscription-parked = تعذّرت فوترته، وتُعاد المحاولة كل ساعة: { $reason }
state-until-day = حتى { $day }
state-access-until = الوصول حتى { $day }
state-cancelled-on = يُلغى في { $day }
state-since-day = منذ { $day }
subscription-edit-lead-unpaid = لم يعد شيء مدفوعاً. إن أوقفت التجديد التلقائي الآن انتهى الاشتراك فوراً وأُلغيت فاتورته المفتوحة.
subscription-renew-lead-anew = انتهى ما دُفع. وتبدأ الفترة الجديدة من الدفع.
subscription-renewal-asked = فاتورة التجديد مفتوحة. وتُحتسب الفترة الجديدة عند دفعها.
subscription-pause-warning = ينقطع الوصول فوراً، وتُلغى فاتورة الفترة التالية إن كانت مفتوحة. ولا يمرّ وقت حتى تستأنفه: عندها يبقى بقدر ما بقي الآن.
subscription-trial-until = مجاني حتى
subscription-time-left = { $n ->
    [zero] لم يبقَ أي يوم
    [one] بقي يوم واحد
    [two] بقي يومان
    [few] بقيت { $n } أيام
    [many] بقي { $n } يوماً
   *[other] بقي { $n } يوم
}
subscription-change = تغيير
subscription-change-when = متى
subscription-change-now = الآن
subscription-change-now-hint = يُضاف إلى الرصيد ما دُفع من وقت لم يُستعمل، ويُحسب باقي الفترة من جديد.
subscription-change-later = في نهاية الفترة المدفوعة
subscription-change-later-hint = في { $day }. حتى ذلك الحين يمكنك العدول عن التغيير. والفاتورة التالية لما سيأتي.
subscription-change-overdue = مع الفاتورة المتأخرة
subscription-change-overdue-hint = تُصدر من جديد لما سيأتي.
subscription-change-none = الآن، بلا فاتورة ولا إشعار دائن
subscription-change-none-hint = يسري السعر الجديد من أول فترة لم تُدفع.
subscription-change-as-now = { $what } (كما هو الآن)
subscription-change-lead-trial = لا يُحسب شيء في الفترة التجريبية. يأتي التغيير فورًا.
subscription-change-lead-pending = هناك تغيير ينتظر: { $name } · { $price } { $interval }. ويحلّ محلَّه تغيير آخر.
subscription-pending = ابتداءً من { $day }: { $name } · { $price } { $interval }
subscription-pending-paused = بعد الوقت المدفوع: { $name } · { $price } { $interval }
subscription-pending-ending = إن تُراجع عن الإلغاء فابتداءً من { $day }: { $name } · { $price } { $interval }
subscription-keep = العدول عن التغيير
subscription-changed = تم تغيير الاشتراك.
subscription-change-waits = ينتظر التغيير نهاية الفترة المدفوعة.
subscription-kept = تم العدول عن التغيير.
preview-credit = إشعار دائن على { $number }
preview-line-tax = الضريبة { $amount }
preview-explanation = كيف حُسب
preview-nothing = لا شيء يُفوتر أو يُضاف إلى الرصيد.
preview-total = المجموع
preview-total-credited = المجموع، لصالح العميل
preview-credit-to-due = لصالح العميل، خصمًا من المستحق
preview-credit-to-balance = لصالح العميل، إلى الرصيد أولًا
preview-credit-to-refund = لصالح العميل، يُردّ إليه
preview-from-balance = يُدفع من الرصيد
preview-due = المستحق
preview-open-invoice = الفاتورة المفتوحة لهذا التجديد
api-subscription-not-ending = هذا الاشتراك غير ملغى.
preview-voided = تُلغى
subscription-nothing-open = لا توجد فاتورة مفتوحة تُدفع. جدّده أو مدّده ليستمر.
subscription-never-accesses = لم يُمنح أي دخول قط.
event-subscription-product = تغيّر إلى { $name }
event-subscription-price = تغيّر السعر
event-subscription-quantity = صارت الكمية { $n }
event-subscription-change-waits = تغيير ينتظر نهاية الفترة المدفوعة
event-subscription-change-off = عُدل عن التغيير المنتظر

api-change-same = اختر سعرًا أو كمية غير ما هو عليه الآن
api-change-none-waits = لا تغيير ينتظر لهذا الاشتراك.
