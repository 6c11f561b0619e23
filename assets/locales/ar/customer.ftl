
### Customers

customer-new = عميل جديد
customer-create = إنشاء العميل
customer-edit = تعديل
customer-delete = حذف
customer-subscribe = اشتراك جديد
customer-search = الاسم أو البريد أو الهاتف أو الرقم الخارجي
customer-total = { $n ->
    [zero] لا عملاء
    [one] عميل واحد
    [two] عميلان
    [few] { $n } عملاء
    [many] { $n } عميلًا
   *[other] { $n } عميل
}
customer-empty = العميل هو من تبيع له. لا يوجد عملاء بعد.
customer-name = الاسم
customer-name-hint = كما يظهر في الفواتير.
customer-email = البريد الإلكتروني
customer-phone = الهاتف
customer-status = الحالة
customer-any-status = أي حالة
customer-balance = الرصيد
customer-in-store = المتاح
customer-move-balance = تغيير الرصيد
customer-balance-moved = تم تغيير الرصيد.
customer-no-balance = لم يُستخدم الرصيد قط.
customer-address = العنوان
customer-billing = الفوترة
customer-more = المزيد
customer-as-business = كما للمنشأة
customer-currency-hint = للاشتراكات الجديدة.
customer-timezone-hint = تبدأ الفترات وتنتهي بتوقيتها. مثل America/New_York. اتركها فارغة لاعتماد منطقة المنشأة.
customer-tax-id = الرقم الضريبي
customer-tax-id-hint = كما يظهر في الفواتير.
customer-tax-exempt = معفى من الضرائب
customer-tax-exempt-hint = ابتداءً من الفاتورة التالية.
customer-locale = اللغة
customer-locale-hint = رمز لغة مثل en أو pt-BR.
customer-blocked-hint = يحتفظ بما دفع ثمنه ولا يشتري جديدًا.
customer-password = كلمة مرور لدخول العميل نفسه
customer-password-hint = تُحفظ ولا تُعرض أبدًا. إن تُركت فارغة بقيت كما هي.
customer-notes = ملاحظات
customer-notes-hint = لك وحدك.
customer-tags = الوسوم
customer-tags-hint = كلمات تفصل بينها فواصل ({"\u2068"},{"\u2069"}).
customer-external-id-hint = رقم العميل في أنظمتك الأخرى. لا يتكرر بين عميلين.
customer-no-subscriptions = ليس لهذا العميل اشتراك بعد.
customer-no-invoices = ليس لهذا العميل فاتورة بعد.
customer-facts = العميل
customer-created = تم إنشاء العميل.
customer-deleted = تم حذف العميل.
customer-erased = عميل محذوف
customer-delete-warning = سيُحذف العميل { $name } نهائيًا. تبقى الفواتير الواجب حفظها، وتُمحى البيانات الشخصية من كل موضع آخر. ولا يُحذف عميل له اشتراك قائم أو فاتورة مفتوحة.
state-customer-active = نشط
state-customer-blocked = محظور

### Balances

balance-lead = تُسدَّد الفواتير من رصيد العميل قبل أي شيء آخر. وما تضيفه أنت منحة تُنقص الإيرادات.
balance-amount = المبلغ
balance-amount-hint = مثل {"\u2068"}10.00{"\u2069"} للإضافة و{"\u2068"}-2.50{"\u2069"} للخصم. لا يمكن أن ينزل الرصيد تحت الصفر.
balance-note = ملاحظة
balance-note-hint = السبب، لك وللرجوع إليه لاحقًا.
balance-what = الحركة
balance-when = التاريخ
balance-granted = يدويًا
balance-applied = سداد فاتورة
balance-returned = إعادة من فاتورة ملغاة
balance-overpaid = زيادة على مبلغ فاتورة
balance-credited = إشعار دائن

### Addresses

address-line1 = الشارع والرقم
address-line2 = الشقة، الطابق، بعناية
address-postal-code = الرمز البريدي
address-city = المدينة
address-region = الولاية أو المنطقة
address-country = البلد
address-country-hint = حرفان، مثل DE.

### What many objects have

fact-created = تاريخ الإنشاء
fact-external-id = الرقم الخارجي
fact-metadata = حقول خاصة
fact-metadata-hint = كل حقل في سطر. الاسم: القيمة.
fact-yes = نعم
fact-no = لا
customer-bill = فاتورة جديدة
