
### Customers

customer-new = عميل جديد
customer-create = إنشاء العميل
customer-edit = تعديل
customer-delete = حذف
customer-subscribe = اشتراك جديد
customer-search = ابحث بالاسم أو العنوان أو الهاتف أو رقمك الخاص
customer-total = { $n ->
    [zero] { $n } عميل
    [one] عميل واحد
    [two] عميلان
    [few] { $n } عملاء
    [many] { $n } عميلًا
   *[other] { $n } عميل
}
customer-empty = هنا تجد من تبيع لهم. إنشاء أول عميل لا يستغرق إلا لحظات.
customer-name = الاسم
customer-name-hint = كما يظهر في الفواتير.
customer-email = البريد الإلكتروني
customer-phone = الهاتف
customer-status = الحالة
customer-any-status = بأي حالة
customer-balance = الرصيد
customer-in-store = المتوفر
customer-move-balance = إضافة أو خصم
customer-balance-moved = تم تغيير الرصيد.
customer-no-balance = لم يُضف شيء إلى الرصيد ولم يُخصم منه شيء حتى الآن.
customer-address = العنوان
customer-billing = الفوترة
customer-more = المزيد
customer-as-business = كما في النشاط التجاري
customer-currency-hint = للاشتراكات الجديدة.
customer-timezone-hint = تبدأ الفترات وتنتهي بتوقيتها. مثل America/New_York.
customer-tax-id = الرقم الضريبي
customer-tax-id-hint = كما يظهر في الفواتير.
customer-locale = اللغة
customer-locale-hint = رمز لغة مثل en أو pt-BR.
customer-blocked-hint = يحتفظ بما دُفع ثمنه ولا يشتري جديدًا.
customer-password = كلمة مرور العميل لتسجيل دخوله
customer-password-hint = تُحفظ ولا تُعرض أبدًا. إن تُركت فارغة بقيت كما هي.
customer-notes = ملاحظات
customer-notes-hint = لك وحدك.
customer-tags = الوسوم
customer-tags-hint = كلمات تفصل بينها فواصل.
customer-external-id-hint = رقم العميل في أنظمتك الأخرى. لا يتكرر بين عميلين.
customer-no-subscriptions = ليس لهذا العميل اشتراك بعد.
customer-no-invoices = ليس لهذا العميل فاتورة بعد.
customer-facts = العميل
customer-created = تم إنشاء العميل.
customer-deleted = تم حذف العميل.
customer-erased = عميل محذوف
customer-delete-warning = سيُحذف العميل { $name } نهائيًا. تبقى الفواتير الواجب حفظها، وتُمحى البيانات الشخصية من كل موضع آخر. ويُرفض الحذف عند وجود اشتراك قائم أو فاتورة مفتوحة.
state-customer-active = فعّال
state-customer-blocked = محظور

### Balances

balance-lead = يسدد رصيد العميل فواتيره قبل أي وسيلة أخرى. وما تضيفه منحة منك تخفض الإيرادات.
balance-amount = المبلغ
balance-amount-hint = مثل 10.00 للإضافة و-2.50 للخصم. لا يمكن أن ينزل الرصيد تحت الصفر.
balance-note = ملاحظة
balance-note-hint = السبب، لك وللرجوع إليه لاحقًا.
balance-what = الحركة
balance-when = الوقت
balance-granted = يدويًا
balance-applied = سداد فاتورة
balance-returned = استرداد من فاتورة ملغاة
balance-overpaid = زيادة على مبلغ فاتورة

### Addresses

address-line1 = الشارع والرقم
address-line2 = الشقة أو الطابق أو بعناية
address-postal-code = الرمز البريدي
address-city = المدينة
address-region = الولاية أو المنطقة
address-country = البلد
address-country-hint = حرفان، مثل DE.

### What many objects have

fact-created = وقت الإنشاء
fact-external-id = الرقم الخاص
fact-metadata = حقول خاصة
fact-metadata-hint = سطر لكل حقل: الاسم: القيمة.
fact-yes = نعم
fact-no = لا
