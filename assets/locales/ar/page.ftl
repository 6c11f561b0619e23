
### What happens to forms

form-save = حفظ
form-saved = تم الحفظ.
form-problem = لم يتغيّر شيء. راجع الحقول المشار إليها من فضلك.
form-resumed = سجّلت الدخول من جديد. النموذج كما ملأته ولم يتغيّر شيء بعد، فأرسله مرة أخرى.

form-changed-meanwhile = غيّر شخص آخر هذا بعد أن فتحت النموذج. لم يُحفظ شيء مما كتبته بعد: راجعه ثم احفظ مرة أخرى لتثبيته.

### Pages that tell an error

error-not-found = غير موجود
error-not-found-text = لا توجد صفحة كهذه ولا عنصر كهذا. ربما حُذف، أو أن العنوان غير كامل.
error-busy = الخادم مشغول
error-refused = لم يتم
error-forged-text = هذا النموذج قديم جدًا، أو جاء من موقع آخر. لم يتغيّر شيء. ارجع وحمّل الصفحة من جديد ثم أرسله مرة أخرى.
error-internal = حدث خطأ ما
error-internal-text = هذا خلل في الخادم وليس خطأك. لا يُعرف أن شيئًا تغيّر. في سجل الخادم تفاصيل أكثر تحت الرقم أدناه.
error-back = إلى النظرة العامة

### Filters of lists

list-searched = «{ $text }»
list-created = تاريخ الإنشاء
list-created-any = الإنشاء: في أي وقت
list-created-today = الإنشاء: اليوم
list-created-days = { $n ->
    [zero] الإنشاء: آخر { $n } يوم
    [one] الإنشاء: آخر يوم
    [two] الإنشاء: آخر يومين
    [few] الإنشاء: آخر { $n } أيام
    [many] الإنشاء: آخر { $n } يومًا
   *[other] الإنشاء: آخر { $n } يوم
}
list-created-since = الإنشاء: منذ { $day }
list-none-match = لا شيء يطابق هذه التصفية.
list-none-match-action = عرض الكل

### What happened to an object

story-title = ما حدث
story-by-key = بواسطة { $name } (مفتاح API)
story-by-admin = بواسطة { $name }
story-by-operator = من سطر أوامر الخادم
event-customer-created = أُنشئ العميل
event-customer-updated = عُدِّل العميل
event-customer-deleted = حُذف العميل
event-product-created = أُنشئ المنتج
event-product-updated = عُدِّل المنتج
event-product-deleted = حُذف المنتج
event-subscription-created = أُنشئ الاشتراك
event-subscription-activated = فُعِّل الاشتراك
event-subscription-updated = عُدِّل الاشتراك
event-subscription-renewed = جُدِّد الاشتراك
event-subscription-extended = مُدِّد الاشتراك
event-subscription-cancelled = أُلغي الاشتراك
event-invoice-finalized = اعتُمدت الفاتورة
event-invoice-paid = سُدِّدت الفاتورة
event-invoice-voided = أُلغيت الفاتورة
event-payment-succeeded = استُلمت دفعة
