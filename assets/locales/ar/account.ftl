
### The first run

set-up-title = إعداد Billhead
set-up-lead = بهذا يُنشأ حسابك ويتعرّف Billhead على منشأتك. لا يستغرق الأمر سوى دقيقة، ويمكن تغيير كل ما تكتبه لاحقًا.
set-up-account = حسابك
set-up-email = البريد الإلكتروني
set-up-password = كلمة المرور
set-up-password-hint = { $least ->
    [zero] أي طول. يُستحسن أن تكون جملة كاملة.
    [one] حرف واحد على الأقل. يُستحسن أن تكون جملة كاملة.
    [two] حرفان على الأقل. يُستحسن أن تكون جملة كاملة.
    [few] { $least } أحرف على الأقل. يُستحسن أن تكون جملة كاملة.
    [many] { $least } حرفًا على الأقل. يُستحسن أن تكون جملة كاملة.
   *[other] { $least } حرف على الأقل. يُستحسن أن تكون جملة كاملة.
}
set-up-business = منشأتك
set-up-currency-hint = للمنتجات التي لم تُحدَّد عملتها. ويمكن أن يكون للمنتج سعر بكل عملة تبيع بها.
set-up-submit = إنشاء الحساب
set-up-done = الحساب موجود من قبل، فلم تعد هناك حاجة إلى هذا الرابط.
set-up-expired = لم يعد هذا الرابط صالحًا: مضى عليه أكثر من 30 دقيقة، أو أُعيد تشغيل الخادم بعده. أعد تشغيل الخادم ليطبع رابطًا جديدًا.

### Signing in

sign-in-title = تسجيل الدخول
sign-in-email = البريد الإلكتروني
sign-in-password = كلمة المرور
sign-in-submit = تسجيل الدخول
sign-in-stale = بقيت هذه الصفحة مفتوحة طويلاً، أو سجّل أحد الخروج في هذه الأثناء. يُرجى تسجيل الدخول مرة أخرى.
sign-in-wrong = البريد الإلكتروني أو كلمة المرور غير صحيح. تحقّق منهما وحاول مرة أخرى.
sign-in-too-many = { $seconds ->
    [zero] محاولات كثيرة جدًا. يمكنك المحاولة الآن.
    [one] محاولات كثيرة جدًا. يمكنك المحاولة بعد ثانية واحدة.
    [two] محاولات كثيرة جدًا. يمكنك المحاولة بعد ثانيتين.
    [few] محاولات كثيرة جدًا. يمكنك المحاولة بعد { $seconds } ثوانٍ.
    [many] محاولات كثيرة جدًا. يمكنك المحاولة بعد { $seconds } ثانية.
   *[other] محاولات كثيرة جدًا. يمكنك المحاولة بعد { $seconds } ثانية.
}
sign-in-bye = تم تسجيل خروجك.
sign-in-no-account = لا يوجد حساب بعد. افتح الرابط الذي طبعه الخادم عند تشغيله، أو أنشئ الحساب بالأمر: {"\u2068"}billhead admin create{"\u2069"}
sign-in-undone = انتهت جلستك في هذه الأثناء، فلم يُنفذ شيء. سجّل الدخول وحاول من جديد.
sign-in-carrying = انتهت جلستك في هذه الأثناء، ولم يتغيّر شيء بعد. سجّل الدخول لتجد النموذج هنا كما ملأته.

### The account

account-title = حسابك
account-facts = الحساب
account-email = البريد الإلكتروني
account-language = اللغة
account-language-browser = حسب لغة المتصفح
account-language-en = English
account-language-ar = العربية
account-language-title = تغيير اللغة
account-language-changed = تم تغيير اللغة.
account-password-title = تغيير كلمة المرور
account-password-lead = سيُسجَّل خروج كل متصفح آخر دخل بهذا الحساب.
account-password-current = كلمة المرور الحالية
account-password-new = كلمة المرور الجديدة
account-password-changed = تم تغيير كلمة المرور، وسُجِّل خروج المتصفحات الأخرى.
account-sessions = المتصفحات المسجَّل دخولها
account-no-sessions = لا يوجد متصفح مسجَّل الدخول.
account-sign-out-everywhere = تسجيل الخروج من كل المتصفحات
account-browser = المتصفح
account-last-seen = آخر ظهور
account-address = عنوان IP
account-since = وقت الدخول
account-this-session = هذا المتصفح
account-end-session = تسجيل الخروج
account-session-ended = تم تسجيل خروج ذلك المتصفح.
