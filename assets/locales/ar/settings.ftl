
### Settings

settings-business = النشاط التجاري
settings-business-name = اسم النشاط التجاري
settings-business-name-hint = كما يظهر في الفواتير.
settings-email = البريد الإلكتروني
settings-email-hint = حيث يراسلك العملاء.
settings-tax-id = الرقم الضريبي
settings-currency = العملة
settings-currency-hint = للمنتجات والعملاء الذين لم تُحدَّد لهم عملة.
settings-timezone = المنطقة الزمنية
settings-timezone-hint = للتواريخ في المستندات، وللعملاء الذين ليست لهم منطقة خاصة. مثل Europe/Paris.
settings-address = العنوان
settings-billing = الفوترة
settings-lead-days = فتح فواتير التجديد
settings-lead-days-hint = قبل انتهاء الفترة.
settings-pending-days = مهلة الفواتير الأولى
settings-pending-days-hint = في انتظار دفعها.
settings-number-format = أرقام الفواتير
settings-number-format-hint = نص فيه {"{"}n{"}"} أو {"{"}n:06{"}"}، و{"{"}year{"}"} إن كان العد يبدأ من جديد كل سنة. الأرقام متسلسلة بلا فجوات.
