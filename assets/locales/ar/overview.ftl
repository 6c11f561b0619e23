
### Overview

overview-step-business = عرّف بمنشأتك: الاسم والعملة والمنطقة الزمنية
overview-step-key = أنشئ أول مفتاح API
overview-step-product = أنشئ أول منتج
overview-step-customer = أنشئ أول عميل
overview-step-subscription = بِع أول اشتراك
overview-active = الاشتراكات النشطة
overview-pending = بانتظار الدفع
overview-open = الفواتير المفتوحة
overview-customers = العملاء
overview-ending = الأقرب انتهاءً
overview-none-ending = لا يوجد اشتراك نشط على وشك الانتهاء.
overview-invoices = أحدث الفواتير
overview-all-invoices = كل الفواتير
overview-past-due = متأخرة الدفع
overview-suspended = معلّقة
