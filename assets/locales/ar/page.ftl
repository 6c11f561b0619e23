
### What happens to forms

form-save = حفظ
form-saved = تم الحفظ.
form-problem = لم يتغيّر شيء. راجع الحقول المميّزة من فضلك.
page-undone = انتهت جلستك في هذه الأثناء، فلم يُنفذ ما أردته. حاول من جديد.
form-resumed = سجّلت الدخول من جديد. النموذج كما ملأته ولم يتغيّر شيء بعد، فأرسله مرة أخرى.

form-field-is-now = كتب شخص آخر هنا في هذه الأثناء: { $value }.
form-field-emptied = أفرغ شخص آخر هذا الحقل في هذه الأثناء.
form-field-changed = غيّر شخص آخر هذا الحقل في هذه الأثناء.
form-changed-look-again = غيّر شخص آخر هذا بعد أن فتحت الصفحة. لم يُنفذ شيء. هكذا هو الآن: انظر إليه، واضغط مرة أخرى إن كنت ما زلت تريده.
form-changed-meanwhile = غيّر شخص آخر هذه البيانات بعد أن فتحت النموذج. لم يُحفظ شيء مما كتبته بعد: راجعه ثم احفظ مرة أخرى لاعتماده.

### Pages that tell an error

error-not-found = غير موجود
error-not-found-text = لا توجد صفحة كهذه ولا عنصر كهذا. ربما حُذف، أو أن العنوان غير كامل.
error-busy = الخادم مشغول
error-refused = لم يُنفَّذ
error-forged-text = هذا النموذج قديم جدًا، أو جاء من موقع آخر. لم يتغيّر شيء. ارجع وحمّل الصفحة من جديد ثم أرسله مرة أخرى.
error-internal = حدث خطأ ما
error-internal-text = هذا خلل في الخادم وليس خطأك. لا يُعرف أن شيئًا تغيّر. تجد التفاصيل في سجل الخادم تحت الرقم أدناه.
error-back = إلى النظرة العامة

### Filters of lists

list-searched = «{ $text }»
list-created = تاريخ الإنشاء
list-created-any = أي وقت
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
list-not-searched = لم يُبحث عن هذا: عدّل ما في حقل البحث وابحث من جديد.
list-none-match = لا شيء يطابق هذه التصفية.
list-none-match-action = عرض الكل
list-back = إلى القائمة

### What happened to an object

story-title = سجل الأحداث
story-by-key = بواسطة { $name } (مفتاح API)
story-by-admin = بواسطة { $name }
story-by-operator = من سطر أوامر الخادم
event-customer-created = تم إنشاء العميل
event-customer-updated = تم تعديل العميل
event-customer-deleted = تم حذف العميل
event-product-created = تم إنشاء المنتج
event-product-updated = تم تعديل المنتج
event-product-deleted = تم حذف المنتج
event-subscription-created = تم إنشاء الاشتراك
event-subscription-activated = تم تفعيل الاشتراك
event-subscription-updated = تم تعديل الاشتراك
event-subscription-ending = تم الإلغاء: ينتهي بانتهاء الفترة المدفوعة
event-subscription-kept = تم التراجع عن الإلغاء
event-subscription-renews = تم تشغيل التجديد التلقائي
event-subscription-renews-not = تم إيقاف التجديد التلقائي
event-subscription-coupon = أُضيفت القسيمة { $code }
event-subscription-coupon-off = أُزيلت القسيمة { $code }
event-subscription-connections = { $n ->
    [zero] صار لـ{ $n } جهاز في آن واحد
    [one] صار لجهاز واحد في آن واحد
    [two] صار لجهازين في آن واحد
    [few] صار لـ{ $n } أجهزة في آن واحد
    [many] صار لـ{ $n } جهازًا في آن واحد
   *[other] صار لـ{ $n } جهاز في آن واحد
}
event-subscription-connections-any = صار لأي عدد من الأجهزة في آن واحد
event-subscription-number = تم تغيير الرقم الخارجي
event-subscription-fields = تم تغيير الحقول الخاصة
event-subscription-renewed = تم تجديد الاشتراك
event-subscription-extended = تم تمديد الاشتراك
event-subscription-cancelled = تم إلغاء الاشتراك
event-invoice-finalized = تم إصدار الفاتورة
event-invoice-paid = تم سداد الفاتورة
event-invoice-voided = تم إلغاء الفاتورة
event-payment-succeeded = تم استلام الدفعة

### The test clock

clock-now = ساعة الاختبار: الوقت الآن { $time }.
clock-move = حرّكها
clock-title = ساعة الاختبار
clock-lead = يقف وقت الفوترة هنا حتى تحرّكه. ويُنجز كل ما يستحق في الطريق بالترتيب.
clock-day = التقدّم إلى
clock-day-hint = لا تعود الساعة إلى الوراء أبداً.
clock-time = الوقت
clock-time-hint = وقت اليوم بتوقيت { $zone }، مثل 14:30.
api-clock-time = يجب أن يكون وقتًا من اليوم مثل 14:30
clock-submit = حرّك الساعة
clock-moved = تحرّكت الساعة، وأُنجز كل ما كان مستحقاً.

story-by-engine = تلقائياً
event-subscription-past-due = تأخّر الدفع وبدأت أيام السماح
event-subscription-suspended = عُلّق الاشتراك
event-subscription-paused = أُوقف الاشتراك مؤقتاً
event-subscription-resumed = استؤنف الاشتراك
event-subscription-expired = انتهى الاشتراك
event-subscription-parked = تعذّرت فوترته
event-subscription-trial-ending = تنتهي الفترة التجريبية قريباً
event-invoice-overdue = تأخّرت الفاتورة
event-invoice-written-off = شُطبت الفاتورة
event-invoice-created = تم إنشاء مسودة
event-invoice-updated = تم تغيير المسودة
