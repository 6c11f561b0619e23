
### Coupons

coupon-new = قسيمة جديدة
coupon-create = إنشاء القسيمة
coupon-edit = تعديل
coupon-delete = حذف
coupon-deactivate = إيقاف القسيمة
coupon-activate = تفعيل القسيمة
coupon-search = الرمز أو الرقم الخارجي
coupon-total = { $n ->
    [zero] لا قسائم
    [one] قسيمة واحدة
    [two] قسيمتان
    [few] { $n } قسائم
    [many] { $n } قسيمة
   *[other] { $n } قسيمة
}
coupon-empty = القسيمة خصم من ثمن اشتراك، لفترة واحدة أو أكثر.
coupon-code = الرمز
coupon-code-hint = ما يذكره العملاء، مثل {"\u2068"}SPRING20{"\u2069"}. لا فرق بين الأحرف الكبيرة والصغيرة.
coupon-state = الحالة
coupon-any-state = أي حالة
coupon-off = الخصم
coupon-percent = النسبة المئوية
coupon-percent-hint = اتركها فارغة إن كان الخصم مبلغًا ثابتًا.
coupon-amount = أو المبلغ
coupon-amount-hint = يُخصم من كل فترة، للاشتراكات بهذه العملة.
coupon-currency = عملة المبلغ
coupon-duration = المدة
coupon-comes-off = يُخصم من
coupon-once = فترة واحدة
coupon-once-hint = أول فترة تُفوتر بعدها.
coupon-repeating = عدة فترات
coupon-repeating-hint = بالعدد المكتوب أدناه، فترة بعد فترة.
coupon-forever = كل فترة
coupon-forever-hint = ما دامت القسيمة على الاشتراك.
coupon-periods = عدد الفترات
coupon-periods-hint = للقسيمة التي تسري عدة فترات فقط.
coupon-limits = الحدود
coupon-max = يمكن استعمالها
coupon-max-hint = اتركه فارغًا إن لم يكن هناك حد.
coupon-expires = تنتهي في
coupon-expires-hint = لا يمكن استعمالها من ذلك اليوم. ومن حصل عليها تبقى له.
coupon-products = لهذه المنتجات فقط
coupon-products-hint = لا تختر شيئًا إن كانت لكل المنتجات.
coupon-products-named-hint = أسماء المنتجات، كل اسم في سطر. اتركه فارغًا إن كانت لكل المنتجات.
coupon-products-of = المنتجات
coupon-all-products = كل المنتجات
coupon-external-id-hint = رقم القسيمة في أنظمتك الأخرى. لا يتكرر بين قسيمتين.
coupon-more = المزيد
coupon-off-percent = خصم { $percent } %
coupon-off-amount = خصم { $amount }
coupon-for-once = لفترة واحدة
coupon-for-periods = { $n ->
    [zero] لـ{ $n } فترة
    [one] لفترة واحدة
    [two] لفترتين
    [few] لـ{ $n } فترات
    [many] لـ{ $n } فترة
   *[other] لـ{ $n } فترة
}
coupon-for-ever = لكل فترة
coupon-terms = { $off }، { $duration }
coupon-redeemed = مرات الاستعمال
coupon-redeemed-of = { $n } من { $max }
coupon-edit-lead = استُعملت هذه القسيمة، فيبقى رمزها وخصمها كما هما: { $terms }. لشروط أخرى أوقفها وأنشئ غيرها.
coupon-deactivate-warning = لن يمكن استعمال { $code } بعد ذلك. وتبقى للاشتراكات التي حصلت عليها.
coupon-delete-warning = ستُحذف القسيمة { $code } نهائيًا.
coupon-uses = الاستعمالات
coupon-all-uses = { $n ->
    [zero] لا استعمالات
    [one] الاستعمال الوحيد
    [two] الاستعمالان
    [few] كل الاستعمالات ({ $n })
    [many] كل الاستعمالات ({ $n })
   *[other] كل الاستعمالات ({ $n })
}
coupon-use-total = { $n ->
    [zero] لا استعمالات
    [one] استعمال واحد
    [two] استعمالان
    [few] { $n } استعمالات
    [many] { $n } استعمالًا
   *[other] { $n } استعمال
}
coupon-no-uses = لم تُستعمل بعد.
coupon-use-state = الحالة
coupon-still = على الاشتراك
coupon-no-longer = أُزيلت
coupon-served = فترات فُوترت بها
coupon-redeemed-at = تاريخ الاستعمال
coupon-facts = القسيمة
coupon-created = تم إنشاء القسيمة.
coupon-deleted = تم حذف القسيمة.
coupon-activated = القسيمة مفعّلة ويمكن استعمالها.
coupon-deactivated = القسيمة موقوفة ولا يمكن استعمالها بعد الآن.
coupon-inactive-already = هذه القسيمة موقوفة من قبل.
state-coupon-active = مفعّلة
state-coupon-inactive = موقوفة
state-coupon-expired = منتهية
state-coupon-used-up = مستنفدة
unit-periods = فترة
unit-times = مرة
event-coupon-created = تم إنشاء القسيمة
event-coupon-updated = تم تعديل القسيمة
