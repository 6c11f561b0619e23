
### Tax rates

tax-new = ضريبة جديدة
tax-create = إنشاء الضريبة
tax-edit = تعديل
tax-delete = حذف
tax-deactivate = إيقاف الضريبة
tax-activate = تفعيل الضريبة
tax-help = تسري كل الضرائب المفعّلة لبلد العميل. وإن لم يكن لبلده ضريبة سرت الضرائب التي لا بلد لها.
tax-search = الاسم أو البلد أو الرقم الخارجي
tax-total = { $n ->
    [zero] لا ضرائب
    [one] ضريبة واحدة
    [two] ضريبتان
    [few] { $n } ضرائب
    [many] { $n } ضريبة
   *[other] { $n } ضريبة
}
tax-empty = تحدد الضريبة ما تحمله الفواتير من ضرائب، ولأي عملاء. وبدونها لا تحمل الفواتير شيئًا.
tax-name = الاسم
tax-name-hint = كما يظهر في الفواتير، مثل «القيمة المضافة».
tax-percent = النسبة المئوية
tax-percent-hint = مثل {"\u2068"}19{"\u2069"} أو {"\u2068"}7.5{"\u2069"}.
tax-percent-words = { $percent } %
tax-kind = النوع
tax-added = تضاف إلى السعر
tax-added-hint = سعر {"\u2068"}10.00{"\u2069"} بضريبة 20 % يصبح {"\u2068"}12.00{"\u2069"}.
tax-included = ضمن السعر
tax-included-hint = سعر {"\u2068"}10.00{"\u2069"} يبقى {"\u2068"}10.00{"\u2069"}، وتُبيَّن الضريبة التي فيه.
tax-country = البلد
tax-country-hint = حرفان، مثل DE. اتركه فارغًا للعملاء الذين ليس لبلدهم ضريبة.
tax-other-countries = كل البلدان الأخرى
tax-state = الحالة
tax-any-state = أي حالة
tax-external-id-hint = رقم الضريبة في أنظمتك الأخرى. لا يتكرر بين ضريبتين.
tax-more = المزيد
tax-edit-lead = تظهر هذه الضريبة على فواتير، فتبقى نسبتها ونوعها وبلدها كما هي. لغير ذلك أوقفها وأنشئ أخرى.
tax-deactivate-warning = لن تحمل الفواتير الجديدة { $name } بنسبة { $percent } %. وتبقى الفواتير التي تحملها كما هي.
tax-delete-warning = ستُحذف الضريبة { $name } بنسبة { $percent } % نهائيًا.
tax-terms = { $percent }، { $kind }
tax-applies = { $whom } { $how }
tax-applies-to-nobody = لا تحملها الفواتير الجديدة.
tax-applies-to-country = تحملها الفواتير الجديدة للعملاء في { $country }، عن كل منتج خاضع للضريبة. ويُستثنى العملاء المعفون من الضرائب.
tax-applies-to-others = تحملها الفواتير الجديدة للعملاء الذين ليس لبلدهم ضريبة أو لم يُذكر بلدهم، عن كل منتج خاضع للضريبة. ويُستثنى العملاء المعفون من الضرائب.
tax-applies-included = الضريبة ضمن السعر: لا يتغيّر ما يدفعه العميل.
tax-applies-added = تضاف الضريبة إلى السعر: يدفع العميل أكثر من السعر بقدرها.
tax-invoices = أحدث الفواتير التي تحملها
tax-no-invoices = لا تظهر على أي فاتورة بعد.
tax-facts = الضريبة
tax-created = تم إنشاء الضريبة.
tax-deleted = تم حذف الضريبة.
tax-activated = الضريبة مفعّلة: تحملها الفواتير الجديدة.
tax-deactivated = الضريبة موقوفة: لا تحملها الفواتير الجديدة.
tax-inactive-already = هذه الضريبة موقوفة من قبل.
state-tax-active = مفعّلة
state-tax-inactive = موقوفة
event-tax-rate-created = تم إنشاء الضريبة
event-tax-rate-updated = تم تعديل الضريبة
