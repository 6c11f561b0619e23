
### Products

product-new = منتج جديد
product-create = إنشاء المنتج
product-edit = تعديل
product-delete = حذف
product-sell = اشتراك جديد
product-search = الاسم أو الوصف أو الرقم الخارجي
product-total = { $n ->
    [zero] لا منتجات
    [one] منتج واحد
    [two] منتجان
    [few] { $n } منتجات
    [many] { $n } منتجًا
   *[other] { $n } منتج
}
product-empty = المنتج هو ما تبيعه، وله سعر لكل عملة ولكل دورة فوترة.
product-name = الاسم
product-name-hint = كما يظهر في الفواتير.
product-description = الوصف
product-state = الحالة
product-any-state = أي حالة
product-interval = دورة الفوترة
product-every = كل
product-price = السعر
product-price-hint = مثل {"\u2068"}9.99{"\u2069"}.
product-price-change-hint = تحتفظ الاشتراكات القائمة بسعرها حتى فترتها التالية.
product-prices = الأسعار
product-which-price = الافتراضي
product-default-price = الافتراضي
product-further-prices = { $n ->
    [zero] ولا سعر آخر
    [one] وسعر آخر
    [two] وسعران آخران
    [few] و{ $n } أسعار أخرى
    [many] و{ $n } سعرًا آخر
   *[other] و{ $n } سعر آخر
}
product-add-price = إضافة سعر
product-add-price-lead = بعملة أخرى أو لدورة فوترة أخرى. لا يُحذف السعر، فأرشف ما لم تعد تبيع به.
product-edit-price = تعديل السعر
product-edit-price-lead = يُحصَّل { $interval }. لا يمكن تغيير عملة السعر ولا دورة فوترته، فأضف سعرًا آخر بدلًا من ذلك.
product-more = المزيد
product-setup-fee = رسوم الإعداد
product-setup-fee-hint = تُحصَّل مرة واحدة، من الاشتراكات التي بعملة السعر الافتراضي.
product-connections = الأجهزة في آن واحد
product-connections-hint = اتركه فارغًا إن لم يكن هناك حد.
product-trial-days = أيام مجانية
product-trial-days-hint = يبدأ بها كل اشتراك لا تُذكر فيه أيام مجانية ولا طريقة دفع.
product-taxable = خاضع للضريبة
product-taxable-hint = وإلا لم تُحصَّل عنه ضريبة.
product-external-id-hint = رقم المنتج في أنظمتك الأخرى. لا يتكرر بين منتجين.
product-active-hint = يمكن بيعه.
product-archived-hint = لا يُباع جديد منه، وتستمر الاشتراكات الموجودة.
product-subscribed = الاشتراكات النشطة
product-facts = المنتج
product-created = تم إنشاء المنتج.
product-sold = بيع هذا المنتج من قبل، فلا يمكن حذفه. عدّله واختر «مؤرشف» بدلًا من ذلك.
product-deleted = تم حذف المنتج.
product-price-added = تمت إضافة السعر.
product-delete-warning = سيُحذف المنتج { $name } نهائيًا. لا يمكن حذف منتج بيع من قبل، فأرشفه بدلًا من ذلك.
state-product-active = للبيع
state-product-archived = مؤرشف
