"""Makes over HTTP what the operations need, and enough of it: some of them use up what they are called with.

Writes the ids by noun to a file, which hooks.py draws from.
"""

import json
import os
import sys
import urllib.error
import urllib.request

# More than the operations that end an object are called with one that is there.
OF_EACH = 40

BASE, IDS_FILE = sys.argv[1:]
KEY = os.environ["BILLHEAD_KEY"]


def call(method, path, body=None):
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{BASE}/api/v1{path}", data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        sys.exit(f"seeding: {method} {path} answered {error.code}: {error.read().decode()}")


def customer(n, **more):
    return call("POST", "/customers", {"email": f"seed-{n}@example.com", "name": f"Seed {n}", **more})["id"]


def subscription(customer_id, product_id, **more):
    return call("POST", "/subscriptions", {"customerId": customer_id, "productId": product_id, **more})


# The currency that customers and products fall back to must not change under the seeded ones: they name theirs.
product = call("POST", "/products", {
    "name": "Sold", "price": "9.99", "currency": "USD", "setupFee": "1.00", "maxConnections": 2,
    "prices": [{"currency": "EUR", "amount": "8.99"}, {"currency": "USD", "amount": "99.00", "interval": "year"}],
})
sold, prices = product["id"], [price["id"] for price in product["prices"] if price["currency"] == "USD"]
# updateProduct archives, and deleteProduct is refused: for them a sold one of their own.
sold_once = call("POST", "/products", {"name": "Sold once", "price": "3.00", "currency": "USD"})["id"]
unsold = [call("POST", "/products", {"name": f"Unsold {n}", "price": "5.00", "currency": "USD"})["id"] for n in range(OF_EACH)]

idle = [customer(f"idle-{n}", currency="USD") for n in range(OF_EACH)]
for id in idle:
    call("POST", f"/customers/{id}/balance", {"amount": "100.00", "currency": "USD", "note": "seeded"})

debtors, active, ending, cancelled, open_invoices, paid, drafts, methods = [], [], [], [], [], [], [], []
for n in range(OF_EACH):
    buyer = customer(f"buyer-{n}", currency="USD")
    call("POST", f"/customers/{buyer}/balance", {"amount": "500.00", "currency": "USD"})
    active.append(subscription(buyer, sold, payment=["manual", "credit", "none"][n % 3])["id"])
    ending.append(subscription(buyer, sold, payment="manual")["id"])
    call("POST", f"/subscriptions/{ending[-1]}/cancel", {"atPeriodEnd": True})
    # A balance would pay the invoice at once.
    debtor = customer(f"debtor-{n}", currency="USD")
    debtors.append(debtor)
    open_invoices.append(subscription(debtor, sold, payment="invoice")["latestInvoiceId"])
    paid.append(subscription(debtor, sold, payment="manual")["latestInvoiceId"])
    lines = [{"description": "Seeded", "unitAmount": "1.00"}]
    drafts.append(call("POST", "/invoices", {"customerId": debtor, "currency": "USD", "lines": lines})["id"])
    for _ in range(2):
        stored = call("POST", f"/customers/{debtor}/payment-methods", {"type": "test", "behavior": "succeed"})["id"]
        methods.append([debtor, stored])
    if n == 0:
        subscription(buyer, sold_once, payment="manual")
    if n % 10 == 0:
        cancelled.append(subscription(buyer, sold, payment="manual")["id"])
        call("POST", f"/subscriptions/{cancelled[-1]}/cancel", {})

# What was redeemed, and what stands on an invoice, keeps its terms: of them only a few.
codes = [call("POST", "/coupons", {"code": f"SEED-{n}", "percentOff": "10"}) for n in range(2)]
coupons = [call("POST", "/coupons", {"code": f"UNUSED-{n}", "percentOff": "10"})["id"] for n in range(OF_EACH)]
subscription(idle[0], sold, payment="manual", couponCode=codes[0]["code"])
rates = [call("POST", "/tax-rates", {"name": f"Rate {n}", "percent": "5", "country": "XX"})["id"] for n in range(OF_EACH)]

# Mostly what an operation can be done to; what it cannot be done to anymore, schemathesis makes by itself.
ids = {
    "customers": idle,
    "products": [*unsold, sold_once],
    "subscriptions": [*active, *ending, *cancelled],
    "invoices": open_invoices,
    "drafts": drafts,
    "paid": paid,
    # With whose they are.
    "methods": methods,
    "coupons": [*coupons, codes[0]["id"]],
    "tax-rates": rates,
    "couponCode": [code["code"] for code in codes],
    # What bodies refer to stays: a customer with an open invoice and a product that was sold cannot be deleted.
    "customerId": debtors,
    "productId": [sold],
    "priceId": prices,
}
with open(IDS_FILE, "w", encoding="utf-8") as file:
    json.dump(ids, file)
