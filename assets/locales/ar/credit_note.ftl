
### Credit notes and refunds

credit-notes = الإشعارات الدائنة
credit-search = رقم الإشعار أو الفاتورة
credit-count = { $n ->
    [zero] لا إشعارات دائنة
    [one] إشعار دائن واحد
    [two] إشعاران دائنان
    [few] { $n } إشعارات دائنة
    [many] { $n } إشعارًا دائنًا
   *[other] { $n } إشعار دائن
}
credit-all-notes = { $n ->
    [zero] لا إشعارات دائنة
    [one] الإشعار الوحيد
    [two] الإشعاران
    [few] كل الإشعارات ({ $n })
    [many] كل الإشعارات ({ $n })
   *[other] كل الإشعارات ({ $n })
}
credit-of-one-invoice = لفاتورة واحدة
credit-empty = يسترد الإشعار الدائن شيئًا من فاتورة أو كلها، ويُصدر من صفحة الفاتورة.
credit-empty-action = إلى الفواتير
credit-none = لم يُسترد شيء منها بإشعار دائن.
credit-make = إصدار إشعار دائن
credit-refund = ردّ المال
credit-where = أين ذهب
credit-to-due = خصمًا من المستحق
credit-to-balance = إلى الرصيد
credit-to-refund = رُدّ إلى العميل
credit-part = { $place }: { $amount }
credit-lead = يسترد الإشعار الدائن شيئًا من هذه الفاتورة أو كلها، ويُخفِّض المستحق أولًا. لا يمكن التراجع عن ذلك، ويبقى الدخول كما هو.
credit-what = ما يُسترد
credit-all = كل ما بقي
credit-all-hint = { $amount } شاملًا الضريبة.
credit-lines = مبالغ من البنود
credit-lines-hint = كما تكتبها أدناه.
credit-amounts = المبالغ
credit-line-hint = قبل الضريبة، وتُضاف حصته منها. بقي { $amount }.
credit-rest = ما زاد على المستحق يذهب
credit-balance = إلى رصيد العميل
credit-balance-hint = ويُدفع منه ثمن فواتير لاحقة.
credit-back = إلى حيث دُفع منه
credit-back-hint = يعود إلى الرصيد ما دُفع منه. أما ما استلمته يدويًا فسلّمه بنفسك.
credit-nowhere = لا إلى شيء
credit-nowhere-hint = يُرفض ما يزيد على المستحق.
credit-reason-hint = كما يظهر في الإشعار الدائن.
credit-refund-amount = المبلغ
credit-refund-amount-hint = شاملًا الضريبة. { $amount } على الأكثر.
credit-refund-lead = يسترد إشعار دائن هذا المبلغ من الفاتورة، وتُردّ به أحدث الدفعات. سلّم بنفسك ما استلمته يدويًا. لا يمكن التراجع عن ذلك.
credit-total = قيمة الإشعار
credit-of-invoice = الفاتورة
credit-facts = الإشعار الدائن
credit-made = صدر الإشعار الدائن.
state-payment-refunded-part = رُدّ { $amount }
event-credit-note-created = صدر إشعار دائن
event-payment-refunded = رُدّت دفعة
event-payment-refund-failed = لم تردّ البوابة المبلغ؛ وهو الآن في رصيد العميل

api-credit-all-with-amounts = اختر «مبالغ من البنود»، أو اترك المبالغ فارغة
api-credit-no-amounts = اكتب مبلغًا لبند واحد على الأقل، أو اختر كل ما بقي
api-nothing-to-refund = لم يبقَ مما دُفع لهذه الفاتورة شيء يُردّ.
