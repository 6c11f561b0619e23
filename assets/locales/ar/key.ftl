
### API keys

key-title = مفاتيح API
key-help = مفتاح واحد لكل تكامل، فيمكن إبطال أحدها دون تعطيل البقية.
key-new = توليد مفتاح جديد
key-new-title = مفتاح API جديد
key-new-lead = يُعرض المفتاح مرة واحدة بعد هذه الخطوة مباشرة. عامله مثل كلمة المرور.
key-first-lead = حسابك جاهز. بقيت خطوة أخيرة قبل طلبك الأول: مفتاح له. يُعرض المفتاح مرة واحدة بعد هذه الخطوة مباشرة.
key-name = الاسم
key-name-hint = الغرض منه، مثل: مزامنة CRM أو تطبيق الهاتف.
key-key = المفتاح
key-state = الحالة
key-tier = حد الطلبات
key-tier-standard = قياسي
key-tier-professional = احترافي
key-tier-enterprise = مؤسسي
key-tier-rate = { $n ->
    [zero] { $n } طلب في الدقيقة
    [one] طلب واحد في الدقيقة
    [two] طلبان في الدقيقة
    [few] { $n } طلبات في الدقيقة
    [many] { $n } طلبًا في الدقيقة
   *[other] { $n } طلب في الدقيقة
}
key-scopes = الصلاحيات
key-scopes-full = وصول كامل
key-scopes-full-hint = يقرأ كل شيء ويغيّره، ويرى بيانات اعتماد الاشتراكات.
key-scopes-read = قراءة فقط
key-scopes-read-hint = يقرأ كل شيء عدا بيانات الاعتماد، ولا يغيّر شيئًا. للتقارير ولوحات المتابعة.
key-scopes-app = تطبيق المشترك
key-scopes-app-hint = يقرأ العملاء والمنتجات والاشتراكات مع بيانات اعتمادها والفواتير، ولا يغيّر شيئًا.
key-scopes-some = صلاحيات مختارة
key-scopes-some-hint = الصلاحيات المحددة أدناه.
key-scopes-list = صلاحيات مختارة
key-scopes-list-hint = تسري عند اختيار «صلاحيات مختارة» أعلاه.
key-expires = تاريخ الانتهاء
key-expires-hint = يتوقف المفتاح عن العمل مع بداية هذا اليوم. إن تُرك فارغًا فلا تنتهي صلاحيته.
key-last-used = آخر استخدام
key-never-used = لم يُستخدم
key-never-expires = لا تنتهي صلاحيته
key-created = وقت الإنشاء
key-facts = المفتاح
key-total = { $n ->
    [zero] { $n } مفتاح صالح
    [one] مفتاح واحد صالح
    [two] مفتاحان صالحان
    [few] { $n } مفاتيح صالحة
    [many] { $n } مفتاحًا صالحًا
   *[other] { $n } مفتاح صالح
}
key-empty = يوقّع كل تكامل (متجر أو CRM أو تطبيق) طلباته بمفتاح API. لا يوجد مفتاح بعد.
key-more = عن المفاتيح
key-made-title = { $name }: المفتاح
key-made-lead = انسخ المفتاح الآن واحفظه مثل كلمة المرور. لن يُعرض مرة أخرى، ولا يمكن لأحد استرجاعه.
key-made-done = نسختُه
key-made-already = أُنشئ المفتاح { $name } بهذا النموذج من قبل. يُعرض المفتاح مرة واحدة فقط: إن لم تنسخه فأبطله وولّد مفتاحًا آخر.
key-revoke = إبطال
key-revoke-title = هل تريد إبطال { $name }؟
key-revoke-warning = ستُرفض فورًا طلبات التكامل { $name }، وكان آخر استخدام له لهذا المفتاح { $day }. لا يمكن التراجع عن ذلك، وسيلزمه مفتاح جديد.
key-revoke-warning-unused = ستُرفض فورًا طلبات التكامل { $name }. لم يُستخدم المفتاح قط. لا يمكن التراجع عن ذلك، وسيلزمه مفتاح جديد.
key-revoked-notice = تم إبطال المفتاح.
state-key-valid = صالح
state-key-expired = منتهي الصلاحية
state-key-revoked = مُبطل
state-on-day = { $day }
fact-id = المعرّف
