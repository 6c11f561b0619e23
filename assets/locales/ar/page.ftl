
### What happens to forms

form-save = حفظ
form-saved = تم الحفظ.
form-problem = لم يتغير شيء. راجع الحقول المميزة.
form-resumed = سُجّل دخولك من جديد. النموذج كما ملأته ولم يتغير شيء بعد، فأرسله مرة أخرى.

form-changed-meanwhile = غيّر شخص آخر هذه البيانات بعد أن فتحت النموذج. لم يُحفظ شيء مما أدخلته بعد: تحقق منه واحفظ مرة أخرى لاعتماده.

### Pages that tell an error

error-not-found = غير موجود
error-not-found-text = لا توجد صفحة كهذه أو كائن كهذا. ربما حُذف، أو أن العنوان غير مكتمل.
error-busy = الخادم مشغول
error-refused = لم يُنفَّذ
error-forged-text = هذا النموذج قديم جدًا أو جاء من موقع آخر. لم يتغير شيء. ارجع وأعد تحميل الصفحة ثم أرسله مرة أخرى.
error-internal = حدث خطأ ما
error-internal-text = هذا خلل في الخادم وليس منك. لا يُعرف أن شيئًا قد تغيّر. تجد التفاصيل في سجل الخادم تحت الرقم أدناه.
error-back = إلى النظرة العامة

### Filters of lists

list-searched = «{ $text }»
list-created = وقت الإنشاء
list-created-any = أُنشئ في أي وقت
list-created-today = أُنشئ اليوم
list-created-days = { $n ->
    [zero] أُنشئ خلال آخر { $n } يوم
    [one] أُنشئ خلال آخر يوم
    [two] أُنشئ خلال آخر يومين
    [few] أُنشئ خلال آخر { $n } أيام
    [many] أُنشئ خلال آخر { $n } يومًا
   *[other] أُنشئ خلال آخر { $n } يوم
}
list-created-since = أُنشئ منذ { $day }
list-none-match = لا شيء يطابق هذه المرشحات.
list-none-match-action = عرض الكل

### What happened to an object

story-title = سجل الأحداث
story-by-key = بواسطة { $name } (مفتاح API)
story-by-admin = بواسطة { $name }
story-by-operator = من سطر أوامر الخادم
event-customer-created = تم إنشاء العميل
event-customer-updated = تم تغيير العميل
event-customer-deleted = تم حذف العميل
event-product-created = تم إنشاء المنتج
event-product-updated = تم تغيير المنتج
event-product-deleted = تم حذف المنتج
event-subscription-created = تم إنشاء الاشتراك
event-subscription-activated = تم تفعيل الاشتراك
event-subscription-updated = تم تغيير الاشتراك
event-subscription-renewed = تم تجديد الاشتراك
event-subscription-extended = تم تمديد الاشتراك
event-subscription-cancelled = تم إلغاء الاشتراك
event-invoice-finalized = تم إصدار الفاتورة نهائيًا
event-invoice-paid = تم دفع الفاتورة
event-invoice-voided = تم إلغاء الفاتورة
event-payment-succeeded = تم استلام الدفعة
