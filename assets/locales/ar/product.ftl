
### Products

product-new = منتج جديد
product-create = إنشاء المنتج
product-edit = تعديل
product-delete = حذف
product-sell = اشتراك جديد
product-search = ابحث بالاسم أو الوصف أو رقمك الخاص
product-total = { $n ->
    [zero] { $n } منتج
    [one] منتج واحد
    [two] منتجان
    [few] { $n } منتجات
    [many] { $n } منتجًا
   *[other] { $n } منتج
}
product-empty = المنتج هو ما تبيعه، وله سعر لكل عملة ودورة.
product-name = الاسم
product-name-hint = كما يظهر في الفواتير.
product-description = الوصف
product-state = الحالة
product-any-state = معروض للبيع أو لا
product-interval = الدورة
product-every = كل
product-price = السعر
product-price-hint = بالوحدة الأساسية مع المنازل العشرية للعملة: 9.99.
product-price-change-hint = تحتفظ الاشتراكات القائمة بسعرها حتى فترتها التالية.
product-prices = الأسعار
product-which-price = النوع
product-default-price = افتراضي
product-further-prices = { $n ->
    [zero] و{ $n } سعر آخر
    [one] وسعر آخر
    [two] وسعران آخران
    [few] و{ $n } أسعار أخرى
    [many] و{ $n } سعرًا آخر
   *[other] و{ $n } سعر آخر
}
product-add-price = إضافة سعر
product-add-price-lead = بعملة أخرى أو لدورة أخرى. يبقى السعر دائمًا، وما لم يعد يُباع به يؤرشف.
product-edit-price = تغيير السعر
product-edit-price-lead = يُحصَّل { $interval }. تبقى عملة السعر ودورته كما هما، فأضف سعرًا آخر بدلًا من ذلك.
product-more = المزيد
product-setup-fee = رسوم الإعداد
product-setup-fee-hint = تُحصَّل مرة واحدة من الاشتراكات التي بعملة السعر الافتراضي.
product-connections = الأجهزة في آن واحد
product-connections-hint = إن تُرك فارغًا فلا حد من جهتك.
product-external-id-hint = رقم المنتج في أنظمتك الأخرى. لا يتكرر بين منتجين.
product-active-hint = يمكن بيعه.
product-archived-hint = لا يُباع منه جديد، ويستمر القائم.
product-subscribed = اشتراكات فعّالة
product-facts = المنتج
product-created = تم إنشاء المنتج.
product-deleted = تم حذف المنتج.
product-price-added = تمت إضافة السعر.
product-delete-warning = سيُحذف المنتج { $name } نهائيًا. لا يمكن حذف منتج بيع من قبل، فأرشفه بدلًا من ذلك.
state-product-active = معروض للبيع
state-product-archived = مؤرشف
