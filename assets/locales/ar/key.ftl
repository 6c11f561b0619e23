
### API keys

key-title = مفاتيح API
key-help = مفتاح واحد لكل تكامل، فيمكن إبطال أحدها من غير تعطيل غيره.
key-new = إنشاء مفتاح جديد
key-new-title = مفتاح API جديد
key-new-lead = يُعرض المفتاح مرة واحدة بعد هذه الخطوة مباشرة. احفظه كما تحفظ كلمة المرور.
key-first-lead = حسابك جاهز. بقي لطلبك الأول شيء واحد: مفتاح API. يُعرض مرة واحدة بعد هذه الخطوة مباشرة.
key-name = الاسم
key-name-hint = الغرض منه، مثل: مزامنة CRM أو تطبيق الهاتف.
key-key = المفتاح
key-state = الحالة
key-tier = حد الطلبات
key-tier-standard = قياسي
key-tier-professional = احترافي
key-tier-enterprise = مؤسسي
key-tier-rate = { $n ->
    [zero] لا طلبات
    [one] طلب واحد في الدقيقة
    [two] طلبان في الدقيقة
    [few] { $n } طلبات في الدقيقة
    [many] { $n } طلبًا في الدقيقة
   *[other] { $n } طلب في الدقيقة
}
key-scopes = الصلاحيات
key-scopes-full = صلاحية كاملة
key-scopes-full-hint = يقرأ كل ما في هذا الإصدار ويغيّره، ويرى بيانات دخول الاشتراكات.
key-scopes-read = قراءة فقط
key-scopes-read-hint = يقرأ كل شيء سوى بيانات الدخول، ولا يغيّر شيئًا. للتقارير ولوحات المتابعة.
key-scopes-app = تطبيق المشتركين
key-scopes-app-hint = يقرأ العملاء والمنتجات والاشتراكات مع بيانات دخولها والفواتير، ولا يغيّر شيئًا.
key-scopes-some = صلاحيات مختارة
key-scopes-some-hint = المحدَّدة أدناه.
api-key-none-ticked = اختر واحدًا على الأقل
key-scopes-list = الصلاحيات المختارة
key-scopes-list-hint = تسري إذا اختير «صلاحيات مختارة» أعلاه.
key-expires = تاريخ الانتهاء
key-expires-hint = يتوقف المفتاح عن العمل مع بداية هذا اليوم. إن تُرك فارغًا فلا ينتهي أبدًا.
key-last-used = آخر استخدام
key-never-used = لم يُستخدم قط
key-never-expires = لا ينتهي
key-created = تاريخ الإنشاء
key-facts = المفتاح
key-search = ابحث بالاسم أو ببداية المفتاح
key-any-state = أي حالة
key-total = { $n ->
    [zero] لا مفاتيح
    [one] مفتاح واحد
    [two] مفتاحان
    [few] { $n } مفاتيح
    [many] { $n } مفتاحًا
   *[other] { $n } مفتاح
}
key-empty = يرسل كل تكامل (متجر أو CRM أو تطبيق) مفتاح API مع كل طلب. لا توجد مفاتيح بعد.
key-more = عن المفاتيح
key-made-title = مفتاحك الجديد: { $name }
key-made-lead = انسخ المفتاح الآن واحفظه كما تحفظ كلمة المرور. لن يُعرض مرة أخرى، ولا يستطيع أحد الاطلاع عليه.
key-made-done = نسختُه
key-made-already = أنشأ هذا النموذج المفتاح { $name } من قبل. لا يُعرض المفتاح إلا مرة واحدة: إن لم يُنسخ فأبطله وأنشئ غيره.
key-revoke = إبطال
key-revoke-title = هل تريد إبطال { $name }؟
key-revoke-warning = ستُرفض طلبات التكامل { $name } من الثانية التالية، وقد استُخدم هذا المفتاح آخر مرة في { $day }. لا يمكن التراجع عن ذلك، وسيلزم التكامل مفتاح جديد.
key-revoke-warning-unused = ستُرفض طلبات التكامل { $name } من الثانية التالية. لم يُستخدم المفتاح قط. لا يمكن التراجع عن ذلك، وسيلزم التكامل مفتاح جديد.
key-revoked-notice = تم إبطال المفتاح.
state-key-valid = صالح
state-key-expired = منتهي الصلاحية
state-key-revoked = مُبطَل
state-on-day = { $day }
fact-id = المعرّف
