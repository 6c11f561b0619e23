
### Overview

overview-step-business = عرّف بنفسك: الاسم والعملة والمنطقة الزمنية
overview-step-key = ولّد أول مفتاح API
overview-step-product = أنشئ أول منتج
overview-step-customer = أنشئ أول عميل
overview-step-subscription = بِع أول اشتراك
overview-active = اشتراكات فعّالة
overview-pending = في انتظار الدفعة الأولى
overview-open = فواتير مفتوحة
overview-customers = العملاء
overview-ending = الأقرب انتهاءً
overview-none-ending = لا ينتهي أي اشتراك فعّال من الآن فصاعدًا.
overview-invoices = أحدث الفواتير
overview-all-invoices = كل الفواتير
