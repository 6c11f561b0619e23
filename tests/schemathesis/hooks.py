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


@schemathesis.hook
def before_call(context: HookContext, case, kwargs):
    call = next(CALLS)
    # The server lets one address try few wrong keys a minute, and the checks of authentication would spend that at once.
    # So they come from many addresses, through a proxy that `run` has the server trust.
    case.headers["X-Forwarded-For"] = f"10.{call >> 16 & 255}.{call >> 8 & 255}.{call & 255}"

    # Generated ids name nothing. Every second of them is put in the place of one that does; not in the stateful phase,
    # whose ids come from the answers before. A wrong id in a negative test stays wrong.
    meta = case.meta
    noun = case.operation.path.split("/")[3]
    is_ours = meta is not None and meta.phase.name.value != "stateful" and not meta.is_negative_at(ParameterLocation.PATH)
    if is_ours and "id" in case.path_parameters and noun in IDS and call % 2 == 0:
        case.path_parameters["id"] = next(IDS[noun])


@schemathesis.hook
def after_call(context: HookContext, case, response):
    print(json.dumps([case.method.upper(), case.operation.path, response.status_code]), file=ANSWERS)
