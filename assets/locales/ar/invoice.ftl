
### Invoices

invoice-search = ابحث بالرقم أو المشتري أو العنوان
invoice-total = { $n ->
    [zero] { $n } فاتورة
    [one] فاتورة واحدة
    [two] فاتورتان
    [few] { $n } فواتير
    [many] { $n } فاتورة
   *[other] { $n } فاتورة
}
invoice-all = { $n ->
    [zero] كل الفواتير ({ $n })
    [one] الفاتورة الوحيدة
    [two] كلتا الفاتورتين
    [few] كل الفواتير ({ $n })
    [many] كل الفواتير ({ $n })
   *[other] كل الفواتير ({ $n })
}
invoice-empty = تنشأ الفواتير من الاشتراكات. أول اشتراك ينشئ أول فاتورة.
invoice-number = الرقم
invoice-customer = العميل
invoice-status = الحالة
invoice-any-status = بأي حالة
invoice-of-subscription = لاشتراك واحد
invoice-issued = تاريخ الإصدار
invoice-due = تاريخ الاستحقاق
invoice-paid = تاريخ الدفع
invoice-amount = الإجمالي
invoice-period = الفترة
invoice-subscription = الاشتراك
invoice-its-subscription = اشتراكها
invoice-reason = سبب الإنشاء
invoice-reason-create = اشتراك جديد
invoice-reason-cycle = تجديد
invoice-reason-update = تغيير
invoice-reason-manual = يدويًا
invoice-replaces = بدلًا من
invoice-replaced-by = حلّت محلها
invoice-other = فاتورة أخرى
invoice-facts = الفاتورة
invoice-document = المستند
invoice-seller = البائع
invoice-buyer = المشتري
invoice-hash = البصمة الرقمية
invoice-lines = البنود
invoice-line = البند
invoice-quantity = الكمية
invoice-unit-amount = سعر الوحدة
invoice-line-amount = المبلغ
invoice-discount = الخصم
invoice-tax = الضريبة
invoice-credited = المبلغ المقيد للعميل
invoice-balance-applied = من الرصيد
invoice-amount-paid = المدفوع
invoice-amount-due = المستحق
invoice-payments = الدفعات
invoice-no-payments = لم يُدفع منها شيء بعد.
invoice-mark-paid = تسجيلها مدفوعة
invoice-mark-paid-lead = للمال الذي وصلك من خارج Billhead. لا يمكن التراجع عن ذلك.
invoice-now-paid = الفاتورة مدفوعة.
invoice-partly-paid = تم تسجيل الدفعة. ما زال الباقي مستحقًا.
payment-amount = المبلغ المستلم
payment-amount-hint = إن نقص بقيت الفاتورة مفتوحة، وإن زاد أُضيفت الزيادة إلى رصيد العميل.
payment-method = طريقة الدفع
payment-method-hint = بكلماتك.
payment-reference = المرجع
payment-reference-hint = الرقم لدى الطرف الآخر.
payment-paid-at = تاريخ الاستلام
payment-paid-at-hint = يُحفظ مع الدفعة. ومع ذلك تُعد الفاتورة مدفوعة من الآن.
payment-by-hand = يدويًا
payment-cash = نقدًا
payment-transfer = تحويل مصرفي
payment-paypal = PayPal
payment-crypto = عملة مشفرة
state-invoice-draft = مسودة
state-invoice-open = مفتوحة
state-invoice-overdue = متأخرة
state-invoice-paid = مدفوعة
state-invoice-void = ملغاة
state-invoice-uncollectible = مشطوبة
state-due = تُستحق { $day }
