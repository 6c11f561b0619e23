
### Invoices

invoice-search = الرقم أو العميل أو البريد
invoice-total = { $n ->
    [zero] لا فواتير
    [one] فاتورة واحدة
    [two] فاتورتان
    [few] { $n } فواتير
    [many] { $n } فاتورة
   *[other] { $n } فاتورة
}
invoice-all = { $n ->
    [zero] لا فواتير
    [one] الفاتورة الوحيدة
    [two] الفاتورتان
    [few] كل الفواتير ({ $n })
    [many] كل الفواتير ({ $n })
   *[other] كل الفواتير ({ $n })
}
invoice-empty = الاشتراكات هي التي تُصدر الفواتير. مع أول اشتراك تصدر أول فاتورة.
invoice-draft = مسودة
invoice-number = الرقم
invoice-customer = العميل
invoice-status = الحالة
invoice-any-status = أي حالة
invoice-any-due = أي يوم
invoice-overdue = متأخرة السداد
invoice-of-subscription = لاشتراك واحد
invoice-issued = تاريخ الإصدار
invoice-due = تاريخ الاستحقاق
invoice-paid = تاريخ السداد
invoice-amount = الإجمالي
invoice-period = الفترة
invoice-subscription = الاشتراك
invoice-its-subscription = عرض الاشتراك
invoice-reason = سبب الإصدار
invoice-reason-create = اشتراك جديد
invoice-reason-cycle = تجديد
invoice-reason-update = تغيير
invoice-reason-manual = يدويًا
invoice-replaces = بدلًا من
invoice-replaced-by = حلّت محلها
invoice-other = عرض الفاتورة
invoice-facts = الفاتورة
invoice-document = المستند
invoice-seller = البائع
invoice-buyer = المشتري
invoice-hash = البصمة الرقمية
invoice-lines = البنود
invoice-line = الوصف
invoice-quantity = الكمية
invoice-unit-amount-hint = بعملة { $currency }.
invoice-unit-amount = سعر الوحدة
invoice-line-amount = المبلغ
invoice-discount = الخصم
invoice-tax = الضريبة
invoice-tax-added = { $name } بنسبة { $percent } %
invoice-tax-included = { $name } بنسبة { $percent } %، ضمن السعر
invoice-subtotal = المجموع الفرعي
invoice-line-net = الصافي
invoice-credited = إشعارات دائنة
invoice-balance-applied = من الرصيد
invoice-amount-paid = المدفوع
invoice-amount-due = المستحق
invoice-no-payments = لا توجد دفعات بعد.
invoice-surplus = هذا يزيد { $surplus } على المستحق وهو { $due }. سيضاف { $surplus } إلى رصيد العميل.
invoice-surplus-ask = لم يُنفذ شيء بعد، ولا يمكن التراجع عنه. راجع المبلغ، واضغط مرة أخرى إن كان صحيحًا.
invoice-mark-paid = تسجيل السداد
invoice-mark-paid-lead = للمال الذي وصلك من خارج Billhead. لا يمكن التراجع عن ذلك.
invoice-now-paid = الفاتورة مدفوعة.
invoice-partly-paid = تم تسجيل الدفعة. وما زال الباقي مستحقًا.
payment-amount = المبلغ المستلم
payment-amount-hint = إن نقص بقيت الفاتورة مفتوحة، وإن زاد أُضيفت الزيادة إلى رصيد العميل.
payment-method = طريقة الدفع
payment-method-hint = بكلماتك أنت.
payment-reference = المرجع
payment-reference-hint = الرقم الذي أعطاه الدافع أو البنك.
payment-paid-at = تاريخ الاستلام
payment-paid-at-hint = يُحفظ مع الدفعة. وتُعدّ الفاتورة مع ذلك مدفوعة من الآن.
payment-by-hand = يدويًا
payment-cash = نقدًا
payment-transfer = تحويل بنكي
payment-paypal = PayPal
payment-crypto = عملة مشفّرة
state-invoice-draft = مسودة
state-invoice-open = مفتوحة
state-invoice-overdue = متأخرة
state-invoice-paid = مدفوعة
state-invoice-void = ملغاة
state-invoice-uncollectible = مشطوبة
state-due = الاستحقاق { $day }
invoice-void = إلغاء الفاتورة
invoice-write-off = شطب
invoice-void-warning = تصبح { $number } ملغاة وتحتفظ برقمها. ويذهب ما دُفع عليها إلى رصيد العميل. ولا يُفوتر اشتراكها مرة أخرى عن المدة نفسها.
invoice-write-off-warning = لن يُدفع المستحق على { $number }: يصبح ديناً معدوماً. لا يمكن التراجع عن ذلك.
invoice-now-void = الفاتورة ملغاة.
invoice-now-written-off = شُطبت الفاتورة.
invoice-new = فاتورة جديدة
invoice-new-lead = لما لا يفوتره أي اشتراك: تركيب أو جهاز أو ساعات عمل. تكون مسودة أولًا يمكن تغييرها وحذفها.
invoice-line-number = البند { $n }
invoice-more-lines = بنود أخرى
invoice-more = رقمك الخاص وبياناتك
invoice-taxed = خاضع للضريبة
invoice-untaxed = غير خاضع للضريبة
invoice-external-id-hint = من نظامك أنت. لا يتكرر بين الفواتير.
invoice-due-hint = إذا تُرك فارغًا فبعد إصدارها بعدد الأيام الذي تنتظره أول فاتورة.
invoice-currency-own = عملة العميل وإلا فعملة النشاط
invoice-currency-hint = أسعار الوحدات بهذه العملة.
invoice-draft-save = حفظ المسودة
invoice-draft-edit = تعديل
invoice-draft-delete = حذف المسودة
invoice-draft-delete-warning = ستُحذف المسودة التي تبلغ { $amount }. لم يكن لها رقم قط، فلن ينقص رقم. لا يمكن التراجع عن هذا.
invoice-draft-created = حُفظت المسودة. لن يُطالب أحد بالسداد حتى تُصدر.
invoice-draft-deleted = حُذفت المسودة.
invoice-draft-note = لم تُصدر بعد: هذا ما ستبلغه بنسب الضرائب اليوم.
invoice-finalize = إصدار الفاتورة
invoice-finalize-lead = تصبح المسودة الفاتورة { $number } بمبلغ { $amount }، مستحقة { $day }. لا يمكن تغيير ما فيها بعد ذلك.
invoice-finalize-lead-paid = تصبح المسودة الفاتورة { $number }. لا شيء مستحق عليها، فتُعد مسددة فورًا. لا يمكن تغيير ما فيها بعد ذلك.
invoice-finalize-balance = يُؤخذ { $amount } من رصيد العميل.
invoice-now-finalized = هي الآن الفاتورة { $number }.
invoice-due-later = يُحدّد عند إصدارها
