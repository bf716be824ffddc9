import base64
import hashlib
import hmac
import time


def is_genuine(secret, headers, body):
    """Whether the portal sent these bytes, in the last five minutes."""
    name, moment = headers["Webhook-Id"], headers["Webhook-Timestamp"]
    if abs(time.time() - int(moment)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(signed).decode()
    return any(hmac.compare_digest(wanted, each) for each in headers["Webhook-Signature"].split())
