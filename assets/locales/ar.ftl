# كلمات الصفحات بالعربية
#
# The words of the pages, in Arabic. Digits stay western. Counts have six forms.

### Numbers

number-group = ,
number-decimal = .

### Dates

date-month-1 = يناير
date-month-2 = فبراير
date-month-3 = مارس
date-month-4 = أبريل
date-month-5 = مايو
date-month-6 = يونيو
date-month-7 = يوليو
date-month-8 = أغسطس
date-month-9 = سبتمبر
date-month-10 = أكتوبر
date-month-11 = نوفمبر
date-month-12 = ديسمبر
date-day = { $day } { $month } { $year }
date-day-of-this-year = { $day } { $month }
date-exact = { $day }، { $time }، { $zone }
date-span = { $from } – { $to }
date-now = الآن
date-in-minutes = { $n ->
    [zero] بعد { $n } دقيقة
    [one] بعد دقيقة
    [two] بعد دقيقتين
    [few] بعد { $n } دقائق
    [many] بعد { $n } دقيقة
   *[other] بعد { $n } دقيقة
}
date-minutes-ago = { $n ->
    [zero] قبل { $n } دقيقة
    [one] قبل دقيقة
    [two] قبل دقيقتين
    [few] قبل { $n } دقائق
    [many] قبل { $n } دقيقة
   *[other] قبل { $n } دقيقة
}
date-today = اليوم، { $time }
date-tomorrow = غدًا، { $time }
date-yesterday = أمس، { $time }
date-in-days = { $n ->
    [zero] بعد { $n } يوم
    [one] بعد يوم
    [two] بعد يومين
    [few] بعد { $n } أيام
    [many] بعد { $n } يومًا
   *[other] بعد { $n } يوم
}
date-days-ago = { $n ->
    [zero] قبل { $n } يوم
    [one] قبل يوم
    [two] قبل يومين
    [few] قبل { $n } أيام
    [many] قبل { $n } يومًا
   *[other] قبل { $n } يوم
}

### The frame of every page

nav-skip = انتقل إلى الصفحة
nav-main = القائمة الرئيسية
nav-above = موضع هذه الصفحة
nav-overview = نظرة عامة
nav-customers = العملاء
nav-subscriptions = الاشتراكات
nav-invoices = الفواتير
nav-products = المنتجات
nav-developers = للمطورين
nav-keys = مفاتيح API
nav-reference = مرجع API
nav-settings = الإعدادات
nav-more = المزيد
nav-manual = الدليل
nav-sign-out = تسجيل الخروج

### Lists and tables

list-apply = تطبيق
list-without = إزالة المرشح
list-clear = إزالة الكل
list-pages = الصفحات
list-first = الصفحة الأولى
list-next = الصفحة التالية
list-nothing = لا شيء
list-actions = إجراءات

### Forms

form-optional = اختياري
form-more = المزيد
form-cancel = رجوع
form-copy = نسخ
form-copied = تم النسخ
form-pairs-example = الاسم: القيمة

### The line for the shell

curl-title = نفّذ هذا عبر API

### A secret

secret-try = جرّبه

### Errors

error-request = الطلب

### Overview

overview-steps = الطريق إلى أول عملية بيع
overview-step-done = تم

### Sentences of the API

api-required = هذا الحقل مطلوب
api-unknown-field = هذا الحقل غير معروف
api-unknown-parameter = هذا المعامل غير معروف
api-required-price = هذا الحقل مطلوب لإضافة سعر
api-not-empty = يجب ألا يكون فارغًا
api-at-least-characters = { $n ->
    [zero] يجب ألا يقل عن { $n } حرف
    [one] يجب ألا يقل عن حرف واحد
    [two] يجب ألا يقل عن حرفين
    [few] يجب ألا يقل عن { $n } أحرف
    [many] يجب ألا يقل عن { $n } حرفًا
   *[other] يجب ألا يقل عن { $n } حرف
}
api-at-most-characters = { $n ->
    [zero] يجب ألا يزيد على { $n } حرف
    [one] يجب ألا يزيد على حرف واحد
    [two] يجب ألا يزيد على حرفين
    [few] يجب ألا يزيد على { $n } أحرف
    [many] يجب ألا يزيد على { $n } حرفًا
   *[other] يجب ألا يزيد على { $n } حرف
}
api-no-control-characters = يجب ألا يحتوي على محارف تحكم
api-no-control-characters-lines = يجب ألا يحتوي على محارف تحكم سوى فواصل الأسطر وعلامات الجدولة
api-email = يجب أن يكون عنوان بريد إلكتروني مثل ana@example.com
api-country = يجب أن يكون رمز بلد من حرفين مثل DE
api-language = يجب أن يكون رمز لغة مثل en أو pt-BR
api-currency = يجب أن يكون رمز عملة وفق ISO 4217 مثل USD
api-zone = يجب أن يكون منطقة زمنية من IANA مثل Europe/Paris
api-time = يجب أن يكون وقتًا مثل 2026-01-31T12:00:00Z
api-years = يجب أن يقع بين العامين 0000 و9999
api-decimal = يجب أن يكون عددًا عشريًا مثل "9.99"
api-decimal-digits = يجب ألا يزيد على 12 رقمًا و4 منازل عشرية
api-no-decimals = ليس لعملة { $currency } منازل عشرية
api-decimals = { $n ->
    [zero] لعملة { $currency } { $n } منزلة عشرية على الأكثر
    [one] لعملة { $currency } منزلة عشرية واحدة على الأكثر
    [two] لعملة { $currency } منزلتان عشريتان على الأكثر
    [few] لعملة { $currency } { $n } منازل عشرية على الأكثر
    [many] لعملة { $currency } { $n } منزلة عشرية على الأكثر
   *[other] لعملة { $currency } { $n } منزلة عشرية على الأكثر
}
api-too-large = كبير جدًا
api-amount-too-large = المبلغ كبير جدًا.
api-total-too-large = إجمالي الفاتورة كبير جدًا.
api-balance-too-large = سيصبح الرصيد كبيرًا جدًا
api-more-than-zero = يجب أن يكون أكبر من صفر
api-not-zero = يجب ألا يكون صفرًا
api-not-negative = يجب ألا يكون سالبًا
api-whole-number = يجب أن يكون عددًا صحيحًا من { $n } إلى { $n2 }
api-true-or-false = يجب أن يكون true أو false
api-one-of = يجب أن يكون أحد ما يلي: { $words }
api-id = يجب أن يكون معرّفًا يبدأ بـ { $prefix }
api-at-most-entries = { $n ->
    [zero] يجب ألا يزيد على { $n } عنصر
    [one] يجب ألا يزيد على عنصر واحد
    [two] يجب ألا يزيد على عنصرين
    [few] يجب ألا يزيد على { $n } عناصر
    [many] يجب ألا يزيد على { $n } عنصرًا
   *[other] يجب ألا يزيد على { $n } عنصر
}
api-at-most-pairs = { $n ->
    [zero] يجب ألا يزيد على { $n } زوج
    [one] يجب ألا يزيد على زوج واحد
    [two] يجب ألا يزيد على زوجين
    [few] يجب ألا يزيد على { $n } أزواج
    [many] يجب ألا يزيد على { $n } زوجًا
   *[other] يجب ألا يزيد على { $n } زوج
}
api-key = المفتاح غير صحيح: { $sentence }
api-in-the-future = يجب أن يقع في المستقبل
api-not-in-the-future = يجب ألا يقع في المستقبل
api-ten-years = يجب ألا يزيد على { $n } لوحدة { $unit }: عشر سنوات
api-once = يجب أن يرد مرة واحدة
api-string = يجب أن يكون نصًا
api-object = يجب أن يكون كائنًا
api-array = يجب أن يكون قائمة
api-strings = يجب أن يكون كائنًا من نصوص
api-not-null = يجب ألا يكون null
api-number-format = يجب أن يحتوي على {"{"}n{"}"} أو {"{"}n:06{"}"} مرة واحدة، وعلى {"{"}year{"}"} مرة واحدة على الأكثر، وما عدا ذلك حروف وأرقام ومسافات و - / . _ #
api-number-format-beside = يجب أن يكون على جانبي {"{"}n{"}"} شيء غير رقم
api-several = { $n ->
    [zero] { $n } حقل غير صحيح، انظر التفاصيل.
    [one] حقل واحد غير صحيح، انظر التفاصيل.
    [two] حقلان غير صحيحين، انظر التفاصيل.
    [few] { $n } حقول غير صحيحة، انظر التفاصيل.
    [many] { $n } حقلًا غير صحيح، انظر التفاصيل.
   *[other] { $n } حقل غير صحيح، انظر التفاصيل.
}
api-no-such-customer = لا يوجد عميل كهذا
api-no-such-customer-here = لا يوجد عميل كهذا.
api-no-such-product = لا يوجد منتج كهذا
api-no-such-product-here = لا يوجد منتج كهذا.
api-no-such-subscription = لا يوجد اشتراك كهذا.
api-no-such-invoice = لا توجد فاتورة كهذه.
api-product-archived = هذا المنتج مؤرشف
api-product-no-such-price = ليس لهذا المنتج سعر كهذا
api-product-no-active-price = ليس لهذا المنتج سعر فعّال بعملة { $currency }، فحدّد سعرًا بـ priceId
api-product-sold = بيع هذا المنتج من قبل. أرشفه بدلًا من ذلك بـ "active": false.
api-product-many-prices = { $n ->
    [zero] للمنتج { $n } سعر على الأكثر
    [one] للمنتج سعر واحد على الأكثر
    [two] للمنتج سعران على الأكثر
    [few] للمنتج { $n } أسعار على الأكثر
    [many] للمنتج { $n } سعرًا على الأكثر
   *[other] للمنتج { $n } سعر على الأكثر
}
api-price-not-active = هذا السعر غير فعّال
api-price-twice = ورد هذا السعر مرتين
api-price-stays = يبقى هذا في السعر الموجود كما هو، فأضف سعرًا آخر بدلًا من ذلك
api-invoice-paid = هذه الفاتورة مدفوعة من قبل.
api-invoice-void = هذه الفاتورة ملغاة.
api-invoice-draft = هذه الفاتورة مسودة.
api-invoice-written-off = شُطبت هذه الفاتورة.
api-customer-blocked = هذا العميل محظور. اجعل حالته فعّالة أولًا.
api-customer-live = لهذا العميل اشتراك قائم. ألغه أولًا.
api-customer-open = لهذا العميل فاتورة مفتوحة. سوّها أو ألغ اشتراكها أولًا.
api-balance-small = رصيد العميل { $balance } { $code } لا يكفي لسداد { $due } { $currency }.
api-balance-below-zero = لا يمكن أن ينزل الرصيد { $balance } { $code } تحت الصفر.
api-subscription-cancelled = هذا الاشتراك ملغى، وهذا نهائي.
api-subscription-cancelled-new = هذا الاشتراك ملغى، وهذا نهائي. أنشئ اشتراكًا جديدًا.
api-subscription-cancelled-already = هذا الاشتراك ملغى من قبل.
api-subscription-expired = انتهى هذا الاشتراك.
api-subscription-waits = ينتظر هذا الاشتراك دفعته الأولى. سجّل فاتورته مدفوعة.
api-subscription-not-begun = لم يبدأ هذا الاشتراك بعد.
api-subscription-cannot-renew = لا يمكن تجديد اشتراك حالته { $state }.
api-subscription-does-not-renew = لا يتجدد اشتراك حالته { $state }.
api-subscription-cannot-extend = لا يمكن تمديد اشتراك حالته { $state }.
api-subscription-open-renewal = فاتورة التجديد { $number } عن عدد فترات { $n } مفتوحة من قبل. جدّد بالعدد نفسه أو سوّها أولًا.
api-period-end = ستنتهي الفترة بعد العام 9999.
api-repeated = استُعمل Idempotency-Key هذا مع طلب آخر.
