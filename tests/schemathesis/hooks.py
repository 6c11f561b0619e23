"""Schemathesis' view of the server: ids that there are, an address for each stranger, and a record of every answer."""

import itertools
import json
import os

import schemathesis
from schemathesis import HookContext
from schemathesis.core.parameters import ParameterLocation

with open(os.environ["BILLHEAD_IDS"], encoding="utf-8") as file:
    IDS = {noun: itertools.cycle(ids) for noun, ids in json.load(file).items()}

# Each line is written at once: what is there is right, however the run ends.
ANSWERS = open(os.environ["BILLHEAD_ANSWERS"], "a", buffering=1, encoding="utf-8")

CALLS = itertools.count(1)

# Where `run` has the test clock begin.
BEGIN = "2026-01-31T10:00:00Z"

# What can be given once only.
GIVEN = set()


def once(kind, value, call):
    """The value, or where it was given before one that was not."""
    if (kind, value) in GIVEN:
        # At the front, where it makes an address of an address; not longer than what it stands for may be.
        value = f"{call}{value[len(str(call)):]}" if len(value) > 50 else f"{call}{value}"
    GIVEN.add((kind, value))
    return value


@schemathesis.hook
def before_call(context: HookContext, case, kwargs):
    call = next(CALLS)
    # The server lets one address try few wrong keys a minute, and the checks of authentication would spend that at once.
    # So they come from many addresses, through a proxy that `run` has the server trust.
    case.headers["X-Forwarded-For"] = f"10.{call >> 16 & 255}.{call >> 8 & 255}.{call & 255}"

    # The clock stands where it began: moved at random, it would cancel every subscription before anybody could pay.
    if case.operation.path.endswith("/test-clock") and isinstance(case.body, dict) and str(case.body.get("now"))[:4].isdigit():
        case.body["now"] = BEGIN

    # In the stateful phase all comes from the answers before.
    if case.meta is None or case.meta.phase.name.value == "stateful":
        return

    def is_right(part):
        return not case.meta.is_negative_at(part)

    # A report is of days that follow each other, which a schema cannot say: the day of the month stays as it was generated.
    if case.operation.path.startswith("/api/v1/reports/") and isinstance(case.query, dict) and is_right(ParameterLocation.QUERY):
        for name, month in (("from", "2025-12"), ("to", "2026-01")):
            value = case.query.get(name)
            if isinstance(value, str) and value[-2:].isdigit():
                case.query[name] = f"{month}-{value[-2:]}"

    # Generated ids name nothing. Every second of them is put in the place of one that does. What is wrong on purpose stays.
    noun = case.operation.path.split("/")[3]
    if "id" in case.path_parameters and is_right(ParameterLocation.PATH) and noun in IDS and call % 2 == 0:
        case.path_parameters["id"] = next(IDS[noun])
        # A draft can be what an invoice cannot, and a method has one customer.
        is_of_drafts = noun == "invoices" and (case.method.upper() in ("DELETE", "PATCH") or case.operation.path.endswith("/finalize"))
        if is_of_drafts and call % 4 == 0:
            case.path_parameters["id"] = next(IDS["drafts"])
        # Only what was paid is refunded; a cent leaves enough for the next.
        if case.operation.path.endswith("/refunds"):
            case.path_parameters["id"] = next(IDS["paid"])
            if isinstance(case.body, dict) and is_right(ParameterLocation.BODY) and isinstance(case.body.get("amount"), str):
                case.body["amount"] = "0.01"
        own = [name for name in case.path_parameters if name != "id"]
        if "/payment-methods/{" in case.operation.path and own:
            case.path_parameters["id"], case.path_parameters[own[0]] = next(IDS["methods"])
    # Where a body has several, one that names nothing spoils all: there most are replaced.
    if isinstance(case.body, dict) and is_right(ParameterLocation.BODY) and call % 4 != 0:
        case.body.update({name: next(IDS[name]) for name in ("customerId", "productId", "priceId", "couponCode") if isinstance(case.body.get(name), str)})
        if isinstance(case.body.get("productIds"), list):
            case.body["productIds"] = [next(IDS["productId"]) for _ in case.body["productIds"]]
        # A coupon takes off the one or the other, and names its periods where it repeats.
        if noun == "coupons":
            away = ("amountOff", "currency") if case.body.get("percentOff") is not None else ("percentOff",)
            for name in away:
                case.body.pop(name, None)
            if case.body.get("duration") != "repeating":
                case.body.pop("durationPeriods", None)
        # Only what was paid elsewhere has a beginning of its own; the coverage phase fills in both in nearly every body.
        if isinstance(case.body.get("startAt"), str):
            if call % 4 == 1:
                case.body["payment"] = "none"
            else:
                del case.body["startAt"]

    # The simplest value comes again and again. That is always 409 or, for the key, 422, and hides all else.
    if isinstance(case.body, dict) and is_right(ParameterLocation.BODY):
        for name in ("email", "externalId", "code"):
            if isinstance(case.body.get(name), str):
                case.body[name] = once((noun, name), case.body[name], call)
    if "Idempotency-Key" in case.headers and is_right(ParameterLocation.HEADER):
        case.headers["Idempotency-Key"] = once("Idempotency-Key", case.headers["Idempotency-Key"], call)


@schemathesis.hook
def after_call(context: HookContext, case, response):
    print(json.dumps([case.method.upper(), case.operation.path, response.status_code]), file=ANSWERS)
