"""Asks Jira who the API token belongs to. The secret comes from HashiCorp Vault.

VAULT_ADDR and VAULT_TOKEN say which Vault, and who asks; the secret is the field value
at secret/atlassian of the key-value store, version 2.

ATLASSIAN_URL is https://YOUR_SITE.atlassian.net, or, for a token with scopes,
https://api.atlassian.com/ex/jira/CLOUD_ID.
ATLASSIAN_EMAIL is the mail address of the account.
"""

import base64
import json
import os
import urllib.request

import hvac


def read_secret() -> str:
    store = hvac.Client(url=os.environ["VAULT_ADDR"], token=os.environ["VAULT_TOKEN"])
    answer = store.secrets.kv.v2.read_secret_version(
        path="atlassian", mount_point="secret", raise_on_deleted_version=True
    )
    return answer["data"]["data"]["value"]


def main() -> None:
    login = f"{os.environ['ATLASSIAN_EMAIL']}:{read_secret()}"
    request = urllib.request.Request(
        os.environ["ATLASSIAN_URL"] + "/rest/api/3/myself",
        headers={"Authorization": "Basic " + base64.b64encode(login.encode()).decode()},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        print(json.load(answer)["displayName"])


if __name__ == "__main__":
    main()
