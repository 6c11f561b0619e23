
### The first run

set-up-title = إعداد Billhead
set-up-lead = تنشئ هنا حسابك وتعرّف بنفسك. لا يستغرق ذلك إلا دقيقة، ويمكن تغيير كل شيء لاحقًا.
set-up-account = حسابك
set-up-email = البريد الإلكتروني
set-up-password = كلمة المرور
set-up-password-hint = { $least ->
    [zero] { $least } حرف على الأقل. والجملة الكاملة خيار جيد.
    [one] حرف واحد على الأقل. والجملة الكاملة خيار جيد.
    [two] حرفان على الأقل. والجملة الكاملة خيار جيد.
    [few] { $least } أحرف على الأقل. والجملة الكاملة خيار جيد.
    [many] { $least } حرفًا على الأقل. والجملة الكاملة خيار جيد.
   *[other] { $least } حرف على الأقل. والجملة الكاملة خيار جيد.
}
set-up-business = نشاطك التجاري
set-up-currency-hint = للمنتجات التي لا تحدد عملة. ويمكن أن يكون للمنتج سعر بكل عملة تبيع بها.
set-up-submit = إنشاء الحساب
set-up-done = يوجد حساب من قبل، فقد أدى هذا الرابط غرضه.
set-up-expired = لم يعد هذا الرابط صالحًا: مضى عليه أكثر من 30 دقيقة، أو أُعيد تشغيل الخادم بعده. أعد تشغيل الخادم ليطبع رابطًا جديدًا.

### Signing in

sign-in-title = تسجيل الدخول
sign-in-email = البريد الإلكتروني
sign-in-password = كلمة المرور
sign-in-submit = تسجيل الدخول
sign-in-wrong = البريد الإلكتروني وكلمة المرور غير متطابقين. تحقق منهما وحاول مرة أخرى.
sign-in-too-many = { $seconds ->
    [zero] محاولات كثيرة جدًا. يمكنك المحاولة مجددًا بعد { $seconds } ثانية.
    [one] محاولات كثيرة جدًا. يمكنك المحاولة مجددًا بعد ثانية.
    [two] محاولات كثيرة جدًا. يمكنك المحاولة مجددًا بعد ثانيتين.
    [few] محاولات كثيرة جدًا. يمكنك المحاولة مجددًا بعد { $seconds } ثوانٍ.
    [many] محاولات كثيرة جدًا. يمكنك المحاولة مجددًا بعد { $seconds } ثانية.
   *[other] محاولات كثيرة جدًا. يمكنك المحاولة مجددًا بعد { $seconds } ثانية.
}
sign-in-bye = تم تسجيل خروجك.
sign-in-no-account = لا يوجد حساب بعد. افتح الرابط الذي طبعه الخادم عند تشغيله، أو أنشئ الحساب بالأمر: billhead admin create
sign-in-carrying = سُجّل خروجك في هذه الأثناء، ولم يتغير شيء بعد. سجّل الدخول لتجد النموذج كما ملأته.

### The account

account-title = حسابك
account-facts = الحساب
account-email = البريد الإلكتروني
account-language = اللغة
account-language-browser = حسب لغة المتصفح
account-language-en = English
account-language-ar = العربية
account-language-title = لغة الصفحات
account-language-changed = ستظهر الصفحات بهذه اللغة من الآن.
account-password-title = تغيير كلمة المرور
account-password-lead = سيُسجَّل خروج كل متصفح آخر سُجّل الدخول منه بهذا الحساب.
account-password-current = كلمة المرور الحالية
account-password-new = كلمة المرور الجديدة
account-password-changed = تم تغيير كلمة المرور وتسجيل خروج المتصفحات الأخرى.
account-sessions = جلسات المتصفحات
account-no-sessions = لا توجد جلسة مفتوحة في أي متصفح.
account-sign-out-everywhere = تسجيل الخروج من كل المتصفحات
account-browser = المتصفح
account-last-seen = آخر ظهور
account-address = العنوان
account-since = وقت تسجيل الدخول
account-this-session = هذا المتصفح
account-end-session = تسجيل الخروج
account-session-ended = تم تسجيل خروج ذلك المتصفح.
