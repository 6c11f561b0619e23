# كلمات الصفحات بالعربية
#
# The words of the pages, in Arabic. Digits stay western. Counts have six forms. Whoever acts is not named: buttons are verbal
# nouns (إنشاء، حفظ), what was done is told by «تم» or the passive. Code of more than one word, or with signs or digits at its
# ends, stands between {"\u2068"} and {"\u2069"}, so that it is read from left to right.
#
#   access         حساب دخول       interval       دورة الفوترة      price            سعر
#   active         نشط             invoice        فاتورة            product          منتج
#   API key        مفتاح API       key, revoke    مفتاح، إبطال      rate limit       حد الطلبات
#   archived       مؤرشف           line           بند               renew, extend    تجديد، تمديد
#   balance        رصيد            mark as paid   تسجيل السداد      rights           صلاحيات
#   browser        متصفح           open           مفتوحة            sign in, out     تسجيل الدخول، الخروج
#   business       منشأة           overdue        متأخرة            state            حالة
#   cancel         إلغاء           own fields     حقول خاصة         subscription     اشتراك
#   credentials    بيانات الدخول   own number     الرقم الخارجي     suspended        معلّق
#   customer       عميل            paid           مدفوعة            tags             وسوم
#   due            مستحق           past due       متأخر السداد      total            إجمالي
#   e-mail address البريد الإلكتروني  payment     دفعة              void             ملغاة
#   expired        منتهٍ           pending        قيد التفعيل       written off      مشطوبة
#   integration    تكامل           period         فترة

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
date-moment = { $day } في { $time }
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

nav-skip = انتقل إلى المحتوى
nav-main = القائمة الرئيسية
nav-above = مسار الصفحة
nav-overview = نظرة عامة
nav-customers = العملاء
nav-subscriptions = الاشتراكات
nav-invoices = الفواتير
nav-payments = المدفوعات
nav-products = المنتجات
nav-coupons = القسائم
nav-taxes = الضرائب
nav-developers = للمطورين
nav-keys = مفاتيح API
nav-handbook = الدليل
nav-reference = مرجع API
nav-settings = الإعدادات
nav-business = المنشأة
nav-more = المزيد
nav-manual = اقرأ الدليل
nav-sign-out = تسجيل الخروج

### Lists and tables

list-apply = تطبيق
list-without = إزالة التصفية
list-clear = إزالة الكل
list-pages = الصفحات
list-first = الصفحة الأولى
list-next = الصفحة التالية
list-nothing = لا شيء
list-actions = الإجراءات

### Forms

form-optional = اختياري
form-choose = اختر
form-amount = يجب أن يكون مبلغًا مثل 9.99: أرقام، ونقطة قبل الكسور
form-amount-point = اكتب { $amount } بالنقطة
form-amount-which = هل المقصود { $whole } أم { $pointed }؟ اكتبه دون فواصل، وضع النقطة قبل الكسور فقط
form-percent = يجب أن يكون نسبة مئوية مثل {"\u2068"}20{"\u2069"} أو {"\u2068"}7.5{"\u2069"}
form-day = يجب أن يكون تاريخًا مثل {"\u2068"}2026-01-31{"\u2069"}
form-pairs-twice = الاسم { $name } مكتوب هنا مرتين. أبقِ واحدًا منهما.
form-preview = أرني ما سيؤول إليه
form-comes-to = ما سيؤول إليه
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

overview-steps = الخطوات الأولى
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
api-time = يجب أن يكون تاريخًا مثل {"\u2068"}2026-01-31{"\u2069"}
api-years = يجب أن يقع بين العامين {"\u2068"}0000{"\u2069"} و{"\u2068"}9999{"\u2069"}
api-decimal = يجب أن يكون عددًا مثل {"\u2068"}9.99{"\u2069"}
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
api-too-large-by-quantity = كبير جدًا مع هذه الكمية
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
api-at-least-one-entry = يجب أن يكون فيه عنصر واحد على الأقل
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
api-key = الاسم غير صحيح: { $sentence }
api-not-before-1970 = يجب ألا يقع قبل عام 1970
api-visible = يجب أن يحتوي على حرف ظاهر
api-in-the-future = يجب أن يقع في المستقبل
api-not-in-the-future = يجب ألا يقع في المستقبل
api-not-before-today = يجب ألّا يسبق اليوم
api-ten-years = يجب ألا يزيد على { $n } إذا كانت الوحدة «{ $unit }»: عشر سنوات
api-once = يجب أن يرد مرة واحدة
api-string = يجب أن يكون نصًا
api-object = يجب أن يكون كائنًا
api-array = يجب أن يكون قائمة
api-strings = يجب أن يكون كائنًا من نصوص
api-not-null = يجب ألا يكون null
api-number-format = يجب أن يحتوي على {"\u2068"}{"{"}n{"}"}{"\u2069"} أو {"\u2068"}{"{"}n:06{"}"}{"\u2069"} مرة واحدة، وعلى {"\u2068"}{"{"}year{"}"}{"\u2069"} مرة واحدة على الأكثر، وما عدا ذلك حروف وأرقام ومسافات و{"\u2068"}- / . _ #{"\u2069"}
api-number-format-beside = يجب أن يكون على جانبي {"\u2068"}{"{"}n{"}"}{"\u2069"} شيء غير رقم
api-several = { $n ->
    [zero] { $n } حقل غير صحيح، انظر التفاصيل.
    [one] حقل واحد غير صحيح، انظر التفاصيل.
    [two] حقلان غير صحيحين، انظر التفاصيل.
    [few] { $n } حقول غير صحيحة، انظر التفاصيل.
    [many] { $n } حقلًا غير صحيح، انظر التفاصيل.
   *[other] { $n } حقل غير صحيح، انظر التفاصيل.
}
api-customers-many = { $n ->
    [zero] أكثر من { $n } عميل يطابق. اكتب مزيدًا من الاسم أو البريد الإلكتروني كاملًا
    [one] أكثر من عميل واحد يطابق. اكتب مزيدًا من الاسم أو البريد الإلكتروني كاملًا
    [two] أكثر من عميلين يطابق. اكتب مزيدًا من الاسم أو البريد الإلكتروني كاملًا
    [few] أكثر من { $n } عملاء يطابق. اكتب مزيدًا من الاسم أو البريد الإلكتروني كاملًا
    [many] أكثر من { $n } عميلًا يطابق. اكتب مزيدًا من الاسم أو البريد الإلكتروني كاملًا
   *[other] أكثر من { $n } عميل يطابق. اكتب مزيدًا من الاسم أو البريد الإلكتروني كاملًا
}
api-customers-which = عدة عملاء لهم هذا الاسم. اختر المقصود منهم
api-products-many = { $n ->
    [zero] أكثر من { $n } منتج يطابق. اكتب مزيدًا من الاسم
    [one] أكثر من منتج واحد يطابق. اكتب مزيدًا من الاسم
    [two] أكثر من منتجين يطابق. اكتب مزيدًا من الاسم
    [few] أكثر من { $n } منتجات يطابق. اكتب مزيدًا من الاسم
    [many] أكثر من { $n } منتجًا يطابق. اكتب مزيدًا من الاسم
   *[other] أكثر من { $n } منتج يطابق. اكتب مزيدًا من الاسم
}
api-prices-which = توجد عدة أسعار كهذه. اختر المقصود منها
api-no-such-customer = لا يوجد عميل كهذا
api-no-such-customer-here = لا يوجد عميل كهذا.
api-no-such-product = لا يوجد منتج كهذا
api-no-such-product-here = لا يوجد منتج كهذا.
api-products-named = عدة منتجات في اسمها «{ $name }». اكتب مزيدًا من الاسم أو معرّف المنتج
api-no-product-named = لا يوجد منتج «{ $name }»
api-no-such-subscription = لا يوجد اشتراك كهذا.
api-no-such-invoice = لا توجد فاتورة كهذه.
api-product-archived = هذا المنتج مؤرشف
api-product-no-such-price = ليس لهذا المنتج سعر كهذا
api-product-no-active-price = ليس لهذا المنتج سعر نشط بعملة { $currency }، فاختر سعرًا من أسعاره
api-product-sold = بيع هذا المنتج من قبل، فلا يمكن حذفه. عدّله واختر «مؤرشف» بدلًا من ذلك.
api-product-many-prices = { $n ->
    [zero] للمنتج { $n } سعر على الأكثر
    [one] للمنتج سعر واحد على الأكثر
    [two] للمنتج سعران على الأكثر
    [few] للمنتج { $n } أسعار على الأكثر
    [many] للمنتج { $n } سعرًا على الأكثر
   *[other] للمنتج { $n } سعر على الأكثر
}
api-price-not-active = هذا السعر غير نشط
api-price-twice = ورد هذا السعر مرتين
api-price-stays = يبقى هذا في السعر الموجود كما هو، فأضف سعرًا آخر بدلًا من ذلك
api-invoice-paid = هذه الفاتورة مدفوعة من قبل.
api-invoice-void = هذه الفاتورة ملغاة.
api-invoice-draft = هذه الفاتورة مسودة. أصدرها أولًا.
api-invoice-draft-delete = هذه الفاتورة مسودة. احذفها بدلًا من ذلك.
api-invoice-final = هذه الفاتورة صادرة ولا تتغير. أصدر إشعارًا دائنًا، أو ألغِها وأنشئ غيرها.
api-invoice-kept = هذه الفاتورة صادرة ويُحتفظ بها. ألغِها بدلًا من ذلك.
api-invoice-finalised = هذه الفاتورة صادرة من قبل.
api-draft-overdue = هذه المسودة مستحقة في يوم مضى. عدّلها أولًا: حدّد يوم استحقاق آخر، أو اتركه فارغًا للموعد المعتاد.
api-draft-currency = اذكر البنود أيضًا: فمبالغها بعملة أخرى
api-draft-too-much = مجموع البنود كبير جدًا
api-invoice-written-off = هذه الفاتورة مشطوبة.
api-customer-blocked = هذا العميل محظور. اجعل حالته نشطة أولًا.
api-customer-live = لهذا العميل اشتراك قائم. ألغِه أولًا.
api-customer-open = لهذا العميل فاتورة مفتوحة. سجّل سدادها أو ألغِها أو ألغِ اشتراكها أولًا.
api-balance-small = رصيد العميل { $balance } { $code } لا يكفي لسداد { $due } { $currency }.
api-balance-below-zero = لا يمكن أن ينزل الرصيد { $balance } { $code } تحت الصفر.
api-subscription-cancelled = هذا الاشتراك ملغى، وهذا نهائي.
api-subscription-cancelled-new = هذا الاشتراك ملغى، وهذا نهائي. أنشئ اشتراكًا جديدًا.
api-subscription-cancelled-already = هذا الاشتراك ملغى من قبل.
api-subscription-expired = هذا الاشتراك منتهٍ.
api-first-invoice-given-up = أُلغيت فاتورته الأولى، فلن يبدأ هذا الاشتراك أبداً. أنشئ اشتراكاً جديداً.
api-subscription-waits = ينتظر هذا الاشتراك دفعته الأولى. سجّل سداد فاتورته.
api-subscription-not-begun = لم يبدأ هذا الاشتراك بعد.
api-subscription-cannot-renew = لا يمكن تجديد اشتراك حالته «{ $state }».
api-subscription-does-not-renew = لا يتجدد اشتراك حالته «{ $state }».
api-subscription-cannot-pause = لا يمكن إيقاف اشتراك حالته { $state } مؤقتاً.
api-subscription-not-paused = هذا الاشتراك ليس موقوفاً مؤقتاً.
api-trial-no-payment = تبدأ الأيام المجانية بلا دفعة. اختر «بفاتورة»، فهي تُفتح عند انتهائها
api-trial-of-product = يبدأ هذا المنتج بأيام مجانية. اختر «بلا فترة تجريبية» ليُحتسب الدفع الآن
api-trial-not-chosen = اتركه فارغًا، أو اختر «عدد من الأيام المجانية»
api-subscription-paused-already = هذا الاشتراك متوقف مؤقتًا من قبل.
api-trial-no-start = تبدأ الفترة التجريبية الآن؛ اترك هذا الحقل فارغاً
api-clock-only-forward = تقف الساعة عند { $now } ولا تُرجَع أبداً إلى الوراء.
api-invoice-paid-kept = هذه الفاتورة مدفوعة ولا يمكن سحبها.
api-either-amount-off = اكتب إما نسبة وإما مبلغًا
api-either-percent-off = اكتب إما نسبة وإما مبلغًا
api-only-with-repeating = اتركه فارغًا أو اختر عدة فترات
api-only-with-amount-off = للمبلغ فقط
api-from-one-to = يجب أن يكون بين 1 و{ $n }
api-percent-of-coupon = يجب أن يكون أكبر من 0 وألا يزيد على 100
api-no-spaces = يجب ألا يحتوي على مسافات أو محارف تحكم
api-coupon-unknown = لا توجد قسيمة كهذه
api-coupon-expired = انتهت صلاحية هذه القسيمة
api-coupon-currency = هذه القسيمة بعملة { $currency } لا بعملة { $wanted }
api-coupon-inactive = هذه القسيمة غير مفعّلة
api-coupon-product = هذه القسيمة ليست لهذا المنتج
api-coupon-used-up = استُنفدت هذه القسيمة
api-required-with-repeating = اكتب عدد الفترات
api-required-with-amount-off = اختر عملة المبلغ
api-coupon-redeemed = استُعملت هذه القسيمة من قبل، فلا يمكن حذفها. أوقفها بدلًا من ذلك.
api-coupon-redeemed-terms = استُعملت هذه القسيمة من قبل، فيبقى رمزها وشروطها كما هي. أوقفها وأنشئ أخرى.
api-coupon-redeemed-times = عدد مرات استعمال هذه القسيمة حتى الآن: { $n }.
api-coupon-code-taken = توجد قسيمة بهذا الرمز من قبل
api-coupon-number-taken = لقسيمة أخرى هذا الرقم الخارجي من قبل
api-product-coupon = قسيمة تذكر هذا المنتج. احذفه من القسيمة أولًا.
api-tax-rate-used = تظهر هذه الضريبة على فواتير، فلا يمكن حذفها. أوقفها بدلًا من ذلك.
api-tax-rate-used-terms = تظهر هذه الضريبة على فواتير، فتبقى نسبتها ونوعها وبلدها كما هي. أوقفها وأنشئ أخرى.
api-tax-rate-number-taken = لضريبة أخرى هذا الرقم الخارجي من قبل
api-nothing-to-credit = لم يبقَ في هذه الفاتورة ما يُردّ.
api-only-due = المستحق { $amount } { $currency } فقط؛ ويجب أن تذهب البقية إلى جهة ما.
api-credit-lines-empty = اذكر بندًا واحدًا على الأقل، أو اتركه ليُضاف كل ما بقي إلى الإشعار
api-credit-no-such-line = لا يوجد هذا البند في الفاتورة
api-refund-beyond-paid = لا يمكن ردّ { $left } { $p1 } فوق ما دُفع.
api-formats-alike = يجب أن يختلف عن صيغة أرقام الفواتير في غير عدد الخانات
api-change-state = لا يمكن تغيير المنتج أو السعر أو الكمية في اشتراك حالته { $state }.
api-proration-alone = لا يُقبل إلا مع productId أو priceId أو quantity
api-change-currency = يجب أن يكون بعملة الاشتراك { $currency }
api-unused-time-later = لا يُقبل إلا عند الإلغاء فورًا: بانتهاء المدة المدفوعة لا يبقى شيء
api-preview-other-action = يخص إجراءً آخر
api-ends-before-new-interval = ينتهي هذا الاشتراك بانتهاء المدة المدفوعة، ولن يكون شيء من الفترة الجديدة مدفوعاً. فعّل تجديده أولاً، أو ليدفع الرصيد.
api-charge-open = الفاتورة { $number } الخاصة بتغيير ما زالت مفتوحة. حصّل قيمتها أو أبطلها أولاً.
api-change-paid = التغيير المنتظر مدفوع الثمن. أجرِ تغييرًا آخر بعد حلوله، أو الآن باستخدام "immediate".
api-only-left = لم يبقَ للردّ سوى { $amount } { $currency }.
api-only-left-of-line = لم يبقَ للردّ من السطر { $line } سوى { $amount } { $currency }.
api-only-paid = لم يُدفع لهذه الفاتورة ولم يُردّ سوى { $amount } { $currency }.
api-draft-change = هذه الفاتورة مسودة. غيّرها بدلاً من ذلك.
api-line-twice = ذُكر هذا السطر مرتين
api-percent = يجب أن يكون بين 0 و100
api-clock-none = يعمل هذا الخادم بالوقت الحقيقي. تُختار ساعة الاختبار لمجلد جديد: billhead serve --test-clock 2026-01-01T00:00:00Z
api-clock-years = يجب ألا يتجاوز { $n } سنوات إلى الأمام؛ حرّكها مرة أخرى لما هو أبعد
api-subscription-cannot-extend = لا يمكن تمديد اشتراك حالته «{ $state }».
api-subscription-open-renewal = { $n ->
    [zero] فاتورة التجديد { $number } عن { $n } فترة مفتوحة من قبل. جدّد بالعدد نفسه، أو سجّل سدادها أولًا.
    [one] فاتورة التجديد { $number } عن فترة واحدة مفتوحة من قبل. جدّد بالعدد نفسه، أو سجّل سدادها أولًا.
    [two] فاتورة التجديد { $number } عن فترتين مفتوحة من قبل. جدّد بالعدد نفسه، أو سجّل سدادها أولًا.
    [few] فاتورة التجديد { $number } عن { $n } فترات مفتوحة من قبل. جدّد بالعدد نفسه، أو سجّل سدادها أولًا.
    [many] فاتورة التجديد { $number } عن { $n } فترة مفتوحة من قبل. جدّد بالعدد نفسه، أو سجّل سدادها أولًا.
   *[other] فاتورة التجديد { $number } عن { $n } فترة مفتوحة من قبل. جدّد بالعدد نفسه، أو سجّل سدادها أولًا.
}
api-period-end = ستنتهي الفترة بعد العام 9999.
api-repeated = أُرسل هذا النموذج من قبل بقيم أخرى. افتحه من جديد لإرسال غيرها.
api-field = { $field }: { $sentence }
api-email-taken = يوجد عميل بهذا البريد الإلكتروني من قبل
api-customer-number-taken = لعميل آخر هذا الرقم الخارجي من قبل
api-product-number-taken = لمنتج آخر هذا الرقم الخارجي من قبل
api-invoice-number-taken = لفاتورة أخرى هذا الرقم الخارجي من قبل
api-subscription-number-taken = لاشتراك آخر هذا الرقم الخارجي من قبل
api-user-name-taken = اسم المستخدم هذا مأخوذ
api-account-taken = يوجد حساب بهذا البريد الإلكتروني من قبل
api-account-exists = يوجد حساب من قبل. سجّل الدخول في {"\u2068"}/admin/login{"\u2069"}، أو اضبط كلمة مرور أخرى بالأمر: {"\u2068"}billhead admin reset-password{"\u2069"}
api-not-the-password = هذه ليست كلمة المرور
api-start-elsewhere = هذا اليوم مضى. اتركه فارغاً ليبدأ الآن، أو اختر «مدفوع في نظام آخر»
api-ends-after-beginning = يجب أن يقع بعد البداية وفي المستقبل
api-anchor-day-interval = لسعر بالشهر أو بالسنة فقط
api-anchor-day-trial = لا يُقبل مع فترة تجريبية؛ اترك أحدهما فارغاً
api-term-used-up = تنتهي مدة هذا الاشتراك في { $date }، ولم تبق منها أي فترة.
api-term-one-left = تنتهي مدة هذا الاشتراك في { $date }: لم تبق منها سوى فترة واحدة.
api-term-some-left = تنتهي مدة هذا الاشتراك في { $date }: عدد الفترات الباقية منها { $n } فقط.
api-term-extended = تنتهي مدة هذا الاشتراك في { $date }: الأيام التي بعدها لا تعود إلى أحد.
api-term-over = انتهت مدة هذا الاشتراك. أنشئ اشتراكاً جديداً.
api-paid-not-begun = هذا الاشتراك مدفوع ولم يبدأ بعد.
api-no-such-scope = لا توجد صلاحية «{ $scope }»، فالصلاحيات هي full أو read أو قائمة تفصل بينها فواصل من: { $scopes }
api-search-slow = استغرق البحث وقتًا طويلًا. ضيّقه بوقت أو حالة.
api-disk-full = القرص ممتلئ. لم يتغيّر شيء. أفسح مكانًا ثم حاول مرة أخرى.
api-busy = الخادم مشغول. حاول مرة أخرى بعد لحظات.
api-sign-in-first = سجّل الدخول أولًا.
api-page-method = لا تقبل هذه الصفحة ذلك.
api-body-form = يجب أن يكون Content-Type هو {"\u2068"}application/x-www-form-urlencoded{"\u2069"}.
api-form-too-many-fields = في النموذج حقول كثيرة جدًا.
api-body-too-large = محتوى الطلب أكبر من {"\u2068"}1 MiB{"\u2069"}.
api-body-cut = تعذّرت قراءة محتوى الطلب إلى آخره.
api-body-slow = استغرق وصول محتوى الطلب وقتًا طويلًا.
