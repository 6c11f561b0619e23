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

IDEMPOTENCY_KEYS = set()


@schemathesis.hook
def before_call(context: HookContext, case, kwargs):
    call = next(CALLS)
    # The server lets one address try few wrong keys a minute, and the checks of authentication would spend that at once.
    # So they come from many addresses, through a proxy that `run` has the server trust.
    case.headers["X-Forwarded-For"] = f"10.{call >> 16 & 255}.{call >> 8 & 255}.{call & 255}"

    # In the stateful phase all comes from the answers before.
    if case.meta is None or case.meta.phase.name.value == "stateful":
        return
    is_right = lambda part: not case.meta.is_negative_at(part)

    # Generated ids name nothing. Every second of them is put in the place of one that does. What is wrong on purpose stays.
    noun = case.operation.path.split("/")[3]
    if "id" in case.path_parameters and is_right(ParameterLocation.PATH) and noun in IDS and call % 2 == 0:
        case.path_parameters["id"] = next(IDS[noun])
    if isinstance(case.body, dict) and is_right(ParameterLocation.BODY) and call % 2 == 0:
        case.body.update({name: next(IDS[name]) for name in ("customerId", "productId") if name in case.body})

    # The simplest key comes again and again, with another request each time: that is always 422 and hides all else.
    key = case.headers.get("Idempotency-Key")
    if key is not None and is_right(ParameterLocation.HEADER):
        if key in IDEMPOTENCY_KEYS:
            case.headers["Idempotency-Key"] = f"{key}-{call}"[-255:]
        IDEMPOTENCY_KEYS.add(key)


@schemathesis.hook
def after_call(context: HookContext, case, response):
    print(json.dumps([case.method.upper(), case.operation.path, response.status_code]), file=ANSWERS)
