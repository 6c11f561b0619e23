
### Settings

settings-business = المنشأة
settings-business-name = اسم المنشأة
settings-business-name-hint = كما يظهر في الفواتير.
settings-email = البريد الإلكتروني
settings-email-hint = حيث يراسلك العملاء.
settings-tax-id = الرقم الضريبي
settings-currency = العملة
settings-currency-hint = للمنتجات والعملاء الذين لم تُحدَّد عملتهم.
settings-timezone = المنطقة الزمنية
settings-timezone-hint = لتواريخ المستندات، وللعملاء الذين لا منطقة لهم. مثل Europe/Paris.
settings-address = العنوان
settings-billing = الفوترة
settings-lead-days = فتح فواتير التجديد
settings-lead-days-hint = قبل انتهاء الفترة بهذه المدة.
settings-pending-days = انتظار الدفعة الأولى
settings-pending-days-hint = بعدها ينتهي الاشتراك الجديد إن لم يُدفع ثمنه.
settings-number-format = أرقام الفواتير
settings-number-format-hint = نص فيه {"\u2068"}{"{"}n{"}"}{"\u2069"} أو {"\u2068"}{"{"}n:06{"}"}{"\u2069"}، وفيه {"\u2068"}{"{"}year{"}"}{"\u2069"} إذا كان العدّ يبدأ من جديد كل سنة. لا فجوات بين الأرقام.
settings-credit-note-format = أرقام الإشعارات الدائنة
settings-credit-note-format-hint = مثل أرقام الفواتير، على أن يختلف النص حول الرقم عن نصها.
settings-grace-days = أيام السماح
settings-grace-days-hint = مدة بقاء الوصول بعد تاريخ الاستحقاق ما لم يدفع أحد.
settings-terminate-days = الإلغاء بعد التعليق
settings-terminate-days-hint = بعدها يُلغى الاشتراك المعلّق الذي لم يدفعه أحد.
settings-lapsed = الدفعة بعد التعليق تدفع
settings-lapsed-payment = فترة تبدأ من الدفع
settings-lapsed-payment-hint = لا يدفع أحد عن أيام بلا وصول. وتحل محل الفاتورة القديمة فاتورة بالتواريخ الجديدة.
settings-lapsed-due = الفترة التي كانت مستحقة
settings-lapsed-due-hint = تُدفع أيضاً الأيام التي كانت بلا وصول.
