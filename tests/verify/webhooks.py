"""Verifies messages with the Standard Webhooks library of Python: a JSON list on standard input, one verdict per line."""

import json
import sys
from datetime import datetime

from standardwebhooks import webhooks
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

for message in json.load(sys.stdin):

    class TestsClock(datetime):
        """The library rejects old messages; the tests' messages carry the time of the tests' clock."""

        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(message["now"], tz)

    webhooks.datetime = TestsClock
    try:
        Webhook(message["secret"]).verify(message["body"], message["headers"])
        print("verified")
    except WebhookVerificationError as why:
        print(f"refused: {why}")
